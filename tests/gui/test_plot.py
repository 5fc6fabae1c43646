"""A plot draws what it is given, fits y to it, tells what is under the pointer, and has one line to move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.views.plot import Axis, CurvePlot, Handle, Mark, PlotCurve, readout_text
from cryogui.app.views.plot_axes import decades, power_of_ten, reciprocals, thinned
from cryogui.app.views.plot_legend import Legend, hidden_by

K = np.linspace(0.01, 0.25, 25)
K_AXIS = Axis("k", "1/Å", reciprocal="Å")


@pytest.fixture
def plot(qtbot) -> CurvePlot:
    widget = CurvePlot("power", "power", K_AXIS, Axis("power", is_log=True))
    qtbot.addWidget(widget)
    widget.resize(600, 240)
    widget.set_curves(
        [PlotCurve("radial", K, 10.0 ** (-10 * K)), PlotCurve("model", K, 0 * K, is_ranging=False)]
    )
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def place(plot: CurvePlot, k: float) -> QPoint:
    """Pixel of the canvas at k, in the middle of the curves' height."""
    canvas = plot._canvas
    return QPoint(round(canvas.to_screen(k, 1.0).x()), round(canvas.area().center().y()))


def drag(qtbot, plot: CurvePlot, start: float, *stops: float) -> None:
    viewport, first, places = plot._canvas.viewport(), place(plot, start), [place(plot, k) for k in stops]
    qtbot.mouseMove(viewport, first)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)
    for stop in places:
        qtbot.mouseMove(viewport, stop)
        qtbot.wait(20)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=places[-1])


def test_there_is_a_message_and_no_canvas_until_the_first_curve(qtbot) -> None:
    widget = CurvePlot("power", "power", K_AXIS, Axis("power"))
    qtbot.addWidget(widget)
    widget.set_message("no images")
    widget.set_curves([])
    assert widget._canvas is None
    assert widget._pages.currentWidget().text() == "no images"


def test_y_shows_all_of_the_ranging_curves_in_decades(plot) -> None:
    low, high = plot._canvas.view.viewRange()[1]
    assert low < -2.5 < -0.1 < high
    assert high - low < 3.0
    plot.set_axes(K_AXIS, Axis("power"))
    low, high = plot._canvas.view.viewRange()[1]
    assert low < 10**-2.5
    assert 0.79 < high < 0.9


def test_y_follows_the_part_of_x_on_show(plot) -> None:
    plot.set_view((0.2, 0.25))
    low, high = plot._canvas.view.viewRange()[1]
    assert plot._canvas.view.viewRange()[0] == pytest.approx([0.2, 0.25])
    assert -2.6 < low < -2.5 < -2.0 < high < -1.9
    plot.set_view(None)
    assert plot._canvas.view.viewRange()[0] == pytest.approx([0.0, 0.25])


@pytest.mark.parametrize("shown", [(3.0, 4.0), (0.1, 0.1), (0.2, 0.1), (np.nan, np.nan)])
def test_a_range_without_curves_shows_all_of_them(plot, shown) -> None:
    plot.set_view(shown)
    assert plot._canvas.view.viewRange()[0] == pytest.approx([0.0, 0.25])


def test_setters_are_silent_and_the_wheel_is_not(qtbot, plot) -> None:
    with qtbot.assertNotEmitted(plot.viewChanged), qtbot.assertNotEmitted(plot.handleMoved):
        plot.set_view((0.05, 0.1))
        plot.set_handle(Handle(0.07))
    with qtbot.waitSignal(plot.viewChanged) as moved:
        qtbot.keyClick(plot._canvas, Qt.Key.Key_Up)
    left, right = moved.args[0]
    assert right - left == pytest.approx(0.04)
    assert plot.view == (left, right)
    with qtbot.waitSignal(plot.viewChanged) as whole:
        for act in (qtbot.mouseDClick, qtbot.mouseRelease):
            act(plot._canvas.viewport(), Qt.MouseButton.LeftButton, pos=place(plot, 0.07))
    assert whole.args == [None]


