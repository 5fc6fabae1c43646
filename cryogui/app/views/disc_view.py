"""Directions from which particles are seen, on a hemisphere drawn so that equal areas stay equal."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.sampling_view import REACH_PX, SamplingView

_PARALLELS_DEG = (30, 60)
_STRONGEST = 0.55  # opacity of the densest part


class DiscView(SamplingView):
    """One dot per particle over the density of views; y points down, as in images, unless flipped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("viewing directions", parent)
        self._places: NDArray[np.float64] = np.zeros((0, 2))
        self._density: NDArray[np.float32] | None = None
        self._ground: QPixmap | None = None  # all but the emphasis: pointing at a dot repaints only that

    def set_directions(self, disc: NDArray[np.float64], states: tuple[str, ...]) -> None:
        """Places [particle, (x, y)] in the unit disc, and what becomes of each particle."""
        self._places, self._ground = disc, None
        self.set_images(self.labels, states)

    def set_density(self, density: ArrayLike | None) -> None:
        """How often each cell [y, x] of the disc is seen relative to an even spread; row 0 is y = −1."""
        self._density = None if density is None else np.asarray(density, dtype=np.float32)
        self._ground = None
        self.update()

    def set_flip_y(self, flipped: bool) -> None:
        """Draw the vertical axis upwards."""
        self._ground = None
        super().set_flip_y(flipped)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another size is another picture."""
        self._ground = None

    def changeEvent(self, event: QEvent | None) -> None:
        """So is another theme."""
        super().changeEvent(event)
        self._ground = None

    def mark_at(self, place: QPointF) -> int | None:
        """The dot nearest to a point, within reach."""
        if not len(self._places):
            return None
        disc = self.disc()
        half = disc.width() / 2
        offset = place - disc.center()
        at = np.array([offset.x(), -offset.y() if self.flip_y else offset.y()]) / half
        distance = np.hypot(*(self._places - at).T) * half
        nearest = int(np.argmin(distance))
        return nearest if distance[nearest] <= theme.px(REACH_PX) else None

    # ---- painting

    def paint(self, painter: QPainter, disc: QRectF) -> None:
        """The ground, and the current dot on top."""
        if self._ground is None:
            self._ground = self._painted(disc, painter.font())
        painter.drawPixmap(0, 0, self._ground)
        for index in (self.pointed, self.index):
            if index is not None and index < len(self._places):
                self._paint_emphasis(painter, index)

    def _painted(self, disc: QRectF, font: QFont) -> QPixmap:
        """Density, parallels and every dot."""
        ratio = self.devicePixelRatioF()
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        if self._density is not None:
            self._paint_density(painter, disc, self._density)
        self._paint_frame(painter, disc)
        states = np.array(self.states, dtype=object)
        radius = theme.px(2) if len(self._places) <= 500 else 1.2
        self._paint_dots(painter, self._places[states == "measured"], theme.colour("text", 0.9), radius)
        for x, y in self._places[states == "excluded"]:
            self.cross(painter, self.place(x, y))
        painter.end()
        return ground

    def _paint_dots(
        self, painter: QPainter, places: NDArray[np.float64], colour: QColor, radius: float
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for x, y in places:
            painter.drawEllipse(self.place(x, y), radius, radius)

    def _paint_emphasis(self, painter: QPainter, index: int) -> None:
        x, y = self._places[index]
        is_current = index == self.index
        painter.setPen(QPen(theme.colour("accent" if is_current else "text"), theme.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.place(x, y), theme.px(5), theme.px(5))
        if is_current and self.states[index] == "measured":
            self._paint_dots(painter, self._places[index : index + 1], theme.colour("accent"), theme.px(3))

    def _paint_density(self, painter: QPainter, disc: QRectF, density: NDArray[np.float32]) -> None:
        """The denser, the stronger; smoothed between cells and cut to the circle."""
        top = max(float(np.nanmax(density)), 1e-6)
        tint = theme.colour("spark")
        shades = np.zeros((*density.shape, 4), dtype=np.uint8)
        shades[..., :3] = (tint.red(), tint.green(), tint.blue())
        shades[..., 3] = np.clip(_outwards(density) / top * _STRONGEST * 255, 0, 255)
        rows, columns = density.shape
        bytes_ = (shades[::-1] if self.flip_y else shades).tobytes()
        image = QImage(bytes_, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.save()
        circle = QPainterPath()
        circle.addEllipse(disc)
        painter.setClipPath(circle)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(disc, image)
        painter.restore()

    def _paint_frame(self, painter: QPainter, disc: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawEllipse(disc)
        centre, half = disc.center(), disc.width() / 2
        for parallel in _PARALLELS_DEG:
            radius = math.sqrt(2.0) * math.sin(math.radians(parallel) / 2) * half
            painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
            painter.drawEllipse(centre, radius, radius)
            at = centre + QPointF(0.5**0.5 * radius, -(0.5**0.5) * radius)
            self.write(painter, at, f"{parallel}°", theme.colour("muted"))
        gap = theme.px(10)
        self.write(painter, self.place(1.0, 0.0) + QPointF(gap, 0), "x", theme.colour("muted"))
        down = -gap if self.flip_y else gap
        self.write(painter, self.place(0.0, 1.0) + QPointF(0, down), "y", theme.colour("muted"))


def _outwards(density: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cells beyond the rim like the nearest one inside, so that smoothing leaves no dark edge."""
    rows, columns = np.indices(density.shape)
    centre = (len(density) - 1) / 2
    y, x = rows - centre, columns - centre
    shrink = np.minimum(1.0, (centre - 0.75) / np.maximum(np.hypot(x, y), 1e-9))
    nearest = density[np.rint(centre + y * shrink).astype(int), np.rint(centre + x * shrink).astype(int)]
    return np.nan_to_num(np.where(np.isnan(density), nearest, density))
