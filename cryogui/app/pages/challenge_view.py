"""The challenge tab's widgets: rules or leaderboard, of one variant, and what leads on from there."""

from __future__ import annotations

from typing import get_args

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.pages.challenge_board import Leaderboard
from cryogui.app.pages.challenge_rules import Rules
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.card import Card as Panel
from cryogui.challenge.boards import VARIANT_TITLES
from cryogui.session.looks import ChallengeView as Shown

VARIANTS = tuple(VARIANT_TITLES)
VIEWS: tuple[Shown, ...] = get_args(Shown)
TITLES = {"rules": "Rules", "leaderboard": "Leaderboard"}


class ChallengeView(Panel):
    """Setters are silent."""

    viewChosen = pyqtSignal(str)
    variantChosen = pyqtSignal(str)
    enlargeRequested = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.rules, self.leaderboard = Rules(), Leaderboard()
        self.views = chooser("view of the challenge", "What is asked for, or who answers it how well",
                             [TITLES[view] for view in VIEWS])  # fmt: skip
        self.views.activated.connect(lambda at: self.viewChosen.emit(VIEWS[at]))
        self.variants = chooser(
            "variant of the challenge", "Which of the two challenges", list(VARIANT_TITLES.values())
        )
        self.variants.activated.connect(lambda at: self.variantChosen.emit(VARIANTS[at]))
        self.copy = QToolButton()
        self.copy.setProperty("boxed", "compact")
        self.copy.setText("Copy")
        self.copy.setToolTip("Copy what is selected, or all of the rules (Ctrl+C)")
        self.copy.clicked.connect(self.rules.copy_all)
        self.enlarge = IconButton("enlarge", "Give the challenge the place of the images, and back")
        self.enlarge.setCheckable(True)
        self.enlarge.clicked.connect(self.enlargeRequested)
        row = QHBoxLayout()
        row.setSpacing(theme.px(5))
        for part in (self.views, self.variants, self.leaderboard.choices, self.copy):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.enlarge)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.rules)
        self._pages.addWidget(self.leaderboard)
        self.body.addLayout(row)
        self.body.addWidget(self._pages, 1)

    def set_look(self, view: Shown, variant: str, enlarged: bool) -> None:
        """What is chosen."""
        self.views.setCurrentIndex(VIEWS.index(view))
        self.variants.setCurrentIndex(VARIANTS.index(variant))
        self.copy.setVisible(view == "rules")
        self.leaderboard.choices.setVisible(view == "leaderboard")
        self.enlarge.setChecked(enlarged)
        self._pages.setCurrentIndex(VIEWS.index(view))
