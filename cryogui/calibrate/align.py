"""Where the tilt axis projects."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.centres import OFFSET, centred
from cryogui.calibrate.coarse_series import SMALL_AREA, binning_for, coarsened
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.following import followed
from cryogui.calibrate.quasi_newton import minimised
from cryogui.calibrate.registry import strategy
from cryogui.calibrate.series_fit import SeriesFit
from cryogui.calibrate.shadow import unshadowed
from cryogui.errors import UserError
from cryogui.reconstruct.problem import Problem


@dataclass(frozen=True)
class AlignOptions:
    """There is nothing to choose."""


@strategy("align", "Tilt axis", ("tilt_series",), (OFFSET,))
def align(calibration: Calibration, options: AlignOptions) -> Iterator[Estimate]:
    """Finds the tilt axis' offset from the centres of mass of the images.

    Series are usually aligned by the cross-correlation of neighbouring tilts (Guckenberger, Ultramicroscopy
    9, 167, 1982). A constant offset hardly changes from one tilt to the next, and what little does is less
    than the change of the view: on simulated series neighbours were up to 1.4 px off.

    Here the centres of mass of all unshadowed images are used, which follow x̄ cos θ − z̄ sin θ + tₐ as long as
    the frames hold the whole specimen. Where they do not, the offset is the one under which a volume with a
    Gaussian prior explains a coarse series best.
    """
    problem = unshadowed(calibration.problem, calibration.start)
    if not problem.used.any():
        raise UserError("Every tilt in use is in the shadow; take others in first.")
    found = centred(problem, problem.theta, 0.0)
    if found is not None:
        value, sigma = found.offset_px, found.error_px
    else:
        yield Estimate(calibration.start, 0.1, note="the frames do not hold the whole specimen")
        value, sigma = yield from _fitted(calibration, problem)
    parameter = calibration.ranges[OFFSET]
    finding = Finding.of(parameter, parameter.clip(value), sigma)
    yield Estimate(calibration.clipped({OFFSET: value}), 1.0, {OFFSET: finding})


def _fitted(calibration: Calibration, problem: Problem) -> Generator[Estimate, None, tuple[float, float]]:
    fit = SeriesFit(coarsened(problem, binning_for(problem, SMALL_AREA)), (OFFSET,), calibration.ranges)
    start = np.array([problem.theta[OFFSET]])
    values, _, curvature = yield from followed(
        minimised(fit.evaluate, start, fit.curvature(start), fit.low, fit.high),
        lambda now: Estimate(calibration.clipped({OFFSET: float(now[0])}), 0.5),
    )
    return float(values[0]), float(curvature[0, 0] ** -0.5)
