"""The axes of an image as arrows in its corner: those in the plane, and into (⊗) or out of the screen (⊙).

Axes are right-handed as seen: right × down = into the screen. Where an image is drawn with its rows upwards,
one looks from behind, so that what pointed into the screen points out of it.
"""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from cryogui.app import theme
from cryogui.app.views.ink import Ink, haloed_text

_IN_PLANE = 0.3  # an arrow shorter than this share is drawn as ⊗ or ⊙


class Arrow(NamedTuple):
    """One axis: its name and its unit vector's components to the right, down and into the screen."""

    name: str
    right: float
    down: float
    into: float = 0.0


def named(horizontal: str, vertical: str, into: str = "") -> tuple[Arrow, ...]:
    """The axes to the right and down, and the one into the screen if it has a name."""
    depth = (Arrow(into, 0.0, 0.0, 1.0),) if into else ()
    return (Arrow(horizontal, 1.0, 0.0), Arrow(vertical, 0.0, 1.0), *depth)


def shown(arrows: tuple[Arrow, ...], is_flipped: bool) -> tuple[Arrow, ...]:
    """The arrows as they are to be drawn, with rows upwards or not."""
    if not is_flipped:
        return arrows
    return tuple(Arrow(a.name, a.right, -a.down, -a.into) for a in arrows)


def paint(painter: QPainter, ink: Ink, area: QRectF, arrows: tuple[Arrow, ...], is_flipped: bool) -> None:
    """Draw the arrows at the lower right of `area`, as close to the corner as their names allow."""
    arrows = shown(arrows, is_flipped)
    flat = [arrow for arrow in arrows if hypot(arrow.right, arrow.down) >= _IN_PLANE]
    deep = [arrow for arrow in arrows if hypot(arrow.right, arrow.down) < _IN_PLANE]
    arm, metrics = theme.px(16), painter.fontMetrics()
    # Everything about an origin at 0, then moved into the corner as a whole.
    tips = [QPointF(arrow.right, arrow.down) * arm for arrow in flat]
    places = [
        _name_place(tip, metrics.horizontalAdvance(arrow.name), metrics.ascent())
        for arrow, tip in zip(flat, tips, strict=True)
    ]
    bounds = QRectF(QPointF(-theme.px(5), -theme.px(5)), QPointF(theme.px(5), theme.px(5)))
    for place in places:
        bounds = bounds.united(place)
    origin = area.bottomRight() - bounds.bottomRight() - QPointF(theme.px(7), theme.px(7))
    for tip in tips:
        _paint_arrow(painter, ink, origin, origin + tip)
    if deep:
        _paint_depth(painter, ink, origin, deep[0].into > 0)
        name = ", ".join(arrow.name for arrow in deep)
        reach = bounds.left() if any(tip.x() < -1 for tip in tips) else -theme.px(7)
        left = origin.x() + reach - metrics.horizontalAdvance(name)
        haloed_text(painter, ink, QPointF(left, origin.y() + metrics.ascent() * 0.35), name)
    for arrow, place in zip(flat, places, strict=True):
        haloed_text(painter, ink, origin + QPointF(place.left(), place.bottom()), arrow.name)


def paint_alone(painter: QPainter, ink: Ink, area: QRectF, arrow: Arrow, is_flipped: bool) -> None:
    """Draw one arrow by itself at the upper left of `area`, as long as it lies in the plane."""
    (arrow,) = shown((arrow,), is_flipped)
    arm, metrics = theme.px(20), painter.fontMetrics()
    middle = area.topLeft() + QPointF(arm / 2 + theme.px(8), arm / 2 + theme.px(8))
    if hypot(arrow.right, arrow.down) < _IN_PLANE:
        _paint_depth(painter, ink, middle, arrow.into > 0)
    else:
        half = QPointF(arrow.right, arrow.down) * (arm / 2)
        _paint_arrow(painter, ink, middle - half, middle + half)
    right = middle + QPointF(arm / 2 + theme.px(5), metrics.ascent() * 0.35)
    haloed_text(painter, ink, right, arrow.name)


def _name_place(tip: QPointF, width: float, height: float) -> QRectF:
    """Where a name stands beyond the tip of its arrow: below or above it, else beside it."""
    length, gap = max(hypot(tip.x(), tip.y()), 1.0), theme.px(5)
    along = tip / length
    centre = tip + QPointF(along.x() * (gap + width / 2), along.y() * (gap + height / 2))
    height *= 0.75  # of lower-case letters with their base line at the bottom
    return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)


def _paint_arrow(painter: QPainter, ink: Ink, start: QPointF, end: QPointF) -> None:
    for pen in (QPen(ink.halo, 3), QPen(ink.words, 1.2)):
        painter.setPen(pen)
        painter.drawLine(start, end)
    _arrow_head(painter, start, end, ink.words)


def _arrow_head(painter: QPainter, start: QPointF, end: QPointF, tint: QColor) -> None:
    along = (end - start) / max(hypot(end.x() - start.x(), end.y() - start.y()), 1.0)
    across, size = QPointF(-along.y(), along.x()), theme.px(3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    tip = end + along * size
    painter.drawPolygon(QPolygonF([tip, end + across * size - along, end - across * size - along]))


def _paint_depth(painter: QPainter, ink: Ink, centre: QPointF, is_into: bool) -> None:
    """The feathers of an arrow that flies away, or the point of one that comes."""
    radius = theme.px(4)
    painter.setBrush(ink.halo)
    painter.setPen(QPen(ink.words, 1.2))
    painter.drawEllipse(centre, radius, radius)
    if is_into:
        reach = radius * 0.7
        for sign in (1, -1):
            painter.drawLine(centre - QPointF(reach, sign * reach), centre + QPointF(reach, sign * reach))
    else:
        painter.setBrush(ink.words)
        painter.drawEllipse(centre, 1.0, 1.0)
