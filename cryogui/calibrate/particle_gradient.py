"""The particles' part of the calibration by gradients: what power spectra show, then what only phases show.

The likelihood of images of an unknown volume with a Gaussian prior, the volume marginalised, is
−½ yᵀC⁻¹y − ½ ln det C with C = HPHᵀ + N. The derivative of its first term by θ is that of −½‖y − H(θ)x‖²/σ²
at the most likely volume x̂(θ), held fixed (variable projection; Golub & Pereyra, SIAM J. Numer. Anal. 10,
413, 1973). A beam tilt is an odd phase, which leaves the determinant of white noise as it is. Defocus and
astigmatism change it, by more than a prior that knows no particle can tell: they came out 1 nm wrong so,
against 0.3 nm from the power spectra, to which they are left.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace

import numpy as np

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.particle_volume import ParticleVolume
from cryogui.calibrate.spectrum import SpectrumOptions, spectrum
from cryogui.calibrate.transmission import thickness
from cryogui.errors import UserError
from cryogui.physics.operators import Theta
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.ctf_search import QUANTITIES

PARTICLE_NAMES = ("defocus_error", "astigmatism", "beam_tilt", "ice_thickness_variation")

_ITERATIONS = 25
_SPECTRUM_SHARE = 0.4  # of the time
_PLACES = (0.25, 0.75)  # of the range, where the slope is taken: it is straight over all of it
_NO_TRANSMISSION = (
    "It trades with the scale and the sharpness of the volume, as no transmission was measured."
)


def estimates(calibration: Calibration) -> Iterator[Estimate]:
    """Yields what is known of a particle stack's parameters, last of all with everything that is free.

    Raises UserError when nothing that particles show is free.
    """
    findings: dict[str, Finding] = {}
    if _free(calibration, *QUANTITIES):
        for step in spectrum(calibration, SpectrumOptions()):
            yield replace(step, fraction=_SPECTRUM_SHARE * step.fraction)
        findings |= step.findings
        calibration = calibration.at(step.spec)
    for name in _free(calibration, "thickness_A"):
        findings[name] = _ice(calibration, name)
        calibration = calibration.at(calibration.clipped({name: findings[name].value}))
    for name in _free(calibration, "beam_tilt_mrad"):
        findings[name] = yield from _beam_tilt(calibration, name, findings)
        calibration = calibration.at(calibration.clipped({name: findings[name].value}))
    if not findings:
        raise UserError("Nothing that particles show is free; unlock a parameter first.")
    yield Estimate(calibration.start, 1.0, findings)


def _free(calibration: Calibration, *quantities: str) -> list[str]:
    operator = calibration.problem.operator
    assert isinstance(operator, ParticleStack)
    return [name for name in calibration.free if operator.links[name].quantity in quantities]


def _ice(calibration: Calibration, name: str) -> Finding:
    parameter = calibration.ranges[name]
    if calibration.problem.transmission is None:
        return Finding.of(parameter, calibration.start[name], math.inf, _NO_TRANSMISSION)
    value, sigma = thickness(calibration.problem, name)
    return Finding.of(parameter, parameter.clip(value), sigma)


def _beam_tilt(
    calibration: Calibration, name: str, known: Mapping[str, Finding]
) -> Generator[Estimate, None, Finding]:
    """The most likely beam tilt under the range as a prior; σ from how fast the slope of the data changes."""
    parameter, start = calibration.ranges[name], calibration.start
    places = [parameter.minimum + share * parameter.width for share in _PLACES]
    volume, slopes = ParticleVolume(calibration.problem), []
    for number, place in enumerate(places):
        slope = _Slope(volume, start.replace(**{name: place}), name)
        for share in slope.run():
            done = (number + share) / len(places)
            yield Estimate(start, _SPECTRUM_SHARE + (1.0 - _SPECTRUM_SHARE) * done, known)
        slopes.append(slope.value)
    precision = (slopes[0] - slopes[1]) / (places[1] - places[0])
    if not precision > 0.0:
        return Finding.of(parameter, start[name], math.inf)
    best = places[0] + slopes[0] / precision
    of_range = 1.0 / parameter.spread**2
    value = (precision * best + of_range * parameter.middle) / (precision + of_range)
    return Finding.of(parameter, parameter.clip(value), 1.0 / math.sqrt(precision))


class _Slope:
    """The derivative of the log-likelihood by one parameter; iterate `run`, then read `value`."""

    def __init__(self, volume: ParticleVolume, theta: Theta, name: str):
        self._volume, self._theta, self._name = volume, theta, name
        self.value = 0.0

    def run(self) -> Iterator[float]:
        """Yields the share of the work that is done."""
        volume, operator = self._volume, self._volume.operator
        for number, estimate in enumerate(volume.estimates(self._theta, _ITERATIONS)):
            x = estimate
            yield (number + 1) / _ITERATIONS
        weights = np.full(len(volume.measured.images), 1.0 / volume.noise_variance)
        _, gradient = operator.squared_gradient(operator.load(x), volume.measured, self._theta, weights)
        self.value = -gradient[self._name]
