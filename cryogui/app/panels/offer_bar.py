"""An offer above the panes: one sentence and what can be done about it. Never in the way."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cryogui.app import theme


class OfferBar(QFrame):
    """Hidden until something is offered; choosing hides it again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, message="note")
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(10), theme.px(6), theme.px(6), theme.px(6))
        self._row.addWidget(self.sentence, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def offer(self, sentence: str, choices: dict[str, Callable[[], None]]) -> None:
        """Show `sentence` with a button for each choice, in place of what was offered before."""
        self._clear()
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        for words, act in choices.items():
            button = QPushButton(words)
            button.clicked.connect(lambda checked=False, act=act: self._choose(act))
            if not self.buttons:
                button.setProperty("primary", "true")
            self.buttons.append(button)
            self._row.addWidget(button)
        self.show()

    def _choose(self, act: Callable[[], None]) -> None:
        self.hide()
        act()

    def _clear(self) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons.clear()
