"""A field for a number that leaves the wheel, the undo keys and letters to the window."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PyQt6.QtWidgets import QDoubleSpinBox

_OF_NUMBERS = "0123456789.,+-−eE "
_HISTORY = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberBox(QDoubleSpinBox):
    """Follows the wheel only while focused, so that scrolling changes nothing; writes a true minus.

    Undo and redo are the window's, not those of the digits typed, and so is every letter that is no part of a
    number. PageUp and PageDown are its own: ten steps, about as far as they move the slider beside it.
    """

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if _is_of_the_window(event):
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


def _is_of_the_window(event: QKeyEvent) -> bool:
    letter = event.text()
    is_letter = letter.isprintable() and letter != "" and letter not in _OF_NUMBERS
    return is_letter or any(event.matches(keys) for keys in _HISTORY)
