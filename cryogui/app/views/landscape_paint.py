"""What is painted on a landscape: axes, the scale of its colours, and places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPen, QPolygonF

from cryogui.app import theme
from cryogui.app.views.colormaps import table
from cryogui.spec import Parameter

COLOURS = "viridis"
_FINER = 8  # pixels of a picture between two points of a map
_ALIGN = Qt.AlignmentFlag


def picture(values: np.ndarray) -> QImage:
    """A map [y, x] in colours from its lowest value to its highest, y upwards, bilinear between points."""
    rows, columns = ((n - 1) * _FINER + 1 for n in values.shape)
    at_x = np.linspace(0, values.shape[1] - 1, columns)
    wide = np.array([np.interp(at_x, np.arange(values.shape[1]), row) for row in values])
    at_y = np.linspace(values.shape[0] - 1, 0, rows)
    fine = np.array([np.interp(at_y, np.arange(values.shape[0]), column) for column in wide.T]).T
    low, span = fine.min(), max(float(np.ptp(fine)), 1e-12)
    colours = table(COLOURS)[np.round((fine - low) / span * 255).astype(np.uint8)]
    data = np.ascontiguousarray(colours)
    return QImage(data.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def words(parameter: Parameter, value: float) -> str:
    """'tilt-axis offset 0.412 px'."""
    return f"{parameter.description.label} {number(value)} {parameter.display_unit}".rstrip()


def number(value: float) -> str:
    """Three digits with a true minus sign."""
    return f"{value:.3g}".replace("-", "−")


def axes(
    painter: QPainter, area: QRectF, parameters: tuple[Parameter, Parameter], true: tuple[float, float] | None
) -> None:
    """The ends of both ranges, the parameters' names, and ticks at nominal and true values."""
    x, y = parameters
    line = painter.fontMetrics().lineSpacing()
    below = QRectF(area.left() - theme.px(20), area.bottom() + theme.px(4), area.width() + theme.px(40), line)
    painter.setPen(theme.colour("muted"))
    painter.drawText(below, _ALIGN.AlignLeft, number(x.minimum))
    painter.drawText(below, _ALIGN.AlignRight, number(x.maximum))
    room = area.left() - theme.px(6)
    for value, top in ((y.maximum, area.top()), (y.minimum, area.bottom() - line)):
        painter.drawText(QRectF(0, top, room, line), _ALIGN.AlignRight | _ALIGN.AlignVCenter, number(value))
    painter.setPen(theme.colour("text"))
    painter.drawText(below.translated(0, line), _ALIGN.AlignHCenter, _name(x))
    painter.save()
    painter.translate(theme.px(4), area.center().y())
    painter.rotate(-90)
    half = area.height() / 2
    painter.drawText(QRectF(-half, 0, 2 * half, line), _ALIGN.AlignHCenter, _name(y))
    painter.restore()
    _ticks(painter, area, parameters, (x.nominal, y.nominal), "muted")
    if true is not None:
        _ticks(painter, area, parameters, true, "good")


def _ticks(
    painter: QPainter,
    area: QRectF,
    parameters: tuple[Parameter, Parameter],
    place: tuple[float, float],
    colour: str,
) -> None:
    across, up = (
        (each.clip(value) - each.minimum) / each.width for each, value in zip(parameters, place, strict=True)
    )
    painter.setPen(QPen(theme.colour(colour), theme.px(2)))
    x, y, length = area.left() + across * area.width(), area.bottom() - up * area.height(), theme.px(5)
    painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + length))
    painter.drawLine(QPointF(area.left() - length, y), QPointF(area.left(), y))


def _name(parameter: Parameter) -> str:
    unit = f" ({parameter.display_unit})" if parameter.display_unit else ""
    return f"{parameter.description.label}{unit}"


def scale(painter: QPainter, area: QRectF, low: float, high: float) -> None:
    """A strip of the colours at the right, with its ends."""
    strip = QRectF(area.right() + theme.px(10), area.top(), theme.px(10), area.height())
    painter.drawImage(strip, picture(np.array([[low, low], [high, high]])))
    painter.setPen(theme.colour("muted"))
    line = painter.fontMetrics().lineSpacing()
    left = strip.right() + theme.px(5)
    for value, top in ((high, strip.top()), (low, strip.bottom() - line)):
        painter.drawText(QRectF(left, top, theme.px(60), line), _ALIGN.AlignLeft, f"{value:.4f}")
    painter.drawText(
        QRectF(left, strip.center().y() - line / 2, theme.px(60), line), _ALIGN.AlignLeft, "‖r‖/‖y‖"
    )


def path(painter: QPainter, points: Sequence[QPointF]) -> None:
    """Where one has been, with a dot at each rest."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.on_canvas("canvas", 0.6), theme.px(3)))
    painter.drawPolyline(QPolygonF(list(points)))
    painter.setPen(QPen(theme.on_canvas("on_canvas"), theme.px(1.5)))
    painter.drawPolyline(QPolygonF(list(points)))
    painter.setBrush(theme.on_canvas("on_canvas"))
    for point in points:
        painter.drawEllipse(point, theme.px(2), theme.px(2))


def floor(painter: QPainter, points: Sequence[QPointF]) -> None:
    """The floor of the valley, dashed."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.on_canvas("canvas", 0.5), theme.px(3.5)))
    painter.drawPolyline(QPolygonF(list(points)))
    painter.setPen(QPen(theme.on_canvas("on_canvas"), theme.px(1.5), Qt.PenStyle.DashLine))
    painter.drawPolyline(QPolygonF(list(points)))


def nominal(painter: QPainter, at: QPointF) -> None:
    """A hollow square."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = theme.px(5)
    for colour, width in (("canvas", 3.0), ("on_canvas", 1.5)):
        painter.setPen(QPen(theme.on_canvas(colour), theme.px(width)))
        painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half))


def truth(painter: QPainter, at: QPointF) -> None:
    """A green triangle, its tip at the place, as on the sliders."""
    half = theme.px(6)
    painter.setPen(QPen(theme.on_canvas("canvas"), 1))
    painter.setBrush(theme.on_canvas("good"))
    top = at.y() - 1.6 * half
    painter.drawPolygon(QPolygonF([QPointF(at.x() - half, top), QPointF(at.x() + half, top), at]))


def crosshair(painter: QPainter, area: QRectF, at: QPointF) -> None:
    """The present place: lines to the borders, and a ring that shows what is in it."""
    gap = theme.px(7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("canvas", 3.0), ("accent", 1.5)):
        painter.setPen(QPen(theme.on_canvas(colour, 0.5 if colour == "canvas" else 1.0), theme.px(width)))
        painter.drawLine(QPointF(area.left(), at.y()), QPointF(at.x() - gap, at.y()))
        painter.drawLine(QPointF(at.x() + gap, at.y()), QPointF(area.right(), at.y()))
        painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), at.y() - gap))
        painter.drawLine(QPointF(at.x(), at.y() + gap), QPointF(at.x(), area.bottom()))
        painter.drawEllipse(at, gap, gap)
