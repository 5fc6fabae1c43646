"""The bar below the volume: what x is, and the quick reconstruction that makes one from the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker, QSize, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.card import Card, ElidedLabel
from cryogui.session import ObjectChoice

_FROM_FILE = "volume file …"


@dataclass(frozen=True)
class ObjectOption:
    """One object x can be."""

    choice: ObjectChoice
    label: str


class ReconstructionBar(Card):
    """Chooses x and runs the quick reconstruction. Setters are silent."""

    objectChosen = pyqtSignal(object)  # ObjectChoice
    fileRequested = pyqtSignal()
    runRequested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._options: list[ObjectOption] = []
        self._choice = ObjectChoice()
        self._result = self._busy = ""
        self._caption = QLabel("Object x")
        theme.set_role(self._caption, role="title")
        self.objects = ChoiceBox()
        self.objects.setAccessibleName("object x of the forward model")
        self.objects.setToolTip("What the forward model ŷ = H(θ)x looks at")
        self.objects.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.objects.activated.connect(self._on_objects_activated)
        self.run_button = QPushButton("Reconstruct")
        self.run_button.setProperty("primary", "true")
        self.run_button.clicked.connect(self.runRequested)
        self.text = ElidedLabel()
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.set_role(self.text, role="muted")
        self._row = row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        for widget in (self._caption, self.objects, self.run_button):
            row.addWidget(widget)
        row.addWidget(self.text, 1)
        self.body.addLayout(row)
        self.set_options([], ObjectChoice(), "")

    def minimumSizeHint(self) -> QSize:
        """Of what can be used: the quiet words and the caption give way."""
        needed = sum(widget.minimumSizeHint().width() for widget in (self.objects, self.run_button))
        margins, spacing = self.body.contentsMargins(), 2 * self._row.spacing()
        return QSize(needed + spacing + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width may have room for the caption."""
        super().resizeEvent(event)
        needed = self.minimumSizeHint().width() + self._row.spacing() + self._caption.sizeHint().width()
        self._caption.setVisible(self.width() >= needed)

    def set_options(self, options: Sequence[ObjectOption], choice: ObjectChoice, method: str) -> None:
        """What x can be, what it is, and the name of the quick method ('' when there is none)."""
        self._options = list(options)
        with QSignalBlocker(self.objects):
            self.objects.clear()
            self.objects.addItems([option.label for option in self._options])
            if method:
                self.objects.addItem(_FROM_FILE)
        self.objects.setEnabled(bool(options))
        self.run_button.setEnabled(bool(method))
        self.run_button.setToolTip(
            f"Reconstruct by {method} under the present parameters, and use the result as x" if method else ""
        )
        self.set_choice(choice)

    def set_choice(self, choice: ObjectChoice) -> None:
        """Show what x is now."""
        self._choice = choice
        chosen = [number for number, option in enumerate(self._options) if option.choice == choice]
        with QSignalBlocker(self.objects):
            self.objects.setCurrentIndex(chosen[0] if chosen else -1)

    def set_result(self, text: str) -> None:
        """A quiet line about the last reconstruction."""
        self._result = text
        self._draw_text()

    def set_busy(self, text: str) -> None:
        """What is under way, shown in place of the result; '' when it has ended."""
        self._busy = text
        self._draw_text()

    def _draw_text(self) -> None:
        self.text.setText(self._busy or self._result)

    def _on_objects_activated(self, index: int) -> None:
        if index < len(self._options):
            self.objectChosen.emit(self._options[index].choice)
        else:
            self.set_choice(self._choice)
            self.fileRequested.emit()
