"""The values of an image as a histogram, with limits to drag: left is drawn black, right white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views.grasp import Grasp, grasp
from cryogui.app.views.levels import Levels, percentile_levels

_BINS = 120
_LEAST_GAP = 0.01  # of the range shown, between black and white


class Histogram(QWidget):
    """Shows one image's values; dragging a limit, or the ground between the two, changes the levels."""

    levelsDragged = pyqtSignal(float, float)

    def __init__(
        self,
        image: NDArray[np.floating],
        levels: Levels,
        is_log: bool = False,
        keeps_zero: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._levels, self._keeps_zero = levels, keeps_zero
        bottom, top = percentile_levels(image, 0.05, 99.95)
        margin = 0.08 * (top - bottom)
        self._range = min(bottom - margin, levels[0]), max(top + margin, levels[1])
        finite = image[np.isfinite(image)]
        self._counts, _ = np.histogram(finite, _BINS, self._range)
        self.set_log(is_log)
        self._grasp: Grasp | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("histogram")
        self.setToolTip("Drag a limit to set black or white, or the ground between them to move both")

    def set_log(self, is_log: bool) -> None:
        """Draw the logarithm of the counts, or their square root.

        Either keeps the few bright pixels of the object visible beside the background.
        """
        heights = np.log1p(self._counts) if is_log else np.sqrt(self._counts)
        self._heights = heights / max(heights.max(), 1.0)
        self.update()

    def set_levels(self, levels: Levels) -> None:
        """Show these levels, silently; those beyond the values shown lie at the border."""
        self._levels = levels
        self.update()

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
            x = min(max(self.x_of(value), area.left()), area.right())
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawEllipse(QPointF(x, area.bottom()), theme.px(3), theme.px(3))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Grasp the nearer limit, or both when well between them."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x, (low, high) = event.position().x(), self._range
        reach = self._value_at(x + theme.px(8)) - self._value_at(x)
        gap = _LEAST_GAP * (high - low)
        self._grasp = grasp(self._value_at(x), self._levels, reach, gap, self._keeps_zero)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Move what is grasped; black stays below white."""
        if event is None:
            return
        if self._grasp is None:
            self._show_reach(event.position().x())
            return
        self._levels = self._grasp.moved_to(self._value_at(event.position().x()))
        self.update()
        self.levelsDragged.emit(*self._levels)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Let go."""
        self._grasp = None

    def _show_reach(self, x: float) -> None:
        on_limit = any(abs(x - self.x_of(value)) <= theme.px(8) for value in self._levels)
        self.setCursor(Qt.CursorShape.SplitHCursor if on_limit else Qt.CursorShape.ArrowCursor)
