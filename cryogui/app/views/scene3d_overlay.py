"""Words and the axis triad, painted over the 3-D canvas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.furniture import has_room

_NEEDS = 125, 110  # width and height of the view at interface scale 1
_LABELS_NEED, _LEGEND_NEEDS = (170, 120), (240, 180)
_AXIS_COLOURS = (("x", "bad"), ("y", "good"), ("z", "accent"))
_HALO = QColor(0, 0, 0, 190)


@dataclass(frozen=True)
class LegendEntry:
    """A layer's colours, and its words: in full, and for a small view."""

    colours: tuple[str, ...]
    text: str
    short: str


class Overlay(QWidget):
    """Triad at the lower left, note at the lower right, legend at the upper left, labels at their places."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._directions: NDArray[np.floating] = np.eye(3)
        self._labels: dict[str, tuple[float, float]] = {}
        self._note = ""
        self.legend: tuple[LegendEntry, ...] = ()

    def set_note(self, text: str) -> None:
        """The quiet words at the lower right."""
        self._note = text
        self.update()

    def set_legend(self, entries: tuple[LegendEntry, ...]) -> None:
        """What each colour means."""
        self.legend = entries
        self.update()

    def turn(self, directions: NDArray[np.floating], labels: dict[str, tuple[float, float]]) -> None:
        """Follow the camera.

        directions: [axis, 3], screen x and y (down) and depth of the three unit vectors. labels: words and
        the points of the widget they belong to.
        """
        self.setGeometry(self.parentWidget().rect())
        directions = directions / max(np.linalg.norm(directions[:, :2], axis=1).max(), 1e-9)
        if labels != self._labels or not np.allclose(directions, self._directions, atol=1e-3):
            self._directions, self._labels = directions, labels
            self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """All of it where there is room; in a small view the volume comes first."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        self._paint_legend(painter)
        if not has_room(QRectF(self.rect()), *_NEEDS):
            return
        self._paint_triad(painter)
        if has_room(QRectF(self.rect()), *_LABELS_NEED):
            for text, (x, y) in self._labels.items():
                self._paint_label(painter, QPointF(x, y), text)
        painter.setPen(theme.on_canvas("muted"))
        area = QRectF(self.rect()).adjusted(0, 0, -theme.px(9), -theme.px(7))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self._note)

    def _paint_triad(self, painter: QPainter) -> None:
        arm, half = theme.px(22), theme.px(8)
        centre = QPointF(theme.px(38), self.height() - theme.px(38))
        # From the farthest to the nearest, so that the arm towards the eye lies on top.
        for axis in np.argsort(-self._directions[:, 2]):
            letter, tint = _AXIS_COLOURS[axis]
            end = QPointF(self._directions[axis, 0] * arm, self._directions[axis, 1] * arm)
            painter.setPen(QPen(theme.on_canvas(tint), theme.px(2)))
            painter.drawLine(centre, centre + end)
            place = centre + end * 1.35
            area = QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter)

    def _paint_label(self, painter: QPainter, at: QPointF, text: str) -> None:
        """Beside the point, and always within the view."""
        metrics = painter.fontMetrics()
        width, margin = metrics.horizontalAdvance(text), theme.px(5)
        x = min(max(at.x() + margin, margin), self.width() - width - margin)
        y = min(max(at.y() - margin, metrics.ascent() + margin), self.height() - margin)
        _haloed(painter, QPointF(x, y), text, theme.on_canvas("xy"))

    def _paint_legend(self, painter: QPainter) -> None:
        """A line for each layer, or all in one line where there is little room."""
        metrics, side = painter.fontMetrics(), theme.px(8)
        in_lines = has_room(QRectF(self.rect()), *_LEGEND_NEEDS)
        x, y = float(theme.px(6)), float(theme.px(4))
        for entry in self.legend:
            middle = y + metrics.height() / 2
            for number, colour in enumerate(entry.colours):
                swatch = QRectF(x + number * side, middle - side / 2, side, side)
                painter.fillRect(swatch, QColor(colour))
            place = QPointF(x + side * len(entry.colours) + theme.px(4), y + metrics.ascent())
            text = entry.text if in_lines else entry.short
            _haloed(painter, place, text, theme.on_canvas("on_canvas"))
            if in_lines:
                y += metrics.height() + theme.px(1)
            else:
                x = place.x() + metrics.horizontalAdvance(text) + theme.px(7)


def _haloed(painter: QPainter, baseline: QPointF, text: str, ink: QColor) -> None:
    """Words that can be read over anything."""
    path = QPainterPath()
    path.addText(baseline, painter.font(), text)
    painter.strokePath(path, QPen(_HALO, theme.px(2), join=Qt.PenJoinStyle.RoundJoin))
    painter.fillPath(path, ink)
