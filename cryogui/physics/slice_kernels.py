"""Kernels of central slices through a volume's spectrum, and of their adjoints.

Spectra are [image, ky, kx] on half grids; `kept` [ky, kx] marks the frequencies that have a partner.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import tap_weights


@njit(inline="always")
def _point(ky: Any, kx: Any, rotation: Any, n: Any, position: Any) -> None:
    """Grid position (z, y, x) of an image frequency: kx·(first row) + ky·(second row of the rotation)."""
    for axis in range(3):
        position[axis] = n * (kx * rotation[0, 2 - axis] + ky * rotation[1, 2 - axis])


@njit(parallel=True, fastmath=True, cache=True)
def central_slices(
    grid: Any, rotations: Any, shifts: Any, ky: Any, kx: Any, kept: Any, weights: Any, out: Any
) -> None:
    """Central slices of grid[kz, ky, kx], moved by shifts[image, (x, y)] pixels, into out[image, ky, kx]."""
    taps = weights.shape[0]
    n = grid.shape[0]
    for i in prange(rotations.shape[0]):
        index, weight = np.empty((3, taps), np.int64), np.empty((3, taps), np.float32)
        position = np.empty(3)
        for j in range(ky.shape[0]):
            for c in range(kx.shape[0]):
                if not kept[j, c]:
                    out[i, j, c] = np.complex64(0)
                    continue
                _point(ky[j], kx[c], rotations[i], n, position)
                for axis in range(3):
                    tap_weights(position[axis], n, weights, index[axis], weight[axis])
                value = np.complex64(0)
                for p in range(taps):
                    for q in range(taps):
                        w = weight[0, p] * weight[1, q]
                        line = grid[index[0, p], index[1, q]]
                        for r in range(taps):
                            value += (w * weight[2, r]) * line[index[2, r]]
                turn = -2.0 * math.pi * (kx[c] * shifts[i, 0] + ky[j] * shifts[i, 1])
                out[i, j, c] = value * np.complex64(complex(math.cos(turn), math.sin(turn)))


@njit(parallel=True, fastmath=True, cache=True)
def insert_slices(
    spectra: Any,
    rotations: Any,
    shifts: Any,
    ky: Any,
    kx: Any,
    kept: Any,
    weights: Any,
    slabs: Any,
    grid: Any,
) -> None:
    """Adjoint of `central_slices`: add image spectra onto the grid; a thread owns the planes of one slab."""
    taps = weights.shape[0]
    n = grid.shape[0]
    for slab in prange(slabs):
        low, high = slab * n // slabs, (slab + 1) * n // slabs
        index, weight = np.empty((3, taps), np.int64), np.empty((3, taps), np.float32)
        position = np.empty(3)
        for i in range(rotations.shape[0]):
            for j in range(ky.shape[0]):
                for c in range(kx.shape[0]):
                    if not kept[j, c]:
                        continue
                    _point(ky[j], kx[c], rotations[i], n, position)
                    tap_weights(position[0], n, weights, index[0], weight[0])
                    near = False
                    for p in range(taps):
                        near = near or low <= index[0, p] < high
                    if not near:
                        continue
                    tap_weights(position[1], n, weights, index[1], weight[1])
                    tap_weights(position[2], n, weights, index[2], weight[2])
                    turn = 2.0 * math.pi * (kx[c] * shifts[i, 0] + ky[j] * shifts[i, 1])
                    value = spectra[i, j, c] * np.complex64(complex(math.cos(turn), math.sin(turn)))
                    for p in range(taps):
                        if not low <= index[0, p] < high:
                            continue
                        for q in range(taps):
                            part = (weight[0, p] * weight[1, q]) * value
                            line = grid[index[0, p], index[1, q]]
                            for r in range(taps):
                                line[index[2, r]] += weight[2, r] * part


@njit(inline="always")
def _add_to_plane(plane: Any, part: Any, is_mirrored: Any, index: Any, weight: Any) -> None:
    """Spread `part` over the taps along y and x, or over their mirrors."""
    n, taps = plane.shape[0], index.shape[1]
    for q in range(taps):
        row = part * weight[1, q]
        if is_mirrored:
            line = plane[(n - index[1, q]) % n]
            for r in range(taps):
                line[(n - index[2, r]) % n] += weight[2, r] * row
        else:
            line = plane[index[1, q]]
            for r in range(taps):
                line[index[2, r]] += weight[2, r] * row


@njit(parallel=True, fastmath=True, cache=True)
def insert_density(
    density: Any, rotations: Any, ky: Any, kx: Any, kept: Any, weights: Any, bounds: Any, grid: Any
) -> None:
    """Add a real density at the slices' frequencies, and by symmetry at their mirrors, onto half a grid.

    grid: [kz ≥ 0, ky, kx] of n³ points; what falls below it goes to its mirror. A thread owns the planes
    from one of `bounds` to the next.
    """
    taps = weights.shape[0]
    n = grid.shape[1]
    for slab in prange(bounds.shape[0] - 1):
        first, last = bounds[slab], bounds[slab + 1]
        index, weight = np.empty((3, taps), np.int64), np.empty((3, taps), np.float32)
        position = np.empty(3)
        for i in range(rotations.shape[0]):
            for j in range(ky.shape[0]):
                for c in range(kx.shape[0]):
                    if not kept[j, c]:
                        continue
                    _point(ky[j], kx[c], rotations[i], n, position)
                    height = position[0] - n * round(position[0] / n)
                    side = -1.0 if height < 0.0 else 1.0
                    if not first - taps < side * height < last + taps:
                        continue
                    for axis in range(3):
                        tap_weights(side * position[axis], n, weights, index[axis], weight[axis])
                    for p in range(taps):
                        plane = min(index[0, p], n - index[0, p])
                        if first <= plane < last:
                            part = weight[0, p] * density[i, j, c]
                            _add_to_plane(grid[plane], part, plane != index[0, p], index, weight)


@njit(parallel=True, fastmath=True, cache=True)
def back_project_plane(images: Any, rotations: Any, shifts: Any, height: Any, plane: Any) -> None:
    """Add every image, read bilinearly, onto the plane z = height (from the centre) of plane[y, x]."""
    ny, nx = images.shape[1:]
    rows, columns = plane.shape
    for y in prange(rows):
        for i in range(images.shape[0]):
            r = rotations[i]
            v = y - rows // 2
            u0 = r[0, 1] * v + r[0, 2] * height + shifts[i, 0] + nx // 2
            v0 = r[1, 1] * v + r[1, 2] * height + shifts[i, 1] + ny // 2
            for x in range(columns):
                u, w = u0 + r[0, 0] * (x - columns // 2), v0 + r[1, 0] * (x - columns // 2)
                if u < 0 or w < 0 or u > nx - 1.001 or w > ny - 1.001:
                    continue
                iu, iw = int(u), int(w)
                fu, fw = np.float32(u - iu), np.float32(w - iw)
                top = (np.float32(1) - fu) * images[i, iw, iu] + fu * images[i, iw, iu + 1]
                low = (np.float32(1) - fu) * images[i, iw + 1, iu] + fu * images[i, iw + 1, iu + 1]
                plane[y, x] += (np.float32(1) - fw) * top + fw * low
