"""Fourier tools of the live path: grids, the interpolation kernel, a vectorising sine, Parseval weights.

A volume is multiplied by the kernel's deapodisation, zero-padded to twice its size and transformed; any
frequency is then a small weighted sum of grid values (Fessler & Sutton 2003; Beatty et al. 2005). The
kernel's weights are polynomials in the fractional position, so evaluating them, and their derivatives, costs
a few multiplications and no transcendental function.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

Real32: TypeAlias = NDArray[np.float32]
Complex64: TypeAlias = NDArray[np.complex64]

OVERSAMPLING = 2
WORKERS: int = config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
"""Threads of a Fourier transform: as many as a compiled kernel has."""

# numba's fallback threading layer must not be entered by two threads at once; a kernel fills all cores anyway
PARALLEL_KERNELS = threading.RLock()

# shapes of the Kaiser-Bessel window with the least rms error over the box at twofold oversampling, measured
_BETA = {4: 9.1, 6: 14.0, 8: 18.7}
_DEGREE = {4: 7, 6: 9, 8: 11}


@dataclass(frozen=True)
class Gridding:
    """Kaiser–Bessel interpolation with `taps` points per axis (4 fast, 6 fine, 8 for checks)."""

    taps: int = 4

    def __post_init__(self) -> None:
        if self.taps not in _BETA:
            raise ValueError(f"an interpolation kernel has 4, 6 or 8 taps, not {self.taps}")

    def window(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """The window at distance `u` in grid units, lowered to end at exactly zero.

        The usual window ends in a small step, which would break the symmetry between k and −k on grid points
        and the derivative at them.
        """
        v = np.maximum(1.0 - (2.0 * u / self.taps) ** 2, 0.0)
        beta = _BETA[self.taps]
        return (np.i0(beta * np.sqrt(v)) - 1.0) / (np.i0(beta) - 1.0)

    @cached_property
    def weights(self) -> Real32:
        """Polynomial coefficients [tap, power] of each tap's weight in the fractional position 0 … 1."""
        fraction = 0.5 - 0.5 * np.cos(np.pi * (np.arange(64) + 0.5) / 64)
        rows = [
            np.polynomial.polynomial.polyfit(fraction, self.window(fraction - offset), _DEGREE[self.taps])
            for offset in self._offsets
        ]
        return np.asarray(rows, dtype=np.float32)

    @cached_property
    def slopes(self) -> Real32:
        """Coefficients of the weights' derivative by the fractional position, padded to the same shape."""
        powers = np.arange(1, self.weights.shape[1], dtype=np.float32)
        return np.pad(self.weights[:, 1:] * powers, ((0, 0), (0, 1))).astype(np.float32)

    def deapodisation(self, n: int) -> Real32:
        """Factor for each of `n` centred positions that undoes the window's transform, by least squares."""
        position = (np.arange(n) - n // 2) / padded_length(n)
        fraction = (np.arange(32) + 0.5) / 32
        distance = self._offsets[:, None] - fraction
        phase = np.exp(2j * np.pi * distance[..., None] * position)
        image = np.einsum("tf,tfx->fx", self.window(distance), phase)
        return np.asarray(image.sum(0).real / (np.abs(image) ** 2).sum(0), dtype=np.float32)

    @property
    def _offsets(self) -> NDArray[np.int64]:
        return np.arange(self.taps) - self.taps // 2 + 1


@lru_cache(maxsize=256)
def padded_length(n: int) -> int:
    """Length of the oversampled grid for `n` voxels: at least twice as long, fast to transform."""
    from scipy.fft import next_fast_len

    return int(next_fast_len(OVERSAMPLING * n))


def wrapped_index(n: int, padded: int) -> NDArray[np.int64]:
    """Where each position of a centred axis of `n` lies on a grid of `padded` whose origin is index 0."""
    return (np.arange(n) - n // 2) % padded


def frequencies(n: int) -> NDArray[np.float64]:
    """Frequencies of a full axis of `n` samples, cycles per sample."""
    return np.asarray(np.fft.fftfreq(n), dtype=np.float64)


def half_frequencies(n: int) -> NDArray[np.float64]:
    """Frequencies of the half axis that an rfft over `n` samples keeps, cycles per sample."""
    return np.asarray(np.fft.rfftfreq(n), dtype=np.float64)


def half_spectrum_weights(n: int) -> Real32:
    """How often each column of an rfft over `n` samples counts in Parseval's sum: 1 at the ends, else 2."""
    weights = np.full(n // 2 + 1, 2.0, dtype=np.float32)
    weights[0] = 1.0
    if n % 2 == 0:
        weights[-1] = 1.0
    return weights


def resized(arrays: Real32, n: int, axes: tuple[int, ...]) -> Real32:
    """Arrays on n samples along each of the centred `axes`, over the same width: their spectra are cut, or
    filled up with zeros. Values keep their level."""
    from scipy import fft

    spectra = fft.fftn(fft.ifftshift(arrays, axes), axes=axes, norm="forward", workers=WORKERS)
    for axis in axes:
        spectra = np.moveaxis(spectra, axis, -1)
        reach = (min(n, spectra.shape[-1]) - 1) // 2  # without Nyquist frequencies, which have no partner
        index = np.arange(-reach, reach + 1)
        kept = np.zeros((*spectra.shape[:-1], n), dtype=np.complex64)
        kept[..., index] = spectra[..., index]
        spectra = np.moveaxis(kept, -1, axis)
    images = fft.ifftn(spectra, axes=axes, norm="forward", workers=WORKERS).real
    return np.ascontiguousarray(fft.fftshift(images, axes), dtype=np.float32)


def image_energy(images: Real32) -> NDArray[np.float64]:
    """Sum of squares of every image [image, y, x]."""
    energy: NDArray[np.float64] = np.einsum("ijk,ijk->i", images, images, dtype=np.float64)
    return energy


def as_floats(spectrum: Complex64) -> Real32:
    """The same memory as interleaved real and imaginary parts along the last axis (it vectorises better)."""
    return spectrum.view(np.float32)


_f = np.float32
_INV_PI = _f(1 / np.pi)
_PI_HIGH, _PI_LOW = _f(3.140625), _f(np.pi - 3.140625)
_HALF, _ONE, _TWO = _f(0.5), _f(1), _f(2)
_QUARTER_TURN = _f(np.pi / 2)
# least-maximum fit of an odd polynomial to sin on ±π/2: error 5e-9 before rounding
_S3, _S5, _S7, _S9 = _f(-0.16666657), _f(8.333017e-3), _f(-1.9806615e-4), _f(2.600054e-6)


@njit(inline="always")
def fast_sin(x: Any) -> Any:
    """sin x in single precision for |x| up to some thousands, in arithmetic that vectorises."""
    turns = np.floor(x * _INV_PI + _HALF)
    r = (x - turns * _PI_HIGH) - turns * _PI_LOW
    r2 = r * r
    odd = turns - _TWO * np.floor(turns * _HALF)
    return (r + r * r2 * (_S3 + r2 * (_S5 + r2 * (_S7 + r2 * _S9)))) * (_ONE - _TWO * odd)


@njit(inline="always")
def fast_cos(x: Any) -> Any:
    """cos x, as `fast_sin`."""
    return fast_sin(x + _QUARTER_TURN)


@njit(inline="always")
def tap_weights(position: Any, length: Any, coefficients: Any, index: Any, weight: Any) -> Any:
    """Grid indices (wrapped into `length`) and weights of the taps around `position` in grid units."""
    taps, powers = coefficients.shape
    base = int(np.floor(position))
    fraction = np.float32(position - base)
    for t in range(taps):
        index[t] = (base + t - taps // 2 + 1) % length
        value = coefficients[t, powers - 1]
        for p in range(powers - 2, -1, -1):
            value = value * fraction + coefficients[t, p]
        weight[t] = value
