"""The measured lines of a tilt series in the kx–kz plane, with what the missing wedge leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter, QPainterPath, QPen
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.sampling_view import REACH_PX, SamplingView

if TYPE_CHECKING:
    from cryogui.analysis.sampling import TiltLines

_TICKS_DEG = (-90, -60, -30, 0, 30, 60, 90)


class LinesView(SamplingView):
    """Lines through the origin, out to Nyquist. z points down, as in the xz pane, unless flipped."""

    margins = (6, 14, 34, 16)  # angles stand at the right, kz below

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("measured lines in the kx–kz plane", parent)
        self._lines: TiltLines | None = None
        self._wedge: tuple[float, float] | None = None
        self._rings: tuple[tuple[float, str], ...] = ()

    def set_lines(self, lines: TiltLines, wedge: tuple[float, float] | None) -> None:
        """The lines, and the tilt angles (degrees) between which the missing wedge lies, if there is one."""
        self._lines, self._wedge = lines, wedge
        self.set_images(self.labels, lines.states)

    def set_rings(self, rings: tuple[tuple[float, str], ...]) -> None:
        """Circles (radius as a share of Nyquist, words), for example the Crowther limit."""
        self._rings = rings
        self.update()

    @property
    def order(self) -> NDArray[np.intp]:
        """From the lowest angle to the highest."""
        assert self._lines is not None
        return np.argsort(self._lines.angle_deg, kind="stable")

    def mark_at(self, place: QPointF) -> int | None:
        """The line nearest to a point, within reach; at the centre, where all cross, none."""
        if self._lines is None or not len(self._lines.ends):
            return None
        disc = self.disc()
        half = disc.width() / 2
        x, y = (place - disc.center()).x() / half, (place - disc.center()).y() / half
        y = -y if self.flip_y else y
        kx, kz = self._lines.ends.T
        length = np.hypot(kx, kz)
        distance = np.abs(x * kz - y * kx) / length * half
        nearest = int(np.argmin(distance))
        radius = float(np.hypot(x, y))
        is_near = distance[nearest] <= theme.px(REACH_PX) and 0.12 < radius < 1.1
        return nearest if is_near else None

    # ---- painting

    def paint(self, painter: QPainter, disc: QRectF) -> None:
        """Wedge and axes below, lines over them, the current one and the rings on top."""
        if self._lines is None:
            return
        if self._wedge is not None:
            self._paint_wedge(painter, *self._wedge)
        self._paint_frame(painter, disc)
        if self._lines.limit_deg is not None:
            self._paint_limit(painter, self._lines.limit_deg)
        for index in range(len(self._lines.ends)):
            if index != self.index:
                self._paint_line(painter, index)
        if self.index < len(self._lines.ends):
            self._paint_line(painter, self.index)
        self._paint_rings(painter, disc)

    def _paint_rings(self, painter: QPainter, disc: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for radius, words in self._rings:
            half = radius * disc.width() / 2
            painter.setPen(QPen(theme.colour("text"), 1, Qt.PenStyle.DashLine))
            painter.drawEllipse(disc.center(), half, half)
            beside = theme.px(8) if radius < 0.8 else -theme.px(8)  # a large ring has its words inside
            above = disc.center() - QPointF(0.0, half + beside)
            self.write(painter, above, words, theme.colour("text"))

    def _paint_line(self, painter: QPainter, index: int) -> None:
        assert self._lines is not None
        kx, kz = self._lines.ends[index]
        painter.setPen(self._pen(index))
        painter.drawLine(self.place(-kx, -kz), self.place(kx, kz))
        if self._lines.states[index] == "excluded":
            self.cross(painter, self.place(-kx, -kz))
            self.cross(painter, self.place(kx, kz))

    def _pen(self, index: int) -> QPen:
        assert self._lines is not None
        state = self._lines.states[index]
        emphasis = index in (self.index, self.pointed)
        colours = {"measured": "text", "shadowed": "shadowed", "excluded": "faint"}
        styles = {
            "measured": Qt.PenStyle.SolidLine,
            "shadowed": Qt.PenStyle.DashLine,
            "excluded": Qt.PenStyle.DotLine,
        }
        if index == self.index:
            colour = theme.colour("accent")
        else:
            strength = 0.2 + 0.5 * float(self._lines.weight[index]) if state == "measured" else 1.0
            strength = 1.0 if emphasis else strength
            colour = theme.colour(colours[state], strength)
        return QPen(colour, theme.px(2) if emphasis else max(1.0, 0.5 * theme.px(2)), styles[state])

    def _paint_wedge(self, painter: QPainter, start: float, end: float) -> None:
        """The two opposite sectors that no line crosses."""
        painter.setPen(Qt.PenStyle.NoPen)
        for brush in (
            QBrush(theme.colour("track", 0.7)),
            QBrush(theme.colour("faint", 0.5), Qt.BrushStyle.BDiagPattern),
        ):
            painter.setBrush(brush)
            for turned in (0.0, 180.0):
                painter.drawPath(self._sector(start + turned, end + turned))

    def _sector(self, start: float, end: float) -> QPainterPath:
        path = QPainterPath(self.place(0.0, 0.0))
        for angle in np.deg2rad(np.linspace(start, end, 48)):
            path.lineTo(self._at(float(angle)))
        path.closeSubpath()
        return path

    def _at(self, angle: float, radius: float = 1.0) -> QPointF:
        """The point of the line at tilt `angle` (radians) with k′ = `radius`."""
        return self.place(radius * float(np.cos(angle)), -radius * float(np.sin(angle)))

    def _paint_frame(self, painter: QPainter, disc: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(self.place(-1.0, 0.0), self.place(1.0, 0.0))
        painter.drawLine(self.place(0.0, -1.0), self.place(0.0, 1.0))
        painter.drawEllipse(disc)
        for angle in _TICKS_DEG:
            words = f"{angle:+d}°".replace("-", "−").replace("+0°", "kx") if abs(angle) < 90 else ""
            reach = 1.0 + theme.px(17) / (disc.width() / 2)
            self.write(painter, self._at(float(np.deg2rad(angle)), reach), words, theme.colour("muted"))
        below = self.place(0.0, 1.0) + QPointF(0.0, theme.px(-10 if self.flip_y else 10))
        self.write(painter, below, "kz", theme.colour("muted"))

    def _paint_limit(self, painter: QPainter, limit_deg: float) -> None:
        """Where the holder begins to shadow."""
        painter.setPen(QPen(theme.colour("warn", 0.8), 1, Qt.PenStyle.DashLine))
        for angle in (limit_deg, -limit_deg):
            at = float(np.deg2rad(angle))
            painter.drawLine(self._at(at, -1.0), self._at(at, 1.0))
