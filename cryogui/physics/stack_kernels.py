"""Kernels of image stacks whose spectra are known but for the transfer.

Model of image i at a grid point: S·sin(base + defocus·Δfᵢ + along·aᵢ + across·bᵢ)·factor with S the slice's
spectrum. `images` holds (Δfᵢ, aᵢ, bᵢ) per row. Spectra [image, row, column] come as interleaved floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange

from cryogui.physics.fourier import fast_cos, fast_sin


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
