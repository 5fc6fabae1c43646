"""The challenge tab's widgets: what is shown and of which variant, above the rules."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.pages.challenge_rules import Rules
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.card import Card as Panel
from cryogui.challenge.boards import VARIANT_TITLES

VARIANTS = tuple(VARIANT_TITLES)


class ChallengeView(Panel):
    """Setters are silent."""

    variantChosen = pyqtSignal(str)
    enlargeRequested = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.rules = Rules()
        self.variants = chooser(
            "variant of the challenge", "Which of the two challenges", list(VARIANT_TITLES.values())
        )
        self.variants.activated.connect(lambda at: self.variantChosen.emit(VARIANTS[at]))
        self.copy = _button("Copy", "Copy what is selected, or all of the rules (Ctrl+C)")
        self.copy.clicked.connect(self.rules.copy_all)
        self.enlarge = IconButton("enlarge", "Give the challenge the place of the images, and back")
        self.enlarge.setCheckable(True)
        self.enlarge.clicked.connect(self.enlargeRequested)
        row = QHBoxLayout()
        row.setSpacing(theme.px(5))
        for part in (self.variants, self.copy):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.enlarge)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.rules)
        self.body.addLayout(row)
        self.body.addWidget(self._pages, 1)

    def set_look(self, variant: str, enlarged: bool) -> None:
        """What is chosen."""
        self.variants.setCurrentIndex(VARIANTS.index(variant))
        self.enlarge.setChecked(enlarged)


def _button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("boxed", "compact")
    button.setText(text)
    button.setToolTip(tooltip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
