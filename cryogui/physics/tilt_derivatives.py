"""Kernels of the derivatives of a tilt series: by angle, thickness, shift, defocus and gain of every image.

Conventions as in `tilt_kernels`. `turning` [image, 3] holds ∂cz/∂angle, ∂cx/∂angle, ∂cz/∂(thickness factor).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import fast_cos, fast_sin
from cryogui.physics.tilt_kernels import new_taps, phase, place_taps, row_energy

# columns of `by_knob` and of directions: per image, by each of these quantities
KNOBS = ("angle_rad", "thickness_factor", "shift_px", "defocus_A", "gain")


@njit(inline="always")
def _gather_with_slopes(
    grid: Any, k: Any, cz: Any, cx: Any, s: Any, taps: Any, slopes: Any, value: Any, by_z: Any, by_x: Any
) -> None:
    """Interpolate G at k·(cz, cx), and its derivatives by the grid position along z and x."""
    place_taps(grid, k, cz, cx, s.weights, taps)
    place_taps(grid, k, cz, cx, s.slopes, slopes)
    iz, ix, wz, wx = taps
    _, _, dz, dx = slopes
    value[:] = np.float32(0)
    by_z[:] = np.float32(0)
    by_x[:] = np.float32(0)
    for a in range(wz.shape[0]):
        for b in range(0, wz.shape[0], 2):
            w0, w1, d0, d1 = wx[b], wx[b + 1], dx[b], dx[b + 1]
            g0, g1 = grid[iz[a], ix[b]], grid[iz[a], ix[b + 1]]
            for c in range(value.shape[0]):
                row = w0 * g0[c] + w1 * g1[c]
                value[c] += wz[a] * row
                by_z[c] += dz[a] * row
                by_x[c] += wz[a] * (d0 * g0[c] + d1 * g1[c])


@njit(fastmath=True, cache=True)
def _image_gradient(grid: Any, data: Any, line: Any, turning: Any, s: Any, columns: Any, by_knob: Any) -> Any:
    nz, nx, width = grid.shape
    value, by_z, by_x = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    taps, slopes = new_taps(s.weights.shape[0]), new_taps(s.weights.shape[0])
    cz, cx, shift, df, gain = line
    g = np.float32(gain)
    total = 0.0
    for j in range(s.k.shape[0]):
        row = data[j]
        if j == s.mute:
            total += row_energy(row, columns)
            continue
        _gather_with_slopes(grid, s.k[j], cz, cx, s, taps, slopes, value, by_z, by_x)
        re, im = phase(s.k[j], shift, 1.0)
        zero: Any = np.float32(0)
        part = sum_z = sum_x = sum_shift = sum_defocus = sum_gain = zero
        for c in range(s.base.shape[1]):
            chi = s.base[j, c] + np.float32(df) * s.defocus[j, c]
            t, u = fast_sin(chi) * s.factor[j, c], fast_cos(chi) * s.factor[j, c]
            vr, vi = value[2 * c], value[2 * c + 1]
            # the data turned back by the shift: the model is then t·v, and only t and v have derivatives
            yr = row[2 * c] * re + row[2 * c + 1] * im
            yi = row[2 * c + 1] * re - row[2 * c] * im
            dr, di = g * t * vr - yr, g * t * vi - yi
            part += columns[c] * (dr * dr + di * di)
            dr, di = columns[c] * dr, columns[c] * di
            overlap = dr * vr + di * vi
            sum_gain += t * overlap
            sum_defocus += u * s.defocus[j, c] * overlap
            sum_shift += t * (dr * vi - di * vr)
            sum_z += t * (dr * by_z[2 * c] + di * by_z[2 * c + 1])
            sum_x += t * (dr * by_x[2 * c] + di * by_x[2 * c + 1])
        total += part
        by_knob[0] += gain * s.k[j] * (sum_z * nz * turning[0] + sum_x * nx * turning[1])
        by_knob[1] += gain * s.k[j] * sum_z * nz * turning[2]
        by_knob[2] += gain * 2.0 * math.pi * s.k[j] * sum_shift
        by_knob[3] += gain * sum_defocus
        by_knob[4] += sum_gain
    return total


@njit(parallel=True, fastmath=True, cache=True)
def gradient(
    grid: Any, data: Any, lines: Any, turning: Any, s: Any, columns: Any, energy: Any, out: Any, by_knob: Any
) -> None:
    """As `misfit`, and by_knob[image, knob] = Σ Re(conj(model − data)·∂model/∂knob), knobs as in KNOBS."""
    for i in prange(lines.shape[0]):
        out[i] = energy[i]
        if lines[i, 4] != 0.0:
            out[i] = _image_gradient(grid, data[i], lines[i], turning[i], s, columns, by_knob[i])


@njit(fastmath=True, cache=True)
def _image_tangent(grid: Any, line: Any, turning: Any, direction: Any, s: Any, out: Any) -> None:
    nz, nx, width = grid.shape
    value, by_z, by_x = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    taps, slopes = new_taps(s.weights.shape[0]), new_taps(s.weights.shape[0])
    cz, cx, shift, df, gain = line
    angle, thickness, slide, focus, bright = direction
    for j in range(s.k.shape[0]):
        if j == s.mute:
            out[j, :] = np.float32(0)
            continue
        _gather_with_slopes(grid, s.k[j], cz, cx, s, taps, slopes, value, by_z, by_x)
        re, im = phase(s.k[j], shift, 1.0)
        step_z = np.float32(gain * s.k[j] * nz * (turning[0] * angle + turning[2] * thickness))
        step_x = np.float32(gain * s.k[j] * nx * turning[1] * angle)
        roll = np.float32(-2.0 * math.pi * s.k[j] * slide * gain)
        for c in range(s.base.shape[1]):
            chi = s.base[j, c] + np.float32(df) * s.defocus[j, c]
            t, u = fast_sin(chi) * s.factor[j, c], fast_cos(chi) * s.factor[j, c]
            scale = np.float32(gain * focus) * u * s.defocus[j, c] + np.float32(bright) * t
            vr, vi = value[2 * c], value[2 * c + 1]
            dr = scale * vr + t * (step_z * by_z[2 * c] + step_x * by_x[2 * c] - roll * vi)
            di = scale * vi + t * (step_z * by_z[2 * c + 1] + step_x * by_x[2 * c + 1] + roll * vr)
            out[j, 2 * c] = dr * re - di * im
            out[j, 2 * c + 1] = dr * im + di * re


@njit(parallel=True, fastmath=True, cache=True)
def tangent(grid: Any, lines: Any, turning: Any, directions: Any, s: Any, out: Any) -> None:
    """Derivative of the model spectra along directions[image, knob], into out[image, k', ky]."""
    for i in prange(lines.shape[0]):
        _image_tangent(grid, lines[i], turning[i], directions[i], s, out[i])
