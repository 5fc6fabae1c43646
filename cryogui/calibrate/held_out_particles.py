"""How well the particles of one half set are predicted from the volume of the other."""

from __future__ import annotations

import math

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.calibrate.particle_volume import ParticleVolume
from cryogui.errors import UserError
from cryogui.physics.fourier import Real32, half_spectrum_weights
from cryogui.physics.operators import Theta
from cryogui.physics.stack import TransferStack
from cryogui.physics.transfer import aberrations
from cryogui.reconstruct.problem import Problem

_ITERATIONS = 8
_FIRST_RING = 1


def held_out(problem: Problem, theta: Theta) -> float:
    """Relative error with which images and transmissions left out are predicted under `theta`.

    Every other particle that counts is predicted from the volume of those between, and the other way round.
    Every ring of frequencies counts by its share that is missed: in the images themselves a few strong low
    frequencies, which hardly depend on the spec, would drown all others. The ice, which is the same for all,
    changes nothing that the volume could not, so images are predicted as if there were none; what it predicts
    is the transmission, where that was measured. The squares of both relative errors are added.
    Raises UserError for fewer than two particles.
    """
    if problem.used.sum() < 2:
        raise UserError("To predict particles left out takes two or more; take more in first.")
    whole = ParticleVolume(problem)
    count = len(whole.measured.images)
    weights = _whitening(whole)
    links = whole.operator.links.items()
    iceless = {**theta, **{n: link.reference for n, link in links if link.quantity == "thickness_A"}}
    missed = 0.0
    for at in (0, 1):
        kept, left_out = (whole.chosen(np.arange(each, count, 2)) for each in (at, 1 - at))
        *_, x = kept.estimates(iceless, _ITERATIONS)
        predicted = left_out.operator.apply(x, iceless)
        missed += _power(left_out.measured.images - predicted, weights)
    power = _power(whole.measured.images, weights)
    return math.sqrt((missed / power if power > 0.0 else 0.0) + _transmission_error(problem, theta))


def _whitening(volume: ParticleVolume) -> NDArray[np.float64]:
    """[ky, kx]: one over the mean power of all images in each ring, the mirror half of spectra included."""
    spectra, ring = volume.measured.spectra, volume.ring
    assert spectra is not None
    counted = (ring >= _FIRST_RING) & volume.counted
    columns = np.broadcast_to(half_spectrum_weights(volume.operator.y_shape[2]), ring.shape)[counted]
    power = np.mean(np.square(np.abs(spectra[:, counted])), axis=0, dtype=np.float64)
    total = np.bincount(ring[counted], power * columns)
    samples = np.bincount(ring[counted], columns)
    weights = np.zeros(ring.shape)
    mean = total[ring[counted]] / samples[ring[counted]]
    weights[counted] = np.divide(columns, mean, out=np.zeros_like(mean), where=mean > 0.0)
    return weights


def _power(images: Real32, weights: NDArray[np.float64]) -> float:
    spectra = scipy.fft.rfft2(images)
    return float(np.einsum("kl,ikl,ikl->", weights, spectra, spectra.conj()).real)


def _transmission_error(problem: Problem, theta: Theta) -> float:
    """Σ(T − e^(−t/Λ))² / ΣT²; 0 where nothing was measured."""
    if problem.transmission is None:
        return 0.0
    operator = problem.operator
    assert isinstance(operator, TransferStack)
    passed = problem.transmission[problem.used].astype(np.float64)
    expected = operator.transfer.gain(aberrations(operator.links, theta))
    energy = float(np.sum(passed**2))
    return float(np.sum((passed - expected) ** 2)) / energy if energy > 0.0 else 0.0
