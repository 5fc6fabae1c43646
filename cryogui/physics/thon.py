"""Thon rings: how well a setting of the optics explains the power spectra of images, and what it leaves.

The power of an image at one frequency is exponentially distributed about its mean S(k)·|CTF|² + N, with S the
power of the specimen, which falls off alike in all directions, and N that of the noise. That gives every
setting a likelihood (Whittle 1953), in which the minima of the rings count as much as the maxima. The
specimen's power is not asked for: it follows, ring by ring, from the setting.
"""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.fourier import Real32, half_spectrum_weights
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.transfer import Link

Real = NDArray[np.float64]

FIRST_RING = 2  # what the image's own mean and edges spread from k = 0 ends before
_BLUR_RINGS = 2.0  # over which one image's power is averaged; many images with other rings need no average
_ROUNDS = 4
_SEEN = 4.0  # standard errors of a ring's mean power
_LEAST_SIGNAL = 1e-3  # of the noise: a specimen without power would leave nothing to compare


class PowerModel(Protocol):
    """What the optics make of the power of images [image, ny, nx], on the half spectra that rfft2 makes.

    links: how each parameter that the rings may show moves them; frequency: |k| in cycles per pixel [ky, kx];
    nyquist: where it has no mirror partner of its own.
    """

    y_shape: tuple[int, int, int]
    optics: Optics | None
    links: dict[str, Link]
    nyquist: NDArray[np.bool_]

    @property
    def frequency(self) -> Real: ...

    def power(self, theta: Theta) -> Real32:
        """|transfer|² of every image [image, ky, kx]."""

    def chosen(self, indices: NDArray[np.integer]) -> Self:
        """The same of some of the images."""


class RingLikelihood(Protocol):
    """How likely a setting makes the rings of all images; see `ThonRings`."""

    @property
    def operator(self) -> PowerModel: ...

    @property
    def resolved(self) -> float: ...

    def log_likelihood(self, theta: Theta) -> float: ...

    def by_patch(self, theta: Theta, width: int) -> Real: ...

    def chosen(self, indices: NDArray[np.integer]) -> Self: ...


