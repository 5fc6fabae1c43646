"""Scores an estimate while a method works; it alone knows the truth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryogui import scoring
from cryogui.jobs.allowance import Allowance

if TYPE_CHECKING:
    from cryogui.physics.fourier import Real32
    from cryogui.reconstruct.problem import Problem

RESIDUAL_SHARE, PSNR_SHARE, SSIM_SHARE = 0.08, 0.04, 0.08
"""Of the method's time, at most, for each figure while the run lasts."""

_SSIM_SECONDS_PER_VOXEL = 3e-7  # before it has been measured: 5 s for 256³, too long for a first iteration


@dataclass(frozen=True)
class Point:
    """One row of a convergence plot.

    seconds: that the method has worked so far, without scoring and pauses. residual: ‖y − H(θ)x‖ / ‖y‖ under
    the spec found so far. What there is no truth for, or was not scored at this iteration to save time, is
    None; the last point of a run has all that can be had.
    """

    iteration: int
    seconds: float
    residual: float | None = None
    consistency: float | None = None
    psnr_db: float | None = None
    ssim: float | None = None
    standard: float | None = None
    blind: float | None = None


class Judge:
    """Scores estimates of one problem against the measurement, and against the truth where it is known."""

    def __init__(self, problem: Problem, x_true: Real32 | None) -> None:
        self._problem, self._found = problem, dict[str, float]()
        self._nominal = problem.theta
        self._x_true = x_true
        self._residual = Allowance(RESIDUAL_SHARE)
        self._psnr, self._ssim = Allowance(PSNR_SHARE), Allowance(SSIM_SHARE)
        if x_true is not None:
            self._ssim = Allowance(SSIM_SHARE, cost=_SSIM_SECONDS_PER_VOXEL * x_true.size)
            import skimage.metrics  # noqa: F401 - loaded here, lest the first SSIM seem expensive

    def point(
        self, x: Real32, iteration: int, seconds: float, found: Mapping[str, float], is_last: bool
    ) -> Point | None:
        """What there is time to say about `x`; None for nothing. is_last: whether everything is wanted."""

        def figure(allowance: Allowance, measure: Callable[[], float]) -> float | None:
            if not (is_last or allowance.is_due(seconds)):
                return None
            with allowance.spending():
                value = measure()
            return value if math.isfinite(value) else None

        problem, truth = self._under(found), self._x_true
        residual = figure(self._residual, lambda: problem.residual(x))
        psnr = ssim = None
        if truth is not None:
            psnr = figure(self._psnr, lambda: scoring.psnr_db(x, truth))
            ssim = figure(self._ssim, lambda: scoring.ssim(x, truth))
        if residual is psnr is ssim is None:
            return None
        return _point(iteration, seconds, residual, psnr, ssim)

    def _under(self, found: Mapping[str, float]) -> Problem:
        """The problem under the spec found so far."""
        if found != self._found:
            self._found = dict(found)
            self._problem = self._problem.with_spec({**self._nominal, **found})
        return self._problem


def _point(
    iteration: int, seconds: float, residual: float | None, psnr: float | None, ssim: float | None
) -> Point:
    consistency = None if residual is None else scoring.consistency(residual)
    standard = blind = None
    if psnr is not None and ssim is not None:
        standard = scoring.standard_score(psnr, ssim)
        if consistency is not None:
            blind = scoring.blind_score(psnr, ssim, consistency)
    return Point(iteration, seconds, residual, consistency, psnr, ssim, standard, blind)
