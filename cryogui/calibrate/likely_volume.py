"""The most likely volume behind a tilt series, for one spec: the inner problem of variable projection.

It minimises ‖y − H(θ)x‖²/σ² + xᵀC⁻¹x, where C is a covariance that depends on |k| alone and is taken from the
power of the images. It is solved exactly, so that what is left over depends on θ and on nothing else: tilting
about y leaves ky alone, so the equations fall apart into one real matrix over (z, x) for each ky. (Conjugate
gradients would need some hundreds of steps until θ alone decides, as the support couples the missing wedge,
where only the prior speaks, to all else.)
"""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.linalg
from numpy.typing import NDArray

from cryogui.physics.fourier import WORKERS, Real32, frequencies, half_frequencies, half_spectrum_weights
from cryogui.physics.operators import Theta
from cryogui.physics.tilt import SingleAxisTilt

Real = NDArray[np.float64]

_LEAST_POWER = 1e-4  # of the strongest ring but the mean: what no image shows is still given a little
_ROUNDING = 1e-6  # of the strongest transfer: images all but without noise are solved only so far


class SpecimenPower:
    """Power of the specimen per voxel, by |k|: that of the images, less the noise's, behind their CTFs."""

    def __init__(
        self,
        operator: SingleAxisTilt,
        y: Real32,
        theta: Theta,
        used: NDArray[np.bool_],
        noise_variance: float,
    ):
        _, ny, nx = y.shape
        radius = np.hypot(frequencies(ny)[:, None], half_frequencies(nx))
        self._per_cycle = max(ny, nx)
        ring = np.rint(radius * self._per_cycle).astype(np.int64).ravel()
        counted = np.broadcast_to(half_spectrum_weights(nx), radius.shape).ravel()
        seen, expected = np.zeros(ring.max() + 1), np.zeros(ring.max() + 1)
        pixel = operator.optics.pixel_size_A if operator.optics else 1.0
        ky, kx = np.broadcast_arrays(frequencies(ny)[:, None] / pixel, half_frequencies(nx) / pixel)
        for image in np.flatnonzero(used):
            ctf = operator.ctf(int(image), theta)
            gain = operator.geometry.scale**2 * (1.0 if ctf is None else ctf(kx, ky) ** 2)
            power = np.abs(scipy.fft.rfft2(y[image], workers=WORKERS)) ** 2 / (ny * nx) - noise_variance
            weight = np.broadcast_to(gain, radius.shape).ravel() * counted
            seen += np.bincount(ring, weight * power.ravel(), len(seen))
            expected += np.bincount(ring, weight * np.broadcast_to(gain, radius.shape).ravel(), len(seen))
        image_power = np.divide(seen, expected, out=np.zeros_like(seen), where=expected > 0)
        # a slice's power is the volume's; it is spread over the voxels that hold the specimen
        depth = operator.x_shape[0] * float(np.mean(operator.support))
        strongest = max(float(image_power[1:].max()), 1e-30)
        self._by_ring = np.maximum(image_power, _LEAST_POWER * strongest) / depth

    def __call__(self, k: Real) -> Real:
        """At frequencies in cycles per voxel."""
        return np.interp(k * self._per_cycle, np.arange(len(self._by_ring)), self._by_ring)


class LikelyVolume:
    """Solves for the most likely volume under θ, from the images marked in `used`.

    The operator's volume has as many rows as its images. Memory: the square of the number of (z, x) inside
    the support, for every ky.
    """

    def __init__(
        self, operator: SingleAxisTilt, theta: Theta, used: NDArray[np.bool_], noise_variance: float,
        power: SpecimenPower,
    ):  # fmt: skip
        self._operator, self._theta = operator, theta
        self._used = used.astype(np.float32)[:, None, None]
        data = operator.normal_transfer(theta, used.astype(np.float64))
        prior = noise_variance / power(_radius(data.shape, operator.y_shape[1]))
        prior = np.maximum(prior, _ROUNDING * float(data.max()))
        self._z, self._x = np.nonzero(operator.support[:, 0])
        _, mz, mx = data.shape
        apart = (self._z[:, None] - self._z) % mz * mx + (self._x[:, None] - self._x) % mx
        spread = scipy.fft.ifft2(data + prior, workers=WORKERS).real.reshape(len(data), -1)
        self._factors = [
            scipy.linalg.cho_factor(plane[apart], lower=True, overwrite_a=True, check_finite=False)
            for plane in spread
        ]

    def of(self, images: Real32) -> Real32:
        """The most likely volume behind these images [tilt, y, x]."""
        return self._solved(self._seen(images))

    def fit(self, images: Real32) -> tuple[Real32, float]:
        """The same volume x, and ‖y − Hx‖² + σ²xᵀC⁻¹x, the least that there is."""
        seen, used = self._seen(images), images * self._used
        x = self._solved(seen)
        return x, float(np.vdot(used, used)) - float(np.vdot(x, seen))

    def _seen(self, images: Real32) -> Real32:
        return self._operator.adjoint(images * self._used, self._theta)

    def _solved(self, seen: Real32) -> Real32:
        spectrum = scipy.fft.rfft(seen, axis=1, workers=WORKERS)
        right = spectrum[self._z, :, self._x]
        solved = np.zeros_like(spectrum)
        for ky, factor in enumerate(self._factors):
            parts = np.stack([right[:, ky].real, right[:, ky].imag], axis=1)
            parts = scipy.linalg.cho_solve(factor, parts, check_finite=False)
            solved[self._z, ky, self._x] = parts[:, 0] + 1j * parts[:, 1]
        x: Real32 = scipy.fft.irfft(solved, n=seen.shape[1], axis=1, workers=WORKERS)
        return x.astype(np.float32)


def _radius(shape: tuple[int, ...], ny: int) -> Real:
    """|k| in cycles per voxel on the padded grid [ky, kz, kx] of a convolution."""
    ky = np.arange(shape[0]) / ny
    kz, kx = frequencies(shape[1]), frequencies(shape[2])
    return np.asarray(np.sqrt(ky[:, None, None] ** 2 + kz[:, None] ** 2 + kx**2))
