"""How a score changed while methods worked: over iterations, or over seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import QWidget

from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.plot import Axis, CurvePlot, PlotCurve
from cryogui.session.run_looks import Progress

if TYPE_CHECKING:
    from cryogui.jobs import Point

QUANTITIES: dict[Progress, tuple[str, str]] = {
    "residual": ("‖r‖/‖y‖", ""), "psnr_db": ("PSNR", "dB"), "ssim": ("SSIM", ""),
    "consistency": ("consistency", ""), "blind": ("blind score", ""),
}  # fmt: skip
"""What can be plotted: its name and unit."""

assert {*QUANTITIES} == {*get_args(Progress)}
_ALONGSIDE = ("iteration", "seconds")
_COLOURS = ("accent", "curve_1", "curve_2", "curve_3")
_FEW = 40  # points below which they are marked, so that the line between them is known for one
NOTHING_YET = "Scores appear here while a reconstruction runs."
NO_TRUTH = "This score needs the truth, which the file does not hold."


@dataclass(frozen=True, eq=False)
class Progressed:
    """One run to be plotted."""

    name: str
    points: tuple[Point, ...]


class ConvergencePlot(CurvePlot):
    """One curve for each run. Setters are silent."""

    quantityChosen = pyqtSignal(str)  # a Progress
    secondsChosen = pyqtSignal(bool)  # and not iterations

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, name, Axis("iteration"), Axis("‖r‖/‖y‖"), parent)
        self._runs: tuple[Progressed, ...] = ()
        self._quantity: Progress = "residual"
        self._in_seconds = False
        self.quantities = chooser(
            "what is plotted", "Which score is plotted", [name for name, _ in QUANTITIES.values()]
        )
        self.quantities.activated.connect(lambda at: self.quantityChosen.emit(list(QUANTITIES)[at]))
        self.alongside = chooser(
            "over what it is plotted", "Over iterations, or over the seconds worked", _ALONGSIDE
        )
        self.alongside.activated.connect(lambda at: self.secondsChosen.emit(bool(at)))
        for box in (self.quantities, self.alongside):
            self.head.addWidget(box)
        self.head.addStretch(1)
        self.set_message(NOTHING_YET)

    def set_axes_of(self, quantity: Progress, in_seconds: bool) -> None:
        """What is plotted over what."""
        self._quantity, self._in_seconds = quantity, in_seconds
        with QSignalBlocker(self.quantities), QSignalBlocker(self.alongside):
            self.quantities.setCurrentIndex(list(QUANTITIES).index(quantity))
            self.alongside.setCurrentIndex(int(in_seconds))
        name, unit = QUANTITIES[quantity]
        along = Axis("time", "s") if in_seconds else Axis("iteration")
        self.set_axes(along, Axis(name, unit, is_log=quantity == "residual"))
        self._draw()

    def set_runs(self, runs: Sequence[Progressed]) -> None:
        """Plot these, the first of them most plainly."""
        self._runs = tuple(runs)
        self._draw()

    def _draw(self) -> None:
        curves = [
            curve_of(run, self._quantity, self._in_seconds, _COLOURS[number % len(_COLOURS)])
            for number, run in enumerate(self._runs)
        ]
        there = [curve for curve in curves if curve is not None]
        is_scored = any(run.points for run in self._runs)
        self.set_message(NO_TRUTH if is_scored and self._quantity in ("psnr_db", "ssim") else NOTHING_YET)
        self.set_curves(there)


def curve_of(run: Progressed, quantity: Progress, in_seconds: bool, colour: str) -> PlotCurve | None:
    """A run's curve, through the points at which this was scored; None where there is no such point.

    A single point is drawn as a short line; few ones are marked.
    """
    scored = [point for point in run.points if getattr(point, quantity) is not None]
    if not scored:
        return None
    along = np.array([point.seconds if in_seconds else point.iteration for point in scored], float)
    values = np.array([getattr(point, quantity) for point in scored], float)
    is_marked = 1 < len(scored) < _FEW
    if len(scored) == 1:
        along, values = np.array([0.0, max(along[0], 1e-3)]), np.repeat(values, 2)
    return PlotCurve(run.name, along, values, colour, has_points=is_marked)
