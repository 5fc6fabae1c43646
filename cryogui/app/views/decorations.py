"""What is drawn over an image: cursor, slice lines, support, scale bar, axis triad, badge.

`Decorations` is the plain state, `paint` draws it. Neither knows pyqtgraph: positions become pixels of the
widget through a function the canvas hands over. Sizes on screen do not change with zoom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from cryogui.app import theme

_HALO = QColor(0, 0, 0, 140)

ToScreen = Callable[[float, float], QPointF]
Polygon = tuple[tuple[float, float], ...]  # closed, of (x, y)
Line = tuple[str, float, str]  # kind 'h' or 'v', position in pixels of the image, palette colour name


@dataclass
class Decorations:
    """State of everything drawn over one image; positions in image pixels, pixel centres at integers."""

    cursor: tuple[float, float] | None = None
    lines: tuple[Line, ...] = ()
    outline: tuple[Polygon, ...] = ()
    axes: tuple[str, str] | None = None
    flip_y: bool = False
    angstrom_per_pixel: float | None = None
    badge: str | None = None


def paint(painter: QPainter, area: QRectF, image: QRectF, state: Decorations, to_screen: ToScreen) -> None:
    """Draw `state` within `area` (widget pixels) over an image that covers `image` (image pixels)."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_outline(painter, state.outline, to_screen)
    for kind, position, colour_name in state.lines:
        _paint_line(painter, image, kind, position, colour_name, to_screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state.cursor is not None:
        _paint_cursor(painter, to_screen(*state.cursor))
    painter.setFont(theme.ui_font(0.82))
    if state.angstrom_per_pixel:
        screen_per_pixel = abs(to_screen(1, 0).x() - to_screen(0, 0).x())
        _paint_scale_bar(painter, area, screen_per_pixel / state.angstrom_per_pixel)
    if state.axes is not None:
        _paint_axes(painter, area, state.axes, state.flip_y)
    if state.badge:
        _paint_badge(painter, area, state.badge)


def scale_bar_length(pixels_per_angstrom: float, target: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ Å that is at most `target` screen pixels long."""
    reach = target / pixels_per_angstrom
    power = 10.0 ** int(f"{reach:e}".split("e")[1])
    return max(step * power for step in (1, 2, 5) if step * power <= reach)


def length_text(angstrom: float) -> str:
    """'50 Å', '200 nm', '1 µm': the unit that keeps the number short."""
    if angstrom >= 1e4:
        return f"{angstrom / 1e4:g} µm"
    return f"{angstrom / 10:g} nm" if angstrom >= 1e3 else f"{angstrom:g} Å"


def _haloed_text(painter: QPainter, where: QPointF, text: str, tint: QColor) -> None:
    """Words with a dark rim, readable on any image."""
    path = QPainterPath()
    path.addText(where, painter.font(), text)
    painter.strokePath(path, QPen(_HALO, theme.px(3), join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, tint)


def _paint_outline(painter: QPainter, outline: tuple[Polygon, ...], to_screen: ToScreen) -> None:
    if not outline:
        return
    path = QPainterPath()
    for polygon in outline:
        path.addPolygon(QPolygonF([to_screen(x, y) for x, y in polygon]))
    pen = QPen(theme.on_canvas("on_canvas", 0.45), 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([4, 4])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)


def _paint_line(
    painter: QPainter, image: QRectF, kind: str, position: float, colour_name: str, to_screen: ToScreen
) -> None:
    painter.setPen(QPen(theme.on_canvas(colour_name, 0.85), 1))
    if kind == "v":
        ends = (position, image.top()), (position, image.bottom())
    else:
        ends = (image.left(), position), (image.right(), position)
    painter.drawLine(to_screen(*ends[0]), to_screen(*ends[1]))


def _paint_cursor(painter: QPainter, centre: QPointF) -> None:
    arm, gap = theme.px(9), theme.px(2)
    # On whole pixels, so that the thin cross stays bright.
    centre = QPointF(round(centre.x()) + 0.5, round(centre.y()) + 0.5)
    for tint, width in ((_HALO, 3.0), (theme.on_canvas("accent"), 1.6)):
        painter.setPen(QPen(tint, width))
        for direction in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(centre + direction * gap, centre + direction * arm)


def _paint_scale_bar(painter: QPainter, area: QRectF, pixels_per_angstrom: float) -> None:
    target = area.width() * 0.28
    if pixels_per_angstrom <= 0 or target < theme.px(24):
        return
    length = scale_bar_length(pixels_per_angstrom, target)
    left, bottom = area.left() + theme.px(9), area.bottom() - theme.px(9)
    bar = QRectF(left, bottom - theme.px(2), length * pixels_per_angstrom, theme.px(2))
    painter.fillRect(bar.adjusted(-1, -1, 1, 1), _HALO)
    painter.fillRect(bar, theme.on_canvas("on_canvas"))
    _haloed_text(
        painter, bar.topLeft() - QPointF(0, theme.px(4)), length_text(length), theme.on_canvas("on_canvas")
    )


def _paint_axes(painter: QPainter, area: QRectF, axes: tuple[str, str], flip_y: bool) -> None:
    """The two image axes at the lower right: second one up when the origin is at the bottom left."""
    arm, inset, letter = theme.px(16), theme.px(20), painter.fontMetrics().height()
    up = -1.0 if flip_y else 1.0
    origin = QPointF(area.right() - arm - inset, area.bottom() - inset + theme.px(6))
    if not flip_y:
        origin.setY(area.bottom() - arm - inset)
    tint = theme.on_canvas("on_canvas", 0.8)
    for end in (origin + QPointF(arm, 0), origin + QPointF(0, up * arm)):
        painter.setPen(QPen(_HALO, 3))
        painter.drawLine(origin, end)
        painter.setPen(QPen(tint, 1.2))
        painter.drawLine(origin, end)
        _arrow_head(painter, origin, end, tint)
    half = letter * 0.3
    _haloed_text(painter, origin + QPointF(arm + theme.px(5), half), axes[0], tint)
    below = theme.px(2) + letter * 0.75 if not flip_y else -theme.px(5)
    _haloed_text(painter, origin + QPointF(-theme.px(3), up * arm + below), axes[1], tint)


def _arrow_head(painter: QPainter, start: QPointF, end: QPointF, tint: QColor) -> None:
    along = (end - start) / max((end - start).manhattanLength(), 1.0)
    across, size = QPointF(-along.y(), along.x()), theme.px(3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    tip = end + along * size
    painter.drawPolygon(QPolygonF([tip, end + across * size - along, end - across * size - along]))


def _paint_badge(painter: QPainter, area: QRectF, text: str) -> None:
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + theme.px(14), metrics.height() + theme.px(4)
    box = QRectF(area.right() - width - theme.px(6), area.top() + theme.px(6), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 205))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme.on_canvas("on_canvas", 0.85))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
