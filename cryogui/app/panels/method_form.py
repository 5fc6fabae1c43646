"""The options of a method as a form, made from what the method says of each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractSpinBox, QCheckBox, QGridLayout, QLabel, QWidget

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.card import ElidedLabel
from cryogui.app.views.number_box import NumberBox
from cryogui.reconstruct.options import Option, Value

_FAR = 1e12  # where a limit is infinite
_DECIMALS = 9
_WIDTH = 88


class _Number(NumberBox):
    """A whole or real number, told when it is entered and not at each letter; no zeros at its end."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self._is_whole = option.kind is int
        self.setDecimals(0 if self._is_whole else _DECIMALS)
        self.setRange(max(option.low, -_FAR), min(option.high, _FAR))
        self.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setSuffix(f" {option.unit}" if option.unit else "")

    def textFromValue(self, value: float) -> str:
        text = f"{value:.0f}" if self._is_whole else f"{value:.6g}"
        return text.replace("-", "−")

    @property
    def number(self) -> int | float:
        """The value as the option wants it."""
        return round(self.value()) if self._is_whole else self.value()


Field = _Number | QCheckBox | ChoiceBox


class MethodForm(QWidget):
    """One row for each option. Setters are silent."""

    valueChanged = pyqtSignal(str, object)  # name, value
    editFinished = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._options: tuple[Option, ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(0, 1)
        self._words = QLabel()
        self._words.setWordWrap(True)
        theme.set_role(self._words, role="muted")
        self._grid.addWidget(self._words, 0, 0, 1, 2)
        self._fit()

    def set_options(self, options: Sequence[Option], words: str = "") -> None:
        """Rows for these options; `words` where there are none."""
        self._words.setText(words)
        self._words.setVisible(not options)
        if tuple(options) != self._options:
            self._options = tuple(options)
            self._build(options)

    def set_values(self, values: Mapping[str, Value]) -> None:
        """Show these values."""
        for name, field in self.fields.items():
            if name in values:
                _show(field, values[name])

    def _build(self, options: Sequence[Option]) -> None:
        for row in range(1, self._grid.rowCount()):
            for column in range(2):
                item = self._grid.itemAtPosition(row, column)
                if item is not None:
                    self._grid.removeItem(item)
                    item.widget().deleteLater()
        self.fields = {}
        for row, option in enumerate(options, start=1):
            self._add_row(row, option)

    def _add_row(self, row: int, option: Option) -> None:
        field = self.fields[option.name] = self._new_field(option)
        meaning = f"{option.help}\n{option.name}: {option.range_words}"
        field.setToolTip(meaning)
        field.setAccessibleName(f"{option.label}{f' in {option.unit}' if option.unit else ''}")
        field.setAccessibleDescription(option.help)
        if isinstance(field, QCheckBox):
            self._grid.addWidget(field, row, 0, 1, 2)
            return
        field.setFixedWidth(theme.px(_WIDTH))
        label = ElidedLabel(option.label)
        label.set_help(meaning)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(field, row, 1)

    def _new_field(self, option: Option) -> Field:
        if option.kind is bool:
            box = QCheckBox(option.label)
            box.toggled.connect(lambda on: self._tell(option.name, on))
            return box
        if option.kind is str:
            choices = ChoiceBox()
            choices.addItems(option.choices)
            choices.activated.connect(lambda index: self._tell(option.name, option.choices[index]))
            return choices
        number = _Number(option)
        number.valueChanged.connect(lambda value: self.valueChanged.emit(option.name, number.number))
        number.editingFinished.connect(self.editFinished)
        return number

    def _tell(self, name: str, value: Value) -> None:
        self.valueChanged.emit(name, value)
        self.editFinished.emit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Spacing follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._grid.setContentsMargins(0, 0, theme.px(4), 0)
        self._grid.setHorizontalSpacing(theme.px(6))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        for field in self.fields.values():
            if not isinstance(field, QCheckBox):
                field.setFixedWidth(theme.px(_WIDTH))


def _show(field: Field, value: Value) -> None:
    with QSignalBlocker(field):
        if isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, ChoiceBox):
            field.setCurrentText(str(value))
        elif not math.isclose(field.value(), float(value), rel_tol=1e-12):
            field.setValue(float(value))
