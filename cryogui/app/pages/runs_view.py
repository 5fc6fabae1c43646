"""The runs tab's widgets: the table with what is done to runs, and the views that compare them."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSplitter, QStackedWidget, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.pages.runs_findings import Findings, FindingsView
from cryogui.app.pages.runs_fsc import FscPlot
from cryogui.app.pages.runs_rows import Row, SpecRow
from cryogui.app.pages.runs_slices import RunSlices
from cryogui.app.pages.runs_table import RunTable
from cryogui.app.panels.choice_box import chooser
from cryogui.app.panels.convergence import ConvergencePlot
from cryogui.app.views.card import Card, ElidedLabel
from cryogui.app.views.figure_table import FigureTable
from cryogui.app.views.line import line
from cryogui.session.looks import PlaneName
from cryogui.session.run_looks import ComparedView, ListedKind, Reference, RunsLook, ShownOfRun

VIEWS: dict[ComparedView, tuple[str, str]] = {
    "slices": ("Slices", "The same slice of every run, with one cursor and one zoom"),
    "convergence": ("Convergence", "How a score changed while the methods worked"),
    "fsc": ("FSC", "Fourier shell correlation, and the resolution it tells"),
    "scores": ("Scores", "All scores of the runs beside each other"),
}
SHOWN: dict[tuple[ShownOfRun, Reference], tuple[str, str]] = {
    ("volume", "truth"): ("volume", ""),
    ("difference", "truth"): ("− truth", "x̂ − x: red where there is too much"),
    ("difference", "first"): ("− first run", "x̂ − x̂₁: what sets a run apart from the first"),
    ("error", "truth"): ("error map", "|x̂ − x| of every voxel"),
    ("ssim", "truth"): (
        "SSIM map",
        "Structural similarity in the window about every voxel, 1 where both agree",
    ),
}
KINDS: dict[ListedKind, str] = {
    "": "all runs", "reconstruction": "reconstructions", "calibration": "calibrations",
}  # fmt: skip
PLANES: tuple[PlaneName, ...] = ("xy", "xz", "yz")
_WIDE = 1.9  # width over height from which table and comparison stand side by side


class RunsView(QSplitter):
    """Setters are silent."""

    wordsChanged = pyqtSignal(str)
    kindChosen = pyqtSignal(str)
    everywhereToggled = pyqtSignal(bool)
    exportRequested = pyqtSignal()
    enlargeRequested = pyqtSignal(bool)
    viewChosen = pyqtSignal(str)
    shownChosen = pyqtSignal(str, str)  # show, reference
    planeChosen = pyqtSignal(str)
    halvesChosen = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.table = RunTable()
        self.slices, self.fsc = RunSlices(), FscPlot()
        self.convergence = ConvergencePlot("", "run_convergence")
        self.convergence.become_part()
        self.scores = FigureTable("scores of the runs compared", "A column for each run ticked")
        self.findings = FindingsView()
        self.message = QLabel()
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        theme.set_role(self.message, role="muted")
        self.addWidget(self._list())
        self.addWidget(self._comparison())
        self.setCollapsible(1, False)
        self.setSizes([400, 600])
        self._fit()

    def _list(self) -> QWidget:
        self.words = QLineEdit()
        self.words.setPlaceholderText("filter")
        self.words.setAccessibleName("words that the listed runs contain")
        self.words.setToolTip("Only runs with all of these words in title, scene, method, options or spec")
        self.words.setClearButtonEnabled(True)
        self.words.textEdited.connect(self.wordsChanged)
        self.kinds = chooser("kind of the listed runs", "Which runs are listed", list(KINDS.values()))
        self.kinds.activated.connect(lambda at: self.kindChosen.emit(list(KINDS)[at]))
        self.here = QCheckBox("only this scene")
        self.here.setToolTip("Only runs made from the images of the scene shown, wherever their file lies")
        self.here.toggled.connect(lambda on: self.everywhereToggled.emit(not on))
        self.again = _button(
            "Again", "Run the order of this run again", self.table.againRequested, self.table
        )
        self.resume = _button("Resume", "Go on where the run was interrupted",
                              self.table.resumeRequested, self.table)  # fmt: skip
        self.use = _button("", "", self.table.useRequested, self.table)
        self.delete = _button("Delete", "Remove the run and what it made (Del)",
                              self.table.deleteRequested, self.table)  # fmt: skip
        self.export = _button("CSV", "Write the runs listed as a table (CSV)", None, self.table)
        self.export.clicked.connect(self.exportRequested)
        card = Card()
        card.body.addLayout(line(self.words, self.kinds, self.here, stretch=0, gap=5))
        card.body.addWidget(self.table, 1)
        card.body.addLayout(line(self.use, self.again, self.resume, self.delete, None, self.export, gap=5))
        self.table.currentMoved.connect(self._on_table_current_moved)
        self._on_table_current_moved()
        return card

    def _comparison(self) -> QWidget:
        self.views = chooser("view of the runs", "How the runs ticked are held against each other",
                             [title for title, _ in VIEWS.values()])  # fmt: skip
        for number, (_, meaning) in enumerate(VIEWS.values()):
            self.views.setItemData(number, meaning, Qt.ItemDataRole.ToolTipRole)
        self.views.activated.connect(lambda at: self.viewChosen.emit(list(VIEWS)[at]))
        self.shown = chooser("what is shown of the runs", "What is shown of the runs",
                             [title for title, _ in SHOWN.values()])  # fmt: skip
        for number, (_, meaning) in enumerate(SHOWN.values()):
            self.shown.setItemData(number, meaning, Qt.ItemDataRole.ToolTipRole)
        self.shown.activated.connect(lambda at: self.shownChosen.emit(*list(SHOWN)[at]))
        self.planes = chooser("plane of the slices", "In which plane the volumes are cut", PLANES)
        self.planes.activated.connect(lambda at: self.planeChosen.emit(PLANES[at]))
        self.against = chooser("what the shells are compared with", "Against the truth, or between half sets",
                               ("against truth", "between half sets"))  # fmt: skip
        self.against.activated.connect(lambda at: self.halvesChosen.emit(bool(at)))
        self.enlarge = IconButton("enlarge", "Give the runs the place of the images, and back")
        self.enlarge.setCheckable(True)
        self.enlarge.clicked.connect(self.enlargeRequested)
        self._pages = QStackedWidget()
        self._page_of = {
            "slices": self.slices, "convergence": self.convergence, "fsc": self.fsc, "scores": self.scores,
        }  # fmt: skip
        for page in (self.message, self.findings, *self._page_of.values()):
            self._pages.addWidget(page)
        self._subject = ElidedLabel()
        theme.set_role(self._subject, role="title")
        self._choices = QWidget()
        self._choices.setLayout(line(self.views, self.shown, self.planes, self.against, None, gap=5))
        card = Card()
        card.body.addLayout(line(self._choices, self._subject, self.enlarge, stretch=1, gap=5))
        card.body.addWidget(self._pages, 1)
        return card

    # ---- setters, silent

    def set_look(self, look: RunsLook, planes: tuple[str, ...]) -> None:
        """Everything but the runs themselves."""
        with QSignalBlocker(self.here), QSignalBlocker(self.words):
            self.here.setChecked(not look.everywhere)
            self.kinds.setCurrentIndex(list(KINDS).index(look.kind))
            if self.words.text() != look.words:
                self.words.setText(look.words)
        self.views.setCurrentIndex(list(VIEWS).index(look.view))
        shown = look.show, look.reference if look.show == "difference" else "truth"
        self.shown.setCurrentIndex(list(SHOWN).index(shown))
        self.planes.setCurrentIndex(PLANES.index(look.plane))
        self.against.setCurrentIndex(int(look.halves))
        self.shown.setVisible(look.view == "slices")
        self.planes.setVisible(look.view == "slices" and len(planes) > 1)
        self.against.setVisible(look.view == "fsc")
        self.enlarge.setChecked(look.enlarged)
        self.convergence.set_axes_of(look.progress, look.in_seconds)

    def show_view(self, view: ComparedView) -> None:
        """Bring a view to the front."""
        self._bring(self._page_of[view])

    def show_message(self, words: str) -> None:
        """A sentence in place of the views."""
        self.message.setText(words)
        self._bring(self.message)

    def show_findings(self, findings: Findings) -> None:
        """What a calibration has found, in place of what compares reconstructions."""
        self.findings.set_findings(findings)
        self._subject.setText(findings.title)
        self._bring(self.findings)

    def _bring(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._choices.setVisible(page is not self.findings)
        self._subject.setVisible(page is self.findings)

    # ---- within

    def _on_table_current_moved(self) -> None:
        row: Row | None = self.table.current
        is_calibration = isinstance(row, SpecRow)
        self.use.setText("Apply" if is_calibration else "As x")
        words = "Set the parameters as the calibration has found them; one step to undo (Enter)"
        words = words if is_calibration else "Use the volume as the object x (Enter)"
        self.use.setToolTip(words)
        self.use.setAccessibleName(words)
        for button, is_possible in (
            (self.again, row is not None),
            (self.use, row is not None and row.has_result),
            (self.resume, row is not None and not is_calibration and row.kept.state == "interrupted"),
            (self.delete, row is not None and row.kept.state not in ("running", "paused", "queued")),
        ):
            button.setEnabled(is_possible)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Side by side where there is little height, above each other where there is."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        wanted = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
            size = self.width() if is_wide else self.height()
            self.setSizes([round(0.42 * size), round(0.58 * size)])

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self.setHandleWidth(theme.px(7))


def _button(text: str, tooltip: str, signal: object, table: RunTable) -> QToolButton:
    button = QToolButton()
    button.setProperty("boxed", "compact")
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAccessibleName(tooltip)
    if signal is not None:
        button.clicked.connect(lambda: table.tell(signal))
    return button
