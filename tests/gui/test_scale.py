"""The interface scaled: everything follows, fits, and is scrolled where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from cryogui.app import theme
from cryogui.app.layout import Scrolled
from cryogui.app.main import new_program
from cryogui.app.measure import settle
from cryogui.app.preferences import SCALES
from cryogui.app.views.tabs import Tabs


@pytest.fixture(scope="module")
def opened(qapp: QApplication, tier_path: Path) -> Iterator[Any]:
    program = new_program()
    program.screen.window.show()
    program.open([tier_path])
    settle(program)
    yield program
    program.screen.window.close()
    theme.apply_theme(qapp, "dark")
    theme.undress(qapp)


def at_scale(program: Any, scale: float, width: int = 1280, height: int = 800) -> Any:
    program.appearance.restore("dark", scale)
    settle(program)
    program.screen.window.resize(width, height)
    settle(program)
    return program.screen.window


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.5, 1.75, 2.0])
def test_the_window_fits_a_small_screen(opened: Any, scale: float) -> None:
    window = at_scale(opened, scale)
    assert (window.width(), window.height()) == (1280, 800)
    assert window.minimumSizeHint().width() <= 1280
    (area,) = window.findChildren(Scrolled)
    assert area.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_narrow_row_says_its_unit_behind_the_range(opened: Any, scale: float) -> None:
    at_scale(opened, scale)
    row = opened.screen.parameters.rows["tilt_axis_offset"]
    assert row.unit_label.isVisible() is (scale == 1.0)
    assert row.range_label.text() == ("−0.6 … 1.2" if scale == 1.0 else "−0.6 … 1.2 px")


def test_a_larger_interface_leaves_the_pictures_their_room(opened: Any) -> None:
    window = at_scale(opened, 1.0)
    window.workspace.reset()
    settle(opened)
    steps = SCALES.index(1.5) - SCALES.index(1.0)
    for _ in range(steps):
        opened.screen.actions.larger.trigger()
        settle(opened)
    assert theme.px(100) == 150
    assert window.images.width() >= theme.px(320)
    assert window.workspace.panels["microscope"].width() > 1.1 * theme.px(270)
    for _ in range(steps):
        opened.screen.actions.smaller.trigger()
    settle(opened)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_no_words_on_buttons_and_titles_are_cut(opened: Any, scale: float) -> None:
    window = at_scale(opened, scale)
    cut = [
        button.text()
        for button in window.findChildren(QPushButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
    assert cut == []
    numbers = [label for label in window.findChildren(QLabel) if label.property("role") == "large figure"]
    assert numbers and all(label.width() >= label.sizeHint().width() for label in numbers)


def test_every_length_follows_the_scale(opened: Any) -> None:
    screen = opened.screen
    window = at_scale(opened, 1.0, 1900, 1100)
    heights = [screen.tabs.bar.height(), screen.reconstruction.height(), window.menuBar().height()]
    window = at_scale(opened, 2.0, 1900, 1100)
    larger = [screen.tabs.bar.height(), screen.reconstruction.height(), window.menuBar().height()]
    for before, after in zip(heights, larger, strict=True):
        assert 1.6 * before <= after <= 2.2 * before


def test_the_steps_reach_from_small_to_a_wall_of_pixels(opened: Any) -> None:
    at_scale(opened, 1.0, 1900, 1100)
    for _ in range(len(SCALES) + 2):
        opened.screen.actions.larger.trigger()
    assert theme.px(100) == 300
    for _ in range(len(SCALES) + 2):
        opened.screen.actions.smaller.trigger()
    assert theme.px(100) == 75


def test_a_low_window_shows_pictures_rather_than_thumbnails(opened: Any) -> None:
    strip = opened.screen.strip
    at_scale(opened, 1.0, 1280, 800)
    assert strip.bars.has_thumbnails
    full = strip.height()
    at_scale(opened, 1.5, 1280, 800)
    assert not strip.bars.has_thumbnails
    at_scale(opened, 1.0, 1280, 800)
    assert strip.bars.has_thumbnails and strip.height() == full


def test_a_page_too_wide_is_scrolled(qtbot: Any) -> None:
    tabs, page = Tabs(), QLabel("wide")
    page.setMinimumSize(900, 100)
    tabs.add_page("wide", "Wide", "A wide page", page)
    qtbot.addWidget(tabs)
    tabs.resize(400, 300)
    tabs.show()
    (area,) = (area for area in tabs.findChildren(QScrollArea) if area.widget() is page)
    assert page.width() == 900 and area.horizontalScrollBar().maximum() > 0
    tabs.resize(1000, 300)
    assert area.horizontalScrollBar().maximum() == 0


def test_larger_and_smaller_again_leaves_window_and_panels_as_they_were(opened: Any) -> None:
    window = at_scale(opened, 1.0)
    workspace = window.workspace
    workspace.reset()
    settle(opened)
    before = (window.size(), *(panel.width() for panel in workspace.panels.values() if panel.isVisible()))
    for _ in range(5):
        opened.screen.actions.larger.trigger()
        settle(opened)
        assert (window.width(), window.height()) == (1280, 800)
    assert theme.px(100) == 200 and workspace.width() <= window.width(), "everything gave way"
    assert workspace.panels["microscope"].width() > 1.7 * 300, "the interface did become larger"
    for _ in range(5):
        opened.screen.actions.smaller.trigger()
        settle(opened)
    after = (window.size(), *(panel.width() for panel in workspace.panels.values() if panel.isVisible()))
    assert after == before


def test_tab_brings_what_is_scrolled_out_of_sight_into_it(opened: Any) -> None:
    window = at_scale(opened, 2.0, 1000)
    slider = next(iter(opened.screen.parameters.rows.values())).slider
    assert slider.visibleRegion().boundingRect().width() < slider.width()
    for _ in range(200):
        window.focusNextPrevChild(True)
        if window.focusWidget() is slider:
            break
    assert slider.visibleRegion().boundingRect().width() == slider.width()


def test_a_new_window_has_its_panels_as_wide_as_they_are_meant_to_be(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "dark")
    program = new_program()
    panels = program.screen.window.workspace.panels
    program.screen.window.show()
    settle(program)
    assert (panels["data"].width(), panels["microscope"].width()) == (240, 356)
    program.screen.window.workspace.resizeDocks([panels["data"]], [300], Qt.Orientation.Horizontal)
    settle(program)
    state = program.screen.window.layout_state()
    program.screen.window.close()
    again = new_program()
    assert again.screen.window.restore_layout(state)
    again.screen.window.show()
    settle(again)
    assert again.screen.window.workspace.panels["data"].width() == 300
    again.screen.window.close()
