"""Tabs move together where there is little room, and apart again."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.app import theme
from cryogui.app.views.tabs import Tabs

TITLES = ("Volume", "Spectrum", "Geometry", "Forward model", "Landscape", "Runs")


@pytest.fixture
def tabs(qtbot: Any, qapp: QApplication) -> Any:
    theme.apply_theme(qapp, "dark")
    made = Tabs()
    qtbot.addWidget(made)
    for title in TITLES:
        made.add_page(title, title, title, QWidget())
    made.resize(900, 200)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    theme.undress(qapp)


def room_for_words(tabs: Tabs) -> int:
    """The least that a tab has beside its words."""
    bar, metrics = tabs.bar, tabs.bar.fontMetrics()
    return min(bar.tabRect(i).width() - metrics.horizontalAdvance(bar.tabText(i)) for i in range(len(TITLES)))


def test_narrow_tabs_are_tight_and_wide_ones_are_not(tabs: Tabs) -> None:
    wide, roomy = room_for_words(tabs), tabs.bar.sizeHint().width()
    tabs.resize(roomy - 20, 200)
    assert tabs.bar.sizeHint().width() <= roomy - 20 and 0 < room_for_words(tabs) < wide
    tabs.resize(900, 200)
    assert room_for_words(tabs) == wide and tabs.bar.sizeHint().width() == roomy


def test_they_keep_their_words_in_another_theme_and_scale(tabs: Tabs, qapp: QApplication) -> None:
    wide, roomy = room_for_words(tabs), tabs.bar.sizeHint().width()
    tabs.resize(roomy - 20, 200)
    theme.apply_theme(qapp, "light")
    assert room_for_words(tabs) > 0 and tabs.bar.sizeHint().width() <= roomy - 20
    tabs.resize(900, 200)
    assert tabs.bar.sizeHint().width() == roomy and room_for_words(tabs) == wide
    theme.apply_theme(qapp, "dark", 1.3)
    assert tabs.bar.sizeHint().width() > roomy and room_for_words(tabs) > 0
