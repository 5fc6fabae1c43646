"""A tilt series in fewer, larger pixels: what calibrates it does not need the finest detail, and is quick."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from cryogui.physics.fourier import resized
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem

SMALL_AREA = 32**2  # voxels of an xz plane: enough for geometry, and quick
_TAPS = 6  # the error of 4 taps would be felt beside the noise


def binning_for(problem: Problem, area: int) -> int:
    """The binning that leaves an xz plane of the volume about so many voxels, at least 1."""
    nz, _, nx = problem.operator.x_shape
    return max(1, round(math.sqrt(nz * nx / area)))


def coarsened(problem: Problem, binning: int) -> Problem:
    """The same tilts, cut to the frequencies that pixels `binning` times as wide can hold; its noise known.

    Frames are cropped about their centre to a multiple of the binning. Specs mean the same as before. An
    axis of one pixel stays.
    """
    series, y = problem.tilt_series, problem.y
    sigma = noise_sigma(problem)
    for axis in (1, 2):
        if y.shape[axis] > 1 and binning > 1:
            n = y.shape[axis] // binning
            y = resized(_cropped(y, axis, n * binning), n, (axis,))
            sigma /= math.sqrt(binning)
    nz, _, nx = problem.operator.x_shape
    # as many rows as the images, so that no ky mixes with another
    volume = (max(nz // binning, 1), y.shape[1], max(nx // binning, 1))
    optics, geometry = series.optics, series.geometry
    coarse = SingleAxisTilt(
        volume, y.shape[1:], geometry.angle_deg,
        optics=optics and replace(optics, pixel_size_A=optics.pixel_size_A * binning),
        defocus_A=geometry.defocus_A, dose_before=geometry.dose_share, total_dose=1.0,
        scale=geometry.scale * binning, taps=_TAPS, binning=geometry.binning * binning,
    )  # fmt: skip
    whole, there = series.whole.blocks, {block.symbol for block in series.blocks}
    missing = frozenset(block.symbol for block in whole) - there
    operator = coarse.without(missing & {block.symbol for block in coarse.blocks})
    return replace(problem, operator=operator, y=np.ascontiguousarray(y), noise_sigma=sigma)


def _cropped(y: np.ndarray, axis: int, length: int) -> np.ndarray:
    first = y.shape[axis] // 2 - length // 2
    return np.take(y, range(first, first + length), axis=axis)
