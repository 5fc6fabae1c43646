"""The gradient strategy for tilt series: offset and angles, and what is left of shrinkage and drift.

Neither of the two volumes that are solved for is the specimen, and each errs in its own way: the Gaussian
prior fits noise with what it must not know, the positive one smooths. What they say of a parameter differs by
more than noise explains, and half of that difference is counted as an error. Of the shrinkage they say
nothing that could be believed: on nine simulated series the positive volume would have had it wrong by 3.8 %
(rms; 7 % at most), the Gaussian one by twice as much, over a range of 6 %.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.centres import ANGLE, OFFSET, centred, wandering
from cryogui.calibrate.coarse_series import SMALL_AREA, binning_for, coarsened
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.following import followed
from cryogui.calibrate.positive_volume import positive_volume
from cryogui.calibrate.quasi_newton import minimised
from cryogui.calibrate.series_fit import SeriesFit
from cryogui.calibrate.shadow import unshadowed
from cryogui.errors import UserError

Real = NDArray[np.float64]

SHRINKAGE, DRIFT = "dose_induced_shrinkage", "ctf_per_tilt_variation"
NAMES = (OFFSET, ANGLE, SHRINKAGE, DRIFT)

# (z, x) of the volumes: the first finds the way from far off, the second is fine enough for the geometry, as
# its pixels still sample what the angles between the tilts resolve
_AREAS = (24**2, SMALL_AREA)
_GENTLE = 0.05  # of a range: the step of a finite difference
_FEWEST_TILTS = 5
# by which the outermost tilts were misplaced at the rim of a coarse volume (rms of ten simulated series), as
# what the positive volume takes for the specimen is not quite it
_RIM_ERROR_PX = 0.09

_TRADES = {
    OFFSET: "a specimen shifted across the tilt axis",
    ANGLE: "a specimen stretched along the beam",
    SHRINKAGE: "a specimen that is thinner along the beam",
    DRIFT: "a specimen with other fine detail",
}
_WANDERING = (
    "The images wander along the tilt axis by {:.1f} px (rms), which no angle explains: align the series "
    "before its angles are asked for."
)


class TiltSearch:
    """One search; iterate `run`. iterations: of the positive volume, each time it is asked for."""

    def __init__(self, calibration: Calibration, iterations: int):
        self._calibration, self._iterations = calibration, iterations
        self._free = tuple(name for name in NAMES if name in calibration.free)
        if not self._free:
            raise UserError(
                "Offset, angles, shrinkage and defocus drift are all locked, and they are what this strategy "
                "finds; unlock one."
            )
        self._problem = unshadowed(calibration.problem, calibration.start)
        count = int(self._problem.used.sum())
        if count < _FEWEST_TILTS:
            raise UserError(
                f"Only {count} tilts are in use and not in the shadow; {_FEWEST_TILTS} are the least "
                "that tell a geometry."
            )
        self._fine = coarsened(self._problem, binning_for(self._problem, _AREAS[-1]))
        self._theta = dict(self._problem.theta)
        self._sigma: dict[str, float] = {}
        self._words: dict[str, str] = {}

    def run(self) -> Iterator[Estimate]:
        """Yields the estimate so far, after every second or so."""
        yield self._estimate(0.0)
        gaussian: dict[str, float] = {}
        geometry = tuple(name for name in (OFFSET, ANGLE) if name in self._free)
        if geometry:
            gaussian = yield from self._geometry(geometry)
        if ANGLE in self._free:
            yield from self._secant(ANGLE, gaussian[ANGLE])
            self._count_what_no_spec_explains()
        if OFFSET in self._free:
            self._centre()
            yield self._estimate(0.9)
        yield from self._what_is_known()
        yield self._estimate(1.0)

    def _geometry(self, names: tuple[str, ...]) -> Generator[Estimate, None, dict[str, float]]:
        """Minimises what the Gaussian volume leaves over, from coarse to fine; returns where that is."""
        values = np.array([self._theta[name] for name in names])
        for level, area in enumerate(_AREAS):
            problem = coarsened(self._problem, binning_for(self._problem, area))
            fit = SeriesFit(problem, names, self._calibration.ranges)
            search = minimised(fit.evaluate, values, fit.curvature(values), fit.low, fit.high)
            values, _, curvature = yield from followed(search, partial(self._told, names, 0.05 + 0.1 * level))
        errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
        self._sigma.update(zip(names, errors.tolist(), strict=True))
        return dict(self._theta)

    def _told(self, names: tuple[str, ...], fraction: float, values: Real) -> Estimate:
        self._theta.update(zip(names, values.tolist(), strict=True))
        return self._estimate(fraction)

    def _secant(self, name: str, other: float) -> Iterator[Estimate]:
        """Moves one parameter to where the positive volume would have it, and tells its error.

        other: where the Gaussian volume would have it.
        """
        parameter = self._calibration.ranges[name]
        value, step = self._theta[name], _GENTLE * parameter.width
        slope = yield from self._slope(name, value, 0.3)
        near = yield from self._slope(name, value + step, 0.5)
        bend = (near - slope) / step
        if bend <= 0.0:
            self._sigma[name] = math.inf
            return
        self._theta[name] = parameter.clip(value - slope / bend)
        slope = yield from self._slope(name, self._theta[name], 0.7)
        self._theta[name] = parameter.clip(self._theta[name] - slope / bend)
        self._sigma[name] = math.hypot(bend**-0.5, 0.5 * (other - self._theta[name]))

    def _slope(self, name: str, value: float, fraction: float) -> Generator[Estimate, None, float]:
        """½ dχ²/d name at the positive volume."""
        problem, theta = self._fine, {**self._theta, name: value}
        search = positive_volume(problem, theta, self._iterations)
        x = yield from followed(search, lambda _: self._estimate(fraction))
        operator = problem.operator
        assert problem.noise_sigma is not None
        weights = problem.weights / problem.noise_sigma**2
        return operator.squared_gradient(operator.load(x), problem.measured, theta, weights)[1][name]

    def _count_what_no_spec_explains(self) -> None:
        """Adds to the angles' error what a volume that is not the specimen does, and images that move."""
        wander = wandering(self._problem)
        self._sigma[ANGLE] = math.hypot(
            self._sigma[ANGLE],
            self._turned_by(_RIM_ERROR_PX, self._fine.operator.x_shape[2] / 2.0),
            self._turned_by(wander.along_px, wander.reach_px),
        )
        if wander.along_px > 0.0:
            self._words[ANGLE] = _WANDERING.format(wander.along_px)

    def _turned_by(self, misplaced_px: float, reach_px: float) -> float:
        """The tilt-angle accuracy that misplaces the outermost tilts by so much, so far from the axis."""
        steps = np.abs(self._problem.tilt_series.geometry.step_index[self._problem.used])
        return math.degrees(misplaced_px / max(reach_px, 1.0)) / max(float(steps.max()), 1.0)

    def _centre(self) -> None:
        """The offset that the centres of mass tell under the angles found, where they are certain."""
        found = centred(self._problem, self._theta, self._sigma.get(ANGLE, 0.0))
        if found is not None:
            self._theta[OFFSET] = self._calibration.ranges[OFFSET].clip(found.offset_px)
            self._sigma[OFFSET] = found.error_px

    def _what_is_known(self) -> Iterator[Estimate]:
        """What another specimen would do as well, and the error of the drift, which little else shows."""
        fit = SeriesFit(replace(self._fine, theta=dict(self._theta)), self._free, self._calibration.ranges)
        values = np.array([self._theta[name] for name in self._free])
        x = fit.evaluate(values).x
        yield self._estimate(0.95)
        known = fit.information(values, x)
        for name, hidden in zip(self._free, known.hidden, strict=True):
            share = math.floor(100.0 * min(max(hidden, 0.0), 0.999))
            self._words.setdefault(name, f"To {share} % it could as well be {_TRADES[name]}.")
        if SHRINKAGE in self._free:
            self._sigma[SHRINKAGE] = math.inf
        if DRIFT in self._free:
            at = self._free.index(DRIFT)
            covariance = np.linalg.inv(known.matrix + 1e-9 * np.diag(known.alone))
            self._sigma[DRIFT] = math.sqrt(float(covariance[at, at]))

    def _estimate(self, fraction: float) -> Estimate:
        ranges = self._calibration.ranges
        findings = {
            name: Finding.of(ranges[name], self._theta[name], sigma, self._words.get(name, ""))
            for name, sigma in self._sigma.items()
        }
        spec = self._calibration.clipped({name: self._theta[name] for name in self._free})
        return Estimate(spec, fraction, findings)
