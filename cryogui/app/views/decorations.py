"""What is drawn over an image: cursor, slice lines, support, furniture, badge.

`Decorations` is the plain state, `paint` draws it. Neither knows pyqtgraph: positions become pixels of the
widget through a function the canvas hands over. Sizes on screen do not change with zoom.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from cryogui.app import theme
from cryogui.app.views import furniture
from cryogui.app.views.furniture import Furniture
from cryogui.app.views.ink import Ink
from cryogui.app.views.marks import Marks, paint_marks
from cryogui.app.views.triad import Arrow

ToScreen = Callable[[float, float], QPointF]
Furnish = Callable[[QPainter, QRectF, Furniture], None]
Polygon = tuple[tuple[float, float], ...]  # closed, of (x, y)
Line = tuple[str, float, str]  # kind 'h' or 'v', position in pixels of the image, palette colour name


_DIRECTIONS = (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1))


class Segment(NamedTuple):
    """A line between two points of the image; a ring where both are the same. colour: of the palette."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str
    is_dashed: bool = False


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


def paint(
    painter: QPainter,
    area: QRectF,
    image: QRectF,
    state: Decorations,
    to_screen: ToScreen,
    furnish: Furnish = furniture.paint,
) -> None:
    """Draw `state` within `area` (widget pixels) over an image that covers `image` (image pixels).

    furnish: draws what does not follow the image; a canvas has it at hand as a picture.
    """
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
    furnish(painter, area, _furniture(state, abs(to_screen(1, 0).x() - to_screen(0, 0).x())))
    painter.setFont(theme.small_font())
    if state.marks is not None:
        paint_marks(painter, area, image, state.marks, to_screen)
    if state.badge:
        _paint_badge(painter, area, state.badge)


def _furniture(state: Decorations, screen_per_pixel: float) -> Furniture:
    angstrom = state.angstrom_per_pixel
    per_angstrom = screen_per_pixel / angstrom if angstrom else None
    return Furniture(ground(state).name(), per_angstrom, state.axes, state.beam, state.flip_y)


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
    arms = [QLineF(centre + direction * gap, centre + direction * arm) for direction in _DIRECTIONS]
    for tint, width in ((ink.halo, 3.0), (ink.tint("accent", 1.0), 1.6)):
        painter.setPen(QPen(tint, width))
        painter.drawLines(*arms)


def _paint_badge(painter: QPainter, area: QRectF, text: str) -> None:
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + theme.px(14), metrics.height() + theme.px(4)
    box = QRectF(area.right() - width - theme.px(6), area.top() + theme.px(6), width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 205))
    painter.drawRoundedRect(box, height / 2, height / 2)
    painter.setPen(theme.on_canvas("on_canvas", 0.85))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
