"""The line, or lines, in which a command is typed, with history and completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QStringListModel, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QShowEvent, QTextCursor
from PyQt6.QtWidgets import QCompleter, QPlainTextEdit, QWidget

from cryogui.app import theme

INDENT = "    "
MOST_LINES = 8

_MANUAL = (
    "Enter runs the command, Shift+Enter begins another line, Up and Down go through earlier commands, "
    "Tab completes, Shift+Tab leaves, Esc clears, Ctrl+C interrupts what runs"
)


class Prompt(QPlainTextEdit):
    """Emits what is entered. While it is `busy` one can type, but not enter.

    is_complete: whether Enter runs the text. older and newer: the command before or after in the history for
    what is typed, or None.
    """

    entered = pyqtSignal(str)
    interrupted = pyqtSignal()
    completionRequested = pyqtSignal(str)  # the text up to the cursor
    clearRequested = pyqtSignal()

    def __init__(
        self,
        is_complete: Callable[[str], bool],
        older: Callable[[str], str | None],
        newer: Callable[[str], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_complete, self._older, self._newer = is_complete, older, newer
        self.is_busy = False
        self.setAccessibleName("Python prompt")
        self.setToolTip(_MANUAL)
        self.setPlaceholderText("Python: help_me() lists the arrays")
        self.setTabChangesFocus(False)
        self._words = QStringListModel()
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._insert)
        self._word = ""
        self.document().documentLayout().documentSizeChanged.connect(lambda size: self._fit())
        self._fit()

    def offer(self, before: str, word: str, words: Sequence[str]) -> None:
        """Complete `word`, or let the user choose; nothing when the text is not `before` any more."""
        if self._before() != before or not words:
            return
        self._word = word
        common = _common_beginning(words)
        if len(words) == 1 or len(common) > len(word):
            self._insert(common)
        if len(words) > 1:
            self._word = common
            self._words.setStringList(list(words))
            self._completer.setCompletionPrefix(common)
            area = self.cursorRect()
            popup = self._completer.popup()
            area.setWidth(popup.sizeHintForColumn(0) + theme.px(30))
            self._completer.complete(area)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that mean something at a prompt; all others type."""
        assert event is not None
        if self._completer.popup().isVisible():
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                event.ignore()  # the list takes them
                return
            self._completer.popup().hide()
        if not self._take(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """Esc belongs to the prompt while it has the keyboard."""
        is_asked = event is not None and event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> bool:
        """Whether the key was one of the prompt's own."""
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter(at_once=control, never=shift)
        elif key == Qt.Key.Key_Escape:
            self._on_escape()
        elif control and key == Qt.Key.Key_C and not self.textCursor().hasSelection():
            self.interrupted.emit()
        elif control and key == Qt.Key.Key_L:
            self.clearRequested.emit()
        elif key == Qt.Key.Key_Tab and not control:
            self._on_tab()
        elif key == Qt.Key.Key_Backtab:
            self.focusNextPrevChild(False)
        elif key == Qt.Key.Key_Up and not shift and self._is_on_line(0):
            self._show(self._older(self.toPlainText()))
        elif key == Qt.Key.Key_Down and not shift and self._is_on_line(self.blockCount() - 1):
            self._show(self._newer(self.toPlainText()))
        else:
            return False
        return True

    def _on_enter(self, at_once: bool, never: bool) -> None:
        source = self.toPlainText()
        if never or not (at_once or (self._is_on_line(self.blockCount() - 1) and self._is_complete(source))):
            self._begin_line()
        elif source.strip() and not self.is_busy:
            self.clear()
            self.entered.emit(source.strip("\n"))

    def _begin_line(self) -> None:
        """Another line, as deep as this one or deeper."""
        line = self.textCursor().block().text()
        depth = line[: len(line) - len(line.lstrip())]
        self.insertPlainText("\n" + depth + (INDENT if line.rstrip().endswith(":") else ""))

    def _on_escape(self) -> None:
        if self.is_busy:
            self.interrupted.emit()
        else:
            self.clear()

    def _on_tab(self) -> None:
        before = self._before()
        if before.rpartition("\n")[2].strip():
            self.completionRequested.emit(before)
        else:
            self.insertPlainText(INDENT)

    def _before(self) -> str:
        return self.toPlainText()[: self.textCursor().position()]

    def _is_on_line(self, number: int) -> bool:
        return self.textCursor().blockNumber() == number

    def _show(self, command: str | None) -> None:
        if command is not None:
            self.setPlainText(command)
            self.moveCursor(QTextCursor.MoveOperation.End)

    def _insert(self, word: str) -> None:
        """Put `word` in the place of its beginning, which stands before the cursor."""
        self.insertPlainText(word[len(self._word) :])
        self._word = word

    def _fit(self) -> None:
        """As high as the text, within reason."""
        lines = max(round(self.document().size().height()), 1)  # a plain text's height is told in lines
        is_laid_out = self.isVisible()
        frame = self.height() - self.viewport().height() if is_laid_out else 2 * self.frameWidth()
        margins = 2 * self.document().documentMargin() + frame
        shown = min(lines, MOST_LINES) * self.fontMetrics().lineSpacing()
        self.setFixedHeight(round(shown + margins))
        policy = Qt.ScrollBarPolicy
        overflows = lines > MOST_LINES
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if overflows else policy.ScrollBarAlwaysOff)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Only now does the style say how wide its frame is."""
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """The height follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()


def _common_beginning(words: Sequence[str]) -> str:
    """The longest beginning that all words share."""
    first, last = min(words), max(words)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]
