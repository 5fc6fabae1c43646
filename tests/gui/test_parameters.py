"""A row edits one number within its range, live, and tells the end of every edit once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMainWindow, QWidget

from cryogui.app.panels.parameter_panel import ParameterPanel
from cryogui.app.panels.parameter_row import ParameterRow, decimals_for
from cryogui.spec import Parameter, Spec, SpecRanges

OFFSET = Parameter("tilt_axis_offset", -0.6, 1.2, 0.0, "px")
SHRINKAGE = Parameter("dose_induced_shrinkage", -2.0, 4.0, 0.0, "%")
RANGES = SpecRanges((OFFSET, SHRINKAGE))


@pytest.fixture
def row(qtbot) -> ParameterRow:
    widget = ParameterRow(OFFSET)
    qtbot.addWidget(widget)
    widget.resize(340, 110)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def panel(qtbot) -> ParameterPanel:
    widget = ParameterPanel()
    qtbot.addWidget(widget)
    widget.set_ranges(RANGES, {"tilt_axis_offset": 0.6})
    return widget


def handle(row: ParameterRow, value: float | None = None) -> QPoint:
    slider = row.slider
    return QPoint(round(slider.x_of(slider.value if value is None else value)), int(slider._groove().top()))


def test_setters_are_silent_and_clip(qtbot, row) -> None:
    with qtbot.assertNotEmitted(row.valueChanged), qtbot.assertNotEmitted(row.released):
        row.set_value(99.0)
    assert row.value == row.spin.value() == 1.2


def test_drag_is_live_and_ends_once(qtbot, row) -> None:
    values: list[float] = []
    ends: list[None] = []
    row.valueChanged.connect(values.append)
    row.released.connect(lambda: ends.append(None))
    qtbot.mousePress(row.slider, Qt.MouseButton.LeftButton, pos=handle(row))
    for target in (0.3, 0.6, 0.9):
        qtbot.mouseMove(row.slider, handle(row, target))
    qtbot.mouseRelease(row.slider, Qt.MouseButton.LeftButton, pos=handle(row, 0.9))
    assert values == pytest.approx([0.3, 0.6, 0.9], abs=0.01)
    assert len(ends) == 1
    assert row.spin.value() == pytest.approx(row.value)


def test_grasping_the_handle_off_centre_does_not_move_it(qtbot, row) -> None:
    with qtbot.assertNotEmitted(row.valueChanged):
        qtbot.mouseClick(row.slider, Qt.MouseButton.LeftButton, pos=handle(row) + QPoint(4, 0))


def test_click_on_the_groove_goes_there(qtbot, row) -> None:
    with qtbot.waitSignal(row.valueChanged) as changed:
        qtbot.mouseClick(row.slider, Qt.MouseButton.LeftButton, pos=handle(row, 1.0))
    assert changed.args[0] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Right, 0.009),
        (Qt.Key.Key_Left, -0.009),
        (Qt.Key.Key_PageUp, 0.09),
        (Qt.Key.Key_Home, -0.6),
        (Qt.Key.Key_End, 1.2),
    ],
)
def test_keys_move_the_slider_and_end_the_edit(qtbot, row, key, value) -> None:
    with qtbot.waitSignals([row.valueChanged, row.released]):
        qtbot.keyClick(row.slider, key)
    assert row.value == pytest.approx(value)


def test_typing_ends_with_enter_and_cannot_leave_the_range(qtbot, row) -> None:
    row.spin.selectAll()
    with qtbot.assertNotEmitted(row.valueChanged):
        qtbot.keyClicks(row.spin, "0.5")
    with qtbot.waitSignals([row.valueChanged, row.released]):
        qtbot.keyClick(row.spin, Qt.Key.Key_Return)
    assert row.value == 0.5
    row.spin.selectAll()
    qtbot.keyClicks(row.spin, "7")
    qtbot.keyClick(row.spin, Qt.Key.Key_Return)
    assert row.value <= 1.2


@pytest.mark.parametrize("text", ["-0.25", "−0.25"])
def test_either_minus_can_be_typed_and_the_true_one_is_shown(qtbot, row, text) -> None:
    row.spin.lineEdit().setText(text)  # the test library types ASCII only
    qtbot.keyClick(row.spin, Qt.Key.Key_Return)
    assert row.value == -0.25
    assert row.spin.text() == "−0.250"


def test_shown_value_is_the_value_used(row, qtbot) -> None:
    with qtbot.waitSignal(row.valueChanged) as changed:
        row.slider._user_moved(0.123456789)
    assert changed.args == [0.123]
    assert row.spin.text() == "0.123"


def test_double_click_on_the_handle_asks_for_reset(qtbot, row) -> None:
    row.set_value(0.5)
    with qtbot.waitSignal(row.resetRequested):
        qtbot.mouseDClick(row.slider, Qt.MouseButton.LeftButton, pos=handle(row))


def test_locked_row_cannot_be_moved(qtbot, row) -> None:
    row.set_value(0.5)
    with qtbot.waitSignal(row.lockToggled) as toggled:
        qtbot.mouseClick(row.lock_button, Qt.MouseButton.LeftButton)
    assert toggled.args == [True]
    assert not row.slider.isEnabled()
    assert not row.reset_button.isEnabled()
    with qtbot.assertNotEmitted(row.lockToggled):
        row.set_locked(False)
    assert row.slider.isEnabled()
    assert row.reset_button.isEnabled()


def test_wheel_over_an_unfocused_slider_changes_nothing(qtbot, row) -> None:
    from PyQt6.QtCore import QPointF
    from PyQt6.QtGui import QWheelEvent

    row.lock_button.setFocus()
    event = QWheelEvent(
        QPointF(handle(row)), QPointF(handle(row)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    row.slider.wheelEvent(event)
    assert row.value == 0.0
    assert not event.isAccepted()


def test_truth_and_sparkline_show_only_where_known(row) -> None:
    assert row.truth_label.isHidden()
    row.set_true(0.66)
    assert row.truth_label.text() == "true 0.660 px"
    assert row.sparkline.isHidden()
    row.set_sparkline([-0.6, 0.0, 1.2], [3.0, 1.0, 2.0])
    assert not row.sparkline.isHidden()
    row.grab()
    row.set_sparkline(None)
    assert row.sparkline.isHidden()


def test_tooltip_tells_physics_formula_and_range(row) -> None:
    text = row.slider.toolTip()
    for words in ("tilt axis projects", "exp(−2πi", "−0.6 … 1.2 px", "nominal 0"):
        assert words in text
    assert row.spin.accessibleName() == "tilt-axis offset, px"


@pytest.mark.parametrize(
    ("width", "decimals"), [(1.8, 3), (0.3, 4), (6.0, 2), (13.2, 2), (400.0, 1), (2000.0, 0)]
)
def test_decimals_follow_the_range(width: float, decimals: int) -> None:
    assert decimals_for(Parameter("x", 0.0, width, 0.0)) == decimals


def test_panel_shows_spec_without_echo(qtbot, panel) -> None:
    with qtbot.assertNotEmitted(panel.specEdited), qtbot.assertNotEmitted(panel.editFinished):
        panel.set_spec(Spec.of({"tilt_axis_offset": 0.4, "dose_induced_shrinkage": 1.5}))
        panel.set_locked(frozenset({"tilt_axis_offset"}))
    assert [row.value for row in panel.rows.values()] == [0.4, 1.5]
    assert [row.is_locked for row in panel.rows.values()] == [True, False]


def test_panel_names_what_was_edited(qtbot, panel) -> None:
    with qtbot.waitSignals([panel.specEdited, panel.editFinished]) as blocker:
        qtbot.keyClick(panel.rows["dose_induced_shrinkage"].slider, Qt.Key.Key_Right)
    arguments = [tuple(event.args) for event in blocker.all_signals_and_args]
    assert arguments == [("dose_induced_shrinkage", 0.03), ("dose_induced_shrinkage",)]


def test_panel_resets_one_or_all(qtbot, panel) -> None:
    heard: list[str] = []
    panel.resetRequested.connect(heard.append)
    panel.set_spec({"tilt_axis_offset": 0.4})
    panel.rows["tilt_axis_offset"].reset_button.click()
    panel.reset_all_button.click()
    assert heard == ["tilt_axis_offset", ""]


def test_same_ranges_keep_their_rows(panel) -> None:
    before = panel.rows["tilt_axis_offset"]
    panel.set_ranges(SpecRanges((OFFSET, SHRINKAGE)))
    assert panel.rows["tilt_axis_offset"] is before
    assert before.truth_label.isHidden()
    panel.set_ranges(SpecRanges((OFFSET,)))
    assert list(panel.rows) == ["tilt_axis_offset"]


def test_no_ranges_say_why(panel) -> None:
    panel.set_message("This volume has no forward model.")
    panel.set_ranges(SpecRanges())
    assert not panel.rows
    assert panel.reset_all_button.isHidden()


# ---- keys, within a window that has shortcuts of its own


class Shortcuts(QMainWindow):
    """A window with the panel and the real window's keys; `heard` are those that reached it."""

    def __init__(self, panel: ParameterPanel) -> None:
        super().__init__()
        self.setCentralWidget(panel)
        self.heard: list[str] = []
        letters = ("F", "Shift+A", "=", "1", "-")
        for keys in ("Ctrl+Z", "Ctrl+Shift+Z", "PgUp", "PgDown", "Home", "End", *letters):
            action = QAction(keys, self)
            action.setShortcut(keys)
            action.triggered.connect(lambda checked=False, keys=keys: self.heard.append(keys))
            self.addAction(action)


