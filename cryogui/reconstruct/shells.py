"""Fourier shells of a volume: averages over them, filters that depend on |k| alone, shell correlation."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import (
    WORKERS,
    Complex64,
    Real32,
    frequencies,
    half_frequencies,
    half_spectrum_weights,
)

Real = NDArray[np.float64]

_INNERMOST = 3


class Shells:
    """Shells one sample of the longest axis wide, on the half spectrum of volumes of `shape`."""

    def __init__(self, shape: tuple[int, int, int]):
        self.shape = shape
        kz, ky, kx = frequencies(shape[0]), frequencies(shape[1]), half_frequencies(shape[2])
        squared = kz[:, None, None] ** 2 + ky[:, None] ** 2 + kx**2
        self.number: NDArray[np.int64] = np.rint(np.sqrt(squared) * max(shape)).astype(np.int64)
        self.count = int(self.number.max()) + 1
        self.k: Real = np.arange(self.count, dtype=np.float64) / max(shape)
        self._columns = np.broadcast_to(half_spectrum_weights(shape[2]), self.number.shape)

    def spectrum(self, x: Real32) -> Complex64:
        """The half spectrum of a volume."""
        spectrum: Complex64 = scipy.fft.rfftn(x, workers=WORKERS)
        return spectrum

    def volume(self, spectrum: Complex64) -> Real32:
        """The volume of a half spectrum, which is lost."""
        x: Real32 = scipy.fft.irfftn(spectrum, s=self.shape, workers=WORKERS, overwrite_x=True)
        return x

    def filtered(self, x: Real32, gain: Real) -> Real32:
        """The volume, each shell multiplied by its gain."""
        return self.volume(self.spectrum(x) * gain[self.number].astype(np.float32))

    def sum(self, values: NDArray[np.floating]) -> Real:
        """Sum over every shell, mirror half included."""
        weighted = np.asarray(values * self._columns, np.float64)
        total: Real = np.bincount(self.number.ravel(), weighted.ravel(), self.count).astype(np.float64)
        return total

    def correlation(self, a: Real32, b: Real32) -> Real:
        """Fourier shell correlation of two volumes, 0 in shells where one is empty."""
        one, other = self.spectrum(a), self.spectrum(b)
        norm = np.sqrt(self.sum(np.abs(one) ** 2) * self.sum(np.abs(other) ** 2))
        cross = self.sum((one * other.conj()).real)
        correlation: Real = np.divide(cross, norm, out=np.zeros_like(norm), where=norm > 0.0)
        return correlation

    def diagonal(self, response: Real32, probe: Real32) -> Real:
        """Mean gain, shell by shell, of a linear map that made `response` of a `probe` of noise.

        The innermost shells are taken together, as they hold too few samples each.
        """
        spectrum = self.spectrum(probe)
        seen = self.sum((self.spectrum(response) * spectrum.conj()).real)
        energy = self.sum(np.abs(spectrum) ** 2)
        for total in (seen, energy):
            total[:_INNERMOST] = total[:_INNERMOST].sum()
        gain: Real = np.divide(seen, energy, out=np.zeros_like(seen), where=energy > 0.0)
        return gain
