"""How far each spatial frequency of a measurement can be trusted."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import WORKERS, frequencies, half_frequencies, half_spectrum_weights
from cryogui.reconstruct.problem import Problem


def signal_share(problem: Problem, k: NDArray[np.float64]) -> NDArray[np.float32]:
    """Wiener weight (P − σ²)/P at the frequencies `k` (cycles per pixel, any shape), 0 to 1.

    P is the power of the used images, averaged over rings, and σ² that of the noise, which is white. 1
    everywhere when the noise is not known.
    """
    if not problem.noise_sigma:
        return np.ones(k.shape, dtype=np.float32)
    images = problem.y[problem.used & problem.operator.expects(problem.theta)]
    _, ny, nx = images.shape
    power = np.zeros((ny, nx // 2 + 1))
    for image in images:
        power += np.abs(scipy.fft.rfft2(image, workers=WORKERS)) ** 2
    radius = np.hypot(frequencies(ny)[:, None], half_frequencies(nx))
    ring = np.rint(radius * max(ny, nx)).astype(np.int64).ravel()
    counted = np.broadcast_to(half_spectrum_weights(nx), power.shape).ravel()
    rings = np.bincount(ring, power.ravel() * counted)
    noise = np.bincount(ring, counted) * max(len(images), 1) * ny * nx * problem.noise_sigma**2
    share = np.maximum(rings - noise, 0.0) / np.maximum(rings, 1e-30)
    at_k = np.interp(k, np.arange(len(share)) / max(ny, nx), share)
    return np.asarray(at_k, dtype=np.float32)
