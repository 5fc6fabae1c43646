"""The volume side of a tilt series: its padded spectrum, and one back-projected plane."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import scipy.fft
from numba import njit, prange
from numpy.typing import NDArray

from cryogui.physics import tilt_kernels
from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    WORKERS,
    Complex64,
    Gridding,
    Real32,
    fast_sin,
    padded_length,
    wrapped_index,
)


class TiltPlane:
    """Between V[z, y, x] and G[kz, kx, ky]: support and deapodisation, padding in (z, x), transforms."""

    def __init__(
        self,
        volume_shape: tuple[int, int, int],
        detector_ny: int,
        seen: NDArray[np.bool_],
        gridding: Gridding,
    ):
        self.volume_shape = volume_shape
        self.seen = seen
        self.gridding = gridding
        self.detector_ny = detector_ny
        self._first_row = detector_ny // 2 - volume_shape[1] // 2
        self.grid_shape = (
            padded_length(volume_shape[0]),
            padded_length(volume_shape[2]),
            detector_ny // 2 + 1,
        )

    @cached_property
    def window(self) -> Real32:
        """[z, x]: deapodisation inside the support, zero outside."""
        z, x = (self.gridding.deapodisation(self.volume_shape[axis]) for axis in (0, 2))
        return np.where(self.seen, z[:, None] * x[None, :], 0).astype(np.float32)

    def empty_grid(self) -> Complex64:
        """A zeroed G."""
        return np.zeros(self.grid_shape, dtype=np.complex64)

    def spectrum(self, x: Real32) -> Complex64:
        """G of a volume."""
        return self._forward(x, self.window)

    def adjoint_spectrum(self, grid: Complex64) -> Real32:
        """Adjoint of `spectrum` (grid is overwritten), for half spectra whose mirror half is implied."""
        plane = self.inverse_plane(grid)
        del (
            grid
        )  # by far the largest array: gone before the next ones come, if the caller kept no name for it
        return self._volume(plane, self.window)

    def inverse_plane(self, grid: Complex64) -> Complex64:
        """Unscaled inverse transform over (kz, kx), cropped to the volume and centred; ky stays."""
        nz, _, nx = self.volume_shape
        mz, mx, width = grid.shape
        grid = scipy.fft.ifft(grid, axis=0, norm="forward", workers=WORKERS, overwrite_x=True)
        plane = np.empty((nz, nx, width), dtype=np.complex64)
        across, down = wrapped_index(nx, mx), wrapped_index(nz, mz)
        for block in _blocks(nz):
            rows = scipy.fft.ifft(
                grid[down[block]], axis=1, norm="forward", workers=WORKERS, overwrite_x=True
            )
            plane[block] = rows[:, across]
        return plane

    def _forward(self, x: Real32, window: Real32) -> Complex64:
        nz, _, nx = self.volume_shape
        mz, mx, width = self.grid_shape
        grid = self.empty_grid()
        across, down = wrapped_index(nx, mx), wrapped_index(nz, mz)
        for block in _blocks(nz):
            columns = np.zeros((block.stop - block.start, nx, self.detector_ny), dtype=np.float32)
            with PARALLEL_KERNELS:
                _to_columns(x[block], window[block], self._first_row, columns)
            rows = np.zeros((len(columns), mx, width), dtype=np.complex64)
            rows[:, across] = scipy.fft.rfft(columns, axis=2, workers=WORKERS)
            grid[down[block]] = scipy.fft.fft(rows, axis=1, workers=WORKERS, overwrite_x=True)
        spectrum: Complex64 = scipy.fft.fft(grid, axis=0, workers=WORKERS, overwrite_x=True)
        return spectrum

    def _volume(self, plane: Complex64, window: Real32) -> Real32:
        """Inverse transform along ky of an `inverse_plane`, windowed, as a volume."""
        columns = scipy.fft.irfft(plane, n=self.detector_ny, axis=2, norm="forward", workers=WORKERS)
        x = np.empty(self.volume_shape, dtype=np.float32)
        with PARALLEL_KERNELS:
            _from_columns(columns, window, self._first_row, x)
        return x


def _blocks(nz: int) -> Iterator[slice]:
    """A few planes at a time: whole arrays between two transforms would be large, at 256³ 130 MB."""
    for start in range(0, nz, 32):
        yield slice(start, min(start + 32, nz))


@njit(parallel=True, cache=True)
def _to_columns(x: Any, window: Any, first: Any, columns: Any) -> None:
    nz, ny, nx = x.shape
    for z in prange(nz):
        for y in range(ny):
            for i in range(nx):
                columns[z, i, first + y] = x[z, y, i] * window[z, i]


@njit(parallel=True, cache=True)
def _from_columns(columns: Any, window: Any, first: Any, x: Any) -> None:
    nz, ny, nx = x.shape
    for z in prange(nz):
        for y in range(ny):
            for i in range(nx):
                x[z, y, i] = columns[z, i, first + y] * window[z, i]


@njit(parallel=True, fastmath=True, cache=True)
def divide_by_power(spectra: Any, lines: Any, s: Any, wiener: Any) -> None:
    """Divide image spectra in place by |transfer|² + wiener, the transfer including the gain."""
    for i in prange(spectra.shape[0]):
        df, gain = np.float32(lines[i, 3]), np.float32(lines[i, 4])
        floor = np.float32(wiener) * gain * gain
        for j in range(spectra.shape[1]):
            for c in range(s.base.shape[1]):
                t = gain * fast_sin(s.base[j, c] + df * s.defocus[j, c]) * s.factor[j, c]
                scale = np.float32(1) / (t * t + floor)
                spectra[i, j, 2 * c] *= scale
                spectra[i, j, 2 * c + 1] *= scale


@njit(parallel=True, fastmath=True, cache=True)
def filtered_rows(
    spectra: Any, lines: Any, s: Any, filters: Any, wiener: Any, column_phase: Any, profiles: Any
) -> None:
    """Spectrum over k' of one detector row of every image, Wiener-corrected, filtered, its shift undone."""
    for i in prange(spectra.shape[0]):
        df, gain = np.float32(lines[i, 3]), np.float32(lines[i, 4])
        floor = np.float32(wiener) * gain * gain
        for j in range(spectra.shape[1]):
            if filters[i, j] == 0.0:
                continue
            re, im = np.float32(0), np.float32(0)
            for c in range(s.base.shape[1]):
                t = gain * fast_sin(s.base[j, c] + df * s.defocus[j, c]) * s.factor[j, c]
                scale = t / (t * t + floor)
                v, p = spectra[i, j, c], column_phase[c]
                re += scale * (v.real * p.real - v.imag * p.imag)
                im += scale * (v.real * p.imag + v.imag * p.real)
            cosine, sine = tilt_kernels.phase(-s.k[j], lines[i, 2], filters[i, j])
            profiles[i, j] = complex(re * cosine - im * sine, re * sine + im * cosine)


