"""The tilt axis' offset from centres of mass, under angles that are not quite known either."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from cryogui.physics.operators import Theta
from cryogui.reconstruct.axis_search import AxisOffset, axis_from_centres
from cryogui.reconstruct.problem import Problem

OFFSET, ANGLE = "tilt_axis_offset", "tilt_angle_accuracy"

_CERTAIN_PX = 0.25


def centred(problem: Problem, theta: Theta, angle_error: float) -> AxisOffset | None:
    """The offset in file pixels from the used images; None where centres of mass do not tell it.

    angle_error: standard error of the tilt-angle accuracy in θ, which adds to that of the offset.
    """
    found = _centres(problem, theta)
    if found.error_px > _CERTAIN_PX:
        return None
    by_angle = 0.0
    if math.isfinite(angle_error) and angle_error > 0.0:
        turned = {**theta, ANGLE: theta.get(ANGLE, 0.0) + angle_error}
        by_angle = _centres(problem, turned).offset_px - found.offset_px
    return replace(found, error_px=math.hypot(found.error_px, by_angle))


def _centres(problem: Problem, theta: Theta) -> AxisOffset:
    angles = np.deg2rad(problem.tilt_series.geometry.actual_deg(theta)[problem.used])
    return axis_from_centres(problem.y[problem.used], angles)
