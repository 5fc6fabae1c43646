"""What centres of mass tell: the tilt axis' offset, under angles that are not quite known either, and whether
the images move as no spec has it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from cryogui.physics.operators import Theta
from cryogui.reconstruct.axis_search import AxisOffset, axis_from_centres
from cryogui.reconstruct.centres_of_mass import centres_of_mass
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem

OFFSET, ANGLE = "tilt_axis_offset", "tilt_angle_accuracy"

_CERTAIN_PX = 0.25
_BEYOND_NOISE = 4.0  # times the variance that noise gives a centre: less is no movement


@dataclass(frozen=True)
class Wandering:
    """How far the images wander along the tilt axis, where every spec has them stay (rms, px; 0 where centres
    of mass show nothing of it), and how far the specimen reaches across the axis, px."""

    along_px: float = 0.0
    reach_px: float = math.inf


def wandering(problem: Problem) -> Wandering:
    """From the used images; alignment along the axis is as a rule no better across it."""
    centres = centres_of_mass(problem.y)
    if not centres.can_be_trusted(problem.used):
        return Wandering()
    whole = centres.whole(problem.used)
    noise = float(np.mean(centres.error_px(noise_sigma(problem))[whole] ** 2))
    moved = float(np.var(centres.y_px[whole]))
    if moved <= _BEYOND_NOISE * noise:
        return Wandering()
    profile = np.maximum(problem.y[whole].sum(axis=(0, 1), dtype=np.float64), 0.0)
    x = np.arange(len(profile))
    variance = np.average((x - np.average(x, weights=profile)) ** 2, weights=profile)
    # a disc reaches twice as far as its shadow's standard deviation
    return Wandering(math.sqrt(moved - noise), 2.0 * math.sqrt(variance))


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
