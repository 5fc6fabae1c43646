"""What is drawn over an image: cursor, slice lines, support, scale bar, axis triad, badge.

`Decorations` is the plain state, `paint` draws it. Neither knows pyqtgraph: positions become pixels of the
widget through a function the canvas hands over. Sizes on screen do not change with zoom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from cryogui.app import theme
from cryogui.app.views import triad
from cryogui.app.views.ink import Ink, haloed_text
from cryogui.app.views.marks import Marks, paint_marks
from cryogui.app.views.triad import Arrow

ToScreen = Callable[[float, float], QPointF]
Polygon = tuple[tuple[float, float], ...]  # closed, of (x, y)
Line = tuple[str, float, str]  # kind 'h' or 'v', position in pixels of the image, palette colour name


class Segment(NamedTuple):
    """A line between two points of the image; a ring where both are the same. colour: of the palette."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str
    is_dashed: bool = False


_BAR_NEEDS, _TRIAD_NEEDS = (100, 90), (125, 110)  # width and height of the pane at interface scale 1


@dataclass
class Decorations:
    """State of everything drawn over one image; positions in image pixels, pixel centres at integers."""

    cursor: tuple[float, float] | None = None
    lines: tuple[Line, ...] = ()
    tilt_axis: float | None = None  # x of the axis the specimen is tilted about, which runs along y
    outline: tuple[Polygon, ...] = ()
    segments: tuple[Segment, ...] = ()
    axes: tuple[Arrow, ...] = ()
    beam: Arrow | None = None
    rings: tuple[Polygon, ...] = ()  # what the model says, over what was measured
    flip_y: bool = False
    angstrom_per_pixel: float | None = None
    badge: str | None = None
    marks: Marks | None = None
    is_residual: bool = False  # its ground is light in the light theme

    @property
    def divider(self) -> float | None:
        """x of the line between two images in one pane."""
        return None if self.marks is None else self.marks.divider


def ground(state: Decorations) -> QColor:
    """The colour around the image."""
    is_light = state.is_residual and theme.palette().name == "light"
    return theme.colour("residual_centre" if is_light else "canvas")


def paint(painter: QPainter, area: QRectF, image: QRectF, state: Decorations, to_screen: ToScreen) -> None:
    """Draw `state` within `area` (widget pixels) over an image that covers `image` (image pixels)."""
    ink = Ink.on(ground(state))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_outline(painter, ink, state.outline, to_screen)
    _paint_rings(painter, ink, state.rings, to_screen)
    tilt_axis = () if state.tilt_axis is None else (("v", state.tilt_axis, "xy"),)
    for line in (*tilt_axis, *state.lines):
        _paint_line(painter, ink, image, line, to_screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for segment in state.segments:
        _paint_segment(painter, ink, segment, to_screen)
    if state.cursor is not None:
        _paint_cursor(painter, ink, to_screen(*state.cursor))
    painter.setFont(theme.small_font())
    if state.angstrom_per_pixel and has_room(area, *_BAR_NEEDS):
        screen_per_pixel = abs(to_screen(1, 0).x() - to_screen(0, 0).x())
        _paint_scale_bar(painter, ink, area, screen_per_pixel / state.angstrom_per_pixel)
    if state.axes and has_room(area, *_TRIAD_NEEDS):
        triad.paint(painter, ink, area, state.axes, state.flip_y)
        if state.beam is not None:
            triad.paint_alone(painter, ink, area, state.beam, state.flip_y)
    if state.marks is not None:
        paint_marks(painter, area, image, state.marks, to_screen)
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


def _paint_rings(painter: QPainter, ink: Ink, rings: tuple[Polygon, ...], to_screen: ToScreen) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.tint("accent", 0.8), 1))
    for ring in rings:
        painter.drawPolygon(QPolygonF([to_screen(x, y) for x, y in ring]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_line(painter: QPainter, ink: Ink, image: QRectF, line: Line, to_screen: ToScreen) -> None:
    kind, position, colour_name = line
    painter.setPen(QPen(ink.tint(colour_name, 0.85), 1))
    if kind == "v":
        ends = (position, image.top()), (position, image.bottom())
    else:
        ends = (image.left(), position), (image.right(), position)
    painter.drawLine(to_screen(*ends[0]), to_screen(*ends[1]))


def _paint_segment(painter: QPainter, ink: Ink, segment: Segment, to_screen: ToScreen) -> None:
    pen = QPen(ink.tint(segment.colour, 0.85), 1.2)
    if segment.is_dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    start, end = to_screen(segment.x0, segment.y0), to_screen(segment.x1, segment.y1)
    if start == end:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(start, theme.px(4), theme.px(4))
    else:
        painter.drawLine(start, end)


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
    haloed_text(painter, ink, bar.topLeft() - QPointF(0, theme.px(4)), length_text(length))


def _paint_badge(painter: QPainter, area: QRectF, text: str) -> None:
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + theme.px(14), metrics.height() + theme.px(4)
    box = QRectF(area.right() - width - theme.px(6), area.top() + theme.px(6), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 205))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme.on_canvas("on_canvas", 0.85))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
