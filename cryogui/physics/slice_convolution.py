"""The normal operator of central slices: HᵀWH is a 3-D convolution with an even, real kernel."""

from __future__ import annotations

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics import slice_kernels
from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    WORKERS,
    Complex64,
    Gridding,
    Real32,
    padded_length,
    wrapped_index,
)

_PLANES = 8  # at a time: what is transformed between two crops stays near the cache


def response(
    density: Real32,
    rotations: NDArray[np.float64],
    ky: NDArray[np.float64],
    kx: NDArray[np.float64],
    kept: NDArray[np.bool_],
    n: int,
    gridding: Gridding,
) -> Real32:
    """Transfer [ky, kz, kx] of the convolution of n³ voxels that sampling along central slices amounts to.

    density: of the samples [particle, ky, kx], where `kept`; that of a sample's mirror is included in it. The
    point-spread function reaches over twice the volume and is gridded on one twice as large. As it is even,
    half of either is enough, and every axis is cropped before the next is transformed.
    """
    m = padded_length(n)
    fine = padded_length(m)
    grid = np.zeros((fine // 2 + 1, fine, fine), dtype=np.float32)
    with PARALLEL_KERNELS:
        slice_kernels.insert_density(
            density, rotations, ky, kx, kept, gridding.weights, _bounds(rotations, ky, kx, fine), grid
        )
    spread = _half_transform(grid, m)
    apodised = gridding.deapodisation(m)
    around = np.fft.ifftshift(apodised)
    spread *= around[:, None, None] * around[:, None] * apodised[m // 2 :: -1][: spread.shape[2]]
    transfer = scipy.fft.irfftn(spread, s=(m, m, m), norm="forward", workers=WORKERS, overwrite_x=True)
    return np.ascontiguousarray(np.moveaxis(transfer[:, : m // 2 + 1], 1, 0))


def _bounds(
    rotations: NDArray[np.float64], ky: NDArray[np.float64], kx: NDArray[np.float64], fine: int
) -> NDArray[np.int64]:
    """Where to part the planes of half a grid, so that each thread has as many samples."""
    height = kx * rotations[:, 0, 2, None, None] + ky[:, None] * rotations[:, 1, 2, None, None]
    share = np.linspace(0.0, 1.0, numba.get_num_threads() + 1)
    parted = fine * np.quantile(np.abs(height - np.rint(height)), share)
    bounds: NDArray[np.int64] = np.rint(parted).astype(np.int64)
    bounds[0], bounds[-1] = 0, fine // 2 + 1
    return bounds


def _half_transform(grid: Real32, m: int) -> Complex64:
    """Real part of the transform of grid[kz, ky, kx] at [z, y, x ≥ 0]; the origin is at index 0."""
    fine, width = grid.shape[1], m // 2 + 1
    near = np.fft.ifftshift(wrapped_index(m, fine))
    planes = np.empty((len(grid), m, width), dtype=np.complex64)
    for start in range(0, len(grid), _PLANES):
        rows = scipy.fft.rfft(grid[start : start + _PLANES], axis=2, workers=WORKERS)[:, :, :width]
        planes[start : start + _PLANES] = scipy.fft.fft(rows, axis=1, workers=WORKERS)[:, near]
    spread = np.empty((m, m, width), dtype=np.complex64)
    for start in range(0, m, _PLANES):
        columns = scipy.fft.fft(planes[:, start : start + _PLANES], n=fine, axis=0, workers=WORKERS)
        spread[:, start : start + _PLANES] = columns[near].real
    return spread
