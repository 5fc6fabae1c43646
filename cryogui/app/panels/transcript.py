"""What was said at the prompt and what came of it, each kind of text in its colour."""

from __future__ import annotations

from collections import deque

from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QFont, QFontDatabase, QTextCharFormat, QTextCursor
from PyQt6.QtWidgets import QPlainTextEdit, QWidget

from cryogui.app import theme

COLOURS = {"command": "accent", "output": "text", "error": "bad", "note": "muted"}
MOST_LINES = 5000
MOST_TEXTS = 2000


def fixed_font(widget: QWidget) -> QFont:
    """The system's font of equal widths, as large as the interface's."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(widget.font().pointSizeF())
    return font


class Transcript(QPlainTextEdit):
    """Read-only text that grows at its end and forgets its beginning; shows the end unless scrolled away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: deque[tuple[str, str]] = deque(maxlen=MOST_TEXTS)
        self.setReadOnly(True)
        self.setMaximumBlockCount(MOST_LINES)
        self.setAccessibleName("output of the console")

    def append_text(self, text: str, kind: str) -> None:
        """Add `text` of a kind named in COLOURS, with the line breaks it has."""
        self._texts.append((text, kind))
        self._write(text, kind)

    def forget(self) -> None:
        """Begin with an empty page."""
        self._texts.clear()
        self.clear()

    def _write(self, text: str, kind: str) -> None:
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        look = QTextCharFormat()
        look.setForeground(theme.colour(COLOURS[kind]))
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text, look)
        if follows:
            bar.setValue(bar.maximum())

    def changeEvent(self, event: QEvent | None) -> None:
        """Written again in the colours of another theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.clear()
            for text, kind in self._texts:
                self._write(text, kind)
