"""Beside the compared panes: what A and B are, how they are shown, and how alike they are."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.pages.compare_sides import Offer
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.card import Card
from cryogui.app.views.figure_list import Figure, FigureList
from cryogui.app.views.slider import Slider
from cryogui.session.looks import CompareLook
from cryogui.spec import Parameter

MODES = {
    "side_by_side": ("Side by side", "A and B beside each other, with one cursor and one zoom"),
    "blink": ("Blink", "A and B in turn at one place: what differs moves. Space flips by hand"),
    "difference": ("Difference", "A − B about zero: red where A is larger, blue where B is"),
    "swipe": ("Swipe", "A left and B right of a line that is dragged (Ctrl+arrows in the pane)"),
}
PLANES = ("xy", "xz", "yz")
_PACE = Parameter("blink_seconds", 0.2, 2.0, 0.6, "s")
_DIVIDER = Parameter("divider", 0.0, 1.0, 0.5)


class CompareControls(Card):
    """Setters are silent."""

    firstChosen = pyqtSignal(object)  # Compared
    secondChosen = pyqtSignal(object)
    swapRequested = pyqtSignal()
    modeChosen = pyqtSignal(str)
    planeChosen = pyqtSignal(str)
    paceChanged = pyqtSignal(float)  # seconds
    runningToggled = pyqtSignal(bool)
    dividerMoved = pyqtSignal(float)
    sliderReleased = pyqtSignal()
    ownContrastToggled = pyqtSignal(bool)
    inNoiseToggled = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._offers: dict[QComboBox, tuple[Offer, ...]] = {}
        self.first = self._new_chooser("A", "What stands on side A")
        self.second = self._new_chooser("B", "What A is compared with: only what has the same pixels")
        self.swap = IconButton("swap", "Exchange A and B")
        self.swap.clicked.connect(self.swapRequested)
        self.modes = {mode: _choice(*words) for mode, words in MODES.items()}
        self.planes = {
            plane: _choice(plane, f"The slices in the plane {plane} through the cursor") for plane in PLANES
        }
        for mode, button in self.modes.items():
            button.clicked.connect(lambda checked, mode=mode: self.modeChosen.emit(mode))
        for plane, button in self.planes.items():
            button.clicked.connect(lambda checked, plane=plane: self.planeChosen.emit(plane))
        self._make_options()
        self.figures = FigureList()
        self._assemble()
        for widget in self._focusable():
            # Not by click: the keyboard stays where it was, so that Space goes on flipping.
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _new_chooser(self, letter: str, tooltip: str) -> ChoiceBox:
        chooser = ChoiceBox()
        chooser.setAccessibleName(f"side {letter}")
        chooser.setToolTip(tooltip)
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        chooser.setMinimumContentsLength(12)
        signal = self.firstChosen if letter == "A" else self.secondChosen
        chooser.activated.connect(
            lambda index: signal.emit(chooser.itemData(index)) if chooser.itemData(index) else None
        )
        return chooser

    def _make_options(self) -> None:
        self.running = IconButton(
            "pause", "Let A and B take turns, or hold them (Space flips by hand)", size=16
        )
        self.running.setCheckable(True)
        self.running.clicked.connect(lambda: self.runningToggled.emit(self.running.isChecked()))
        self.pace = _slider(_PACE, 1, "blink: seconds for each", "How long A and B are shown in turn")
        self.pace.valueChanged.connect(self.paceChanged)
        self.divider = _slider(_DIVIDER, 2, "swipe: share of A", "How much of the width shows A")
        self.divider.valueChanged.connect(self.dividerMoved)
        for slider in (self.pace, self.divider):
            slider.released.connect(self.sliderReleased)
        self.pace.resetRequested.connect(lambda: self.paceChanged.emit(_PACE.nominal))
        self.divider.resetRequested.connect(lambda: self.dividerMoved.emit(_DIVIDER.nominal))
        self.seconds = QLabel()
        theme.set_role(self.seconds, role="muted")
        self.in_noise = QCheckBox("in noise units")
        self.in_noise.setToolTip(
            "Show (A − B)/σ with the noise's standard deviation σ: beyond ±3 it is hardly noise"
        )
        self.in_noise.toggled.connect(self.inNoiseToggled)
        self.own_contrast = QCheckBox("own contrast")
        self.own_contrast.toggled.connect(self.ownContrastToggled)

    def _focusable(self) -> list[QWidget]:
        switches = [self.running, self.in_noise, self.own_contrast, self.swap]
        return [self.first, self.second, *switches, *self.modes.values(), *self.planes.values()]

    # ---- layout

    def _assemble(self) -> None:
        page = QWidget()
        theme.set_role(page, role="page")
        self._column = QVBoxLayout(page)
        sides = QGridLayout()
        for row, (letter, chooser) in enumerate((("A", self.first), ("B", self.second))):
            sides.addWidget(_letter(letter), row, 0)
            sides.addWidget(chooser, row, 1)
        sides.addWidget(self.swap, 0, 2, 2, 1)
        sides.setColumnStretch(1, 1)
        grid = QGridLayout()
        for number, button in enumerate(self.modes.values()):
            grid.addWidget(button, number // 2, number % 2)
        self._plane_row = QWidget()
        planes = QHBoxLayout(self._plane_row)
        planes.setContentsMargins(0, 0, 0, 0)
        for button in self.planes.values():
            planes.addWidget(button, 1)
        self._grids = (sides, grid, planes)
        self._column.addLayout(sides)
        self._column.addLayout(grid)
        for widget in (self._plane_row, self.figures, self._new_options(), self.own_contrast):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keyboard
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        self.body.addWidget(scroll, 1)
        self._fit()

    def _new_options(self) -> QWidget:
        """What the mode can be told: one page for each."""
        self._options = QStackedWidget()
        blink = _row(self.running, self.pace, self.seconds)
        for widget in (QWidget(), blink, self.in_noise, _row(_letter("A"), self.divider, _letter("B"))):
            self._options.addWidget(widget)
        return self._options

    def _fit(self) -> None:
        self.setFixedWidth(theme.px(236))
        self._column.setContentsMargins(0, 0, theme.px(6), 0)
        self._column.setSpacing(theme.px(6))
        for grid in self._grids:
            grid.setSpacing(theme.px(4))
        self.seconds.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.0 s"))

    def changeEvent(self, event: QEvent | None) -> None:
        """Sizes follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange and hasattr(self, "_grids"):
            self._fit()

    # ---- setters, silent

    def set_sides(self, all_offers: Sequence[Offer], first: Offer | None, others: Sequence[Offer],
                  second: Offer | None) -> None:  # fmt: skip
        """What A can be and is, and the same for B."""
        self._fill(self.first, tuple(all_offers), first)
        self._fill(self.second, tuple(others), second)
        self.swap.setEnabled(second is not None)

    def _fill(self, chooser: ChoiceBox, choices: tuple[Offer, ...], chosen: Offer | None) -> None:
        with QSignalBlocker(chooser):
            if self._offers.get(chooser) != choices:
                self._offers[chooser] = choices
                chooser.clear()
                for number, offer in enumerate(choices):
                    if number and choices[number - 1].section != offer.section:
                        chooser.insertSeparator(chooser.count())
                    chooser.addItem(offer.label, offer.side)
                    chooser.setItemData(chooser.count() - 1, offer.help, Qt.ItemDataRole.ToolTipRole)
            chooser.view().setMinimumWidth(chooser.view().sizeHintForColumn(0) + theme.px(24))
            places = [i for i in range(chooser.count()) if chosen and chooser.itemData(i) == chosen.side]
            chooser.setCurrentIndex(places[0] if places else -1)
        chooser.setEnabled(len(choices) > 0)

    def set_look(self, look: CompareLook, can_share: bool, knows_noise: bool, planes: Sequence[str]) -> None:
        """How the pair is shown.

        can_share: A and B may have one contrast; knows_noise: their difference can be held against the noise;
        planes: in which they can be cut, none for images.
        """
        for mode, button in self.modes.items():
            button.setChecked(mode == look.mode)
        self._options.setCurrentIndex(list(MODES).index(look.mode))
        self._options.setVisible(look.mode != "side_by_side")
        self.running.setChecked(look.running)
        self.running.set_icon_name("pause" if look.running else "play")
        self.pace.set_value(look.seconds)
        self.seconds.setText(f"{look.seconds:.1f} s")
        self.divider.set_value(look.divider)
        self._set_switch(self.in_noise, look.in_noise and knows_noise, knows_noise)
        self._set_switch(self.own_contrast, look.own_contrast or not can_share, can_share)
        self.own_contrast.setVisible(look.mode != "difference")
        self.own_contrast.setToolTip(
            "Black and white of A and B each from its own values, instead of A's for both"
            if can_share
            else "A and B are different quantities: each has its own black and white"
        )
        self._plane_row.setVisible(len(planes) > 1)
        for plane, button in self.planes.items():
            button.setVisible(plane in planes)
            button.setChecked(plane == look.plane)

    @staticmethod
    def _set_switch(switch: QCheckBox, on: bool, enabled: bool) -> None:
        with QSignalBlocker(switch):
            switch.setChecked(on)
        switch.setEnabled(enabled)

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """How alike A and B are."""
        self.figures.set_figures(figures)


def _letter(letter: str) -> QLabel:
    label = QLabel(letter)
    theme.set_role(label, side=letter)
    return label


def _choice(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("boxed", "compact")
    button.setCheckable(True)
    button.setText(text)
    button.setToolTip(tooltip)
    button.setAccessibleName(text)
    policy = button.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Expanding)
    button.setSizePolicy(policy)
    return button


def _slider(parameter: Parameter, decimals: int, name: str, tooltip: str) -> Slider:
    slider = Slider(parameter, decimals)
    slider.setAccessibleName(name)
    slider.setToolTip(tooltip)
    slider.setMinimumWidth(theme.px(60))
    return slider


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, Slider) else 0)
    return holder