@pytest.fixture
def window(qtbot, panel) -> Iterator[Shortcuts]:
    made = Shortcuts(panel)
    qtbot.addWidget(made)
    made.resize(400, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    yield made


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(qtbot, window: Shortcuts, widget: QWidget, key: Qt.Key, held: object = None) -> None:
    """Through the window, so that shortcuts are tried as they are for a real key."""
    widget.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is widget)
    QTest.keyClick(window.windowHandle(), key, held or Qt.KeyboardModifier.NoModifier)


def test_undo_belongs_to_the_window_also_while_a_number_is_edited(qtbot, panel, window) -> None:
    spin = panel.rows["tilt_axis_offset"].spin
    press(qtbot, window, spin, Qt.Key.Key_5)
    press(qtbot, window, spin, Qt.Key.Key_Z, CTRL)
    press(qtbot, window, spin, Qt.Key.Key_Z, CTRL | SHIFT)
    assert window.heard == ["Ctrl+Z", "Ctrl+Shift+Z"]


@pytest.mark.parametrize(
    ("key", "value"),
    [(Qt.Key.Key_PageUp, 0.09), (Qt.Key.Key_PageDown, -0.09), (Qt.Key.Key_Home, -0.6), (Qt.Key.Key_End, 1.2)],
)
def test_a_focused_slider_keeps_its_keys(qtbot, panel, window, key, value) -> None:
    row = panel.rows["tilt_axis_offset"]
    press(qtbot, window, row.slider, key)
    assert row.value == pytest.approx(value)
    assert window.heard == []


