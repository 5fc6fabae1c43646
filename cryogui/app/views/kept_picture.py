"""Keeps what takes long to draw and seldom changes as a picture, so that a repaint only copies it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPixmap

Draw = Callable[[QPainter, QRectF], None]


class KeptPicture:
    """Part of a widget, drawn anew only when it has changed, or the size or resolution of its area."""

    def __init__(self, ground: Callable[[], QColor] = lambda: QColor(Qt.GlobalColor.transparent)) -> None:
        self._ground = ground
        self._picture = QPixmap()
        self._shows: tuple[object, QRectF, float] | None = None

    def forget(self) -> None:
        """Draw it anew next time, as in another theme."""
        self._shows = None

    def paint(self, painter: QPainter, area: QRectF, subject: object, draw: Draw) -> None:
        """Show within `area` what `draw` draws there; that has changed when `subject` has."""
        device = painter.device()
        assert device is not None
        shows = (subject, QRectF(area), device.devicePixelRatioF())
        if self._shows != shows:
            self._picture = self._drawn(area, device.devicePixelRatioF(), draw)
            self._shows = shows
        painter.drawPixmap(area.topLeft(), self._picture)

    def _drawn(self, area: QRectF, ratio: float, draw: Draw) -> QPixmap:
        picture = QPixmap((area.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._ground())
        painter = QPainter(picture)
        painter.translate(-area.topLeft())
        draw(painter, area)
        painter.end()
        return picture
