"""What one calibration has found: every parameter's value, error and verdict, and the held-out error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.run_words import STATES, duration
from cryogui.app.views.figure_table import FigureTable
from cryogui.spec import DESCRIPTIONS

if TYPE_CHECKING:
    from cryogui.calibrate import Estimate
    from cryogui.jobs import KeptCalibration

TITLES = ("parameter", "start", "found", "verdict")
NOTHING_FOUND = "It has found nothing."
HOW_FAR = "What follows is how far it had come."


@dataclass(frozen=True)
class Findings:
    """A calibration in words. cells: below `TITLES`; meanings: of its rows, for tooltips."""

    title: str
    sentence: str
    cells: tuple[tuple[str, ...], ...] = ()
    meanings: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: KeptCalibration) -> Findings:
        """In the order of the file's parameters."""
        estimate = kept.estimate
        state = f"{STATES[kept.state]}{f' in {duration(kept.seconds)}' if kept.seconds else ''}"
        if estimate is None:
            return cls(kept.order.title, _sentences(state, kept.reason, NOTHING_FOUND))
        far = "" if kept.state == "done" else HOW_FAR
        parts = state, kept.reason, far, _held_out(estimate), estimate.note
        names = list(kept.order.spec)
        meanings = [f.trades_with if (f := estimate.findings.get(name)) else "" for name in names]
        return cls(
            kept.order.title,
            _sentences(*parts),
            tuple(_cells(name, kept, estimate) for name in names),
            tuple(meanings),
        )


def _sentences(*parts: str) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:].rstrip('.')}." for part in parts if part)


def _held_out(estimate: Estimate) -> str:
    before, after = estimate.heldout_before, estimate.heldout_after
    if math.isnan(before + after):
        return ""
    return f"Held-out error {before:.4f} → {after:.4f}"


def _cells(name: str, kept: KeptCalibration, estimate: Estimate) -> tuple[str, ...]:
    from cryogui.calibrate.words import with_error

    known, finding = DESCRIPTIONS.get(name), estimate.findings.get(name)
    unit = "" if known is None else known.unit
    value = estimate.spec.get(name, kept.order.spec[name])
    found = with_error(value, None if finding is None else finding.sigma)
    verdict = "locked" if name in kept.order.locked else "not determined"
    words = (f"{kept.order.spec[name]:.4g}", f"{found} {unit}".rstrip())
    return (
        name if known is None else known.label,
        *(each.replace("-", "−") for each in words),
        verdict if finding is None else finding.verdict.value,
    )


class FindingsView(QWidget):
    """Setters are silent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("outcome of the calibration listed")
        theme.set_role(self.sentence, role="muted")
        self.table = FigureTable("findings of the calibration", "Value and error of every parameter")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.sentence)
        column.addWidget(self.table, 1)

    def set_findings(self, findings: Findings) -> None:
        """Show what one calibration has found."""
        self.sentence.setText(findings.sentence)
        self.table.set_cells(TITLES, findings.cells, findings.meanings)
