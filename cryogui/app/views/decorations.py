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

ToScreen = Callable[[float, float], QPointF]
Polygon = tuple[tuple[float, float], ...]  # closed, of (x, y)
Line = tuple[str, float, str]  # kind 'h' or 'v', position in pixels of the image, palette colour name


_BAR_NEEDS, _TRIAD_NEEDS = (100, 90), (125, 110)  # width and height of the pane at interface scale 1


@dataclass
class Decorations:
    """State of everything drawn over one image; positions in image pixels, pixel centres at integers."""

    cursor: tuple[float, float] | None = None
    lines: tuple[Line, ...] = ()
    tilt_axis: float | None = None  # x of the axis the specimen is tilted about, which runs along y
    outline: tuple[Polygon, ...] = ()
    axes: tuple[str, str] | None = None
    flip_y: bool = False
    angstrom_per_pixel: float | None = None
    badge: str | None = None
    is_residual: bool = False  # its ground is light in the light theme


@dataclass(frozen=True)
class Ink:
    """Colours that can be read over the image: bright on a dark ground, dark on a light one."""

    colours: theme.Palette
    words: QColor
    halo: QColor

    @classmethod
    def over(cls, state: Decorations) -> Ink:
        """What to draw with over this image in the present theme."""
        if ground(state).lightness() > 128:
            return cls(theme.LIGHT, QColor(theme.LIGHT.text), QColor(255, 255, 255, 170))
        return cls(theme.DARK, QColor(theme.DARK.on_canvas), QColor(0, 0, 0, 190))

    def tint(self, name: str, alpha: float) -> QColor:
        """A palette colour, translucent."""
        result = QColor(getattr(self.colours, name))
        result.setAlphaF(alpha)
        return result


def ground(state: Decorations) -> QColor:
    """The colour around the image."""
    is_light = state.is_residual and theme.palette().name == "light"
    return theme.colour("residual_centre" if is_light else "canvas")


def paint(painter: QPainter, area: QRectF, image: QRectF, state: Decorations, to_screen: ToScreen) -> None:
    """Draw `state` within `area` (widget pixels) over an image that covers `image` (image pixels)."""
    ink = Ink.over(state)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_outline(painter, ink, state.outline, to_screen)
    tilt_axis = () if state.tilt_axis is None else (("v", state.tilt_axis, "xy"),)
    for line in (*tilt_axis, *state.lines):
        _paint_line(painter, ink, image, line, to_screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state.cursor is not None:
        _paint_cursor(painter, ink, to_screen(*state.cursor))
    painter.setFont(theme.small_font())
    if state.angstrom_per_pixel and has_room(area, *_BAR_NEEDS):
        screen_per_pixel = abs(to_screen(1, 0).x() - to_screen(0, 0).x())
        _paint_scale_bar(painter, ink, area, screen_per_pixel / state.angstrom_per_pixel)
    if state.axes is not None and has_room(area, *_TRIAD_NEEDS):
        _paint_axes(painter, ink, area, state.axes, state.flip_y)
    if state.badge:
        _paint_badge(painter, area, state.badge)


def has_room(area: QRectF, width: float, height: float) -> bool:
    """Whether a pane has at least this size (at interface scale 1): in a smaller one the image matters."""
    return area.width() >= theme.px(width) and area.height() >= theme.px(height)


def scale_bar_length(pixels_per_angstrom: float, target: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ Å that is at most `target` screen pixels long."""
    reach = target / pixels_per_angstrom
    power = 10.0 ** int(f"{reach:e}".split("e")[1])
    return max(step * power for step in (1, 2, 5) if step * power <= reach)


def length_text(angstrom: float) -> str:
    """'50 Å', '200 nm', '1 µm': the unit that keeps the number short, and at most three digits."""
    angstrom = float(f"{angstrom:.3g}")
    if angstrom >= 1e4:
        return f"{angstrom / 1e4:g} µm"
    return f"{angstrom / 10:g} nm" if angstrom >= 1e3 else f"{angstrom:g} Å"


def _haloed_text(painter: QPainter, ink: Ink, where: QPointF, text: str) -> None:
    """Words with a rim, readable on any image."""
    path = QPainterPath()
    path.addText(where, painter.font(), text)
    painter.strokePath(path, QPen(ink.halo, theme.px(2), join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, ink.words)


def _paint_outline(painter: QPainter, ink: Ink, outline: tuple[Polygon, ...], to_screen: ToScreen) -> None:
    if not outline:
        return
    path = QPainterPath()
    for polygon in outline:
        path.addPolygon(QPolygonF([to_screen(x, y) for x, y in polygon]))
    pen = QPen(ink.tint("muted", 0.8), 1, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([4, 4])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)


def _paint_line(painter: QPainter, ink: Ink, image: QRectF, line: Line, to_screen: ToScreen) -> None:
    kind, position, colour_name = line
    painter.setPen(QPen(ink.tint(colour_name, 0.85), 1))
    if kind == "v":
        ends = (position, image.top()), (position, image.bottom())
    else:
        ends = (image.left(), position), (image.right(), position)
    painter.drawLine(to_screen(*ends[0]), to_screen(*ends[1]))


def _paint_cursor(painter: QPainter, ink: Ink, centre: QPointF) -> None:
    arm, gap = theme.px(9), theme.px(2)
    # On whole pixels, so that the thin cross stays bright.
    centre = QPointF(round(centre.x()) + 0.5, round(centre.y()) + 0.5)
    for tint, width in ((ink.halo, 3.0), (ink.tint("accent", 1.0), 1.6)):
        painter.setPen(QPen(tint, width))
        for direction in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(centre + direction * gap, centre + direction * arm)


def _paint_scale_bar(painter: QPainter, ink: Ink, area: QRectF, pixels_per_angstrom: float) -> None:
    if pixels_per_angstrom <= 0:
        return
    length = scale_bar_length(pixels_per_angstrom, area.width() * 0.28)
    left, bottom = area.left() + theme.px(9), area.bottom() - theme.px(9)
    bar = QRectF(left, bottom - theme.px(2), length * pixels_per_angstrom, theme.px(2))
    painter.fillRect(bar.adjusted(-1, -1, 1, 1), ink.halo)
    painter.fillRect(bar, ink.words)
    _haloed_text(painter, ink, bar.topLeft() - QPointF(0, theme.px(4)), length_text(length))


def _paint_axes(painter: QPainter, ink: Ink, area: QRectF, axes: tuple[str, str], flip_y: bool) -> None:
    """The two image axes at the lower right: second one up when the origin is at the bottom left."""
    arm, inset, letter = theme.px(16), theme.px(20), painter.fontMetrics().height()
    up = -1.0 if flip_y else 1.0
    origin = QPointF(area.right() - arm - inset, area.bottom() - inset + theme.px(6))
    if not flip_y:
        origin.setY(area.bottom() - arm - inset)
    for end in (origin + QPointF(arm, 0), origin + QPointF(0, up * arm)):
        painter.setPen(QPen(ink.halo, 3))
        painter.drawLine(origin, end)
        painter.setPen(QPen(ink.words, 1.2))
        painter.drawLine(origin, end)
        _arrow_head(painter, origin, end, ink.words)
    half = letter * 0.3
    _haloed_text(painter, ink, origin + QPointF(arm + theme.px(5), half), axes[0])
    below = theme.px(2) + letter * 0.75 if not flip_y else -theme.px(5)
    _haloed_text(painter, ink, origin + QPointF(-theme.px(3), up * arm + below), axes[1])


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
