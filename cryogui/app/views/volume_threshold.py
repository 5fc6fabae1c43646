"""The threshold of isosurfaces, chosen on a histogram of what they are surfaces of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views import volume_colours
from cryogui.app.views.slider import Slider
from cryogui.app.views.volume_layers import HISTOGRAM_RANGE
from cryogui.session.looks import LayerName
from cryogui.spec import Parameter

THRESHOLD = Parameter("isosurface_threshold", 0.02, 0.98, 0.4)

Histograms = Sequence[tuple[LayerName, NDArray[np.int64]]]


class ThresholdSlider(Slider):
    """Chooses where isosurfaces lie, from background (0) to brightest (1) of each layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(THRESHOLD, decimals=2, parent=parent)
        self.setToolTip(
            "Where surfaces lie between background (0) and brightest (1): <i>background + t × (brightest − "
            "background)</i>, over the number of voxels of each value, on a logarithmic scale. Drag, or use "
            "the arrow keys; a double click on the grip returns to 0.40."
        )
        self.setAccessibleName("isosurface threshold")
        self.setMinimumWidth(theme.px(60))
        self._histograms: Histograms = ()

    def set_histograms(self, histograms: Histograms) -> None:
        """The counts of each layer drawn, over `HISTOGRAM_RANGE`."""
        self._histograms = histograms
        self.update()

    def sizeHint(self) -> QSize:
        """High enough to tell a shoulder from a tail."""
        return QSize(theme.px(240), theme.px(30))

    def _groove(self) -> QRectF:
        """Where the values that can be chosen lie within the histogram."""
        area, (start, end) = self._area(), HISTOGRAM_RANGE
        places = [
            area.left() + (value - start) / (end - start) * area.width()
            for value in (THRESHOLD.minimum, THRESHOLD.maximum)
        ]
        return QRectF(places[0], area.bottom(), places[1] - places[0], 0)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.px(2), theme.px(2), -theme.px(2), -theme.px(6))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Log counts in the colour of each layer, brighter where there is surface, and the threshold."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, at = self._area(), self.x_of(self.value)
        painter.setPen(QPen(theme.colour("track"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for name, counts in self._histograms:
            outline = self._outline(area, counts)
            tint = _shown(volume_colours.tint(name))
            for part, strength in (
                (QRectF(area.left(), area.top(), at - area.left(), area.height()), 0.22),
                (QRectF(at, area.top(), area.right() - at, area.height()), 0.6),
            ):
                painter.setClipRect(part)
                painter.fillPath(outline, _faded(tint, strength / len(self._histograms) ** 0.5))
            painter.setClipping(False)
            painter.strokePath(outline, QPen(_faded(tint, 0.9), 1))
        self._paint_handle(painter, area, at)

    def _paint_handle(self, painter: QPainter, area: QRectF, at: float) -> None:
        tint = theme.colour("accent" if self.isEnabled() else "faint")
        painter.setPen(QPen(tint, theme.px(2)))
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        painter.setPen(QPen(tint, theme.px(2) if self.hasFocus() else 1))
        painter.setBrush(theme.colour("handle"))
        radius = theme.px(5) if self.hasFocus() else theme.px(4)
        painter.drawEllipse(QPointF(at, area.bottom() - theme.px(1)), radius, radius)

    def _outline(self, area: QRectF, counts: NDArray[np.int64]) -> QPainterPath:
        heights = np.log1p(counts) / max(np.log1p(counts.max(initial=0)), 1.0)
        step = area.width() / len(counts)
        path = QPainterPath(area.bottomLeft())
        for number, height in enumerate(heights):
            top = area.bottom() - height * area.height()
            path.lineTo(area.left() + number * step, top)
            path.lineTo(area.left() + (number + 1) * step, top)
        path.lineTo(area.bottomRight())
        return path


def _faded(tint: QColor, alpha: float) -> QColor:
    result = QColor(tint)
    result.setAlphaF(alpha)
    return result


def _shown(tint: QColor) -> QColor:
    """Dark enough to be seen on a light card."""
    return tint.darker(140) if theme.palette().name == "light" else tint
