"""Everything about one pane's contrast and colours in a small window beside its colour bar."""

from __future__ import annotations

from functools import partial
from math import floor, log10
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint, QSignalBlocker, Qt
from PyQt6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views import colormaps
from cryogui.app.views.histogram import Histogram
from cryogui.app.views.levels import PRESETS, Levels
from cryogui.app.views.number_box import NumberBox

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane

_COLUMNS = 4
_FARTHEST = 1e12  # what a field takes


class ContrastPanel(QFrame):
    """Histogram, black and white as numbers, presets and colours of the image a pane shows now."""

    def __init__(self, pane: ImagePane) -> None:
        super().__init__(pane, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", "true")
        self.setAccessibleName(f"contrast of {pane.title_label.text()}")
        assert pane.image is not None and pane.levels is not None
        self._pane = pane
        self.histogram = Histogram(pane.image, pane.levels, pane.log_counts, pane.is_diverging)
        self.black, self.white = self._new_field("black"), self._new_field("white")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(10),) * 4)
        column.setSpacing(theme.px(8))
        self.histogram.setFixedHeight(theme.px(110))
        column.addWidget(self.histogram)
        column.addLayout(self._fields())
        column.addLayout(self._presets())
        column.addLayout(self._colours())
        self.histogram.levelsDragged.connect(self._choose)
        pane.levelsChanged.connect(self._show_levels)
        self._show_levels(*pane.levels)

    def pop_up(self, beside: QWidget) -> None:
        """Appear above or below `beside`, wherever the screen has room."""
        self.adjustSize()
        screen = beside.screen()
        assert screen is not None
        room = screen.availableGeometry()
        above = beside.mapToGlobal(QPoint(0, -self.height() - theme.px(4)))
        below = beside.mapToGlobal(QPoint(0, beside.height() + theme.px(4)))
        at = above if above.y() >= room.top() else below
        at.setX(max(min(at.x(), room.right() - self.width()), room.left()))
        self.move(at)
        self.show()
        self.black.setFocus(Qt.FocusReason.PopupFocusReason)

    # ---- parts

    def _new_field(self, name: str) -> NumberBox:
        field = NumberBox()
        field.setRange(-_FARTHEST, _FARTHEST)
        field.setKeyboardTracking(False)
        field.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        field.setAccessibleName(f"{name} level")
        end = "first" if name == "black" else "last"
        field.setToolTip(f"The value drawn as {name}, or in the {end} colour of the map")
        field.valueChanged.connect(self._on_field_value_changed)
        return field

    def _fields(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for words, field in (("black", self.black), ("white", self.white)):
            row.addWidget(QLabel(words))
            row.addWidget(field, 1)
        if self._pane.unit:
            unit = QLabel(self._pane.unit)
            theme.set_role(unit, role="muted")
            row.addWidget(unit)
        return row

    def _presets(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.px(5))
        self.presets: dict[str, QPushButton] = {}
        for number, words in enumerate(PRESETS):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.setToolTip("Black and white from the image on show: " + words)
            button.clicked.connect(partial(self._on_preset_clicked, words))
            self.presets[words] = button
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        self.log_counts = QCheckBox("log counts")
        self.log_counts.setToolTip("Draw log(1 + count) instead of the square root: rare values show better")
        self.log_counts.setChecked(self._pane.log_counts)
        self.log_counts.toggled.connect(self._on_log_counts_toggled)
        grid.addWidget(self.log_counts, (len(PRESETS)) // _COLUMNS, len(PRESETS) % _COLUMNS)
        return grid

    def _colours(self) -> QHBoxLayout:
        own = "diverging" if self._pane.is_diverging else "grey"
        self.colours = ChoiceBox()
        self.colours.setAccessibleName("colour map")
        for name, words in colormaps.CHOICES.items():
            self.colours.addItem(words, "" if name == own else name)
        self.colours.setCurrentIndex(self.colours.findData(self._pane.colours))
        self.colours.activated.connect(lambda _: self._pane.choose_colours(self.colours.currentData()))
        self.inverted = QCheckBox("invert")
        self.inverted.setToolTip("Swap the ends of the colour map (F11)")
        self.inverted.setChecked(self._pane.is_inverted)
        self.inverted.clicked.connect(lambda _: self._pane.invert())
        row = QHBoxLayout()
        row.addWidget(self.colours, 1)
        row.addWidget(self.inverted)
        return row

    # ---- levels

    def _show_levels(self, low: float, high: float) -> None:
        self.histogram.set_levels((low, high))
        step = 10.0 ** (floor(log10(high - low)) - 2)
        for field, value in ((self.black, low), (self.white, high)):
            with QSignalBlocker(field):
                field.setDecimals(min(max(-floor(log10(step)), 0), 12))
                field.setSingleStep(5 * step)
                field.setValue(value)

    def _choose(self, low: float, high: float) -> None:
        self._pane.choose_levels((low, high))

    def _on_field_value_changed(self, _: float) -> None:
        """Numbers that cross are taken in order."""
        chosen: Levels = (self.black.value(), self.white.value())
        if chosen[0] != chosen[1]:
            self._choose(min(chosen), max(chosen))

    def _on_preset_clicked(self, words: str) -> None:
        if self._pane.image is not None:
            self._pane.choose_levels(PRESETS[words](self._pane.image))

    def _on_log_counts_toggled(self, on: bool) -> None:
        self.histogram.set_log(on)
        self._pane.choose_log_counts(on)
