"""Kernels that project a volume [z, x, y] along one tilt, and add an image back along it.

y is innermost: tilting about y mixes whole rows, so that every tap of the interpolation is one contiguous
vector. Images are [position, y] on a detector finer than the pixels, and wrap round. A direction (cz, cx)
sends the voxel at (z, x) from the centre to the position (z·cz + x·cx)·step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import tap_weights


@njit(parallel=True, fastmath=True, cache=True)
def project(x: Any, cz: Any, cx: Any, step: Any, weights: Any, seen: Any, parts: Any) -> None:
    """Spread the voxels where `seen` onto parts[part, position, y], a part for each slab of them."""
    nz, nx, _ = x.shape
    count, fine, width = parts.shape
    for part in prange(count):
        image = parts[part]
        image[:] = np.float32(0)
        index, weight = np.empty(weights.shape[0], np.int64), np.empty(weights.shape[0], np.float32)
        for z in range(part * nz // count, (part + 1) * nz // count):
            for i in range(nx):
                if not seen[z, i]:
                    continue
                tap_weights(
                    ((i - nx // 2) * cx + (z - nz // 2) * cz) * step + fine, fine, weights, index, weight
                )
                row = x[z, i]
                for t in range(weights.shape[0]):
                    target = image[index[t]]
                    for c in range(width):
                        target[c] += weight[t] * row[c]


@njit(parallel=True, fastmath=True, cache=True)
def add_back(image: Any, cz: Any, cx: Any, step: Any, weights: Any, seen: Any, lowest: Any, x: Any) -> None:
    """Adjoint of `project`: add the image to the voxels where `seen`; what is below `lowest` becomes that."""
    nz, nx, width = x.shape
    fine = image.shape[0]
    for z in prange(nz):
        index, weight = np.empty(weights.shape[0], np.int64), np.empty(weights.shape[0], np.float32)
        for i in range(nx):
            if not seen[z, i]:
                continue
            tap_weights(((i - nx // 2) * cx + (z - nz // 2) * cz) * step + fine, fine, weights, index, weight)
            row = x[z, i]
            for t in range(0, weights.shape[0], 2):
                w0, w1 = weight[t], weight[t + 1]
                one, other = image[index[t]], image[index[t + 1]]
                for c in range(width):
                    row[c] += w0 * one[c] + w1 * other[c]
            for c in range(width):
                row[c] = max(row[c], lowest)