def test_dragging_the_handle_asks_for_places_and_pans_nothing(qtbot, plot) -> None:
    plot.set_handle(Handle(0.1, "first zero"))
    asked: list[float] = []
    plot.handleMoved.connect(asked.append)
    with qtbot.waitSignal(plot.handleReleased), qtbot.assertNotEmitted(plot.viewChanged):
        drag(qtbot, plot, 0.1, 0.12, 0.15)
    assert asked[-1] == pytest.approx(0.15, abs=0.001)
    assert plot.handle.x == 0.1  # it moves when it is told to
    assert not plot.is_held


def test_dragging_elsewhere_pans(qtbot, plot) -> None:
    plot.set_view((0.05, 0.15))
    plot.set_handle(Handle(0.06))
    with qtbot.waitSignal(plot.viewChanged), qtbot.assertNotEmitted(plot.handleMoved):
        drag(qtbot, plot, 0.1, 0.11, 0.12)
    assert plot.view == pytest.approx((0.03, 0.13), abs=0.001)


def test_a_handle_that_cannot_be_moved_says_why(qtbot, plot) -> None:
    plot.set_handle(Handle(0.1, "first zero", "drag it", obstacle="nothing moves it"))
    with qtbot.assertNotEmitted(plot.handleMoved):
        drag(qtbot, plot, 0.1, 0.12)
        qtbot.keyClick(plot._canvas, Qt.Key.Key_Right)
    assert plot._canvas.toolTip() == "nothing moves it"
    assert plot._canvas.accessibleDescription().startswith("first zero. nothing moves it. Wheel zooms")
    plot.set_handle(Handle(0.1, "first zero", "drag it"))
    assert plot._canvas.toolTip() == "drag it"


