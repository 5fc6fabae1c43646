"""The normal operator of a tilt series: per ky, HᵀWH is a convolution in (z, x) with an even, real kernel."""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics import tilt_kernels
from cryogui.physics.fourier import PARALLEL_KERNELS, WORKERS, Gridding, Real32, padded_length

_COLUMNS = 16  # of ky at a time: bounds the memory of the fourfold grid, and fills a cache line


def response(
    density: Real32, lines: NDArray[np.float64], k: NDArray[np.float64], shape: tuple[int, int, int],
    gridding: Gridding,
) -> Real32:  # fmt: skip
    """Transfer [ky, kz, kx] of the convolution that sampling with `density` [tilt, k', ky] amounts to.

    density: even in k' and 0 at a frequency without partner, so that half of it is enough; shape: of the
    volume. The point-spread function reaches over twice the volume and is gridded on a plane twice as large.
    """
    mz, mx = padded_length(shape[0]), padded_length(shape[2])
    half = np.ascontiguousarray(density[:, : (len(k) + 1) // 2])
    half[:, 1:] *= np.float32(2.0)
    result = np.empty((density.shape[2], mz, mx), dtype=np.float32)
    for start in range(0, len(result), _COLUMNS):
        part = np.ascontiguousarray(half[:, :, start : start + _COLUMNS])
        grid = np.zeros((padded_length(mz), padded_length(mx), part.shape[2]), dtype=np.float32)
        with PARALLEL_KERNELS:
            tilt_kernels.scatter(part, lines, k[: half.shape[1]], gridding.weights, 2 * _COLUMNS, grid)
        spread = _point_spread(grid, mz, mx, gridding)
        result[start : start + _COLUMNS] = scipy.fft.fft2(spread, workers=WORKERS).real
    return result


def _point_spread(grid: Real32, mz: int, mx: int, gridding: Gridding) -> Real32:
    """[ky, z, x], origin at index 0: the even part of the transform of grid[kz, kx, ky], deapodised."""
    right = scipy.fft.rfft(grid, axis=1, workers=WORKERS)[:, : mx // 2 + 1]
    right = scipy.fft.fft(np.ascontiguousarray(right), axis=0, workers=WORKERS, overwrite_x=True).real
    z, x = (np.fft.ifftshift(np.arange(m) - m // 2) for m in (mz, mx))
    spread = np.where(
        (x >= 0)[:, None], right[z % len(grid)][:, np.abs(x)], right[-z % len(grid)][:, np.abs(x)]
    )
    for axis, m in enumerate((mz, mx)):
        window = np.fft.ifftshift(gridding.deapodisation(m))
        spread *= window[:, None, None] if axis == 0 else window[:, None]
    return np.ascontiguousarray(np.moveaxis(spread, 2, 0))
