"""Where the tilt axis projects, found from the images alone.

A point at (x, z) projects to x·cosθ − z·sinθ + tₐ, and an offset tₐ differs from a shift of the whole
specimen along x only by 1 − cosθ: of all alignments of single images it is what a spec can hold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.problem import Problem

_FEWEST_TILTS = 5
_MASS_SPREAD = 0.1  # a tilt that holds more or less of the specimen than this is no witness
_LARGEST_ERROR_PX = 0.25
_SIGNIFICANT = 2.5


@dataclass(frozen=True)
class AxisOffset:
    """tₐ in pixels, with its standard error."""

    offset_px: float
    error_px: float

    def contradicts(self, offset_px: float) -> bool:
        """Whether this is certain enough, and far enough from `offset_px`, to replace it."""
        distance = abs(self.offset_px - offset_px)
        return self.error_px <= _LARGEST_ERROR_PX and distance > _SIGNIFICANT * self.error_px


def find_axis(problem: Problem) -> AxisOffset:
    """The offset that the centres of mass of the used images tell, as `axis_from_centres`."""
    tilts = np.flatnonzero(problem.used & problem.operator.expects(problem.theta))
    angles = np.deg2rad(problem.tilt_series.geometry.actual_deg(problem.theta)[tilts])
    return axis_from_centres(problem.y[tilts], angles)


def axis_from_centres(images: Real32, angles_rad: NDArray[np.float64]) -> AxisOffset:
    """The centre of mass of every image [tilt, y, x] follows that of the specimen, x̄cosθ − z̄sinθ + tₐ.

    It is the first of the consistency conditions of Helgason and Ludwig; a CTF, even in k, leaves it alone.
    The error is infinite where the specimen leaves the frame, as its mass in the images then varies.
    """
    position = np.arange(images.shape[2]) - images.shape[2] // 2
    profiles = images.sum(axis=1, dtype=np.float64)
    mass = profiles.sum(axis=1)
    typical = float(np.median(mass)) if len(mass) else 0.0
    if typical <= 0.0:
        return AxisOffset(0.0, math.inf)
    whole = np.abs(mass / typical - 1.0) < _MASS_SPREAD
    if whole.mean() < 0.5:  # most tilts lose or gain mass: the specimen leaves the frame
        return AxisOffset(0.0, math.inf)
    centres = profiles[whole] @ position / mass[whole]
    angle = angles_rad[whole]
    return _fitted(np.stack([np.ones(len(angle)), np.cos(angle), np.sin(angle)], axis=1), centres)


def _fitted(design: NDArray[np.float64], values: NDArray[np.float64]) -> AxisOffset:
    """The first coefficient of a least-squares fit, with its error from the scatter of the residuals."""
    spare = len(values) - design.shape[1]
    if len(values) < _FEWEST_TILTS or spare < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return AxisOffset(0.0, math.inf)
    solution = np.linalg.lstsq(design, values, rcond=None)[0]
    variance = float(np.sum((values - design @ solution) ** 2)) / spare
    spread = float(np.linalg.inv(design.T @ design)[0, 0])
    return AxisOffset(float(solution[0]), math.sqrt(variance * spread))