class ThonRings:
    """Power spectra of a stack's images against the model's, at the frequencies that all directions share.

    `noise_variance` is that of a pixel of y. distinct: how many of the images have rings at places of their
    own, so that together they tell the specimen's power ring by ring; all, unless said otherwise.
    """

    def __init__(
        self, operator: PowerModel, measured: Measured, noise_variance: float, distinct: int | None = None
    ):
        assert measured.spectra is not None
        count, ny, nx = operator.y_shape
        self.operator = operator
        k = operator.frequency
        ring = np.rint(k * max(ny, nx)).astype(np.intp)
        self.ring = ring
        self.kept = (ring >= FIRST_RING) & (k <= 0.5) & ~operator.nyquist
        power = np.square(measured.spectra.real) + np.square(measured.spectra.imag)
        power /= ny * nx
        self.noise = max(noise_variance, 1e-6 * float(power[:, self.kept].mean()) or 1e-12)
        self._power = power[:, self.kept]
        self._columns = np.broadcast_to(half_spectrum_weights(nx), k.shape)[self.kept]
        self._rings = ring[self.kept]
        distance = np.subtract.outer(np.arange(ring.max() + 1.0), np.arange(ring.max() + 1.0))
        blur = np.exp(-0.5 * distance**2 * (distinct or count) / _BLUR_RINGS**2)
        self._blur = blur / blur.sum(axis=1, keepdims=True)
        self._level = self._smooth_level()
        self._counted = np.where(self._rings <= self._last_seen(), self._columns, np.float32(0))

    def chosen(self, indices: NDArray[np.integer]) -> ThonRings:
        """The same for some of the images."""
        other = object.__new__(ThonRings)
        vars(other).update(vars(self))
        other.operator, other._power = self.operator.chosen(indices), self._power[indices]
        return other

    def log_likelihood(self, theta: Theta) -> float:
        """Σ −(log M + P/M) over all images and frequencies, M the mean that the setting explains best.

        Rings beyond the last in which anything is seen are left out: noise would be explained there.
        """
        return -float(np.einsum("ip,p->", self._misfit(theta), self._counted, dtype=np.float64))

    def by_patch(self, theta: Theta, width: int) -> Real:
        """The same sum for every image and every patch of width × width frequencies: [image, patch]."""
        ky, kx = np.broadcast_arrays(*np.ogrid[tuple(slice(n) for n in self.kept.shape)])
        place = (ky // width) * self.kept.shape[1] + kx // width
        patch = np.unique(place[self.kept], return_inverse=True)[1]
        terms = self._misfit(theta) * -self._counted
        return np.stack([np.bincount(patch, image, patch.max() + 1) for image in terms])

    def signal(self, theta: Theta) -> Real:
        """The specimen's power S at every frequency [ky, kx], as behind a transfer of 1."""
        signal = self._signal(self.operator.power(theta)[:, self.kept])
        signal[:FIRST_RING] = signal[FIRST_RING]
        return np.asarray(signal[self.ring])

    def noise_spectrum(self, theta: Theta) -> Real:
        """The noise's power N at every frequency [ky, kx], by expectation maximisation from the level given.

        It changes where the minima of the rings show the noise, and stays where the specimen covers it.
        """
        transfer = self.operator.power(theta)[:, self.kept]
        signal = self._signal(transfer)[self._rings].astype(np.float32) * transfer
        noise = np.full(len(self._level), self.noise)
        samples = self._per_ring(np.ones_like(transfer))
        for _ in range(_ROUNDS):
            level = noise[self._rings].astype(np.float32)
            mean = signal + level
            more = self._per_ring((level / mean) ** 2 * (self._power - mean))
            noise += np.divide(more, samples, out=np.zeros_like(more), where=samples > 0)
        return np.asarray(noise[self.ring])

    @property
    def resolved(self) -> float:
        """The highest frequency, in cycles per pixel, at which images hold more than noise."""
        beyond = np.flatnonzero(self._level > 2.0 * self.noise)
        return float(max(beyond.max(initial=0), FIRST_RING)) / max(self.operator.y_shape[1:])

    def _misfit(self, theta: Theta) -> NDArray[np.float32]:
        transfer = self.operator.power(theta)[:, self.kept]
        mean = self._signal(transfer)[self._rings].astype(np.float32) * transfer + np.float32(self.noise)
        misfit: NDArray[np.float32] = np.log(mean)
        misfit += self._power / mean
        return misfit

    def _last_seen(self) -> int:
        """The last ring whose mean power exceeds the noise's significantly; −1 when none does."""
        total = np.bincount(self._rings, self._power.mean(axis=0) * self._columns, len(self._blur))
        samples = np.bincount(self._rings, self._columns, len(self._blur))
        error = self.noise * np.sqrt(2.0 * samples / len(self._power))  # mirror halves are no samples of own
        return int(np.flatnonzero(total - self.noise * samples > _SEEN * error).max(initial=-1))

    def _smooth_level(self) -> Real:
        """Mean power in every ring, without its ripples: the specimen's falls by decades, which no average
        over rings may mix."""
        total = np.bincount(self._rings, self._power.mean(axis=0) * self._columns, len(self._blur))
        samples = np.bincount(self._rings, self._columns, len(self._blur))
        filled = total > 0
        if not filled.any():
            return np.full(len(total), self.noise)
        power = np.interp(np.arange(len(total)), np.flatnonzero(filled), total[filled] / samples[filled])
        level: Real = np.exp(self._blur @ np.log(power))
        return level

    def _signal(self, transfer: NDArray[np.float32]) -> Real:
        """Weighted least squares of P − N on |CTF|², repeated with the scatter that its result implies."""
        level = self._level[self._rings].astype(np.float32)
        share = np.ones_like(self._level)
        for _ in range(_ROUNDS):
            scatter = share[self._rings].astype(np.float32) * level * transfer + np.float32(self.noise)
            weighted = transfer * level / scatter**2
            seen = self._per_ring(weighted * (self._power - np.float32(self.noise)))
            expected = self._per_ring(weighted * transfer * level)
            share = np.divide(seen, expected, out=np.zeros_like(seen), where=expected > 0)
            share = np.maximum(share, _LEAST_SIGNAL * self.noise / self._level)
        signal: Real = share * self._level
        return signal

    def _per_ring(self, values: NDArray[np.float32]) -> Real:
        total = np.bincount(self._rings, values.sum(axis=0) * self._columns, len(self._blur))
        smooth: Real = self._blur @ total
        return smooth
