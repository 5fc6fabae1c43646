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
from cryogui.reconstruct.centres_of_mass import centres_of_mass
from cryogui.reconstruct.problem import Problem

_FEWEST_TILTS = 5
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

    The error is infinite where the specimen leaves the frame, as its mass in the images then varies.
    """
    centres, all_of_them = centres_of_mass(images), np.ones(len(images), dtype=bool)
    if not centres.can_be_trusted(all_of_them):
        return AxisOffset(0.0, math.inf)
    whole = centres.whole(all_of_them)
    angle = angles_rad[whole]
    design = np.stack([np.ones(len(angle)), np.cos(angle), np.sin(angle)], axis=1)
    return _fitted(design, centres.x_px[whole])


def _fitted(design: NDArray[np.float64], values: NDArray[np.float64]) -> AxisOffset:
    """The first coefficient of a least-squares fit, with its error from the scatter of the residuals."""
    spare = len(values) - design.shape[1]
    if len(values) < _FEWEST_TILTS or spare < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        return AxisOffset(0.0, math.inf)
    solution = np.linalg.lstsq(design, values, rcond=None)[0]
    variance = float(np.sum((values - design @ solution) ** 2)) / spare
    spread = float(np.linalg.inv(design.T @ design)[0, 0])
    return AxisOffset(float(solution[0]), math.sqrt(variance * spread))
