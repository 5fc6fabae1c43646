"""Kernels of the single-axis tilt geometry: gather along lines of a volume's spectrum, compare, scatter back.

The spectrum G[kz, kx, ky] has ky innermost, so that a tap of the interpolation is one contiguous vector. All
complex arrays come as interleaved floats. Line i samples (kz, kx) = k'ⱼ·(cz[i], cx[i]) in cycles per voxel.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import fast_cos, fast_sin, tap_weights

# derivative columns of `gradient` and `tangent`: per image, by each of these quantities
KNOBS = ("angle_rad", "thickness_factor", "shift_px", "defocus_A", "gain")


@njit(inline="always")
def _gather(grid: Any, iz: Any, ix: Any, wz: Any, wx: Any, value: Any) -> None:
    taps = wz.shape[0]
    value[:] = np.float32(0)
    for a in range(taps):
        for b in range(0, taps, 2):
            w0, w1 = wz[a] * wx[b], wz[a] * wx[b + 1]
            g0, g1 = grid[iz[a], ix[b]], grid[iz[a], ix[b + 1]]
            for c in range(value.shape[0]):
                value[c] += w0 * g0[c] + w1 * g1[c]


@njit(inline="always")
def _gather_with_slopes(
    grid: Any, iz: Any, ix: Any, wz: Any, wx: Any, dz: Any, dx: Any, value: Any, by_z: Any, by_x: Any
) -> None:
    taps = wz.shape[0]
    value[:] = np.float32(0)
    by_z[:] = np.float32(0)
    by_x[:] = np.float32(0)
    for a in range(taps):
        for b in range(0, taps, 2):
            w0, w1, d0, d1 = wx[b], wx[b + 1], dx[b], dx[b + 1]
            g0, g1 = grid[iz[a], ix[b]], grid[iz[a], ix[b + 1]]
            for c in range(value.shape[0]):
                row = w0 * g0[c] + w1 * g1[c]
                value[c] += wz[a] * row
                by_z[c] += dz[a] * row
                by_x[c] += wz[a] * (d0 * g0[c] + d1 * g1[c])


@njit(inline="always")
def _phase(k: Any, shift: Any, gain: Any) -> Any:
    """gain·e^(−2πi k·shift) as two floats."""
    turn = -2.0 * math.pi * k * shift
    return np.float32(gain * math.cos(turn)), np.float32(gain * math.sin(turn))


@njit(inline="always")
def _row_energy(row: Any, columns: Any) -> Any:
    energy: Any = np.float32(0)
    for c in range(columns.shape[0]):
        energy += columns[c] * (row[2 * c] * row[2 * c] + row[2 * c + 1] * row[2 * c + 1])
    return energy


@njit(fastmath=True, cache=True)
def spectrum(
    grid: Any, line: Any, k: Any, mute: Any, weights: Any, defocus: Any, base: Any, factor: Any, out: Any
) -> None:
    """Model spectrum of one image, `line` (cz, cx, shift, defocus, gain), into out[k', ky]; on one core."""
    taps = weights.shape[0]
    iz, ix = np.empty(taps, np.int64), np.empty(taps, np.int64)
    wz, wx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    value = np.empty(grid.shape[2], np.float32)
    cz, cx, shift, df, gain = line
    for j in range(k.shape[0]):
        if j == mute or gain == 0.0:
            out[j, :] = np.float32(0)
            continue
        tap_weights(k[j] * cz * grid.shape[0], grid.shape[0], weights, iz, wz)
        tap_weights(k[j] * cx * grid.shape[1], grid.shape[1], weights, ix, wx)
        _gather(grid, iz, ix, wz, wx, value)
        re, im = _phase(k[j], shift, gain)
        for c in range(base.shape[1]):
            t = fast_sin(base[j, c] + np.float32(df) * defocus[j, c]) * factor[j, c]
            out[j, 2 * c] = t * (value[2 * c] * re - value[2 * c + 1] * im)
            out[j, 2 * c + 1] = t * (value[2 * c] * im + value[2 * c + 1] * re)


@njit(parallel=True, fastmath=True, cache=True)
def spectra(
    grid: Any, lines: Any, k: Any, mute: Any, weights: Any, defocus: Any, base: Any, factor: Any, out: Any
) -> None:
    """Model spectra of every line into out[image, k', ky]."""
    for i in prange(lines.shape[0]):
        spectrum(grid, lines[i], k, mute, weights, defocus, base, factor, out[i])


@njit(fastmath=True, cache=True)
def _image_misfit(
    grid: Any,
    data: Any,
    line: Any,
    k: Any,
    mute: Any,
    weights: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    columns: Any,
) -> Any:
    taps = weights.shape[0]
    iz, ix = np.empty(taps, np.int64), np.empty(taps, np.int64)
    wz, wx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    value = np.empty(grid.shape[2], np.float32)
    cz, cx, shift, df, gain = line
    total = 0.0
    for j in range(k.shape[0]):
        row = data[j]
        if j == mute:
            total += _row_energy(row, columns)
            continue
        tap_weights(k[j] * cz * grid.shape[0], grid.shape[0], weights, iz, wz)
        tap_weights(k[j] * cx * grid.shape[1], grid.shape[1], weights, ix, wx)
        _gather(grid, iz, ix, wz, wx, value)
        re, im = _phase(k[j], shift, gain)
        part: Any = np.float32(0)
        for c in range(base.shape[1]):
            t = fast_sin(base[j, c] + np.float32(df) * defocus[j, c]) * factor[j, c]
            dr = t * (value[2 * c] * re - value[2 * c + 1] * im) - row[2 * c]
            di = t * (value[2 * c] * im + value[2 * c + 1] * re) - row[2 * c + 1]
            part += columns[c] * (dr * dr + di * di)
        total += part
    return total


@njit(parallel=True, fastmath=True, cache=True)
def misfit(
    grid: Any,
    data: Any,
    lines: Any,
    k: Any,
    mute: Any,
    weights: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    columns: Any,
    energy: Any,
    out: Any,
) -> None:
    """Parseval sum of |model − data|² of every image into out[image]; `energy` is the data's own sum."""
    for i in prange(lines.shape[0]):
        out[i] = energy[i]
        if lines[i, 4] != 0.0:
            out[i] = _image_misfit(grid, data[i], lines[i], k, mute, weights, defocus, base, factor, columns)


@njit(fastmath=True, cache=True)
def _image_gradient(
    grid: Any,
    data: Any,
    line: Any,
    turning: Any,
    k: Any,
    mute: Any,
    weights: Any,
    slopes: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    columns: Any,
    by_knob: Any,
) -> Any:
    taps = weights.shape[0]
    nz, nx, width = grid.shape
    iz, ix = np.empty(taps, np.int64), np.empty(taps, np.int64)
    wz, wx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    dz, dx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    value, by_z, by_x = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    cz, cx, shift, df, gain = line
    g = np.float32(gain)
    total = 0.0
    for j in range(k.shape[0]):
        row = data[j]
        if j == mute:
            total += _row_energy(row, columns)
            continue
        tap_weights(k[j] * cz * nz, nz, weights, iz, wz)
        tap_weights(k[j] * cx * nx, nx, weights, ix, wx)
        tap_weights(k[j] * cz * nz, nz, slopes, iz, dz)
        tap_weights(k[j] * cx * nx, nx, slopes, ix, dx)
        _gather_with_slopes(grid, iz, ix, wz, wx, dz, dx, value, by_z, by_x)
        re, im = _phase(k[j], shift, 1.0)
        zero: Any = np.float32(0)
        part = sum_z = sum_x = sum_shift = sum_defocus = sum_gain = zero
        for c in range(base.shape[1]):
            chi = base[j, c] + np.float32(df) * defocus[j, c]
            t, u = fast_sin(chi) * factor[j, c], fast_cos(chi) * factor[j, c]
            vr, vi = value[2 * c], value[2 * c + 1]
            # the data turned back by the shift: the model is then t·v, and only t and v have derivatives
            yr = row[2 * c] * re + row[2 * c + 1] * im
            yi = row[2 * c + 1] * re - row[2 * c] * im
            dr, di = g * t * vr - yr, g * t * vi - yi
            part += columns[c] * (dr * dr + di * di)
            dr, di = columns[c] * dr, columns[c] * di
            overlap = dr * vr + di * vi
            sum_gain += t * overlap
            sum_defocus += u * defocus[j, c] * overlap
            sum_shift += t * (dr * vi - di * vr)
            sum_z += t * (dr * by_z[2 * c] + di * by_z[2 * c + 1])
            sum_x += t * (dr * by_x[2 * c] + di * by_x[2 * c + 1])
        total += part
        by_knob[0] += gain * k[j] * (sum_z * nz * turning[0] + sum_x * nx * turning[1])
        by_knob[1] += gain * k[j] * sum_z * nz * turning[2]
        by_knob[2] += gain * 2.0 * math.pi * k[j] * sum_shift
        by_knob[3] += gain * sum_defocus
        by_knob[4] += sum_gain
    return total


@njit(parallel=True, fastmath=True, cache=True)
def gradient(
    grid: Any,
    data: Any,
    lines: Any,
    turning: Any,
    k: Any,
    mute: Any,
    weights: Any,
    slopes: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    columns: Any,
    energy: Any,
    out: Any,
    by_knob: Any,
) -> None:
    """As `misfit`, and by_knob[image, knob] = Σ Re(conj(model − data)·∂model/∂knob), in the order of KNOBS.

    `turning` [image, 3] holds ∂cz/∂angle, ∂cx/∂angle and ∂cz/∂(thickness factor).
    """
    for i in prange(lines.shape[0]):
        out[i] = energy[i]
        if lines[i, 4] != 0.0:
            out[i] = _image_gradient(
                grid,
                data[i],
                lines[i],
                turning[i],
                k,
                mute,
                weights,
                slopes,
                defocus,
                base,
                factor,
                columns,
                by_knob[i],
            )


@njit(fastmath=True, cache=True)
def _image_tangent(
    grid: Any,
    line: Any,
    turning: Any,
    direction: Any,
    k: Any,
    mute: Any,
    weights: Any,
    slopes: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    out: Any,
) -> None:
    taps = weights.shape[0]
    nz, nx, width = grid.shape
    iz, ix = np.empty(taps, np.int64), np.empty(taps, np.int64)
    wz, wx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    dz, dx = np.empty(taps, np.float32), np.empty(taps, np.float32)
    value, by_z, by_x = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    cz, cx, shift, df, gain = line
    angle, thickness, slide, focus, bright = direction
    for j in range(k.shape[0]):
        if j == mute:
            out[j, :] = np.float32(0)
            continue
        tap_weights(k[j] * cz * nz, nz, weights, iz, wz)
        tap_weights(k[j] * cx * nx, nx, weights, ix, wx)
        tap_weights(k[j] * cz * nz, nz, slopes, iz, dz)
        tap_weights(k[j] * cx * nx, nx, slopes, ix, dx)
        _gather_with_slopes(grid, iz, ix, wz, wx, dz, dx, value, by_z, by_x)
        re, im = _phase(k[j], shift, 1.0)
        step_z = np.float32(gain * k[j] * nz * (turning[0] * angle + turning[2] * thickness))
        step_x = np.float32(gain * k[j] * nx * turning[1] * angle)
        roll = np.float32(-2.0 * math.pi * k[j] * slide * gain)
        for c in range(base.shape[1]):
            chi = base[j, c] + np.float32(df) * defocus[j, c]
            t, u = fast_sin(chi) * factor[j, c], fast_cos(chi) * factor[j, c]
            scale = np.float32(gain * focus) * u * defocus[j, c] + np.float32(bright) * t
            vr, vi = value[2 * c], value[2 * c + 1]
            dr = scale * vr + t * (step_z * by_z[2 * c] + step_x * by_x[2 * c] - roll * vi)
            di = scale * vi + t * (step_z * by_z[2 * c + 1] + step_x * by_x[2 * c + 1] + roll * vr)
            out[j, 2 * c] = dr * re - di * im
            out[j, 2 * c + 1] = dr * im + di * re


@njit(parallel=True, fastmath=True, cache=True)
def tangent(
    grid: Any,
    lines: Any,
    turning: Any,
    directions: Any,
    k: Any,
    mute: Any,
    weights: Any,
    slopes: Any,
    defocus: Any,
    base: Any,
    factor: Any,
    out: Any,
) -> None:
    """Derivative of the model spectra along directions[image, knob], into out[image, k', ky]."""
    for i in prange(lines.shape[0]):
        _image_tangent(
            grid, lines[i], turning[i], directions[i], k, mute, weights, slopes, defocus, base, factor, out[i]
        )


@njit(parallel=True, fastmath=True, cache=True)
def transfer_back(spectrum: Any, lines: Any, k: Any, mute: Any, defocus: Any, base: Any, factor: Any) -> None:
    """Multiply image spectra in place by the conjugate of everything the model multiplies by."""
    for i in prange(lines.shape[0]):
        shift, df, gain = lines[i, 2], np.float32(lines[i, 3]), lines[i, 4]
        for j in range(k.shape[0]):
            turn = 2.0 * math.pi * k[j] * shift
            amplitude = 0.0 if j == mute else gain
            re, im = np.float32(amplitude * math.cos(turn)), np.float32(amplitude * math.sin(turn))
            row = spectrum[i, j]
            for c in range(base.shape[1]):
                t = fast_sin(base[j, c] + df * defocus[j, c]) * factor[j, c]
                vr, vi = row[2 * c], row[2 * c + 1]
                row[2 * c] = t * (vr * re - vi * im)
                row[2 * c + 1] = t * (vr * im + vi * re)


@njit(parallel=True, fastmath=True, cache=True)
def scatter(spectrum: Any, lines: Any, k: Any, weights: Any, chunk: Any, grid: Any) -> None:
    """Adjoint of the gather: add image spectra onto grid[kz, kx, ky]; threads own disjoint ranges of ky."""
    taps = weights.shape[0]
    nz, nx, width = grid.shape
    for block in prange((width + chunk - 1) // chunk):
        start, stop = block * chunk, min((block + 1) * chunk, width)
        iz, ix = np.empty(taps, np.int64), np.empty(taps, np.int64)
        wz, wx = np.empty(taps, np.float32), np.empty(taps, np.float32)
        for i in range(lines.shape[0]):
            if lines[i, 4] == 0.0:
                continue
            for j in range(k.shape[0]):
                tap_weights(k[j] * lines[i, 0] * nz, nz, weights, iz, wz)
                tap_weights(k[j] * lines[i, 1] * nx, nx, weights, ix, wx)
                source = spectrum[i, j]
                for a in range(taps):
                    for b in range(taps):
                        target = grid[iz[a], ix[b]]
                        w = wz[a] * wx[b]
                        for c in range(start, stop):
                            target[c] += w * source[c]
