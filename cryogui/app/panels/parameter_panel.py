"""All mismatch parameters of a scene, one row each, in the file's order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from numpy.typing import ArrayLike
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.parameter_row import ParameterRow
from cryogui.app.views.card import Card, rule
from cryogui.session.findings import Found
from cryogui.spec import SpecRanges


class ParameterPanel(Card):
    """Rows for a scene's parameters. Setters are silent; edits come out by parameter name."""

    specEdited = pyqtSignal(str, float)  # live
    editFinished = pyqtSignal(str)
    lockToggled = pyqtSignal(str, bool)
    resetRequested = pyqtSignal(str)  # '' for all

    least_width = 240

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Microscope", parent=parent)
        self.rows: dict[str, ParameterRow] = {}
        self._ranges: SpecRanges | None = None
        self.reset_all_button = IconButton("reset", "Reset all: every unlocked parameter back to nominal")
        self.reset_all_button.clicked.connect(lambda: self.resetRequested.emit(""))
        self.head.addWidget(self.reset_all_button)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the rows take the keyboard
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self._scroll, 1)
        self._message = "Open a file to see its parameters."
        self.set_ranges(SpecRanges())

    # ---- setters, silent

    def set_ranges(self, ranges: SpecRanges, true_spec: Mapping[str, float] | None = None) -> None:
        """Rows for `ranges`, at nominal and unlocked, with the truth where `true_spec` tells it."""
        if ranges != self._ranges:
            self._ranges = ranges
            self._build(ranges)
        for row in self.rows.values():
            row.set_value(row.parameter.nominal)
            row.set_locked(False)
            row.set_sparkline(None)
            row.set_finding(None)
        self.set_true(true_spec)

    def set_message(self, text: str) -> None:
        """The words shown while there are no parameters."""
        self._message = text
        if not self.rows:
            self._build(SpecRanges())

    def set_spec(self, spec: Mapping[str, float]) -> None:
        """Show these values; parameters `spec` does not name stay."""
        for name, row in self.rows.items():
            if name in spec and spec[name] != row.value:
                row.set_value(spec[name])

    def set_true(self, true_spec: Mapping[str, float] | None) -> None:
        """Mark true values, or remove the marks."""
        for name, row in self.rows.items():
            row.set_true(None if true_spec is None else true_spec.get(name))

    def set_locked(self, locked: frozenset[str]) -> None:
        """Lock exactly these parameters."""
        for name, row in self.rows.items():
            if row.is_locked != (name in locked):
                row.set_locked(name in locked)

    def set_sparkline(self, name: str, xs: ArrayLike | None, ys: ArrayLike | None = None) -> None:
        """Show or hide one parameter's curve."""
        if name in self.rows:
            self.rows[name].set_sparkline(xs, ys)

    def set_findings(self, findings: Mapping[str, Found], is_current: bool) -> None:
        """Show what a calibration has found of some parameters; dimmed where it is not about what is set."""
        for name, row in self.rows.items():
            row.set_finding(findings.get(name), is_current)

    def set_following(self, words: Mapping[str, str] | None) -> None:
        """Tell in every row who follows it when it is moved; None hides the line."""
        for name, row in self.rows.items():
            row.set_following(None if words is None else words.get(name, ""))

    # ---- pointing from elsewhere

    def point_at(self, name: str) -> None:
        """Emphasise the row of a parameter that something else speaks of; '' for none."""
        for each, row in self.rows.items():
            theme.set_role(row.name_label, tone="accent" if each == name else None)

    def go_to(self, name: str) -> None:
        """Bring a parameter's row into view and give its slider the keyboard."""
        if name in self.rows:
            self._scroll.ensureWidgetVisible(self.rows[name])
            self.rows[name].slider.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- as the user does

    def edit(self, name: str, value: float) -> None:
        """Move a parameter as its slider does, for views in which its effect can be dragged."""
        self.specEdited.emit(name, value)

    def finish_edit(self, name: str) -> None:
        """Let go of it: what was edited is one step."""
        self.editFinished.emit(name)

    # ---- building

    def _build(self, ranges: SpecRanges) -> None:
        page = QWidget()
        theme.set_role(page, role="page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(0)
        self.rows = {}
        for parameter in ranges:
            row = self._new_row(parameter.name, ParameterRow(parameter))
            column.addWidget(row)
            column.addWidget(rule())
        if not self.rows:
            hint = QLabel(self._message)
            hint.setWordWrap(True)
            theme.set_role(hint, role="muted")
            column.addWidget(hint)
        column.addStretch(1)
        self._scroll.setWidget(page)
        self.reset_all_button.setVisible(bool(self.rows))
        self._order_for_tab()

    def _order_for_tab(self) -> None:
        """From row to row, and only then to the button above them."""
        stops = [stop for row in self.rows.values() for stop in row.tab_stops]
        for before, after in pairwise((*stops, self.reset_all_button)):
            self.setTabOrder(before, after)

    def _new_row(self, name: str, row: ParameterRow) -> ParameterRow:
        row.valueChanged.connect(lambda value: self.specEdited.emit(name, value))
        row.released.connect(lambda: self.editFinished.emit(name))
        row.lockToggled.connect(lambda locked: self.lockToggled.emit(name, locked))
        row.resetRequested.connect(lambda: self.resetRequested.emit(name))
        self.rows[name] = row
        return row
