"""The colour bar tells the levels, changes them by dragging and keys, and opens the histogram."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor

from cryogui.app.views import colormaps
from cryogui.app.views.colour_bar import ColourBar
from cryogui.app.views.contrast_panel import ContrastPanel
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import PRESETS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: Any) -> ColourBar:
    made = ColourBar(lambda: colormaps.table("grey"))
    qtbot.addWidget(made)
    made.set_levels((20.0, 80.0))
    made.resize(300, made.sizeHint().height())
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def pane(qtbot: Any) -> ImagePane:
    made = ImagePane("measured  y", name="measured")
    qtbot.addWidget(made)
    made.resize(320, 340)
    made.set_image(np.arange(4800, dtype=np.float32).reshape(60, 80))
    with qtbot.waitExposed(made):
        made.show()
    return made


def at(bar: ColourBar, value: float) -> QPoint:
    return QPoint(round(bar.x_of(value)), 4)


@pytest.mark.parametrize(("grasp", "moves"), [(20, (1, 0)), (80, (0, 1)), (50, (1, 1))])
def test_dragging_an_end_or_the_middle_changes_levels(qtbot: Any, bar: Any, grasp: int, moves: Any) -> None:
    expected = [value + 12 * moved for value, moved in zip((20, 80), moves, strict=True)]
    target = at(bar, grasp + 12)
    qtbot.mousePress(bar, LEFT, pos=at(bar, grasp))
    with qtbot.waitSignal(bar.levelsDragged) as dragged, qtbot.assertNotEmitted(bar.clicked):
        qtbot.mouseMove(bar, target)
        qtbot.mouseRelease(bar, LEFT, pos=target)
    assert dragged.args == pytest.approx(expected, abs=0.5)
    assert bar.levels == pytest.approx(expected, abs=0.5)
    assert bar.x_of(bar.levels[0]) == pytest.approx(15)  # the gradient has been fitted to them


def test_an_end_can_be_dragged_out_of_the_bar_but_not_past_the_other(qtbot: Any, bar: Any) -> None:
    qtbot.mousePress(bar, LEFT, pos=at(bar, 20))
    qtbot.mouseMove(bar, at(bar, -40))
    assert bar.levels == pytest.approx((-40, 80), abs=0.5)
    qtbot.mouseMove(bar, at(bar, 500))
    low, high = bar.levels
    assert low < high == 80


def test_a_click_changes_nothing_and_asks_for_the_histogram(qtbot: Any, bar: Any) -> None:
    with qtbot.waitSignal(bar.clicked), qtbot.assertNotEmitted(bar.levelsDragged):
        qtbot.mouseClick(bar, LEFT, pos=at(bar, 60))
    assert bar.levels == (20, 80)


def test_keys_move_white_with_shift_black_and_return_opens(qtbot: Any, bar: Any) -> None:
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert bar.levels == pytest.approx((20, 78.8))
    bar.set_levels((20.0, 80.0))
    qtbot.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert bar.levels == pytest.approx((21.2, 80))
    with qtbot.waitSignal(bar.clicked):
        qtbot.keyClick(bar, Qt.Key.Key_Return)


def test_it_is_painted_in_the_colours_of_the_map(qtbot: Any, bar: Any) -> None:
    picture = bar.grab().toImage()
    greys = [QColor(picture.pixel(at(bar, value).x(), 4)).red() for value in (22.5, 50, 77.5)]
    assert greys == pytest.approx([11, 127, 244], abs=6)
    assert QColor(picture.pixel(5, 4)).red() == 0
    assert QColor(picture.pixel(295, 4)).red() == 255


def test_setting_is_silent_and_told_to_a_screen_reader(qtbot: Any, bar: Any) -> None:
    bar.set_unit("σ")
    with qtbot.assertNotEmitted(bar.levelsDragged):
        bar.set_levels((-4.0, 4.0))
    assert bar.texts == ("−4", "0", "4 σ")
    assert bar.accessibleDescription() == "black −4, white 4 σ"


def test_a_pane_has_a_bar_while_it_has_an_image_and_room(qtbot: Any, pane: Any) -> None:
    assert pane.colour_bar.isVisible()
    assert pane.colour_bar.levels == pane.levels
    pane.resize(320, 150)
    assert not pane.colour_bar.isVisible()
    pane.resize(320, 340)
    assert pane.colour_bar.isVisible()
    pane.set_colour_bar(False)
    assert not pane.colour_bar.isVisible()
    pane.set_colour_bar(True)
    pane.set_image(None)
    assert not pane.colour_bar.isVisible()


def test_the_bar_of_a_pane_changes_its_contrast(qtbot: Any, pane: Any) -> None:
    with qtbot.waitSignal(pane.levelsChanged) as changed:
        pane.colour_bar.levelsDragged.emit(5.0, 6.0)
    assert changed.args == [5.0, 6.0]
    assert tuple(pane._canvas.item.levels) == (5.0, 6.0)


def opened_panel(pane: ImagePane) -> ContrastPanel:
    pane.colour_bar.clicked.emit()
    (panel,) = pane.findChildren(ContrastPanel)
    return panel


def test_the_panel_beside_the_bar_sets_levels_by_number_preset_and_histogram(qtbot: Any, pane: Any) -> None:
    panel = opened_panel(pane)
    assert panel.isVisible()
    panel.black.setValue(100)
    panel.white.setValue(200)
    assert pane.levels == (100, 200)
    for words, find in PRESETS.items():
        panel.presets[words].click()
        assert pane.levels == pytest.approx(find(pane.image))
        assert (panel.black.value(), panel.white.value()) == pytest.approx(pane.levels, rel=0.01, abs=30)
    panel.histogram.levelsDragged.emit(7.0, 8.0)
    assert pane.levels == (7.0, 8.0)
    pane.adjust_levels(0.0, 1.0)  # by a key
    assert panel.white.value() == pytest.approx(9.0)
    panel.close()


def test_the_panel_sets_colours_inversion_and_counts(qtbot: Any, pane: Any) -> None:
    panel = opened_panel(pane)
    roots = panel.histogram._heights.copy()
    panel.colours.setCurrentIndex(panel.colours.findData("viridis"))
    panel.colours.activated.emit(panel.colours.currentIndex())
    panel.inverted.click()
    with qtbot.waitSignal(pane.logCountsChanged):
        panel.log_counts.click()
    assert (pane.colours, pane.is_inverted, pane.log_counts) == ("viridis", True, True)
    counts = panel.histogram._counts
    assert panel.histogram._heights == pytest.approx(np.log1p(counts) / np.log1p(counts.max()))
    assert not np.allclose(panel.histogram._heights, roots)
    panel.close()


def test_a_closed_panel_is_gone(qtbot: Any, pane: Any) -> None:
    panel = opened_panel(pane)
    panel.close()
    qtbot.waitUntil(lambda: not pane.findChildren(ContrastPanel))
    pane.choose_levels((1.0, 2.0))
