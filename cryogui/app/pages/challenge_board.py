"""A leaderboard's widgets: which board, its table and plot, and what is done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.pages.challenge_rows import MARK, meaning_of, name_words
from cryogui.app.pages.challenge_table import BoardTable
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.line import line
from cryogui.app.views.score_plot import Scored, ScorePlot
from cryogui.challenge.boards import BOARDS, NOT_REPRODUCIBLE, PLACES, Row

NOTHING_MEASURED = (
    "Nothing has been measured here yet: File ▸ Submit … answers a tier and scores it, as do the commands "
    "'cryogui submit' and 'cryogui score'."
)
_WIDE = 1150  # from which width table and plot stand side by side, at interface scale 1


class Leaderboard(QWidget):
    """Setters are silent. choices: which board, to be put where there is room for it."""

    boardChosen = pyqtSignal(str)
    tierChosen = pyqtSignal(str)
    publishedToggled = pyqtSignal(bool)
    exportRequested = pyqtSignal(str)  # '.csv' or '.md'

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.plot = BoardTable(), ScorePlot()
        self.plot.setToolTip("Score against time; point at a dot or tick to read it off")
        self.note, self.empty = QLabel(f"{MARK} {NOT_REPRODUCIBLE}"), QLabel(NOTHING_MEASURED)
        for label in (self.note, self.empty):
            theme.set_role(label, role="muted")
            label.setWordWrap(True)
        self._rows: tuple[Row, ...] = ()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.table)
        self._split.addWidget(self.plot)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes([320, 180])
        self.choices = self._choices()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(5))
        column.addWidget(self._split, 1)
        column.addWidget(self.empty)
        column.addLayout(self._acts())
        self.table.currentMoved.connect(self._on_table_current_moved)
        self._fit()

    def _choices(self) -> QWidget:
        self.boards = chooser("board", "Standard: 0.5·PSNR + 0.5·SSIM; blind: with the consistency", BOARDS)
        self.boards.activated.connect(lambda at: self.boardChosen.emit(BOARDS[at]))
        self.tiers = chooser("tier of the board", "One tier, or the plain mean of all three", PLACES)
        self.tiers.activated.connect(lambda at: self.tierChosen.emit(PLACES[at]))
        self.published = QCheckBox("published rows")
        self.published.setToolTip(f"List what is {NOT_REPRODUCIBLE}, too")
        self.published.toggled.connect(self.publishedToggled)
        holder = QWidget()
        holder.setLayout(line(self.boards, self.tiers, self.published, gap=6))
        return holder

    def _acts(self) -> QHBoxLayout:
        self.remove = _button("Delete …", "Forget the measured row chosen (Del)")
        self.remove.clicked.connect(self.table.remove)
        self.csv = _button("CSV", "Write the rows listed as a table (CSV)")
        self.csv.clicked.connect(lambda: self.exportRequested.emit(".csv"))
        self.markdown = _button("Markdown", "Write the rows listed as a table for a README (Markdown)")
        self.markdown.clicked.connect(lambda: self.exportRequested.emit(".md"))
        return line(self.remove, self.note, self.csv, self.markdown, stretch=1, gap=6)

    # ---- setters, silent

    def set_choice(self, board: str, tier: str, published: bool) -> None:
        """What is chosen."""
        self.boards.setCurrentIndex(BOARDS.index(board))
        self.tiers.setCurrentIndex(PLACES.index(tier))
        with QSignalBlocker(self.published):
            self.published.setChecked(published)
        self.note.setVisible(published)

    def set_rows(self, rows: Sequence[Row], column: int, descending: bool) -> None:
        """Show these, sorted as they are."""
        self._rows = tuple(rows)
        self.table.set_rows(rows, column, descending)
        self.empty.setVisible(not any(row.source == "measured" for row in rows))
        self._draw_plot()

    # ---- within

    def _draw_plot(self) -> None:
        current = self.table.current
        self.plot.set_scored([
            Scored(name_words(row), row.score, row.seconds, meaning_of(row), row.source == "published",
                   row is current)
            for row in self._rows if row.score is not None
        ])  # fmt: skip

    def _on_table_current_moved(self) -> None:
        current = self.table.current
        self.remove.setEnabled(current is not None and current.source == "measured")
        self._draw_plot()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Side by side where there is width for both."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """The width needed follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._split.setHandleWidth(theme.px(7))
        is_wide = self.width() >= theme.px(_WIDE)
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if wanted != self._split.orientation():
            self._split.setOrientation(wanted)
            size = self._split.width() if is_wide else self._split.height()
            self._split.setSizes([round(0.66 * size), round(0.34 * size)])


def _button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("boxed", "compact")
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAccessibleName(tooltip)
    return button
