"""Kernels of the single-axis tilt geometry: gather along lines of a volume's spectrum, compare, scatter back.

The spectrum G[kz, kx, ky] has ky innermost, so that a tap of the interpolation is one contiguous vector. All
complex arrays come as interleaved floats. A line (cz, cx, shift, defocus, gain) is one image: it samples
(kz, kx) = k'·(cz, cx) in cycles per voxel.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import fast_sin, tap_weights


class Sampling(NamedTuple):
    """What all lines of a series share.

    k: frequencies k' of a detector row; mute: index of the one left empty, or −1; weights, slopes: the
    interpolation's polynomials; defocus, base, factor: transfer tables [k', ky], see `transfer.Transfer`.
    """

    k: Any
    mute: Any
    weights: Any
    slopes: Any
    defocus: Any
    base: Any
    factor: Any


@njit(inline="always")
def new_taps(count: Any) -> Any:
    """Room for the taps of one point: indices along z, along x, weights along z, along x."""
    return (
        np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.float32),
        np.empty(count, np.float32),
    )  # fmt: skip


@njit(inline="always")
def place_taps(grid: Any, k: Any, cz: Any, cx: Any, weights: Any, taps: Any) -> None:
    """Fill `taps` for the point k·(cz, cx)."""
    iz, ix, wz, wx = taps
    tap_weights(k * cz * grid.shape[0], grid.shape[0], weights, iz, wz)
    tap_weights(k * cx * grid.shape[1], grid.shape[1], weights, ix, wx)


@njit(inline="always")
def _gather(grid: Any, k: Any, cz: Any, cx: Any, weights: Any, taps: Any, value: Any) -> None:
    """Interpolate G at k·(cz, cx) for all ky into `value`."""
    place_taps(grid, k, cz, cx, weights, taps)
    iz, ix, wz, wx = taps
    value[:] = np.float32(0)
    for a in range(wz.shape[0]):
        for b in range(0, wz.shape[0], 2):
            w0, w1 = wz[a] * wx[b], wz[a] * wx[b + 1]
            g0, g1 = grid[iz[a], ix[b]], grid[iz[a], ix[b + 1]]
            for c in range(value.shape[0]):
                value[c] += w0 * g0[c] + w1 * g1[c]


@njit(inline="always")
def phase(k: Any, shift: Any, gain: Any) -> Any:
    """gain·e^(−2πi k·shift) as two floats."""
    turn = -2.0 * math.pi * k * shift
    return np.float32(gain * math.cos(turn)), np.float32(gain * math.sin(turn))


@njit(inline="always")
def row_energy(row: Any, columns: Any) -> Any:
    """Parseval sum of one row of a half spectrum."""
    energy: Any = np.float32(0)
    for c in range(columns.shape[0]):
        energy += columns[c] * (row[2 * c] * row[2 * c] + row[2 * c + 1] * row[2 * c + 1])
    return energy


@njit(fastmath=True, cache=True)
def spectrum(grid: Any, line: Any, s: Any, out: Any) -> None:
    """Model spectrum of one image into out[k', ky]; runs on one core."""
    taps, value = new_taps(s.weights.shape[0]), np.empty(grid.shape[2], np.float32)
    cz, cx, shift, df, gain = line
    for j in range(s.k.shape[0]):
        if j == s.mute or gain == 0.0:
            out[j, :] = np.float32(0)
            continue
        _gather(grid, s.k[j], cz, cx, s.weights, taps, value)
        re, im = phase(s.k[j], shift, gain)
        for c in range(s.base.shape[1]):
            t = fast_sin(s.base[j, c] + np.float32(df) * s.defocus[j, c]) * s.factor[j, c]
            out[j, 2 * c] = t * (value[2 * c] * re - value[2 * c + 1] * im)
            out[j, 2 * c + 1] = t * (value[2 * c] * im + value[2 * c + 1] * re)


@njit(parallel=True, fastmath=True, cache=True)
def spectra(grid: Any, lines: Any, s: Any, out: Any) -> None:
    """Model spectra of every line into out[image, k', ky]."""
    for i in prange(lines.shape[0]):
        spectrum(grid, lines[i], s, out[i])


@njit(fastmath=True, cache=True)
def _image_misfit(grid: Any, data: Any, line: Any, s: Any, columns: Any) -> Any:
    taps, value = new_taps(s.weights.shape[0]), np.empty(grid.shape[2], np.float32)
    cz, cx, shift, df, gain = line
    total = 0.0
    for j in range(s.k.shape[0]):
        row = data[j]
        if j == s.mute:
            total += row_energy(row, columns)
            continue
        _gather(grid, s.k[j], cz, cx, s.weights, taps, value)
        re, im = phase(s.k[j], shift, gain)
        part: Any = np.float32(0)
        for c in range(s.base.shape[1]):
            t = fast_sin(s.base[j, c] + np.float32(df) * s.defocus[j, c]) * s.factor[j, c]
            dr = t * (value[2 * c] * re - value[2 * c + 1] * im) - row[2 * c]
            di = t * (value[2 * c] * im + value[2 * c + 1] * re) - row[2 * c + 1]
            part += columns[c] * (dr * dr + di * di)
        total += part
    return total


@njit(parallel=True, fastmath=True, cache=True)
def misfit(grid: Any, data: Any, lines: Any, s: Any, columns: Any, energy: Any, out: Any) -> None:
    """Parseval sum of |model − data|² of every image into out[image]; `energy` is the data's own sum."""
    for i in prange(lines.shape[0]):
        out[i] = energy[i]
        if lines[i, 4] != 0.0:
            out[i] = _image_misfit(grid, data[i], lines[i], s, columns)


@njit(parallel=True, fastmath=True, cache=True)
def transfer_back(spectra: Any, lines: Any, s: Any) -> None:
    """Multiply image spectra in place by the conjugate of everything the model multiplies by."""
    for i in prange(lines.shape[0]):
        df = np.float32(lines[i, 3])
        for j in range(s.k.shape[0]):
            re, im = phase(-s.k[j], lines[i, 2], 0.0 if j == s.mute else lines[i, 4])
            row = spectra[i, j]
            for c in range(s.base.shape[1]):
                t = fast_sin(s.base[j, c] + df * s.defocus[j, c]) * s.factor[j, c]
                vr, vi = row[2 * c], row[2 * c + 1]
                row[2 * c] = t * (vr * re - vi * im)
                row[2 * c + 1] = t * (vr * im + vi * re)


@njit(parallel=True, fastmath=True, cache=True)
def scatter(spectra: Any, lines: Any, k: Any, weights: Any, chunk: Any, grid: Any) -> None:
    """Adjoint of the gather: add image spectra onto grid[kz, kx, ky]; threads own disjoint ranges of ky."""
    width = grid.shape[2]
    for block in prange((width + chunk - 1) // chunk):
        start, stop = block * chunk, min((block + 1) * chunk, width)
        taps = new_taps(weights.shape[0])
        iz, ix, wz, wx = taps
        for i in range(lines.shape[0]):
            if lines[i, 4] == 0.0:
                continue
            for j in range(k.shape[0]):
                place_taps(grid, k[j], lines[i, 0], lines[i, 1], weights, taps)
                source = spectra[i, j]
                for a in range(wz.shape[0]):
                    for b in range(wx.shape[0]):
                        target = grid[iz[a], ix[b]]
                        w = wz[a] * wx[b]
                        for c in range(start, stop):
                            target[c] += w * source[c]
