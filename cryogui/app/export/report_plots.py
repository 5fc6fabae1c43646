"""The two plots of a report: the residual of every image, and power spectra."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.export.paint import figure, ticks
from cryogui.app.export.report import Bars, Curves, Table
from cryogui.app.views.strip_drawing import ticks_of

_INK = theme.LIGHT
_AXIS = 30.0  # width of the figures beside the vertical axis
_FOOT = 14.0
_HIGHEST = 3.0  # times the middle bar: beyond, a bar is cut
_POINTS = 6.5
_RIGHT, _CENTRE = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


def paint_bars(painter: QPainter, room: QRectF, bars: Bars) -> None:
    """One bar for each image in its verdict's colour, noise floors as a line; a bar that is cut has a gap."""
    plot = room.adjusted(_AXIS, 0, 0, -_FOOT)
    heights = np.nan_to_num(bars.heights)
    top = min(float(heights.max()), _HIGHEST * float(np.median(heights))) or 1.0
    _paint_scale(painter, plot, (0.0, top))
    width = plot.width() / len(heights)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, (height, tone) in enumerate(zip(heights, bars.tones, strict=True)):
        tall = min(height / top, 1.0) * plot.height()
        bar = QRectF(plot.left() + number * width, plot.bottom() - tall, max(width - 0.8, 0.4), tall)
        tint = QColor(getattr(_INK, tone))
        if number in bars.left_out:
            painter.setPen(QPen(QColor(_INK.faint), 0.6, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar)
            continue
        painter.fillRect(bar, tint)
        if height > top:
            painter.fillRect(QRectF(bar.left(), bar.top() + 3, bar.width(), 1.5), QColor("#ffffff"))
    if bars.floors is not None:
        steps = [
            QPointF(
                plot.left() + (number + side) * width, plot.bottom() - min(floor / top, 1.0) * plot.height()
            )
            for number, floor in enumerate(bars.floors)
            for side in (0.0, 1.0)
        ]
        painter.setPen(QPen(QColor(_INK.text), 0.9))
        painter.drawPolyline(QPolygonF(steps))
        _words(painter, "noise floor", QRectF(plot.right() - 80, room.top() - 18, 80, 14), "muted", _RIGHT)
    for slot, text in ticks_of(bars.angles_deg, len(heights)):
        _words(painter, text, QRectF(plot.left() + slot * width - 30, plot.bottom() + 2, 60, _FOOT), "muted")


def paint_curves(painter: QPainter, room: QRectF, curves: Curves) -> None:
    """Power in decades over k: measured in black, expected in blue."""
    plot = room.adjusted(_AXIS, 0, 0, -_FOOT)
    lines = [(curves.measured, _INK.text)]
    if curves.expected is not None:
        lines.append((curves.expected, _INK.accent))
    known = np.concatenate([line[line > 0] for line, _ in lines])
    if not known.size:
        return
    # The expected images hold no noise: the measured ones say how far down is worth showing.
    measured = curves.measured[curves.measured > 0]
    low, high = math.floor(math.log10(measured.min())) - 0.5, math.log10(known.max()) + 0.2
    _paint_decades(painter, plot, low, high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(plot)
    for line, tint in lines:
        _paint_line(painter, plot, curves.k, line, (low, high), tint)
    painter.restore()
    last = float(curves.k[-1])
    for value in ticks((0.0, last)):
        place = plot.left() + value / last * plot.width()
        _words(painter, figure(value), QRectF(place - 20, plot.bottom() + 2, 40, _FOOT), "muted")
    if curves.expected is not None:
        legend = QRectF(plot.right() - 62, plot.top() + 2, 60, 11)
        _words(painter, "measured", legend, "text", _RIGHT)
        _words(painter, "expected", legend.translated(0, 11), "accent", _RIGHT)


def _paint_line(
    painter: QPainter, plot: QRectF, k: Table, line: Table, reach: tuple[float, float], tint: str
) -> None:
    low, high = reach
    points = [
        QPointF(
            plot.left() + x / k[-1] * plot.width(),
            plot.bottom() - (math.log10(y) - low) / (high - low) * plot.height(),
        )
        for x, y in zip(k.tolist(), line.tolist(), strict=True)
        if y > 0
    ]
    painter.setPen(QPen(QColor(tint), 1.1))
    painter.drawPolyline(QPolygonF(points))


def _paint_scale(painter: QPainter, plot: QRectF, reach: tuple[float, float]) -> None:
    """Thin lines across the plot at round values, with figures at the left."""
    low, high = reach
    for value in ticks(reach):
        y = plot.bottom() - (value - low) / (high - low) * plot.height()
        _paint_level(painter, plot, y, figure(value))


def _paint_decades(painter: QPainter, plot: QRectF, low: float, high: float) -> None:
    decades = range(math.ceil(low), math.floor(high) + 1)
    for power in decades[:: max(1, len(decades) // 4)]:
        y = plot.bottom() - (power - low) / (high - low) * plot.height()
        _paint_level(painter, plot, y, f"10{_raised(power)}")


def _paint_level(painter: QPainter, plot: QRectF, y: float, text: str) -> None:
    painter.setPen(QPen(QColor(_INK.border), 0.5))
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    _words(painter, text, QRectF(plot.left() - _AXIS, y - 6, _AXIS - 5, 12), "muted", _RIGHT)


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _words(painter: QPainter, text: str, room: QRectF, tint: str, align: Qt.AlignmentFlag = _CENTRE) -> None:
    font = QFont(QApplication.font())
    font.setPointSizeF(_POINTS)
    painter.setFont(font)
    painter.setPen(QColor(getattr(_INK, tint)))
    painter.drawText(room, int(align | Qt.AlignmentFlag.AlignVCenter), text)
