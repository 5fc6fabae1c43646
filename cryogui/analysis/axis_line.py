"""The line that all images of a single-axis tilt series share: their projections onto the tilt axis.

Turning about the axis leaves the specimen's projection onto it alone, so every image summed across the axis
is the same profile: the common line of the central-slice theorem (Crowther, DeRosier & Klug 1970). It is seen
through the CTF of each image along the axis, and amid noise; shadows only make it weaker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.analysis.central_lines import central_lines, line_frequencies, towards
from cryogui.analysis.spectrum import taper
from cryogui.physics.ctf import Ctf
from cryogui.physics.fourier import Real32, resized

Real = NDArray[np.float64]

WIENER = 0.1  # keeps CTF² + ε away from zero
FINER = 16  # steps per pixel in which a shift is looked for
SIDE = 64  # pixels of the images in which the axis is looked for
MOST_IMAGES = 31  # that the axis is looked for in
TURNS_DEG = np.linspace(-12.0, 12.0, 25)
"""Directions that are tried for the axis, from the images' y axis towards x."""


@dataclass(frozen=True, eq=False)
class AxisLines:
    """The profiles of a series, each held against the mean of the others that count.

    profiles: [tilt, y], CTF-corrected, of mean zero and root mean square 1. correlation: [tilt], −1 … 1,
    where they stand; expected: [tilt], what the noise leaves of a correlation of 1. shift_px: [tilt], how far
    each lies towards +y; error_px: [tilt], its standard error. Both are None where the noise is not known.
    """

    profiles: Real
    correlation: Real
    expected: Real | None
    shift_px: Real
    error_px: Real | None


def axis_profiles(images: Real32) -> Real:
    """The images [tilt, y, x] summed across the axis, [tilt, y]."""
    return images.sum(axis=2, dtype=np.float64)


def axis_lines(
    profiles: Real,
    ctfs: Sequence[Ctf | None],
    pixel_A: float,
    counted: NDArray[np.bool_],
    noise: float | None = None,
) -> AxisLines | None:
    """Of raw `profiles` [tilt, y] seen through `ctfs` [tilt]; None where fewer than two images count.

    noise: standard deviation in a sample of a profile, that of a pixel times the root of the columns.
    """
    if counted.sum() < 2:
        return None
    n = profiles.shape[1]
    correct = _correction(ctfs, n, pixel_A)
    window = taper(n).astype(np.float64)
    means = (profiles @ window / window.sum())[:, None]
    spectra = scipy.fft.rfft((profiles - means) * window, axis=1) * correct
    spectra[:, 0] = 0.0
    if n % 2 == 0:
        spectra[:, -1] = 0.0  # it has no partner, so a shift would not leave it real
    size = np.sqrt(2.0 * (np.abs(spectra) ** 2).sum(axis=1, keepdims=True))
    spectra = np.divide(spectra, size, out=np.zeros_like(spectra), where=size > 0)
    others = _means_of_others(spectra, counted)
    share = np.zeros_like(correct) if noise is None else correct**2 * noise**2 * float((window**2).sum())
    share = np.divide(share, size**2, out=np.zeros_like(share), where=size > 0)
    drawn = scipy.fft.irfft(spectra, n, axis=1) * n
    correlation = 2.0 * (spectra * others.conj()).real.sum(axis=1)
    shift = np.array([_shift(one, mean, n) for one, mean in zip(spectra, others, strict=True)])
    if noise is None:
        return AxisLines(drawn, correlation, None, shift, None)
    expected = np.sqrt(np.clip(1.0 - 2.0 * share[:, 1:].sum(axis=1), 0.0, 1.0))
    return AxisLines(drawn, correlation, expected, shift, _shift_error(others, correlation, share, n))


def _correction(ctfs: Sequence[Ctf | None], n: int, pixel_A: float) -> Real:
    """The Wiener filter [tilt, ky] of each CTF along the axis."""
    ky = np.fft.rfftfreq(n, pixel_A).astype(np.float64)
    values = [np.ones(len(ky)) if ctf is None else ctf(np.zeros_like(ky), ky) for ctf in ctfs]
    contrast = np.array(values)
    return np.asarray(contrast / (contrast**2 + WIENER))


