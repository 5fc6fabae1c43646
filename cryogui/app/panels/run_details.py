"""Below the line of the reconstruction bar: the method's options, convergence, scores and the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QToolTip, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.convergence import ConvergencePlot
from cryogui.app.panels.method_form import MethodForm
from cryogui.app.panels.run_queue import RunQueueList
from cryogui.app.run_words import figures_of
from cryogui.app.views.card import ElidedLabel
from cryogui.app.views.figure_list import FigureList
from cryogui.reconstruct.options import Option, Value

_HEIGHT, _LOW_HEIGHT = 176, 116
_LOW_WINDOW = 920
"""Height of the window, at interface scale 1, below which pictures need what the details can spare."""
QUICK = (
    "The quick reconstruction is made anew whenever the parameters come to rest. It has no options. "
    "Choose another method for one that runs beside the window."
)


class RunDetails(QWidget):
    """Four columns. Made when it is first unfolded; setters are silent."""

    optionChanged = pyqtSignal(str, object)  # name, value
    optionSettled = pyqtSignal()
    defaultsRequested = pyqtSignal()
    halvesToggled = pyqtSignal(bool)
    followToggled = pyqtSignal(bool)
    copyRequested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = MethodForm()
        self.form.valueChanged.connect(self.optionChanged)
        self.form.editFinished.connect(self.optionSettled)
        self.plot = ConvergencePlot("", "convergence")
        self.plot.become_part()
        self.scores, self.queue = FigureList(), RunQueueList()
        self._make_switches()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        columns = (self._options(), 7), (self.plot, 6), (self._scores(), 0), (self._queue(), 5)
        for column, stretch in columns:
            row.addWidget(column, stretch)
        self._row = row
        self._window_height = 0
        self._fit()

    def _make_switches(self) -> None:
        self.title = ElidedLabel()
        theme.set_role(self.title, role="title")
        self.about_button = IconButton("help", "What the method is, and what differs here")
        self.about_button.clicked.connect(self._show_about)
        self.defaults_button = IconButton("reset", "Options back to the method's own values")
        self.defaults_button.clicked.connect(self.defaultsRequested)
        self.copy_button = IconButton("copy", "Copy as script: the command line of this reconstruction")
        self.copy_button.clicked.connect(self.copyRequested)
        self.halves = QCheckBox("half sets too")
        self.halves.setToolTip(
            "Reconstruct each half of the images as well: their Fourier shell correlation tells the "
            "resolution without a truth. Takes about twice as long"
        )
        self.halves.toggled.connect(self.halvesToggled)
        self.follow = QCheckBox("show while it runs")
        self.follow.setToolTip(
            "The run becomes the object x: slices, 3-D, ŷ and residual follow it (Shift+R)"
        )
        self.follow.toggled.connect(self.followToggled)

    def _show_about(self) -> None:
        button = self.about_button
        QToolTip.showText(button.mapToGlobal(button.rect().bottomLeft()), button.toolTip(), button)

    def _options(self) -> QWidget:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.about_button, self.defaults_button, self.copy_button):
            head.addWidget(button)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.set_role(area, role="plain")
        page = QWidget()
        theme.set_role(page, role="page")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.form)
        rows.addWidget(self.halves)
        rows.addStretch(1)
        area.setWidget(page)
        return _column(head, area)

    def _scores(self) -> QWidget:
        self.scores.set_figures(figures_of(None))
        return _column(self.scores, QWidget(), self.follow)

    def _queue(self) -> QWidget:
        return _column(QHBoxLayout(), self.queue, self.queue.buttons)

    # ---- setters, silent

    def set_method(
        self, title: str, about: str, options: Sequence[Option], values: Mapping[str, Value]
    ) -> None:
        """The method chosen, and how it is set. Without a title: the quick one."""
        self.title.setText(title)
        self.about_button.setToolTip(about or QUICK)
        self.form.set_options(options, "This method has no options." if title else QUICK)
        self.form.set_values(values)
        for widget in (self.about_button, self.defaults_button, self.halves, self.title, self.follow):
            widget.setEnabled(bool(title) or widget is self.follow)
        self.defaults_button.setEnabled(any(values[each.name] != each.default for each in options))

    def set_switches(self, halves: bool, follow: bool) -> None:
        """Whether half sets are made too, and whether the run is shown while it goes on."""
        with QSignalBlocker(self.halves), QSignalBlocker(self.follow):
            self.halves.setChecked(halves)
            self.follow.setChecked(follow)

    def fit_into(self, window_height: int) -> None:
        """Be low in a low window: its pictures come first."""
        self._window_height = window_height
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        is_low = 0 < self._window_height < theme.px(_LOW_WINDOW)
        self.setFixedHeight(theme.px(_LOW_HEIGHT if is_low else _HEIGHT))
        self._row.setSpacing(theme.px(9))


def _column(*parts: QWidget | QHBoxLayout) -> QWidget:
    """Parts above each other; the one in the middle takes the room that is left."""
    column = QWidget()
    rows = QVBoxLayout(column)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(theme.px(4))
    for number, part in enumerate(parts):
        if isinstance(part, QWidget):
            rows.addWidget(part, number % 2)
        else:
            rows.addLayout(part)
    return column