def upsampled(profiles: Complex64) -> Real32:
    """Real profiles on a grid four times finer, origin at index 0 (so that linear interpolation suffices)."""
    count, n = profiles.shape
    fine = np.zeros((count, 4 * n), dtype=np.complex64)
    fine[:, : (n + 1) // 2] = profiles[:, : (n + 1) // 2]
    fine[:, -(n // 2) :] = profiles[:, -(n // 2) :]
    result = scipy.fft.ifft(fine, axis=1, norm="forward", workers=WORKERS, overwrite_x=True)
    return np.ascontiguousarray(result.real, dtype=np.float32) / np.float32(n)


@njit(parallel=True, fastmath=True, cache=True)
def back_project(profiles: Any, lines: Any, width: Any, seen: Any, plane: Any) -> None:
    """Add every profile along its direction onto plane[z, x], inside the support."""
    nz, nx = plane.shape
    fine = profiles.shape[1]
    step = fine / width
    for z in prange(nz):
        for i in range(lines.shape[0]):
            dx = lines[i, 1] * step
            position = ((z - nz // 2) * lines[i, 0] - (nx // 2) * lines[i, 1]) * step + fine
            for x in range(nx):
                place = position + x * dx
                low = int(place)
                part = np.float32(place - low)
                low = low % fine
                high = low + 1 if low + 1 < fine else 0
                plane[z, x] += (np.float32(1) - part) * profiles[i, low] + part * profiles[i, high]
        for x in range(nx):
            if not seen[z, x]:
                plane[z, x] = np.float32(0)