@pytest.mark.parametrize("what", ["handle", "mark"])
def test_no_line_meets_the_legend(plot, what) -> None:
    canvas = plot._canvas
    area = canvas.area()
    x = area.right() - 40  # among the names
    k = canvas.view.mapSceneToView(QPointF(x, 0)).x()
    shots = []
    for there in (False, True):
        plot.set_handle(Handle(k) if there and what == "handle" else None)
        plot.set_marks([Mark(k, "accent")] if there and what == "mark" else [])
        image = canvas.grab().toImage()
        rows = range(round(area.top()) + 1, round(area.bottom()) - 1)
        shots.append([image.pixelColor(round(x), row).getRgb()[:3] for row in rows])
    changed = np.abs(np.diff(np.array(shots, float), axis=0)[0]).max(axis=1)
    names = 2 * canvas.fontMetrics().height()
    assert changed[: names // 2].max() == 0
    assert changed[2 * names :].max() > 30


def test_arrow_keys_move_the_handle(qtbot, plot) -> None:
    plot.set_handle(Handle(0.1))
    asked: list[float] = []
    plot.handleMoved.connect(asked.append)
    with qtbot.waitSignal(plot.handleReleased):
        qtbot.keyClick(plot._canvas, Qt.Key.Key_Right)
    qtbot.keyClick(plot._canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    step = asked[0] - 0.1
    assert step > 0
    assert asked[1] - 0.1 == pytest.approx(-10 * step)


def test_the_pointer_reads_off_every_curve(qtbot, plot) -> None:
    read: list[str] = []
    plot.readout.connect(read.append)
    qtbot.mouseMove(plot._canvas.viewport(), place(plot, 0.2))
    qtbot.waitUntil(lambda: bool(read) and "radial 0.01 " in read[-1])
    qtbot.mouseMove(plot._canvas.viewport(), place(plot, 0.1))
    qtbot.waitUntil(lambda: "radial 0.1 " in read[-1])
    text = read[-1]
    assert "1/Å" in text
    assert "Å)" in text
    assert "model 0" in text
    plot._canvas.grab()  # with the line under the pointer


def test_what_is_read_off_has_both_units_and_no_value_beyond_a_curve(plot) -> None:
    assert readout_text(plot._state, 0.05).startswith("k 0.05 1/Å  (20 Å)  ·  radial 0.31")
    assert readout_text(plot._state, 0.4) == "k 0.4 1/Å  (2.5 Å)"


def test_curves_are_told_as_they_are_exported(plot) -> None:
    radial, model = plot.curves()
    assert (radial.name, radial.x_name, radial.x_unit, model.name) == ("radial", "k", "1/Å", "model")
    np.testing.assert_array_equal(radial.y, 10.0 ** (-10 * K))


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_curves_wear_the_theme(qtbot, qapp, plot, mode) -> None:
    theme.apply_theme(qapp, mode)
    plot.set_curves([PlotCurve("level", K, np.ones_like(K), "accent", width=4.0)])
    plot.set_marks([Mark(0.2, text="Nyquist")])
    qtbot.wait(50)
    picture = plot._canvas.grab().toImage()
    at = plot._canvas.to_screen(0.1, 1.0).toPoint()
    assert picture.pixelColor(at).name() == theme.palette().accent
    theme.apply_theme(qapp, "dark")


def test_gaps_and_empty_curves_are_drawn_without_complaint(plot) -> None:
    y = 10.0 ** (-10 * K)
    y[3:6] = np.nan
    plot.set_curves(
        [PlotCurve("gap", K, y), PlotCurve("none", K[:0], K[:0]), PlotCurve("void", K, K * np.nan)]
    )
    plot._canvas.grab()
    plot.set_curves([])
    plot.set_curves([PlotCurve("gap", K, y)])
    assert len(plot._canvas._lines) == 1


def test_decades_are_labelled_as_room_allows() -> None:
    assert decades(-4.2, 0.3, 10)[0][1] == [-4.0, -3.0, -2.0, -1.0, 0.0]
    assert decades(-4.2, 0.3, 3)[0][1] == [-4.0, -2.0, 0.0]
    assert [power_of_ten(power) for power in (-7, -2, 0, 3, 12)] == ["10⁻⁷", "0.01", "1", "1000", "10¹²"]


def test_resolutions_are_round_numbers_apart() -> None:
    places = reciprocals(0.0, 0.25, 0.02)
    assert {round(1 / place, 6) for place in places} >= {20.0, 10.0, 5.0, 4.0}
    assert np.diff(places).min() >= 0.02
    assert reciprocals(0.0, 0.0, 0.1) == []


@pytest.mark.parametrize(
    ("least", "values"), [(0.1, [0.0, 0.2, 0.4, 0.6, 0.8]), (0.4, [0.0, 0.4, 0.8]), (0.45, [0.0, 0.6])]
)
def test_numbers_along_a_narrow_plot_keep_apart(least: float, values: list[float]) -> None:
    assert thinned(0.2, [0.0, 0.2, 0.4, 0.6, 0.8], least)[1] == values


# ---- where the names stand


AREA = QRectF(0, 0, 400, 200)


def on_screen(x: float, y: float) -> QPointF:
    """x and y from 0 to 1 over AREA."""
    return QPointF(AREA.width() * x, AREA.height() * (1 - y))


def legend_of(area: QRectF, *values: Sequence[float]) -> Legend:
    curves = [PlotCurve("a name", np.linspace(0, 1, len(y)), np.array(y, float)) for y in values]
    metrics = QFontMetrics(QApplication.font())
    return Legend.of(curves, area, metrics, lambda ground: hidden_by(ground, curves, False, on_screen))


@pytest.mark.parametrize(
    ("values", "is_right", "is_upper"),
    [
        ([[0.9, 0.1]], True, True),
        ([[0.1, 0.99]], False, True),
        ([[0.9, 0.9]], True, False),
        ([[0.9, 0.9], [0.9, 0.05]], False, False),
    ],
)
def test_names_stand_where_no_curve_is(qapp, values, is_right, is_upper) -> None:
    ground = legend_of(AREA, *values).ground
    assert AREA.contains(ground)
    assert (ground.center().x() > AREA.center().x()) == is_right
    assert (ground.center().y() < AREA.center().y()) == is_upper


def test_a_narrow_plot_has_names_only_where_they_hide_nothing(qapp) -> None:
    narrow = QRectF(0, 0, 200, 200)
    free, full = [0.95, 0.9, 0.95], [[0.95, 0.95], [0.05, 0.05]]
    assert legend_of(narrow, free).curves
    assert not legend_of(narrow, *full).curves
    assert legend_of(AREA, *full).curves


def test_a_line_through_the_names_ends_at_them(qapp) -> None:
    below = legend_of(AREA, [0.9, 0.9])
    beside = below.beside(AREA, below.ground.center().x())
    assert beside.top() == AREA.top() and beside.bottom() == below.ground.top()
    assert below.beside(AREA, AREA.left()) == AREA
