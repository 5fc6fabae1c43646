"""The steps of a forward model as a drawing: boxes with symbol, name and formula, and arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme

_HEIGHT, _END, _ARROW, _MARGIN = 74, 56, 30, 12
_WIDEST = 330


@dataclass(frozen=True)
class Step:
    """One box."""

    symbol: str
    name: str
    formula: str


def drawn_steps(steps: Sequence[Step], width: int, ratio: float) -> QImage:
    """x, these steps and y from left to right, `width` pixels wide or less. ratio: of the screen's pixels to
    those of the interface."""
    boxes = _boxes(steps, width)
    size = boxes[-1].right() + 1, theme.px(_HEIGHT) + 2
    image = QImage(round(size[0] * ratio), round(size[1] * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for before, after in pairwise(boxes):
        _paint_arrow(painter, before, after)
    _paint_end(painter, boxes[0], "x", "object")
    for step, box in zip(steps, boxes[1:-1], strict=True):
        _paint_step(painter, box, step)
    _paint_end(painter, boxes[-1], "y", "images")
    painter.end()
    return image


def _boxes(steps: Sequence[Step], width: int) -> list[QRectF]:
    """The ends are small; the steps share the rest, as far as their words need it."""
    end, arrow, height = theme.px(_END), theme.px(_ARROW), theme.px(_HEIGHT)
    room = (width - 2 * end - arrow * (len(steps) + 1)) / max(len(steps), 1) - 1
    metrics = QFontMetricsF(theme.small_font())
    widest = max(metrics.horizontalAdvance(step.formula) for step in steps) + 2 * theme.px(_MARGIN)
    each = min(max(room, theme.px(_END)), max(widest, theme.px(150)), theme.px(_WIDEST))
    boxes, x = [], 1.0
    for wide in (end, *(each for _ in steps), end):
        boxes.append(QRectF(x, 1, wide, height))
        x += wide + arrow
    return boxes


def _paint_arrow(painter: QPainter, before: QRectF, after: QRectF) -> None:
    start, tip = (
        QPointF(before.right() + 4, before.center().y()),
        QPointF(after.left() - 4, after.center().y()),
    )
    painter.setPen(QPen(theme.colour("muted"), theme.px(1.5)))
    painter.drawLine(start, tip)
    head = theme.px(4)
    painter.setBrush(theme.colour("muted"))
    painter.drawPolygon(QPolygonF([tip, tip + QPointF(-head, -head), tip + QPointF(-head, head)]))


def _paint_end(painter: QPainter, box: QRectF, symbol: str, name: str) -> None:
    painter.setPen(QPen(theme.colour("border"), 1))
    painter.setBrush(theme.colour("field"))
    painter.drawEllipse(QRectF(box.left(), box.center().y() - box.width() / 2, box.width(), box.width()))
    painter.setPen(theme.colour("text"))
    painter.setFont(_large())
    painter.drawText(box.adjusted(0, 0, 0, -theme.px(10)), Qt.AlignmentFlag.AlignCenter, symbol)
    painter.setFont(theme.small_font())
    painter.setPen(theme.colour("muted"))
    painter.drawText(box.adjusted(0, theme.px(20), 0, 0), Qt.AlignmentFlag.AlignCenter, name)


def _paint_step(painter: QPainter, box: QRectF, step: Step) -> None:
    painter.setPen(QPen(theme.colour("accent"), theme.px(1.5)))
    painter.setBrush(theme.colour("accent", 0.12))
    painter.drawRoundedRect(box, theme.px(6), theme.px(6))
    third = box.height() / 3
    room = box.width() - theme.px(_MARGIN)
    for row, (text, font, colour) in enumerate((
        (step.symbol, _large(), "accent"), (step.name, QApplication.font(), "muted"),
        (step.formula, theme.small_font(), "text"),
    )):  # fmt: skip
        painter.setFont(font)
        painter.setPen(theme.colour(colour))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        line = QRectF(box.left(), box.top() + row * third, box.width(), third)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)


def _large() -> QFont:
    font = QFont(QApplication.font())
    font.setPointSizeF(1.3 * font.pointSizeF())
    font.setBold(True)
    return font
