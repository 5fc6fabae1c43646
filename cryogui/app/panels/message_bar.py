"""One sentence in place of a dialog: what went wrong and how to mend it, with the detail on request."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

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
from cryogui.app.panels.transcript import fixed_font


class Topic(Enum):
    """What a message is about: those of one topic go together, and the value counts several of them."""

    FILES = "{} files were refused."
    SCENE = "{} computations failed."
    EXPORT = "{} exports failed."
    RUNS = "{} reconstructions failed."
    CALIBRATION = "{} calibrations failed."
    HISTORY = "The history of runs has {} troubles."
    PROGRAM = "{} defects in cryogui."
    LAST_RUN = "{} runs of cryogui ended unexpectedly."


@dataclass(frozen=True)
class Message:
    """One sentence for the user, what stands behind it, and how often that has happened."""

    topic: Topic
    sentence: str
    detail: str = ""
    times: int = field(default=1, compare=False)

    @property
    def headline(self) -> str:
        """The sentence, and how often."""
        return self.sentence if self.times == 1 else f"{self.sentence}  ×{self.times}"

    @property
    def own_detail(self) -> str:
        """The detail, where it says more than the sentence."""
        if self.detail.strip().rstrip(".") in self.sentence:
            return ""
        return "\n".join(line for line in self.detail.splitlines() if line != self.sentence)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(filter(None, (self.headline, self.own_detail)))


class MessageBar(QFrame):
    """Hidden until there is something to say; dismissible, copyable, never modal. Several messages are
    counted in one line and listed in its detail."""

    dismissed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: list[Message] = []
        theme.set_role(self, message="error")
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentence.setAccessibleName("message")
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("detail of the message")
        self.detail.setToolTip("Each message, and what a developer wants to know")
        self.detail.setMaximumHeight(theme.px(120))
        self.detail_button = QToolButton()
        self.detail_button.setText("Details")
        self.detail_button.setCheckable(True)
        self.detail_button.setToolTip("Show each message, and what a developer wants to know")
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
        self.detail.hide()
        self.hide()

    def show_error(
        self, sentence: str, detail: str = "", topic: Topic = Topic.PROGRAM, times: int = 1
    ) -> None:
        """Something failed: one sentence beside those already there, `detail` behind a button.

        What is said already is not said twice, only how often it has happened by now.
        """
        message = Message(topic, sentence, detail, times)
        if message not in self._messages:
            self._messages.append(message)
            self._draw()
        elif times > 1:
            self._messages[self._messages.index(message)] = message
            self._draw_headline()

    def retract(self, topic: Topic) -> None:
        """Take back what was said about `topic`: its cause is gone."""
        kept = [message for message in self._messages if message.topic is not topic]
        if len(kept) < len(self._messages):
            self._messages = kept
            self._draw()

    def _draw(self) -> None:
        detail = self._detail()
        self._draw_headline()
        self.detail.setFont(fixed_font(self))  # the marks of a traceback stand under what they mean
        self.detail.setPlainText(detail)
        self.detail_button.setVisible(bool(detail))
        self.detail_button.setChecked(False)
        self.setVisible(bool(self._messages))

    def _draw_headline(self) -> None:
        self.sentence.setText(self._headline())
        self.sentence.setAccessibleName(f"error: {self.sentence.text()}")

    def _headline(self) -> str:
        if len(self._messages) < 2:
            return "".join(message.headline for message in self._messages)
        counts = Counter(message.topic for message in self._messages)
        own = {message.topic: message.headline for message in self._messages}
        return " ".join(
            own[topic] if count == 1 else topic.value.format(count) for topic, count in counts.items()
        )

    def _detail(self) -> str:
        if len(self._messages) == 1:
            return self._messages[0].own_detail
        return "\n\n".join(message.text for message in self._messages)

    def copy(self) -> None:
        """Put everything that is said on the clipboard."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText("\n\n".join(filter(None, (self.sentence.text(), self.detail.toPlainText()))))

    def dismiss(self) -> None:
        """Forget all messages and hide the bar."""
        self._messages.clear()
        self._draw()
        self.dismissed.emit()
