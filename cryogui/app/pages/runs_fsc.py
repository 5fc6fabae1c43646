"""Fourier shell correlations of the runs compared, with the resolution at which each meets its threshold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PyQt6.QtWidgets import QWidget

from cryogui.analysis.resolution import AGAINST_TRUTH, BETWEEN_HALVES, Shells
from cryogui.app.views.plot import Axis, CurvePlot, Mark, PlotCurve

COLOURS = ("accent", "curve_1", "curve_2", "curve_3")
NOTHING = "Tick runs in the table to compare them."


class FscPlot(CurvePlot):
    """One curve for each run, and the thresholds 0.5 and 0.143 as dashed lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Fourier shell correlation", "run_fsc", Axis("frequency"), Axis("FSC"), parent)
        self.set_help(
            "How alike two volumes are at each spatial frequency, 1 for equal ones: against the truth it "
            "counts down to 0.5, between half sets down to 0.143."
        )
        self.become_part()

    def set_shells(
        self, shells: Mapping[int, Shells], titles: Mapping[int, str], halves: bool, in_A: bool, words: str
    ) -> None:
        """Show these, by number; `words` where there are none. titles: of all runs compared, in order."""
        self.set_message(words)
        self.set_axes(_frequency(in_A), Axis("FSC"))
        threshold = BETWEEN_HALVES if halves else AGAINST_TRUTH
        colours = {number: COLOURS[at % len(COLOURS)] for at, number in enumerate(titles)}
        curves = [
            PlotCurve(
                f"{titles[number]}  {resolution_text(each, threshold, in_A)}",
                each.frequency,
                each.correlation,
                colours[number],
            )
            for number, each in shells.items()
        ]
        if curves:
            ends = np.array([0.0, max(float(each.frequency[-1]) for each in shells.values())])
            curves += [_line(ends, at) for at in (AGAINST_TRUTH, BETWEEN_HALVES)]
        self.set_curves(curves)
        self.set_marks(_marks(shells, threshold, colours))
        missing = len(titles) - len(shells) if halves and shells else 0
        self.set_caption(f"{missing} of {len(titles)} runs have no half sets" if missing else "")


def resolution_text(shells: Shells | None, threshold: float, in_A: bool) -> str:
    """Where the curve falls below its threshold, '≤' the finest there is where it stays above."""
    if shells is None:
        return "—"
    unit, found = "Å" if in_A else "px", shells.resolution(threshold)
    if found is None:
        return f"≤ {1.0 / float(shells.frequency[-1]):.1f} {unit}"
    return f"{found:.1f} {unit}"


def _frequency(in_A: bool) -> Axis:
    return Axis("frequency", "1/Å", reciprocal="Å") if in_A else Axis("frequency", "1/px", reciprocal="px")


def _line(ends: np.ndarray, threshold: float) -> PlotCurve:
    values = np.full(2, threshold)
    return PlotCurve(f"{threshold:g}", ends, values, "faint", is_dashed=True, width=1.0, is_told=False)


def _marks(shells: Mapping[int, Shells], threshold: float, colours: Mapping[int, str]) -> list[Mark]:
    found = {number: each.crossing(threshold) for number, each in shells.items()}
    return [Mark(at, colours[number]) for number, at in found.items() if at is not None]
