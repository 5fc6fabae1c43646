"""Draws a plate with any painter: title, image, what lies over it, colour bar.

Lengths are in units of about a screen's pixel; whoever renders scales the painter.
"""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.export.plate import Look, Plate
from cryogui.app.views import decorations
from cryogui.app.views.colormaps import Table
from cryogui.app.views.levels import Levels

LEAST_FRAME = QSizeF(150, 90)
"""A sinogram of two lines still leaves room for its title and its colour bar."""

_BAR, _GAP, _TICK = 13.0, 9.0, 4.0  # widths of the colour bar, the gap before it, its ticks
_WIDEST_TICK = "−0.000"
_TICKS = 4  # about so many steps along a colour bar


def words_font(bold: bool = False) -> QFont:
    """The interface font."""
    font = QFont(QApplication.font())
    font.setBold(bold)
    return font


def head_height(look: Look) -> float:
    """What the title line takes, in whole units: pixels of the image then meet those of the picture."""
    return math.ceil(QFontMetricsF(words_font(True)).height()) + 5.0 if look.words else 0.0


def bar_width(look: Look) -> float:
    """What the colour bar takes, with the gap before it."""
    if not look.colour_bar:
        return 0.0
    widest = QFontMetricsF(theme.small_font()).horizontalAdvance(_WIDEST_TICK)
    return _GAP + _BAR + _TICK + 3 + math.ceil(widest)


def size_of(plate: Plate, look: Look, magnification: float) -> QSizeF:
    """How much room `plate` takes when the shorter side of its pixels is `magnification` long."""
    least = LEAST_FRAME if look.words or look.colour_bar else QSizeF()
    frame = (plate.extent(look) * magnification).expandedTo(least)
    return QSizeF(frame.width() + bar_width(look), frame.height() + head_height(look))


def paint_plate(painter: QPainter, room: QRectF, plate: Plate, look: Look) -> None:
    """Draw `plate` within `room`, its image as large as fits."""
    frame = room.adjusted(0, head_height(look), -bar_width(look), 0)
    if look.words:
        _paint_head(painter, QRectF(room.left(), room.top(), frame.width(), head_height(look)), plate, look)
    _paint_image(painter, frame, plate, look)
    if look.colour_bar:
        bar = QRectF(frame.right() + _GAP, frame.top(), _BAR, frame.height())
        _paint_bar(painter, bar, plate, look)


def _paint_head(painter: QPainter, line: QRectF, plate: Plate, look: Look) -> None:
    painter.setFont(words_font(True))
    painter.setPen(QColor(look.paper.text))
    line = line.adjusted(0, 0, 0, -5)
    align = Qt.AlignmentFlag.AlignVCenter
    title = painter.fontMetrics().elidedText(plate.title, Qt.TextElideMode.ElideRight, int(line.width()))
    painter.drawText(line, int(align | Qt.AlignmentFlag.AlignLeft), title)
    left = line.width() - painter.fontMetrics().horizontalAdvance(title) - 10
    painter.setFont(words_font())
    painter.setPen(QColor(look.paper.muted))
    caption = painter.fontMetrics().elidedText(plate.caption, Qt.TextElideMode.ElideRight, int(max(left, 0)))
    if len(caption) > 3 or caption == plate.caption:
        painter.drawText(line, int(align | Qt.AlignmentFlag.AlignRight), caption)


def _paint_image(painter: QPainter, frame: QRectF, plate: Plate, look: Look) -> None:
    part, marks, extent = plate.part(look), plate.marks(look), plate.extent(look)
    magnification = min(frame.width() / extent.width(), frame.height() / extent.height())
    pixel, image = plate.pixel * magnification, QRectF(QPointF(), extent * magnification)
    image.moveCenter(frame.center())
    ground = decorations.ground(marks)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if image != frame:
        painter.fillRect(frame, ground)
    on_paper = magnification * math.hypot(painter.transform().m11(), painter.transform().m12())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on_paper < 1.0)
    painter.drawImage(image, plate.raster(look))

    def to_paper(x: float, y: float) -> QPointF:
        down = part.bottom() - y if marks.flip_y else y - part.top()
        right = x - part.left()
        return QPointF(image.left() + right * pixel.width(), image.top() + down * pixel.height())

    painter.save()
    painter.setClipRect(frame)
    decorations.paint(painter, frame, part, marks, to_paper)
    painter.restore()


def _paint_bar(painter: QPainter, bar: QRectF, plate: Plate, look: Look) -> None:
    """The colours between the two levels, white at the top, with figures and the value's name."""
    colours, (low, high) = look.paper, plate.levels
    painter.setFont(theme.small_font())
    metrics = QFontMetricsF(painter.font())
    bar = _paint_name(painter, bar, plate, look)
    painter.drawImage(bar, _strip(plate.table))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    half = metrics.height() / 2
    for value in ticks(plate.levels):
        y = bar.bottom() - (value - low) / (high - low) * bar.height()
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + _TICK, y))
        painter.setPen(QColor(colours.text))
        words = QRectF(bar.right() + _TICK + 3, y - half, 80, 2 * half)
        words.moveTop(min(words.top(), bar.bottom() - 2 * half + 2))
        painter.drawText(
            words, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), figure(value)
        )


def _paint_name(painter: QPainter, bar: QRectF, plate: Plate, look: Look) -> QRectF:
    """The value's name beside the title, or above the bar, which is shortened then."""
    name = " / ".join(filter(None, (plate.value, plate.unit)))
    if not name:
        return bar
    height = head_height(look) or math.ceil(QFontMetricsF(painter.font()).height()) + 5.0
    top = bar.top() - head_height(look)
    painter.setPen(QColor(look.paper.text))
    line = QRectF(bar.left(), top, 80, height - 5)
    painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
    return bar.adjusted(0, top + height - bar.top(), 0, 0)


def _strip(table: Table) -> QImage:
    strip = QImage(1, 256, QImage.Format.Format_RGB32)
    for row, (red, green, blue) in enumerate(table[::-1].tolist()):
        strip.setPixel(0, row, 0xFF000000 | red << 16 | green << 8 | blue)
    return strip


def ticks(levels: Levels) -> list[float]:
    """Round values between two levels, a step of 1, 2 or 5 × 10ⁿ apart."""
    low, high = levels
    span = high - low
    power = 10.0 ** math.floor(math.log10(span / _TICKS))
    step = min((factor * power for factor in (1, 2, 5, 10)), key=lambda s: abs(span / s - _TICKS))
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [number * step for number in range(first, last + 1)]


def figure(value: float) -> str:
    """A number in at most four digits, with a true minus."""
    return f"{0.0 if abs(value) < 1e-12 else value:.3g}".replace("-", "−")