def test_a_focused_number_keeps_page_up(qtbot, panel, window) -> None:
    row = panel.rows["tilt_axis_offset"]
    press(qtbot, window, row.spin, Qt.Key.Key_PageUp)
    assert row.value == pytest.approx(0.09)
    assert window.heard == []


def test_letters_in_a_number_are_the_windows_keys_and_digits_are_not(qtbot, panel, window) -> None:
    row = panel.rows["tilt_axis_offset"]
    for key, held in ((Qt.Key.Key_F, None), (Qt.Key.Key_A, SHIFT), (Qt.Key.Key_Equal, None)):
        press(qtbot, window, row.spin, key, held)
    assert window.heard == ["F", "Shift+A", "="]
    row.spin.selectAll()
    for key in (Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_Period, Qt.Key.Key_1, Qt.Key.Key_Return):
        press(qtbot, window, row.spin, key)
    assert row.value == pytest.approx(-0.1)
    assert len(window.heard) == 3


def test_the_tooltips_tell_the_keys(panel) -> None:
    row = panel.rows["tilt_axis_offset"]
    for widget in (row.slider, row.spin):
        assert "PgUp and PgDown by 1/20 of the range" in widget.toolTip()


def test_return_ends_the_editing(qtbot, panel, window) -> None:
    row = panel.rows["tilt_axis_offset"]
    press(qtbot, window, row.spin, Qt.Key.Key_Return)
    assert row.slider.hasFocus()


def test_tab_goes_from_row_to_row(qtbot, panel, window) -> None:
    first, second = panel.rows.values()
    panel.set_spec({name: row.value + 0.1 for name, row in panel.rows.items()})  # so that reset is enabled
    order = [*first.tab_stops, *second.tab_stops, panel.reset_all_button]
    first.slider.setFocus()
    qtbot.waitUntil(first.slider.hasFocus)
    met = [QApplication.focusWidget()]
    for _ in order[1:]:
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    assert met == [widget for widget in order if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_a_curve_moves_no_row(qtbot, panel, window) -> None:
    row = panel.rows["dose_induced_shrinkage"]
    before = row.geometry()
    panel.set_sparkline("tilt_axis_offset", [-0.6, 0.0, 1.2], [3.0, 1.0, 2.0])
    QTest.qWait(30)
    assert row.geometry() == before
