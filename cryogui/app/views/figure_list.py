"""Figures as text: a name and a value in each row, with what they mean in the tooltip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from cryogui.app import theme


class Figure(NamedTuple):
    """One row: what is given, its value with the unit, and where it comes from (formula, source)."""

    name: str
    value: str
    meaning: str = ""


class FigureList(QWidget):
    """Rows that keep their places, so that values can follow a slider without a flicker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._fit()

    def set_figures(self, figures: Sequence[Figure]) -> None:
        """Show these rows and no others."""
        while len(self._rows) < len(figures):
            self._rows.append(self._new_row(len(self._rows)))
        for number, (name, value) in enumerate(self._rows):
            shown = number < len(figures)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                self._fill(name, value, figures[number])

    @property
    def figures(self) -> dict[str, str]:
        """What is shown, by name."""
        return {name.text(): value.text() for name, value in self._rows if not name.isHidden()}

    def _fill(self, name: QLabel, value: QLabel, figure: Figure) -> None:
        name.setText(figure.name)
        value.setText(figure.value)
        value.setAccessibleName(f"{figure.name}: {figure.value}")
        for label in (name, value):
            label.setToolTip(figure.meaning)

    def _new_row(self, number: int) -> tuple[QLabel, QLabel]:
        name, value = QLabel(), QLabel()
        theme.set_role(name, role="muted")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._grid.addWidget(name, number, 0)
        self._grid.addWidget(value, number, 1)
        return name, value

    def changeEvent(self, event: QEvent | None) -> None:
        """Spacing follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(3))
