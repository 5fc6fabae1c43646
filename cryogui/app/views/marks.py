"""Letters that tell two images apart, and the line between them where both are in one pane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from cryogui.app import theme

TINTS = {"A": "curve_2", "B": "curve_3"}
"""The palette colour of each side of a comparison."""


@dataclass(frozen=True)
class Marks:
    """Letters at the top left of an image; with a divider the first at its left, the second at its right.

    divider: x of a line along y, in pixels of the image, that can be dragged.
    """

    letters: tuple[str, ...]
    divider: float | None = None


def paint_marks(
    painter: QPainter, area: QRectF, image: QRectF, marks: Marks, to_screen: Callable[[float, float], QPointF]
) -> None:
    """Draw `marks` within `area` (widget pixels) over an image that covers `image` (image pixels)."""
    gap, width = theme.px(6), _letter_width(painter)
    left = area.left() + gap
    if marks.divider is not None:
        x = to_screen(marks.divider, image.top()).x()
        _paint_divider(painter, area, x)
        left = x - gap - width
    for letter in marks.letters:
        _paint_letter(painter, QRectF(left, area.top() + gap, width, width), letter)
        left += width + gap + (gap if marks.divider is not None else 0)


def _letter_width(painter: QPainter) -> float:
    return painter.fontMetrics().height() + theme.px(4)


def _paint_letter(painter: QPainter, box: QRectF, letter: str) -> None:
    painter.setPen(QPen(QColor(20, 22, 26, 205), theme.px(1)))
    painter.setBrush(theme.on_canvas(TINTS[letter]))
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    font = painter.font()
    font.setBold(True)
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(20, 22, 26))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def _paint_divider(painter: QPainter, area: QRectF, x: float) -> None:
    """A line with a grip in its middle, in the colour of what can be moved."""
    x = round(x) + 0.5
    for tint, width in ((QColor(20, 22, 26, 190), 3.0), (theme.on_canvas("accent"), 1.4)):
        painter.setPen(QPen(tint, width))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    middle, half = area.center().y(), theme.px(8)
    painter.setPen(QPen(QColor(20, 22, 26, 190), 1.0))
    painter.setBrush(theme.on_canvas("accent"))
    painter.drawEllipse(QPointF(x, middle), half, half)
    painter.setBrush(QColor(20, 22, 26))
    for side in (-1, 1):
        tip, base = x + side * 0.7 * half, x + side * 0.25 * half
        wing = 0.35 * half
        painter.drawPolygon(
            QPolygonF([QPointF(tip, middle), QPointF(base, middle - wing), QPointF(base, middle + wing)])
        )
