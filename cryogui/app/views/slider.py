"""A continuous slider that shows where it started: filled from nominal to value, truth marked."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.views.keys import claims
from cryogui.spec import Parameter

_FINE, _COARSE = 1 / 200, 1 / 20  # keyboard steps as fractions of the range
_STEPS = {
    Qt.Key.Key_Left: -_FINE,
    Qt.Key.Key_Down: -_FINE,
    Qt.Key.Key_Right: _FINE,
    Qt.Key.Key_Up: _FINE,
    Qt.Key.Key_PageDown: -_COARSE,
    Qt.Key.Key_PageUp: _COARSE,
}
_OWN_KEYS = (*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End)
_SHIFT_DRAG = 0.1  # Shift makes dragging ten times finer


class Slider(QWidget):
    """Chooses a number within a parameter's range, rounded to `decimals`.

    has_truth: whether there is room above the handle for the mark of a true value.
    """

    valueChanged = pyqtSignal(float)  # while moving
    released = pyqtSignal()  # after a drag, a key or a notch
    resetRequested = pyqtSignal()  # double click on the handle

    def __init__(
        self, parameter: Parameter, decimals: int, parent: QWidget | None = None, has_truth: bool = True
    ) -> None:
        super().__init__(parent)
        self._parameter, self._decimals, self._has_truth = parameter, decimals, has_truth
        self._value = parameter.nominal
        self._true: float | None = None
        self._error: tuple[float, float] | None = None
        self._is_error_current = True
        self._drag_from: tuple[float, float] | None = None  # pointer x and value where the drag began
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    # ---- data

    @property
    def value(self) -> float:
        """Where the handle stands."""
        return self._value

    def set_value(self, value: float) -> None:
        """Move the handle, silently; values outside the range go to its nearest end."""
        self._value = self._parameter.clip(value)
        self.setAccessibleDescription(f"{self._value:.{self._decimals}f} {self._parameter.display_unit}")
        self.update()

    def set_true(self, value: float | None) -> None:
        """Mark the true value with a green triangle; None removes it."""
        self._true = value
        self.update()

    def set_error(self, error: tuple[float, float] | None, is_current: bool = True) -> None:
        """Draw a band from one value to another, where the true one most likely is; None removes it."""
        self._error, self._is_error_current = error, is_current
        self.update()

    def _user_moved(self, value: float) -> None:
        rounded = self._parameter.clip(round(value, self._decimals))
        if rounded != self._value:
            self.set_value(rounded)
            self.valueChanged.emit(rounded)

    # ---- geometry

    def sizeHint(self) -> QSize:
        """Room for the truth above the handle."""
        return QSize(theme.px(240), theme.px(28))

    @property
    def _radius(self) -> float:
        return theme.px(8) * 0.95

    def _groove(self) -> QRectF:
        radius = self._radius
        middle = self.height() - radius - theme.px(3) if self._has_truth else self.height() / 2
        return QRectF(radius, middle, self.width() - 2 * radius, 0)

    def x_of(self, value: float) -> float:
        """Where a value lies, in pixels of the widget."""
        return self.xs_of((value,))[0]

    def xs_of(self, values: Iterable[float]) -> list[float]:
        """Where several lie."""
        low, high, groove = self._parameter.minimum, self._parameter.maximum, self._groove()
        left, scale = groove.left(), groove.width() / (high - low)
        return [left + (value - low) * scale for value in values]

    def _value_at(self, x: float) -> float:
        low, high, groove = self._parameter.minimum, self._parameter.maximum, self._groove()
        return low + (x - groove.left()) / max(groove.width(), 1) * (high - low)

    def _on_handle(self, x: float) -> bool:
        return abs(x - self.x_of(self._value)) <= self._radius + theme.px(2)

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Groove, fill from nominal to value, nominal tick, truth, handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove, radius = self._groove(), self._radius
        middle = groove.top()
        at, nominal = self.xs_of((self._value, self._parameter.nominal))
        cap = Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(theme.colour("track"), theme.px(3), Qt.PenStyle.SolidLine, cap))
        painter.drawLine(groove.topLeft(), groove.topRight())
        moving = "accent" if self.isEnabled() else "faint"
        painter.setPen(QPen(theme.colour(moving), theme.px(4), Qt.PenStyle.SolidLine, cap))
        if abs(at - nominal) > 0.5:
            painter.drawLine(QPointF(nominal, middle), QPointF(at, middle))
        painter.setPen(QPen(theme.colour("muted"), theme.px(2)))
        painter.drawLine(QPointF(nominal, middle - theme.px(6)), QPointF(nominal, middle + theme.px(6)))
        if self._error is not None:
            self._paint_error(painter, self._error, middle)
        if self._true is not None:
            self._paint_truth(painter, self.x_of(self._parameter.clip(self._true)), middle)
        edge = "accent" if self.hasFocus() else "faint"
        painter.setPen(QPen(theme.colour(edge), theme.px(2) if self.hasFocus() else 1))
        painter.setBrush(theme.colour("handle" if self.isEnabled() else "faint"))
        painter.drawEllipse(QPointF(at, middle), radius - 1, radius - 1)

    def _paint_error(self, painter: QPainter, error: tuple[float, float], middle: float) -> None:
        """A bar with a cap at each end that lies within the range."""
        low, high = (self._parameter.clip(end) for end in error)
        left, right = self.xs_of((low, high))
        painter.setPen(QPen(theme.colour("text", 0.75 if self._is_error_current else 0.3), theme.px(1.5)))
        at = middle - self._radius - theme.px(3)
        painter.drawLine(QPointF(left, at), QPointF(right, at))
        half = theme.px(3)
        for x, end, shown in ((left, error[0], low), (right, error[1], high)):
            if end == shown:
                painter.drawLine(QPointF(x, at - half), QPointF(x, at + half))

    def _paint_truth(self, painter: QPainter, x: float, middle: float) -> None:
        half, bottom = theme.px(5), middle - self._radius - theme.px(1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("good"))
        top = bottom - 1.6 * half
        painter.drawPolygon(QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, bottom)]))

    # ---- from the user

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Grasp the handle, or bring it to the pointer first."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        if not self._on_handle(x):
            self._user_moved(self._value_at(x))
        self._drag_from = (x, self._value)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag; with Shift ten times finer."""
        if event is None or self._drag_from is None:
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        start_x, start_value = self._drag_from
        moved = self._value_at(event.position().x()) - self._value_at(start_x)
        self._user_moved(start_value + moved * (_SHIFT_DRAG if fine else 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The drag is over."""
        if self._drag_from is not None:
            self._drag_from = None
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """On the handle: back to nominal."""
        if event is not None and self._on_handle(event.position().x()):
            self.resetRequested.emit()

    def event(self, event: QEvent | None) -> bool:
        """The slider's own keys reach it also where the window has shortcuts for them."""
        return claims(event, _OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows move finely, PageUp and PageDown coarsely, Home and End to the ends of the range."""
        if event is None:
            return
        key, span = Qt.Key(event.key()), self._parameter.width
        if key in _STEPS:
            self._user_moved(self._value + _STEPS[key] * span)
        elif key == Qt.Key.Key_Home:
            self._user_moved(self._parameter.minimum)
        elif key == Qt.Key.Key_End:
            self._user_moved(self._parameter.maximum)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """A held key is one edit, which ends when it is let go."""
        if event is None or event.isAutoRepeat():
            return
        if event.key() in _OWN_KEYS:
            self.released.emit()
        else:
            super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Only a focused slider follows the wheel, so that scrolling the panel changes nothing."""
        if event is None or not self.hasFocus():
            if event is not None:
                event.ignore()
            return
        notches = event.angleDelta().y() / 120
        self._user_moved(self._value + notches * _FINE * self._parameter.width)
        self.released.emit()
