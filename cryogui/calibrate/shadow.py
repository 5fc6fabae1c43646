"""Which tilts the holder shadows, and the missing wedge that follows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.centres import ANGLE
from cryogui.calibrate.estimate import Estimate, Finding, Verdict
from cryogui.calibrate.registry import strategy
from cryogui.errors import UserError
from cryogui.physics.fourier import image_energy
from cryogui.physics.operators import Theta
from cryogui.physics.tilt_geometry import SHADOW_WIDTH_DEG
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem
from cryogui.spec import UNIFORM

NAME = "missing_wedge"

_DARK = 0.3  # of the usual amplitude: a first guess at what is shadowed, before it is measured
_STEADY = 0.05  # relative scatter of the mass between tilts up to which the mass tells a shadow's depth
_SIGMAS = 4.0
_ROUGH_ERROR = 0.1  # of an amplitude read from power, which changes with the path through the specimen
_LEAST_ERROR = 0.005


@dataclass(frozen=True)
class ShadowOptions:
    """There is nothing to choose."""


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """How much of the beam reaches each tilt, 0 to about 1, with the standard error of such a reading."""

    value: NDArray[np.float64]
    error: float

    @property
    def clear(self) -> NDArray[np.bool_]:
        """Tilts that show no shadow."""
        return self.value > 1.0 - _SIGMAS * self.error

    @property
    def dark(self) -> NDArray[np.bool_]:
        """Tilts of which nothing is left."""
        return self.value < _SIGMAS * self.error


def amplitudes(problem: Problem) -> Amplitudes:
    """From the mass in every image, where the frames hold all of it; else from their power."""
    y, used = problem.y, problem.used
    noise = noise_sigma(problem) ** 2 * y[0].size
    power = np.sqrt(np.maximum(image_energy(y) - noise, 0.0))
    bright = used & (power > _DARK * np.median(power[used]))
    mass = y.sum(axis=(1, 2), dtype=np.float64)
    usual = float(np.median(mass[bright])) if bright.any() else 0.0
    if usual > 0.0:
        scatter = 1.4826 * float(np.median(np.abs(mass[bright] / usual - 1.0)))
        if scatter < _STEADY:
            return Amplitudes(mass / usual, max(scatter, _LEAST_ERROR))
    return Amplitudes(power / max(float(np.median(power[bright])), 1e-30), _ROUGH_ERROR)


def clear_tilts(problem: Problem) -> NDArray[np.bool_]:
    """The used tilts that show no shadow, whatever the spec says."""
    return problem.used & amplitudes(problem).clear


def unshadowed(problem: Problem, theta: Theta) -> Problem:
    """Only the tilts that show no shadow, under θ less the wedge that it would have."""
    known = {name: value for name, value in theta.items() if name != NAME}
    return replace(problem, theta=known, used=clear_tilts(problem))


@strategy("shadow", "Shadow of the holder", ("tilt_series",), (NAME,))
def shadow(calibration: Calibration, options: ShadowOptions) -> Iterator[Estimate]:
    """Finds the missing wedge from the tilts that have gone dark.

    At high tilt the holder's edge moves into the beam; tilts without signal are usually left out by eye.

    Here the depth of every shadow is read from the mass in the image, which without a shadow is the same at
    every tilt as long as the frame holds the specimen; else from its power. The limit lies between the last
    clear tilt and the first dark one, and where a tilt is half in the shadow, it is known to a fraction of a
    degree. It depends on the stage's actual angles, so on the tilt-angle accuracy.
    """
    if NAME not in calibration.free:
        raise UserError("The missing wedge is locked, and it is all that this strategy finds; unlock it.")
    value, sigma, words = wedge(calibration.problem, calibration.start)
    turned = {**calibration.start, ANGLE: calibration.start.get(ANGLE, 0.0) + calibration.error(ANGLE)}
    sigma = math.hypot(sigma, wedge(calibration.problem, turned)[0] - value)
    parameter = calibration.ranges[NAME]
    if math.isfinite(sigma):
        finding = Finding.of(parameter, parameter.clip(value), sigma, words)
    else:
        finding = Finding(parameter.clip(value), sigma, Verdict.FLAT, words)
    yield Estimate(calibration.clipped({NAME: value}), 1.0, {NAME: finding})


def wedge(problem: Problem, theta: Theta) -> tuple[float, float, str]:
    """The missing wedge under θ in degrees, its standard error, and what keeps it from being less."""
    reading = amplitudes(problem)
    angle = np.abs(problem.tilt_series.geometry.actual_deg(theta))
    half = 0.5 * SHADOW_WIDTH_DEG
    clear, dark = problem.used & reading.clear, problem.used & reading.dark
    low = float(angle[clear].max(initial=0.0)) + half
    high = float(angle[dark].min(initial=90.0)) - half
    partial = problem.used & ~clear & ~dark
    if partial.any() and reading.error < _ROUGH_ERROR:
        limits, errors = _limits(angle[partial], reading.value[partial], reading.error)
        weights = errors**-2.0
        limit = float(np.average(limits, weights=weights))
        return 90.0 - limit, float(weights.sum() ** -0.5), ""
    if not dark.any():
        value = min(theta.get(NAME, 0.0), 90.0 - low)
        return value, math.inf, "No tilt is shadowed, so that the limit may lie anywhere beyond the last."
    words = f"The limit lies between the tilts at {low - half:.1f}° and {high + half:.1f}°, anywhere there."
    return 90.0 - 0.5 * (low + high), max(UNIFORM * abs(high - low), 0.1), words


def _limits(
    angle: NDArray[np.float64], amplitude: NDArray[np.float64], error: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the limit lies for tilts in the edge of the shadow, w = ½(1 − sin πu), u in its widths."""
    turn = np.arcsin(np.clip(1.0 - 2.0 * amplitude, -0.999, 0.999))
    slope = 0.5 * math.pi * np.cos(turn) / SHADOW_WIDTH_DEG
    return angle - turn / math.pi * SHADOW_WIDTH_DEG, np.maximum(error / slope, 0.01)
