"""Kernels of image stacks whose spectra are known but for the transfer, and of 3-D central slices.

Model of image i at a grid point: S·sin(base + defocus·Δfᵢ + along·aᵢ + across·bᵢ)·factor with S the slice's
spectrum. `images` holds (Δfᵢ, aᵢ, bᵢ) per row. Spectra [image, row, column] come as interleaved floats.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import fast_cos, fast_sin, tap_weights


@njit(fastmath=True, cache=True)
def spectrum(
    section: Any, image: Any, defocus: Any, along: Any, across: Any, base: Any, factor: Any, out: Any
) -> None:
    """Model spectrum of one slice into `out`, which may be the slice itself; runs on one core."""
    df, a, b = np.float32(image[0]), np.float32(image[1]), np.float32(image[2])
    for j in range(base.shape[0]):
        for c in range(base.shape[1]):
            t = fast_sin(base[j, c] + df * defocus[j, c] + a * along[j, c] + b * across[j, c])
            vr, vi = t * section[j, 2 * c], t * section[j, 2 * c + 1]
            fr, fi = factor[j, 2 * c], factor[j, 2 * c + 1]
            out[j, 2 * c] = vr * fr - vi * fi
            out[j, 2 * c + 1] = vr * fi + vi * fr


@njit(parallel=True, fastmath=True, cache=True)
def spectra(
    slices: Any, images: Any, defocus: Any, along: Any, across: Any, base: Any, factor: Any, out: Any
) -> None:
    """Model spectra of the given slices into `out`, which may be `slices` itself."""
    for i in prange(slices.shape[0]):
        spectrum(slices[i], images[i], defocus, along, across, base, factor, out[i])


@njit(parallel=True, fastmath=True, cache=True)
def misfit(
    slices: Any,
    data: Any,
    images: Any,
    defocus: Any,
    along: Any,
    across: Any,
    base: Any,
    factor: Any,
    columns: Any,
    out: Any,
) -> None:
    """Parseval sum of |model − data|² of every image into out[image]."""
    for i in prange(slices.shape[0]):
        df, a, b = np.float32(images[i, 0]), np.float32(images[i, 1]), np.float32(images[i, 2])
        total = 0.0
        for j in range(base.shape[0]):
            part: Any = np.float32(0)
            for c in range(base.shape[1]):
                t = fast_sin(base[j, c] + df * defocus[j, c] + a * along[j, c] + b * across[j, c])
                vr, vi = t * slices[i, j, 2 * c], t * slices[i, j, 2 * c + 1]
                fr, fi = factor[j, 2 * c], factor[j, 2 * c + 1]
                dr = vr * fr - vi * fi - data[i, j, 2 * c]
                di = vr * fi + vi * fr - data[i, j, 2 * c + 1]
                part += columns[c] * (dr * dr + di * di)
            total += part
        out[i] = total


@njit(inline="always")
def _row_overlaps(
    section: Any,
    data: Any,
    factor: Any,
    columns: Any,
    weight: Any,
    sine: Any,
    cosine: Any,
    phase: Any,
    overlap: Any,
) -> Any:
    """Sum of one row's |residual|², and its overlaps with ∂model/∂χ and with the model less its factor."""
    part: Any = np.float32(0)
    for c in range(sine.shape[0]):
        vr, vi = section[2 * c], section[2 * c + 1]
        fr, fi = factor[2 * c], factor[2 * c + 1]
        mr, mi = vr * fr - vi * fi, vr * fi + vi * fr
        dr, di = sine[c] * mr - data[2 * c], sine[c] * mi - data[2 * c + 1]
        part += columns[c] * (dr * dr + di * di)
        scale = columns[c] * weight
        dr, di = scale * dr, scale * di
        phase[c] = cosine[c] * (dr * mr + di * mi)
        overlap[2 * c] = sine[c] * (dr * vr + di * vi)
        overlap[2 * c + 1] = sine[c] * (dr * vi - di * vr)
    return part


@njit(parallel=True, fastmath=True, cache=True)
def gradient(
    slices: Any,
    data: Any,
    images: Any,
    defocus: Any,
    along: Any,
    across: Any,
    base: Any,
    factor: Any,
    columns: Any,
    angles: Any,
    image_weights: Any,
    out: Any,
    by_phase: Any,
    by_factor: Any,
) -> None:
    """As `misfit`, per row into out[row, image], and the tables of which every derivative is a weighted sum.

    With residual r and weights wᵢ: by_phase[m] = Σ wᵢ mᵢ Re(conj(r)·S·cos χ·factor) for m = 1, cos 2φ₀,
    sin 2φ₀ (the latter two in `angles`); by_factor = Σ wᵢ conj(r)·S·sin χ. Rows go to threads, so that the
    tables and sums of one row stay in the innermost cache while all images pass by.
    """
    width = base.shape[1]
    for j in prange(base.shape[0]):
        sine, cosine = np.empty(width, np.float32), np.empty(width, np.float32)
        phase, overlap = np.empty(width, np.float32), np.empty(2 * width, np.float32)
        for i in range(slices.shape[0]):
            df, a, b = np.float32(images[i, 0]), np.float32(images[i, 1]), np.float32(images[i, 2])
            # short loops over few arrays each: one loop over all of them would not vectorise
            for c in range(width):
                chi = base[j, c] + df * defocus[j, c] + a * along[j, c] + b * across[j, c]
                sine[c], cosine[c] = fast_sin(chi), fast_cos(chi)
            part = _row_overlaps(
                slices[i, j],
                data[i, j],
                factor[j],
                columns,
                np.float32(image_weights[i]),
                sine,
                cosine,
                phase,
                overlap,
            )
            twice, quadrature = np.float32(angles[i, 0]), np.float32(angles[i, 1])
            for c in range(width):
                by_phase[0, j, c] += phase[c]
                by_phase[1, j, c] += twice * phase[c]
                by_phase[2, j, c] += quadrature * phase[c]
            for c in range(2 * width):
                by_factor[j, c] += overlap[c]
            out[j, i] = part


@njit(parallel=True, fastmath=True, cache=True)
def tangent(
    slices: Any,
    images: Any,
    mix: Any,
    defocus: Any,
    along: Any,
    across: Any,
    base: Any,
    factor: Any,
    phase_slope: Any,
    factor_slope: Any,
    out: Any,
) -> None:
    """Derivative of the model spectra along one quantity into `out`.

    The quantity moves χ of image i by mix[i]·(phase_slope, along, across) and the factor by `factor_slope`.
    """
    for i in prange(slices.shape[0]):
        df, a, b = np.float32(images[i, 0]), np.float32(images[i, 1]), np.float32(images[i, 2])
        m0, m1, m2 = np.float32(mix[i, 0]), np.float32(mix[i, 1]), np.float32(mix[i, 2])
        for j in range(base.shape[0]):
            for c in range(base.shape[1]):
                chi = base[j, c] + df * defocus[j, c] + a * along[j, c] + b * across[j, c]
                t, u = fast_sin(chi), fast_cos(chi)
                u *= m0 * phase_slope[j, c] + m1 * along[j, c] + m2 * across[j, c]
                fr = u * factor[j, 2 * c] + t * factor_slope[j, 2 * c]
                fi = u * factor[j, 2 * c + 1] + t * factor_slope[j, 2 * c + 1]
                vr, vi = slices[i, j, 2 * c], slices[i, j, 2 * c + 1]
                out[i, j, 2 * c] = vr * fr - vi * fi
                out[i, j, 2 * c + 1] = vr * fi + vi * fr


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
