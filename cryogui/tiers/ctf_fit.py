"""Recovers defocus and spherical aberration from a stored two-dimensional CTF.

The published files hold the CTF itself and not the numbers it was made from. With the wavelength known the
fit is well posed: a coarse grid finds the right fringe, Gauss-Newton the digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

DEFOCUS_GRID_A = np.arange(3e3, 4e4, 100.0)
LARGEST_SIDE = 512  # two numbers need no more frequencies than that along a side
CS_GRID_MM = np.arange(0.0, 4.01, 0.1)


@dataclass(frozen=True)
class CtfFit:
    """H = sign · sin(χ + asin w) with χ = πλΔf k² − (π/2) Cs λ³ k⁴; `error` is the largest difference."""

    defocus_A: float
    cs_mm: float
    amplitude_contrast: float
    sign: float
    error: float


def fit_ctf(ctf: np.ndarray, pixel_size_A: float, wavelength_A: float) -> CtfFit:
    """Fit a CTF [y, x] on an unshifted fftfreq grid."""
    rows, columns = (np.fft.fftfreq(n, pixel_size_A) for n in ctf.shape)
    every = max(ctf.shape) // LARGEST_SIDE + 1
    ctf, rows, columns = ctf[::every, ::every], rows[::every], columns[::every]
    k2 = rows[:, None] ** 2 + columns[None, :] ** 2
    origin = float(np.clip(ctf[0, 0], -1.0, 1.0))
    sign, start = (-1.0 if origin < 0 else 1.0), math.asin(abs(origin))
    slopes = np.stack([math.pi * wavelength_A * k2, -0.5 * math.pi * 1e7 * wavelength_A**3 * k2**2])
    target = sign * np.asarray(ctf, np.float64)
    edge = slopes[:, 0, : max(ctf.shape[1] // 2, 1)]
    starts = _coarse(target[0, : edge.shape[1]], edge, start)
    fits = [_refine(target, slopes, start, guess) for guess in starts]
    error, best = min(fits, key=lambda fit: fit[0])
    return CtfFit(float(best[0]), float(best[1]), abs(origin), sign, error)


def _coarse(row: np.ndarray, slopes: np.ndarray, start: float) -> list[np.ndarray]:
    """The best (defocus, Cs) of the grid, judged along one row: one for each of the five best Cs."""
    phase = start + DEFOCUS_GRID_A[:, None, None] * slopes[0] + CS_GRID_MM[None, :, None] * slopes[1]
    misfit = np.square(np.sin(phase) - row).sum(axis=-1)
    best_defocus = misfit.argmin(axis=0)
    order = np.argsort(misfit.min(axis=0))[:5]
    return [np.array([DEFOCUS_GRID_A[best_defocus[i]], CS_GRID_MM[i]]) for i in order]


def _refine(
    target: np.ndarray, slopes: np.ndarray, start: float, guess: np.ndarray
) -> tuple[float, np.ndarray]:
    """Gauss-Newton on all frequencies; returns the largest difference and (defocus, Cs)."""
    flat, wanted = slopes.reshape(2, -1), target.ravel()
    for _ in range(20):
        phase = start + guess @ flat
        jacobian = np.cos(phase) * flat
        step = np.linalg.lstsq(jacobian.T, wanted - np.sin(phase), rcond=None)[0]
        guess = guess + step
        if abs(step[0]) < 1e-6 and abs(step[1]) < 1e-10:
            break
    return float(np.abs(np.sin(start + guess @ flat) - wanted).max()), guess
