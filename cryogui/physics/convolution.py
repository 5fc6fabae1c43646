"""Convolution of a volume inside its support, plane by plane: what normal operators amount to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import WORKERS, Complex64, Real32


class Convolution:
    """x inside a support, convolved, and again inside it.

    A plane of one ky is padded, transformed, multiplied and brought back while it lies in a core's cache.
    transfer: [ky, kz, kx], the half of ky ≥ 0, real; ny: the length that ky belongs to; support: of the
    volume, or broadcast to it.
    """

    def __init__(self, transfer: Real32, ny: int, support: NDArray[np.bool_]):
        self._transfer = transfer / np.float32(ny * transfer.shape[1] * transfer.shape[2])
        self._inside = support.astype(np.float32)
        self._ny = ny

    def __call__(self, x: Real32) -> Real32:
        spectrum = scipy.fft.rfft(x * self._inside, n=self._ny, axis=1, workers=WORKERS)
        with ThreadPoolExecutor(WORKERS) as threads:
            list(threads.map(lambda first: self._convolve(spectrum, first), range(WORKERS)))
        result: Real32 = scipy.fft.irfft(
            spectrum, n=self._ny, axis=1, norm="forward", workers=WORKERS, overwrite_x=True
        )[:, : x.shape[1]]
        return result * self._inside

    def _convolve(self, spectrum: Complex64, first: int) -> None:
        """Every WORKERS-th plane of spectrum[z, ky, x], in place."""
        nz, width, nx = spectrum.shape
        _, mz, mx = self._transfer.shape
        for column in range(first, width, WORKERS):
            rows = scipy.fft.fft(spectrum[:, column], n=mx, axis=1)
            plane = scipy.fft.fft(rows, n=mz, axis=0)
            plane *= self._transfer[column]
            plane = scipy.fft.ifft(plane, axis=0, norm="forward", overwrite_x=True)
            rows = scipy.fft.ifft(plane[:nz], axis=1, norm="forward", overwrite_x=True)
            spectrum[:, column] = rows[:, :nx]
