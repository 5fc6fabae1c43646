"""Submitting: which run answers each scene, what is still missing, the file, and its scores."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox, chooser
from cryogui.app.submit_words import SceneLine
from cryogui.app.views.card import rule
from cryogui.app.views.figure_table import FigureTable
from cryogui.app.views.progress import ProgressLine

NOTHING = "no finished run yet"
_MOST_SEEN = 6  # scenes, without scrolling
SCORES = ("scene", "PSNR", "SSIM", "consistency", "standard", "blind")


class SubmitDialog(QDialog):
    """Not modal. Setters are silent."""

    runChosen = pyqtSignal(int, int)  # scene, which of its runs
    reconstructRequested = pyqtSignal(str, str)  # keys of method and strategy, '' for the present specs
    algorithmEdited = pyqtSignal(str)
    writeRequested = pyqtSignal()
    checkRequested = pyqtSignal()
    scoreRequested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Submit  –  cryogui")
        self._lines: list[tuple[QLabel, ChoiceBox, QLabel, QLabel]] = []
        self._methods: tuple[str, ...] = ()
        self._strategies: tuple[str, ...] = ()
        self.about, self.outcome = QLabel(), QLabel()
        for label in (self.about, self.outcome):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = ProgressLine()
        self.progress.hide()
        self.scores = FigureTable("scores of the submission", "Of every scene, and their plain mean")
        self.scores.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(16),) * 4)
        column.setSpacing(theme.px(10))
        column.addWidget(self.about)
        column.addWidget(self._scenes())
        column.addLayout(self._reconstruction())
        column.addWidget(rule())
        column.addLayout(self._names())
        column.addWidget(self.progress)
        column.addWidget(self.outcome)
        column.addWidget(self.scores)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.resize(theme.px(760), theme.px(320))

    def _scenes(self) -> QWidget:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(2, 1)
        for at, title in enumerate(("scene", "answered by", "under the spec", "scores")):
            label = QLabel(title)
            theme.set_role(label, role="muted")
            self._grid.addWidget(label, 0, at)
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(0, 0, 0, 0)
        around.addLayout(self._grid)
        around.addStretch(1)
        theme.set_role(holder, role="page")
        area = self._area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.set_role(area, role="plain")
        area.setWidget(holder)
        return area

    def _reconstruction(self) -> QHBoxLayout:
        self.methods = chooser("method for what is missing", "What reconstructs the scenes without a run")
        self.strategies = chooser("calibration before", "Under which specs: the present ones, or found first")
        self.reconstruct = QPushButton("Reconstruct what is missing")
        self.reconstruct.setToolTip("Queue a run of every scene that has none, beside the window")
        self.reconstruct.setAutoDefault(False)
        self.reconstruct.clicked.connect(
            lambda: self.reconstructRequested.emit(
                self._methods[self.methods.currentIndex()], self._strategies[self.strategies.currentIndex()]
            )
        )
        row = QHBoxLayout()
        row.addWidget(self.reconstruct)
        for words, box in (("with", self.methods), ("under", self.strategies)):
            label = QLabel(words)
            theme.set_role(label, role="muted")
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        return row

    def _names(self) -> QHBoxLayout:
        self.algorithm = QLineEdit()
        self.algorithm.setAccessibleName("algorithm")
        self.algorithm.setToolTip("What the algorithm is called in the submission and on the leaderboard")
        self.algorithm.setMaxLength(60)
        self.algorithm.textEdited.connect(self.algorithmEdited)
        self.calibration = QLabel()
        row = QHBoxLayout()
        for words, part in (("Algorithm", self.algorithm), ("Calibration", self.calibration)):
            label = QLabel(words)
            theme.set_role(label, role="muted")
            row.addWidget(label)
            row.addWidget(part, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        self.check = QPushButton("Check another's …")
        self.check.setToolTip("Open anybody's submission to this tier, and check it as this one is")
        self.check.clicked.connect(self.checkRequested)
        self.score = QPushButton("Score")
        self.score.setToolTip("Score the file against the truth, and put it on the leaderboard")
        self.score.clicked.connect(self.scoreRequested)
        self.write = QPushButton("Write submission …")
        self.write.setToolTip("Write the answers of all scenes into one file, and check it")
        self.write.setProperty("primary", "true")
        self.write.clicked.connect(self.writeRequested)
        self.close_button = QPushButton("Close")
        self.close_button.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.check)
        row.addStretch(1)
        for button in (self.close_button, self.score, self.write):
            row.addWidget(button)
        for button in (self.check, self.close_button, self.score, self.write):
            button.setAutoDefault(False)
        return row

    # ---- setters, silent

    def set_lines(self, about: str, lines: Sequence[SceneLine]) -> None:
        """The tier in a sentence, and its scenes."""
        self.about.setText(about)
        while len(self._lines) > len(lines):
            for part in self._lines.pop():
                part.hide()
                part.deleteLater()
        while len(self._lines) < len(lines):
            self._lines.append(self._new_line(len(self._lines)))
        for parts, line in zip(self._lines, lines, strict=True):
            _fill(parts, line)
        self._area.setFixedHeight(theme.px(28) * (min(len(lines), _MOST_SEEN) + 1))

    def _new_line(self, number: int) -> tuple[QLabel, ChoiceBox, QLabel, QLabel]:
        name, spec, scores = QLabel(), QLabel(), QLabel()
        runs = chooser(f"run for scene {number + 1}", "Which finished run answers this scene")
        runs.activated.connect(lambda at: self.runChosen.emit(number, at))
        spec.setWordWrap(True)
        theme.set_role(spec, role="muted")
        for at, part in enumerate((name, runs, spec, scores)):
            self._grid.addWidget(part, number + 1, at, Qt.AlignmentFlag.AlignVCenter)
        return name, runs, spec, scores

    def set_offers(self, methods: Sequence[tuple[str, str]], strategies: Sequence[tuple[str, str]]) -> None:
        """Key and title of what can reconstruct and calibrate; what was chosen stays."""
        self._methods = _offer(self.methods, self._methods, methods)
        self._strategies = _offer(
            self.strategies, self._strategies, (("", "their present specs"), *strategies)
        )

    def set_names(self, algorithm: str, calibration: str) -> None:
        """What is recorded of the way."""
        if self.algorithm.text() != algorithm:
            self.algorithm.setText(algorithm)
        self.calibration.setText(calibration or "—")

    def set_possible(self, reconstruct: bool, write: bool, score: bool, busy: str) -> None:
        """What can be done now. busy: what is under way, '' for nothing."""
        self.reconstruct.setEnabled(reconstruct and bool(self._methods) and not busy)
        self.write.setEnabled(write and not busy)
        self.score.setEnabled(score and not busy)
        self.check.setEnabled(not busy)
        self.progress.setVisible(bool(busy))
        if busy:
            self.set_outcome(busy, "muted")

    def set_outcome(self, words: str, tone: str) -> None:
        """What came of it: 'good', 'warn', 'bad' or 'muted'."""
        self.outcome.setText(words)
        theme.set_role(self.outcome, tone="plain" if tone == "muted" else tone)

    def set_scores(self, rows: Sequence[Sequence[str]]) -> None:
        """A row for each scene and their mean; none hides the table."""
        self.scores.set_cells(SCORES, rows)
        self.scores.setVisible(bool(rows))
        self.scores.setFixedHeight(theme.px(24) * (min(len(rows), _MOST_SEEN + 1) + 1) + theme.px(6))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter in the name writes nothing: a file is named on purpose."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)


def _fill(parts: tuple[QLabel, ChoiceBox, QLabel, QLabel], line: SceneLine) -> None:
    name, runs, spec, scores = parts
    name.setText(line.title)
    with QSignalBlocker(runs):
        runs.clear()
        runs.addItems(list(line.runs) or [NOTHING])
        runs.setCurrentIndex(max(line.chosen, 0))
    runs.setEnabled(bool(line.runs))
    spec.setText(line.spec)
    scores.setText(line.scores)


def _offer(box: ChoiceBox, before: tuple[str, ...], offers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    keys = tuple(key for key, _ in offers)
    chosen = before[box.currentIndex()] if 0 <= box.currentIndex() < len(before) else ""
    with QSignalBlocker(box):
        box.clear()
        box.addItems([title for _, title in offers])
        box.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
    return keys
