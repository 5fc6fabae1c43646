"""The colours of an image with the values they stand for; its ends can be dragged."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.views.colormaps import Table
from cryogui.app.views.grasp import Grasp, grasp
from cryogui.app.views.levels import Levels, tick_texts

_MARGIN = 0.05  # of the width, beyond black and beyond white: where values are all black or all white
_LEAST_GAP = 0.02  # of the levels' distance when a drag began
_STEP = 0.02  # of the levels' distance, for a key
_ARROWS = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}


class ColourBar(QWidget):
    """Black at the left, white at the right. A drag changes the levels, a click asks for the histogram.

    keeps_zero: levels that are symmetric about zero stay so.
    """

    levelsDragged = pyqtSignal(float, float)
    clicked = pyqtSignal()

    def __init__(
        self, table: Callable[[], Table], keeps_zero: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._table, self._keeps_zero = table, keeps_zero
        self._levels: Levels = (0.0, 1.0)
        self._span: Levels = (0.0, 1.0)  # the values at the ends of the gradient: still during a drag
        self._unit = ""
        self._grasp: Grasp | None = None
        self._pressed_at: float | None = None
        self._has_moved = False
        self._is_under_pointer = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("colour bar")
        self.setToolTip(
            "Which value has which colour.<br>Drag an end to set black or white, the middle to move both; "
            "click for the histogram.<br>"
            "Arrow keys move white, with Shift black; Return opens the histogram."
        )

    # ---- data

    @property
    def levels(self) -> Levels:
        """Black and white."""
        return self._levels

    def set_levels(self, levels: Levels) -> None:
        """Show these levels, silently."""
        if levels == self._levels:
            return
        self._levels = levels
        if self._grasp is None:
            self._span = levels
        low, _, high = self.texts
        self.setAccessibleDescription(f"black {low}, white {high}")
        self.update()

    def set_unit(self, unit: str) -> None:
        """The unit of the values, written behind the last number; '' for none."""
        if unit != self._unit:
            self._unit = unit
            self.update()

    def set_keeps_zero(self, on: bool) -> None:
        """Whether levels that are symmetric about zero stay so when one is dragged."""
        self._keeps_zero = on

    @property
    def unit(self) -> str:
        """The unit of the values."""
        return self._unit

    @property
    def texts(self) -> tuple[str, str, str]:
        """The words at black, in the middle and at white."""
        low, middle, high = tick_texts(self._levels)
        return low, middle, f"{high} {self._unit}".rstrip()

    # ---- geometry

    def sizeHint(self) -> QSize:
        """A slim gradient over a line of small numbers."""
        return QSize(theme.px(120), self._thickness() + theme.px(3) + self._line_height())

    def _thickness(self) -> int:
        return theme.px(7)

    def _line_height(self) -> int:
        return round(theme.small_font().pointSizeF() / 72 * self.logicalDpiY() * 1.35)

    def _value_at(self, x: float) -> float:
        low, high = self._span
        share = (x / max(self.width(), 1) - _MARGIN) / (1 - 2 * _MARGIN)
        return low + share * (high - low)

    def x_of(self, value: float) -> float:
        """Where a value lies, in pixels of the widget."""
        low, high = self._span
        return self.width() * (_MARGIN + (1 - 2 * _MARGIN) * (value - low) / (high - low))

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Flat ends, the gradient between black and white, a grip at each, numbers below."""
        painter = QPainter(self)
        table = self._table()
        pixels, last = table.tobytes(), len(table) - 1
        gradient = QImage(pixels, last + 1, 1, 3 * (last + 1), QImage.Format.Format_RGB888)
        black, white = (min(max(self.x_of(value), 0.0), self.width()) for value in self._levels)
        height = self._thickness()
        painter.fillRect(QRectF(0, 0, black, height), gradient.pixelColor(0, 0))
        painter.fillRect(QRectF(white, 0, self.width() - white, height), gradient.pixelColor(last, 0))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(black, 0, white - black, height), gradient)
        edge = "accent" if self.hasFocus() else "border"
        painter.setPen(QPen(theme.colour(edge), 1))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, height - 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_active = self._is_under_pointer or self.hasFocus() or self._grasp is not None
        for x in (black, white):
            self._paint_grip(painter, x, height, is_active)
        self._paint_texts(painter, black, white)

    def _paint_grip(self, painter: QPainter, x: float, height: int, is_active: bool) -> None:
        painter.setPen(QPen(theme.colour("card", 0.9), theme.px(5 if is_active else 4)))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
        painter.setPen(QPen(theme.colour("accent"), theme.px(3 if is_active else 2)))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height + theme.px(2)))

    def _paint_texts(self, painter: QPainter, black: float, white: float) -> None:
        painter.setFont(theme.small_font())
        painter.setPen(theme.colour("muted"))
        metrics, gap = painter.fontMetrics(), theme.px(5)
        top, height = self._thickness() + theme.px(3), self._line_height()
        low, middle, high = self.texts
        left_end = metrics.horizontalAdvance(low)
        right_start = self.width() - metrics.horizontalAdvance(high)
        align = Qt.AlignmentFlag
        line = QRectF(0, top, self.width(), height)
        painter.drawText(line, align.AlignLeft | align.AlignVCenter, low)
        if right_start - left_end < gap:
            return
        painter.drawText(line, align.AlignRight | align.AlignVCenter, high)
        width = metrics.horizontalAdvance(middle)
        start = (black + white - width) / 2
        if left_end + gap <= start and start + width + gap <= right_start:
            painter.drawText(QRectF(start, top, width + 1, height), align.AlignVCenter, middle)

    # ---- from the user

    def _user_set(self, levels: Levels) -> None:
        if levels != self._levels:
            self.set_levels(levels)
            self.levelsDragged.emit(*levels)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Grasp an end, or the ground between the two."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x, (low, high) = event.position().x(), self._levels
        reach = abs(self._value_at(x + theme.px(8)) - self._value_at(x))
        self._pressed_at, self._has_moved = x, False
        gap = _LEAST_GAP * (high - low)
        self._grasp = grasp(self._value_at(x), self._levels, reach, gap, self._keeps_zero)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Move what is grasped, once it is plain that this is no click."""
        if event is None:
            return
        x = event.position().x()
        if self._grasp is None or self._pressed_at is None:
            on_end = any(abs(x - self.x_of(value)) <= theme.px(8) for value in self._levels)
            self.setCursor(Qt.CursorShape.SplitHCursor if on_end else Qt.CursorShape.PointingHandCursor)
            return
        self._has_moved |= abs(x - self._pressed_at) >= theme.px(3)
        if self._has_moved:
            self._user_set(self._grasp.moved_to(self._value_at(x)))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Let go, and fit the gradient to the new levels; without a drag it was a click."""
        if self._grasp is None:
            return
        self._grasp, self._span = None, self._levels
        self.update()
        if not self._has_moved:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows move white, with Shift black; Return opens the histogram."""
        if event is None:
            return
        key, (low, high) = Qt.Key(event.key()), self._levels
        if key in _ARROWS:
            is_black = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            start, step = (low if is_black else high), _ARROWS[key] * (high - low)
            grasped = grasp(start, self._levels, 0.0, _LEAST_GAP * (high - low), self._keeps_zero)
            self._user_set(grasped.moved_to(start + step))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEvent | None) -> None:
        """Light up the grips."""
        self._is_under_pointer = True
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Dim them."""
        self._is_under_pointer = False
        self.update()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Draw the frame that says where keys go."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Remove that frame."""
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent | None) -> None:
        """The height follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
