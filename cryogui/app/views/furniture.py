"""What stands on an image without following it: scale bar, axis triad, beam.

It changes with the zoom and the pane's size, not with the image. Words with halos take longer to draw than
the image itself, so that a canvas keeps them as a picture.
"""

from __future__ import annotations

from typing import NamedTuple

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter

from cryogui.app import theme
from cryogui.app.views import triad
from cryogui.app.views.ink import Ink, haloed_text
from cryogui.app.views.triad import Arrow

_BAR_NEEDS, _TRIAD_NEEDS = (100, 90), (125, 110)  # width and height of the pane at interface scale 1


class Furniture(NamedTuple):
    """Everything its look depends on, but for the theme.

    ground: the colour around the image. pixels_per_angstrom: of the screen; None draws no scale bar.
    """

    ground: str
    pixels_per_angstrom: float | None
    axes: tuple[Arrow, ...]
    beam: Arrow | None
    flip_y: bool


def paint(painter: QPainter, area: QRectF, furniture: Furniture) -> None:
    """Draw `furniture` within `area` (widget pixels)."""
    ink = Ink.on(QColor(furniture.ground))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(theme.small_font())
    if furniture.pixels_per_angstrom and has_room(area, *_BAR_NEEDS):
        _paint_scale_bar(painter, ink, area, furniture.pixels_per_angstrom)
    if furniture.axes and has_room(area, *_TRIAD_NEEDS):
        triad.paint(painter, ink, area, furniture.axes, furniture.flip_y)
        if furniture.beam is not None:
            triad.paint_alone(painter, ink, area, furniture.beam, furniture.flip_y)


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


def _paint_scale_bar(painter: QPainter, ink: Ink, area: QRectF, pixels_per_angstrom: float) -> None:
    length = scale_bar_length(pixels_per_angstrom, area.width() * 0.28)
    left, bottom = area.left() + theme.px(9), area.bottom() - theme.px(9)
    bar = QRectF(left, bottom - theme.px(2), length * pixels_per_angstrom, theme.px(2))
    painter.fillRect(bar.adjusted(-1, -1, 1, 1), ink.halo)
    painter.fillRect(bar, ink.words)
    haloed_text(painter, ink, bar.topLeft() - QPointF(0, theme.px(4)), length_text(length))
