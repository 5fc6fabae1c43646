"""The values of an image as a histogram, with limits to drag: left is drawn black, right white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.levels import Levels, percentile_levels

_BINS = 120
_LEAST_GAP = 0.01  # of the range shown, between black and white


class Histogram(QWidget):
    """Shows one image's values; dragging a limit, or the ground between the two, changes the levels."""

    levelsDragged = pyqtSignal(float, float)

    def __init__(self, image: NDArray[np.floating], levels: Levels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = levels
        bottom, top = percentile_levels(image, 0.05, 99.95)
        margin = 0.08 * (top - bottom)
        self._range = min(bottom - margin, levels[0]), max(top + margin, levels[1])
        finite = image[np.isfinite(image)]
        counts, _ = np.histogram(finite, _BINS, self._range)
        # The square root keeps the few bright pixels of the object visible beside the background.
        self._heights = np.sqrt(counts / max(counts.max(), 1))
        # Value under the pointer, levels then, whether black moves, whether white moves.
        self._grasped: tuple[float, Levels, bool, bool] | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("contrast")
        self.setToolTip("Drag a limit to set black or white, or the ground between them to move both")

    @property
    def levels(self) -> Levels:
        """Black and white."""
        return self._levels

    def sizeHint(self) -> QSize:
        """As wide as a menu."""
        return QSize(theme.px(240), theme.px(78))

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(theme.px(12), theme.px(8), -theme.px(12), -theme.px(8))

    def x_of(self, value: float) -> float:
        """Where a value lies, in pixels of the widget."""
        low, high = self._range
        return self._area().left() + (value - low) / (high - low) * self._area().width()

    def _value_at(self, x: float) -> float:
        low, high = self._range
        return low + (x - self._area().left()) / max(self._area().width(), 1) * (high - low)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Bars, brighter between the limits, and the limits with a grip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        width = area.width() / _BINS
        for number, height in enumerate(self._heights):
            bar = QRectF(area.left() + number * width, area.bottom(), width, -height * area.height())
            within = self.x_of(self._levels[0]) <= bar.center().x() <= self.x_of(self._levels[1])
            painter.fillRect(bar, theme.colour("spark", 1.0 if within else 0.4))
        painter.setBrush(theme.colour("accent"))
        for value in self._levels:
            x = self.x_of(value)
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawEllipse(QPointF(x, area.bottom()), theme.px(3), theme.px(3))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Grasp the nearer limit, or both when well between them."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        black, white = (abs(x - self.x_of(value)) for value in self._levels)
        reach = theme.px(8)
        between = self.x_of(self._levels[0]) < x < self.x_of(self._levels[1])
        both = between and black > reach and white > reach
        self._grasped = self._value_at(x), self._levels, both or black <= white, both or white < black

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Move what is grasped; black stays below white."""
        if event is None:
            return
        if self._grasped is None:
            self._show_reach(event.position().x())
            return
        start, (low, high), moves_low, moves_high = self._grasped
        moved = self._value_at(event.position().x()) - start
        gap = _LEAST_GAP * (self._range[1] - self._range[0])
        low, high = low + moved * moves_low, high + moved * moves_high
        if high - low < gap:
            low, high = (high - gap, high) if moves_low else (low, low + gap)
        self._levels = low, high
        self.update()
        self.levelsDragged.emit(low, high)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Let go."""
        self._grasped = None

    def _show_reach(self, x: float) -> None:
        on_limit = any(abs(x - self.x_of(value)) <= theme.px(8) for value in self._levels)
        self.setCursor(Qt.CursorShape.SplitHCursor if on_limit else Qt.CursorShape.ArrowCursor)
