"""What is painted over the curves of a plot: marks, handle, legend, units, and the line under the pointer."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen

from cryogui.app import theme
from cryogui.app.views.plot import Handle, Mark, PlotCurve, PlotState, told, value_at
from cryogui.app.views.plot_legend import Legend, ToScreen, hidden_by


def paint(painter: QPainter, area: QRectF, state: PlotState, to_screen: ToScreen) -> None:
    """Draw over the curves, which cover `area` (pixels of the widget)."""
    painter.setFont(theme.small_font())
    is_log = state.y_axis.is_log
    legend = Legend.of(
        told(state), area, painter.fontMetrics(),
        lambda ground: hidden_by(ground, state.curves, is_log, to_screen),
    )  # fmt: skip
    painter.save()
    painter.setClipRect(area)
    for curve in state.curves:
        if curve.has_points:
            _paint_points(painter, curve, is_log, to_screen)
    for mark in state.marks:
        x = to_screen(mark.x, 0).x()
        _paint_mark(painter, legend.beside(area, x), mark, x)
    if state.told_at is not None:
        _paint_pointer(painter, area, state, state.told_at, to_screen)
    if state.handle is not None:
        x = to_screen(state.handle.x, 0).x()
        _paint_handle(painter, legend.beside(area, x), state.handle, x)
    painter.restore()
    _paint_legend(painter, legend)
    _paint_units(painter, area, state)


def _paint_points(painter: QPainter, curve: PlotCurve, is_log: bool, to_screen: ToScreen) -> None:
    for x, y in zip(curve.x, curve.y, strict=True):
        if y > 0 or not (is_log or np.isnan(y)):
            _paint_point(painter, curve, to_screen(float(x), float(y)))


def _paint_point(painter: QPainter, curve: PlotCurve, at: QPointF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(curve.colour))
    painter.drawEllipse(at, 0.5 * theme.px(5), 0.5 * theme.px(5))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_mark(painter: QPainter, area: QRectF, mark: Mark, x: float) -> None:
    painter.setPen(QPen(theme.colour(mark.colour, 0.75), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    if mark.text:
        painter.setPen(theme.colour("muted"))
        away_from_legend = x > area.center().x()
        _text_beside(painter, area, x, area.top() + theme.px(3), mark.text, away_from_legend)


def _paint_handle(painter: QPainter, area: QRectF, handle: Handle, x: float) -> None:
    tint = theme.colour("faint" if handle.obstacle else "accent")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tint, theme.px(2)))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    if not handle.obstacle:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawEllipse(QPointF(x, area.bottom() - theme.px(26)), theme.px(5), theme.px(5))
    painter.setPen(theme.colour("muted" if handle.obstacle else "accent"))
    bottom = area.bottom() - theme.px(4) - painter.fontMetrics().height()
    _text_beside(painter, area, x, bottom, handle.text)


def _text_beside(
    painter: QPainter, area: QRectF, x: float, top: float, text: str, at_left: bool = False
) -> None:
    """Words at the right of x, or at its left where the area ends."""
    metrics, gap = painter.fontMetrics(), theme.px(6)
    width, height = metrics.horizontalAdvance(text) + theme.px(4), metrics.height()
    at_left = at_left or x + gap + width > area.right()
    left = x - gap - width if at_left else x + gap
    box = QRectF(left, top, width, height)
    painter.fillRect(box.adjusted(-theme.px(2), 0, 0, 0), theme.colour("card", 0.8))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _paint_pointer(
    painter: QPainter, area: QRectF, state: PlotState, told_at: float, to_screen: ToScreen
) -> None:
    x = to_screen(told_at, 0).x()
    painter.setPen(QPen(theme.colour("faint", 0.8), 1))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for curve in told(state):
        value = value_at(curve, told_at)
        if value is not None and (value > 0 or not state.y_axis.is_log):
            painter.setBrush(theme.colour(curve.colour))
            painter.drawEllipse(QPointF(x, to_screen(told_at, value).y()), theme.px(3), theme.px(3))


def _paint_legend(painter: QPainter, legend: Legend) -> None:
    line, gap, height = theme.px(18), theme.px(6), painter.fontMetrics().height()
    left, top = legend.ground.left() + theme.px(5), legend.ground.top() + theme.px(2)
    painter.fillRect(legend.ground, theme.colour("card", 0.8))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row, curve in enumerate(legend.curves):
        middle = top + (row + 0.5) * height
        if curve.has_line:
            painter.setPen(pen_of(curve))
            painter.drawLine(QPointF(left, middle), QPointF(left + line, middle))
        else:
            _paint_point(painter, curve, QPointF(left + line / 2, middle))
        painter.setPen(theme.colour("text"))
        box = QRectF(left + line + gap, top + row * height, legend.ground.width(), height)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, curve.name)


def _paint_units(painter: QPainter, area: QRectF, state: PlotState) -> None:
    """The units of the lower and upper axis, at the right of their numbers."""
    painter.setPen(theme.colour("muted"))
    height, width = theme.px(18), theme.px(34)
    left = area.right() + theme.px(5)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(left, area.bottom() + 1, width, height), flags, state.x_axis.unit)
    if state.x_axis.reciprocal:
        painter.drawText(QRectF(left, area.top() - height, width, height), flags, state.x_axis.reciprocal)


def pen_of(curve: PlotCurve) -> QPen:
    """How the line of a curve is drawn, in the plot and in the legend."""
    if not curve.has_line:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(theme.colour(curve.colour), theme.px(1) * curve.width)
    if curve.is_dashed:
        pen.setDashPattern([4.0, 3.0])
    pen.setCosmetic(True)
    return pen
