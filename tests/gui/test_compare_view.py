"""The four ways in which a pair is shown, down to its pixels; Space, the clock and the divider."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRectF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from cryogui.app.export.plate import Look, Plate, shades
from cryogui.app.views.compare_view import CompareView, Shown, composed, matched
from cryogui.app.views.marks import Marks

pytestmark = pytest.mark.usefixtures("qapp")

ROWS, COLUMNS = 20, 30
A = np.arange(ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)
B = 1000.0 + A[::-1]
SHOWN_A = Shown(A, (0.0, 600.0), "measured y", "tilt 3")
SHOWN_B = Shown(B, (1000.0, 1600.0), "residual r", is_diverging=True, unit="σ")
DIFFERENCE = Shown(A - B, (-4.0, 4.0), "A − B", is_diverging=True)


@pytest.fixture
def view(qtbot: Any) -> CompareView:
    made = CompareView()
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.set_pair(SHOWN_A, SHOWN_B, DIFFERENCE)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(view: CompareView) -> list[str]:
    return [pane.name for pane in view.panes if pane.isVisible()]


def test_composed_takes_each_column_from_one_side() -> None:
    for columns in (0, 1, 13, COLUMNS):
        both = composed(A, B, columns)
        np.testing.assert_array_equal(both[:, :columns], A[:, :columns])
        np.testing.assert_array_equal(both[:, columns:], B[:, columns:])
    np.testing.assert_array_equal(A, np.arange(A.size).reshape(A.shape))  # not written to


def test_matched_moves_black_onto_black_and_white_onto_white() -> None:
    assert matched(A, (0.0, 1.0), (0.0, 1.0)) is A
    moved = matched(np.array([[2.0, 4.0, 3.0]], np.float32), (2.0, 4.0), (-1.0, 1.0))
    np.testing.assert_allclose(moved, [[-1.0, 1.0, 0.0]])


def test_side_by_side_shows_both_with_their_own_look(view: CompareView) -> None:
    assert shown(view) == ["compare_a", "compare_b"]
    np.testing.assert_array_equal(view.first.image, A)
    np.testing.assert_array_equal(view.second.image, B)
    assert (view.first.levels, view.second.levels) == (SHOWN_A.levels, SHOWN_B.levels)
    assert (view.first.is_diverging, view.second.is_diverging) == (False, True)
    assert view.second.unit == "σ"
    assert view.first.caption_label.text() == "tilt 3"
    assert (view.first._state.marks, view.second._state.marks) == (Marks(("A",)), Marks(("B",)))


def test_the_difference_has_a_pane_of_its_own(view: CompareView) -> None:
    view.set_mode("difference")
    assert shown(view) == ["compare_difference"]
    np.testing.assert_array_equal(view.difference.image, A - B)
    assert view.difference.is_diverging and view.difference.levels == (-4.0, 4.0)


def test_blinking_alternates_exactly_with_the_clock(view: CompareView) -> None:
    view.set_mode("blink")
    view.set_pace(0.2)
    assert shown(view) == ["compare_a"]
    assert (view._timer.interval(), view._timer.isActive()) == (200, True)
    for number in range(5):
        expected = (SHOWN_A, SHOWN_B)[number % 2]
        np.testing.assert_array_equal(view.first.image, expected.image)
        assert view.first.levels == expected.levels
        assert view.first.title_label.text() == expected.title
        assert view.first.is_diverging == expected.is_diverging
        assert view.first._state.marks == Marks(("AB"[number % 2],))
        view._timer.timeout.emit()


def test_a_new_pair_does_not_disturb_the_turn(view: CompareView) -> None:
    view.set_mode("blink")
    view.flip()
    view.set_pair(SHOWN_B, SHOWN_A, None)
    assert view.shows_b
    np.testing.assert_array_equal(view.first.image, A)


def test_the_clock_runs_only_in_sight_and_while_wanted(view: CompareView) -> None:
    assert not view._timer.isActive()
    view.set_mode("blink")
    assert view._timer.isActive()
    view.set_running(False)
    assert not view._timer.isActive()
    view.set_running(True)
    view.hide()
    assert not view._timer.isActive()
    view.show()
    assert view._timer.isActive()
    view.set_message("Nothing.")
    assert not view._timer.isActive()


def test_swipe_composes_by_columns_and_keeps_each_ones_contrast(view: CompareView) -> None:
    view.set_mode("swipe")
    view.set_divider(0.4)
    columns = round(0.4 * COLUMNS)
    assert shown(view) == ["compare_a"]
    assert view.first.levels == SHOWN_A.levels
    np.testing.assert_array_equal(view.first.image[:, :columns], A[:, :columns])
    np.testing.assert_allclose(view.first.image[:, columns:], B[:, columns:] - 1000.0, atol=1e-3)
    assert view.first._state.marks == Marks(("A", "B"), columns - 0.5)


def test_each_side_of_a_swipe_keeps_its_own_colours(view: CompareView) -> None:
    grey, diverging = (view.first.table_of(on) for on in (False, True))
    view.set_mode("swipe")
    canvas = view.first._canvas
    assert canvas is not None
    columns = COLUMNS // 2
    assert view.first.beyond is not None and view.first.beyond.column == columns
    np.testing.assert_array_equal(canvas.item.lut, grey)
    over = canvas._beyond_item
    assert over.isVisible() and over.pos().x() == columns - 0.5
    np.testing.assert_array_equal(over.lut, diverging)
    np.testing.assert_array_equal(over.image, view.first.image[:, columns:])
    view.first.choose_levels((0.0, 300.0))
    np.testing.assert_array_equal(over.levels, canvas.item.levels)
    view.first.invert()
    np.testing.assert_array_equal(over.lut, diverging[::-1])
    for share, is_seen in ((1.0, False), (0.0, True)):
        view.set_divider(share)
        assert over.isVisible() is is_seen
    view.set_mode("blink")
    assert view.first.beyond is None and not over.isVisible()


def test_a_swipe_is_exported_in_the_colours_of_both(view: CompareView) -> None:
    view.set_mode("swipe")
    view.set_divider(0.5)
    plate = Plate.of(view.first)
    assert plate is not None
    drawn = plate.raster(Look())
    for column, table in ((4, view.first.table_of(False)), (20, view.first.table_of(True))):
        shade = shades(view.first.image, SHOWN_A.levels)[3, column]
        assert drawn.pixelColor(column, 3).getRgb()[:3] == tuple(table[shade])
    cut = replace(plate, view=QRectF(17.5, -0.5, 5, ROWS)).raster(Look(visible_part=True))
    assert cut.pixelColor(0, 3) == drawn.pixelColor(18, 3)


def test_what_is_said_of_one_side_is_said_where_both_are_shown(view: CompareView) -> None:
    shot = replace(SHOWN_B, caption="its θ", help="The θ of the snapshot.")
    view.set_pair(SHOWN_A, shot, DIFFERENCE)
    assert view.second.caption_label.text() == "its θ"
    assert "The θ of the snapshot." in view.second.title_label.toolTip()
    view.set_mode("swipe")
    assert view.first.caption_label.text() == "A: tilt 3   B: its θ"
    view.set_mode("difference")
    assert "B: The θ of the snapshot." in view.difference.title_label.toolTip()
    view.set_pair(SHOWN_A, replace(SHOWN_B, caption="tilt 3"), DIFFERENCE)
    assert view.difference.caption_label.text() == "tilt 3"
    assert "snapshot" not in view.difference.title_label.toolTip()


def test_the_keyboard_stays_with_the_pictures_whatever_mode_they_are_in(desk: Any) -> None:
    _, view, *_ = desk
    view.set_pair(SHOWN_A, SHOWN_B, DIFFERENCE)
    assert view.second._canvas is not None
    view.second._canvas.setFocus()
    for mode, pane in (("difference", view.difference), ("blink", view.first), ("side_by_side", view.first)):
        view.set_mode(mode)
        assert pane.has_keyboard
    view.set_mode("difference")
    view.set_message("Nothing to compare.")
    view.set_pair(SHOWN_A, SHOWN_B, DIFFERENCE)
    assert view.difference.has_keyboard


def test_the_divider_is_dragged_and_moved_by_keys(qtbot: Any, view: CompareView) -> None:
    view.set_mode("swipe")
    moved: list[float] = []
    view.dividerMoved.connect(moved.append)
    canvas = view.first._canvas
    assert canvas is not None
    qtbot.wait(20)
    canvas.grab()  # gives the view its transform
    viewport = canvas.viewport()
    at, target = (QPoint(round(canvas._to_screen(x, 0).x()), 60) for x in (14.5, 20.5))
    before = canvas.view.viewRect()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 11):
        QTest.mouseMove(viewport, at + (target - at) * step / 10, delay=12)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=target)
    assert moved and moved[-1] == pytest.approx(21 / COLUMNS, abs=0.02)
    assert canvas.view.viewRect() == before  # not panned
    moved.clear()
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(canvas, Qt.Key.Key_Left, both)
    assert moved == pytest.approx([16 / COLUMNS, 5 / COLUMNS])
    view.first.dividerMoved.emit(-40.0)
    assert moved[-1] == 0.0


def test_a_drag_beside_the_divider_pans(view: CompareView) -> None:
    view.set_mode("swipe")
    canvas = view.first._canvas
    assert canvas is not None
    canvas.grab()
    assert canvas.view.is_on_divider(canvas._to_screen(14.5, 0).x() + 3)
    assert not canvas.view.is_on_divider(canvas._to_screen(14.5, 0).x() + 60)
    view.set_mode("side_by_side")
    assert not canvas.view.is_on_divider(canvas._to_screen(14.5, 0).x())


def test_contrast_changes_tell_which_side_they_are_about(view: CompareView) -> None:
    told: list[tuple[str, float, float]] = []
    view.levelsChanged.connect(lambda *values: told.append(values))
    view.first.choose_levels((0.0, 1.0))
    view.second.choose_levels((0.0, 2.0))
    view.set_mode("blink")
    view.flip()
    view.first.choose_levels((0.0, 3.0))
    view.difference.choose_levels((-1.0, 1.0))
    assert [(which, high) for which, _, high in told] == [
        ("a", 1.0),
        ("b", 2.0),
        ("b", 3.0),
        ("difference", 1.0),
    ]


def test_zooming_one_pane_moves_the_others(view: CompareView) -> None:
    view.first.zoom(2.0)
    assert view.second.part == view.difference.part == view.first.part


def test_one_sentence_stands_for_a_missing_pair(view: CompareView) -> None:
    view.set_mode("difference")
    view.set_message("Nothing to compare.")
    assert shown(view) == ["compare_a"]
    assert view.first._message.text() == "Nothing to compare."
    assert view.first.image is None and view.difference.image is None
    view.set_pair(SHOWN_A, SHOWN_B, DIFFERENCE)
    assert shown(view) == ["compare_difference"]


@pytest.fixture
def desk(qtbot: Any) -> tuple[QWidget, CompareView, QPushButton, QLineEdit, QWidget]:
    """A window with the view, and around it things that the keyboard may be in."""
    window, view = QWidget(), CompareView()
    button, line, plain = QPushButton("press"), QLineEdit(), QWidget()
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    column = QVBoxLayout(window)
    for widget in (view, button, line, plain):
        column.addWidget(widget)
    view.set_pair(SHOWN_A, SHOWN_B, None)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window, view, button, line, plain


def test_space_flips_wherever_the_keyboard_is_but_not_where_space_means_something(desk: Any) -> None:
    _, view, button, line, plain = desk
    asked, clicked = [], []
    view.flipRequested.connect(lambda: asked.append("flip"))
    button.clicked.connect(lambda: clicked.append("click"))
    for widget in (plain, view.first._canvas, button, line, plain):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Space)
    assert (asked, clicked, line.text()) == (["flip"] * 3, ["click"], " ")
    view.hide()
    plain.setFocus()
    QTest.keyClick(plain, Qt.Key.Key_Space)
    assert asked == ["flip"] * 3
