"""Weighted back-projection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import WORKERS, Real32, frequencies, half_frequencies
from cryogui.physics.operators import Theta
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method


@dataclass(frozen=True)
class WbpOptions:
    """How images are filtered before they are projected back."""

    weighting: str = option(
        "exact", "weighting", "exact: every frequency by how many tilts see it; ramp: by |k| alone.",
        choices=("exact", "ramp"),
    )  # fmt: skip
    window: str = option(
        "hann", "window", "Low pass that falls to zero at the cut-off; none: a sharp edge there.",
        choices=("hann", "cosine", "none"),
    )  # fmt: skip
    cutoff: float = option(1.0, "cut-off", "Where the window ends.", unit="Nyquist", low=0.05, high=1.0)
    ctf: str = option(
        "none", "CTF", "none: left as recorded; phase flip: frequencies of negative CTF are turned over.",
        choices=("none", "phase flip"),
    )  # fmt: skip


@method("wbp", "WBP", ("tilt_series",), row="WBP", is_iterative=False)
def wbp(problem: Problem, options: WbpOptions, start: Start | None) -> Iterator[Step]:
    """Weighted back-projection of a tilt series (Crowther, DeRosier & Klug 1970).

    Every image is filtered across the tilt axis, so that the frequencies near the axis, which all tilts
    record, count no more than the others, and is then smeared back along its own direction. For uneven tilts
    the weight of a frequency is the exact filter of Harauz & van Heel (1986) and Radermacher (1992): one over
    the sum of how far every tilt's central section, as thick as one over the object's depth, overlaps it.

    Here the overlap is sinc², which unlike sinc is never negative, and weights are scaled so that even tilts
    all round get the ramp |k| exactly, level beyond the resolution that so many tilts can give. The
    back-projection is done in Fourier space along the directions that the spec says, thinning and stage
    errors included. The CTF is not divided out.
    """
    plain = problem.operator.without(frozenset("CD") & {block.symbol for block in problem.operator.blocks})
    filtered = _filtered(problem, options)
    yield Step(None, 0, 0.3)
    yield Step(plain.adjoint(filtered, problem.theta), 1, 1.0)


def section_weights(
    tilt: SingleAxisTilt, theta: Theta, used: NDArray[np.bool_], nx: int, weighting: str = "exact"
) -> NDArray[np.float64]:
    """[tilt, k']: the arc (cycles per voxel) that a used tilt stands for at the frequencies of a row of nx.

    ramp: |k'| times the mean step between the unshadowed tilts, in all at most half a turn.
    exact: |k'|·∫ sinc²(D|k'| sin φ) dφ over half a turn over Σⱼ sinc²(D|k'| sin Δθᵢⱼ) over those tilts,
    with D the volume's depth in voxels.
    """
    used = used & tilt.expects(theta)
    radius = half_frequencies(nx)
    reach = tilt.x_shape[0] * radius
    radius[0] = 0.25 / nx  # mean of |k'| over the central cell, not 0: keeps the object's level
    lines = tilt.geometry.lines(theta)[used, :2]
    direction = np.arctan2(lines[:, 0], lines[:, 1])
    weights = np.zeros((tilt.geometry.count, len(radius)))
    if not used.any():
        return weights
    if weighting == "ramp":
        span = np.deg2rad(np.ptp(tilt.geometry.actual_deg(theta)[used]))
        weights[used] = radius * min(span / max(len(lines) - 1, 1) or np.pi, np.pi / len(lines))
        return weights
    all_round = np.pi * _overlap(reach, np.linspace(0.0, np.pi, 2048, endpoint=False)) / 2048
    for image, angle in zip(np.flatnonzero(used), direction, strict=True):
        weights[image] = radius * all_round / _overlap(reach, direction - angle)
    return weights


def _overlap(reach: NDArray[np.float64], angles_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    overlap: NDArray[np.float64] = (np.sinc(reach * np.sin(angles_rad)[:, None]) ** 2).sum(axis=0)
    return overlap


def _filtered(problem: Problem, options: WbpOptions) -> Real32:
    tilt = problem.tilt_series
    ny, nx = problem.y.shape[1:]
    k, ky = half_frequencies(nx), frequencies(ny)
    filters = section_weights(tilt, problem.theta, problem.used, nx, options.weighting)
    filters *= _window(k / (0.5 * options.cutoff), options.window) / tilt.geometry.scale**2
    spectra = scipy.fft.rfft2(problem.y, workers=WORKERS)
    spectra *= filters.astype(np.float32)[:, None, :]
    if options.ctf == "phase flip":
        pixel = tilt.optics.pixel_size_A if tilt.optics else 1.0
        for image in np.flatnonzero(problem.used):
            if ctf := problem.operator.ctf(int(image), problem.theta):
                spectra[image] *= np.where(ctf(k[None, :] / pixel, ky[:, None] / pixel) < 0.0, -1.0, 1.0)
    filtered: Real32 = scipy.fft.irfft2(spectra, s=(ny, nx), workers=WORKERS, overwrite_x=True)
    return filtered


def _window(u: NDArray[np.float64], shape: str) -> NDArray[np.float64]:
    """The low pass at u times its cut-off."""
    shapes = {
        "hann": np.cos(0.5 * np.pi * u) ** 2,
        "cosine": np.cos(0.5 * np.pi * u),
        "none": np.ones(len(u)),
    }
    return np.where(u <= 1.0, shapes[shape], 0.0)
