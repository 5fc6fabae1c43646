"""A thin bar: how far a computation is, or that it goes on."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, Qt, QTimer
from PyQt6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from cryogui.app import theme

_FRAME_MS = 60
_PERIOD = 25  # frames in which the piece crosses the bar
_PIECE = 0.3


class ProgressLine(QWidget):
    """Filled up to a fraction; while none is known, a piece wanders along it.

    is_thin: a hair line as wide as whoever holds it makes it.
    """

    def __init__(self, parent: QWidget | None = None, is_thin: bool = False) -> None:
        super().__init__(parent)
        self._is_thin = is_thin
        self._fraction: float | None = None
        self._frame = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._step)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("progress")
        self._fit()

    @property
    def fraction(self) -> float | None:
        """What is shown, 0 to 1; None while it is not known."""
        return self._fraction

    def set_fraction(self, fraction: float | None) -> None:
        """Show how much is done, 0 to 1, or with None that something goes on."""
        self._fraction = None if fraction is None else min(max(fraction, 0.0), 1.0)
        self.setAccessibleDescription("" if self._fraction is None else f"{100 * self._fraction:.0f} %")
        self._animate()
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Groove and filling."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        radius = whole.height() / 2
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(whole, radius, radius)
        start, end = 0.0, self._fraction or 0.0
        if self._fraction is None:
            middle = (self._frame % _PERIOD) / (_PERIOD - 1) * (1 + _PIECE) - _PIECE / 2
            start, end = max(0.0, middle - _PIECE / 2), min(1.0, middle + _PIECE / 2)
        painter.setBrush(theme.colour("accent"))
        filled = QRectF(start * whole.width(), 0, max(0.0, end - start) * whole.width(), whole.height())
        painter.drawRoundedRect(filled, radius, radius)

    def _step(self) -> None:
        self._frame += 1
        self.update()

    def _animate(self) -> None:
        wanders = self.isVisible() and self._fraction is None
        if wanders and not self._timer.isActive():
            self._timer.start()
        elif not wanders:
            self._timer.stop()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Wander only while seen."""
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """And rest when hidden."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent | None) -> None:
        """The size follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        if self._is_thin:
            self.setFixedHeight(theme.px(3))
        else:
            self.setFixedSize(theme.px(110), theme.px(5))
