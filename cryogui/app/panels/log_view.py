"""The log of all runs and the reports of crashes, in a window of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices, QFontDatabase, QTextCursor
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox

Document = tuple[str, str, Path]
"""Title, text, and the file it is in."""


class LogView(QDialog):
    """Shows one of several texts, to read, to copy, and to find on disk."""

    def __init__(self, documents: Sequence[Document], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Log  –  cryogui")
        self.resize(theme.px(900), theme.px(560))
        self._documents = list(documents)
        self.choice = ChoiceBox()
        self.choice.addItems([title for title, _, _ in documents])
        self.choice.setAccessibleName("which log")
        self.choice.setToolTip("The log of all runs, or what is known of a run that crashed")
        self.choice.currentIndexChanged.connect(self._show)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("log")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._where = QLabel()
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.set_role(self._where, role="muted")
        self._lay_out()
        self._show(0)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addWidget(self._where, 1)
        for words, tooltip, slot in (
            ("Copy", "Copy all of this text", self.copy),
            ("Open folder", "Show the file in the file manager", self._open_folder),
        ):
            button = QPushButton(words)
            button.setToolTip(tooltip)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.text, 1)

    def copy(self) -> None:
        """Put the text on the clipboard."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text.toPlainText())

    def _show(self, number: int) -> None:
        _, text, path = self._documents[number]
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self._where.setText(str(path))

    def _open_folder(self) -> None:
        path = self._documents[self.choice.currentIndex()][2]
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
