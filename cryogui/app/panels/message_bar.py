"""One sentence in place of a dialog: what went wrong and how to mend it, with the detail on request."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.icons import IconButton


class MessageBar(QFrame):
    """Hidden until there is something to say; dismissible, copyable, never modal."""

    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("detail of the message")
        self.detail.setMaximumHeight(theme.px(120))
        self.detail_button = QToolButton()
        self.detail_button.setText("Detail")
        self.detail_button.setCheckable(True)
        self.detail_button.setToolTip("Show what a developer wants to know")
        self.detail_button.toggled.connect(self.detail.setVisible)
        self.copy_button = IconButton("copy", "Copy the message")
        self.copy_button.clicked.connect(self.copy)
        self.close_button = IconButton("close", "Dismiss the message")
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.addWidget(self.sentence, 1)
        for button in (self.detail_button, self.copy_button, self.close_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(10), theme.px(6), theme.px(6), theme.px(6))
        column.addLayout(row)
        column.addWidget(self.detail)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_error(self, sentence: str, detail: str = "") -> None:
        """Something failed: one sentence for the user, `detail` behind a button."""
        self._show("error", sentence, detail)

    def show_note(self, sentence: str, detail: str = "") -> None:
        """Something worth knowing that is no failure."""
        self._show("note", sentence, detail)

    def _show(self, kind: str, sentence: str, detail: str) -> None:
        theme.set_role(self, message=kind)
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(f"{kind}: {sentence}")
        self.detail.setPlainText(detail)
        self.detail_button.setVisible(bool(detail))
        self.detail_button.setChecked(False)
        self.detail.hide()
        self.show()

    def copy(self) -> None:
        """Put the sentence and its detail on the clipboard."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText("\n\n".join(filter(None, (self.sentence.text(), self.detail.toPlainText()))))

    def dismiss(self) -> None:
        """Hide the bar."""
        self.hide()
        self.dismissed.emit()
