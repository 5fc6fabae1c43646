"""A field for a number that leaves the wheel and the undo keys to the window."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PyQt6.QtWidgets import QDoubleSpinBox


class NumberBox(QDoubleSpinBox):
    """Follows the wheel only while focused, so that scrolling changes nothing; writes a true minus.

    Undo and redo are the window's, not those of the letters typed; PageUp and PageDown are its own.
    """

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
                event.ignore()
                return False
            if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                event.accept()
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None and not self.hasFocus():
            event.ignore()
        else:
            super().wheelEvent(event)

    def textFromValue(self, value: float) -> str:
        return super().textFromValue(value).replace("-", "−")

    def valueFromText(self, text: str | None) -> float:
        return super().valueFromText((text or "").replace("−", "-"))

    def validate(self, text: str | None, at: int) -> tuple[QValidator.State, str, int]:
        state, _, at = super().validate((text or "").replace("−", "-"), at)
        return state, text or "", at
