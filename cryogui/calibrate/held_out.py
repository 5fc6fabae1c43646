"""How well a spec predicts images that its volume has not seen: the judge of every calibration.

A spec that is fitted to the images fits their noise too; what it says of images left out does not profit.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from cryogui.calibrate.coarse_series import SMALL_AREA, binning_for, coarsened
from cryogui.calibrate.held_out_particles import held_out
from cryogui.calibrate.positive_volume import held_out_error
from cryogui.reconstruct.problem import Problem

_ITERATIONS, _FOLDS = 30, 3


class HeldOut:
    """Judges specs for one problem, each in the same way.

    Tilt series are cut to a coarse one and every third tilt is predicted from the others, by a positive and
    piecewise smooth volume: one with a Gaussian prior would judge tilts the better predicted the closer a
    spec says they lie together, whatever the truth. Particles: see `held_out_particles`.
    """

    def __init__(self, problem: Problem):
        self._problem = problem
        if problem.kind == "tilt_series":
            self._problem = coarsened(problem, binning_for(problem, SMALL_AREA))

    def error(self, theta: Mapping[str, float]) -> Generator[None, None, float]:
        """Yields now and then; returns the relative error. Raises UserError where nothing can be left out."""
        problem = self._problem
        if problem.kind == "tilt_series":
            return (yield from held_out_error(problem, theta, _ITERATIONS, _FOLDS))
        yield
        return held_out(problem, theta)