def _means_of_others(spectra: NDArray[np.complexfloating], counted: NDArray[np.bool_]) -> NDArray:
    """For each line the mean of those that count without itself, of energy 1 [tilt, ky]."""
    total = spectra[counted].sum(axis=0)
    others = np.where(counted[:, None], total - spectra, total)
    size = np.sqrt(2.0 * (np.abs(others) ** 2).sum(axis=1, keepdims=True))
    return np.asarray(np.divide(others, size, out=np.zeros_like(others), where=size > 0))


def _shift(line: NDArray[np.complexfloating], mean: NDArray[np.complexfloating], n: int) -> float:
    """Where the cross-correlation is highest within a quarter of the width, in pixels."""
    fine = scipy.fft.irfft(line * mean.conj(), FINER * n)
    reach = FINER * n // 4
    near = np.concatenate([fine[-reach:], fine[: reach + 1]])
    at = int(np.argmax(near))
    if 0 < at < len(near) - 1:
        before, here, after = near[at - 1 : at + 2]
        bend = before - 2.0 * here + after
        at_fine = at + (0.5 * (before - after) / bend if bend < 0 else 0.0)
    else:
        at_fine = float(at)
    return float((at_fine - reach) / FINER)


def _shift_error(others: NDArray, level: Real, noise: Real, n: int) -> Real:
    """Standard error [tilt] of the place of a line a·M under noise N: √(Σω²|M|²N / 2) / (a·Σω²|M|²)."""
    omega = 2.0 * np.pi * np.fft.rfftfreq(n)
    curvature = omega**2 * np.abs(others) ** 2
    total = curvature.sum(axis=1) * np.maximum(level, 0.0)
    found = np.sqrt((curvature * noise).sum(axis=1) / 2.0)
    return np.asarray(np.divide(found, total, out=np.full(len(total), np.inf), where=total > 0))


def axis_directions(images: Real32, counted: NDArray[np.bool_]) -> Real:
    """Mean correlation [turn] of each image's line with the mean of the others, for an axis turned by
    `TURNS_DEG` from the images' y axis towards x. NaN where fewer than two images count.

    It is highest along the axis. The images are made small, and seen without a correction of their CTFs.
    """
    if counted.sum() < 2:
        return np.full(len(TURNS_DEG), np.nan)
    chosen = np.flatnonzero(counted)
    chosen = chosen[np.unique(np.linspace(0, len(chosen) - 1, MOST_IMAGES).astype(int))]
    small = np.stack([_small(image) for image in images[chosen]])
    lines = central_lines(small, towards(90.0 - TURNS_DEG), line_frequencies(small.shape[1:]))
    return np.array([_agreement(lines[:, number]) for number in range(len(TURNS_DEG))])


def _agreement(lines: NDArray[np.complexfloating]) -> float:
    """Mean correlation of lines [image, k], each with the mean of the others."""
    size = np.sqrt(2.0 * (np.abs(lines) ** 2).sum(axis=1, keepdims=True))
    alike = np.divide(lines, size, out=np.zeros_like(lines), where=size > 0)
    others = _means_of_others(alike, np.ones(len(alike), dtype=bool))
    return float(2.0 * (alike * others.conj()).real.sum(axis=1).mean())


def _small(image: Real32) -> Real32:
    """At most SIDE pixels wide and high, its edges tapered."""
    ny, nx = image.shape
    window = taper(ny)[:, None] * taper(nx)
    level = float((image * window).sum() / window.sum())
    faded = ((image - level) * window)[None]
    for axis, n in ((1, ny), (2, nx)):
        if n > SIDE:
            faded = resized(faded, SIDE, (axis,))
    return np.asarray(faded[0])


def highest(turns_deg: Real, scores: Real) -> float | None:
    """Where scores over evenly spaced turns are highest, between samples; None at either end."""
    if not np.isfinite(scores).all():
        return None
    at = int(np.argmax(scores))
    if not 0 < at < len(scores) - 1:
        return None
    before, here, after = scores[at - 1 : at + 2]
    step = float(turns_deg[1] - turns_deg[0])
    return float(turns_deg[at] + step * 0.5 * (before - after) / (before - 2.0 * here + after))
