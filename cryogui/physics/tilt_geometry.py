"""Geometry of a single-axis tilt series: actual angles, thinning, shadowing, and what every image sees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.operators import Theta
from cryogui.physics.tilt_derivatives import KNOBS

SHADOW_WIDTH_DEG = 1.0


@dataclass(frozen=True, eq=False)
class TiltGeometry:
    """Per-tilt constants: nominal angle (degrees), share of the dose received before it, base defocus (Å).

    has_holder: whether the holder shadows the tilts beyond the wedge's limit. binning: recorded pixels per
    pixel of the model along an axis; spec values in pixels are always in recorded ones.
    """

    angle_deg: NDArray[np.float64]
    dose_share: NDArray[np.float64]
    defocus_A: NDArray[np.float64]
    scale: float
    has_holder: bool = True
    binning: float = 1.0

    @property
    def count(self) -> int:
        """Number of tilts."""
        return len(self.angle_deg)

    @cached_property
    def step_index(self) -> NDArray[np.float64]:
        """Signed number of nominal steps from zero tilt."""
        ordered = np.unique(self.angle_deg)
        step = float(np.median(np.diff(ordered))) if len(ordered) > 1 else 1.0
        return np.round(self.angle_deg / step)

    @cached_property
    def angle_share(self) -> NDArray[np.float64]:
        """Nominal angle as a fraction of the largest."""
        largest = float(np.abs(self.angle_deg).max())
        return self.angle_deg / largest if largest else self.angle_deg

    def actual_deg(self, theta: Theta) -> NDArray[np.float64]:
        """Angles with the stage's error."""
        return self.angle_deg + theta.get("tilt_angle_accuracy", 0.0) * self.step_index

    def transmitted(self, theta: Theta) -> NDArray[np.float64]:
        """Amplitude wᵢ the holder lets through: 1 inside the limit 90° − m, 0 outside, over one degree."""
        return self._shadow(theta)[0]

    def expects(self, theta: Theta) -> NDArray[np.bool_]:
        """Tilts of which the holder lets more than half through."""
        return self.transmitted(theta) > 0.5

    def focus(self, theta: Theta) -> NDArray[np.float64]:
        """Defocus of every tilt, Å."""
        return self.defocus_A + 1e4 * theta.get("ctf_per_tilt_variation", 0.0) * self.angle_share

    def lines(self, theta: Theta) -> NDArray[np.float64]:
        """Kernel rows [tilt, (cz, cx, shift, defocus, gain)]."""
        angle = np.deg2rad(self.actual_deg(theta))
        shift = np.full(self.count, theta.get("tilt_axis_offset", 0.0) / self.binning)
        gain = self.scale * self.transmitted(theta)
        return np.stack(
            [-self._thickness(theta) * np.sin(angle), np.cos(angle), shift, self.focus(theta), gain], axis=1
        )

    def turning(self, theta: Theta) -> NDArray[np.float64]:
        """[tilt, (∂cz/∂angle, ∂cx/∂angle, ∂cz/∂thickness factor)], angle in radians."""
        angle = np.deg2rad(self.actual_deg(theta))
        return np.stack([-self._thickness(theta) * np.cos(angle), -np.sin(angle), -np.sin(angle)], axis=1)

    def direction(self, name: str, theta: Theta) -> NDArray[np.float64]:
        """∂(angle, thickness, shift, defocus, gain)/∂parameter of every tilt, in the order of KNOBS."""
        by = dict.fromkeys(KNOBS, np.zeros(self.count))
        if name == "tilt_axis_offset":
            by["shift_px"] = np.full(self.count, 1.0 / self.binning)
        elif name == "tilt_angle_accuracy":
            by["angle_rad"] = np.deg2rad(self.step_index)
            sign = np.sign(self.actual_deg(theta))
            by["gain"] = self.scale * self._shadow(theta)[1] * sign * self.step_index
        elif name == "dose_induced_shrinkage":
            by["thickness_factor"] = -self.dose_share / 100.0
        elif name == "ctf_per_tilt_variation":
            by["defocus_A"] = 1e4 * self.angle_share
        elif name == "missing_wedge":
            by["gain"] = self.scale * self._shadow(theta)[1]
        return np.stack([by[knob] for knob in KNOBS], axis=1)

    def gaps_rad(self, theta: Theta, used: NDArray[np.bool_]) -> NDArray[np.float64]:
        """[tilt, 2]: angle to the neighbour on either side among the used tilts (0 for the others).

        Lines through the origin repeat after half a turn, so the outermost tilts have the missing wedge
        between them.
        """
        angle = np.deg2rad(self.actual_deg(theta))
        order = np.flatnonzero(used)[np.argsort(angle[used], kind="stable")]
        gaps = np.zeros((self.count, 2))
        if len(order):
            following = np.diff(angle[order], append=angle[order[0]] + math.pi)
            gaps[order, 1] = np.maximum(following, 0.0)
            gaps[np.roll(order, -1), 0] = gaps[order, 1]
        return gaps

    def support(self, nz: int, nx: int, detector_nx: int) -> NDArray[np.bool_]:
        """[z, x]: columns of voxels whose projection stays on the detector in every nominal tilt."""
        z = (np.arange(nz) - nz // 2)[:, None]
        x = (np.arange(nx) - nx // 2)[None, :]
        left, right = -(detector_nx // 2), detector_nx - 1 - detector_nx // 2
        seen = np.ones((nz, nx), dtype=bool)
        for angle in np.deg2rad(self.angle_deg):
            across = x * math.cos(angle) - z * math.sin(angle)
            seen &= (across >= left - 1e-6) & (across <= right + 1e-6)
        return seen

    def _thickness(self, theta: Theta) -> NDArray[np.float64]:
        return 1.0 - theta.get("dose_induced_shrinkage", 0.0) / 100.0 * self.dose_share

    def _shadow(self, theta: Theta) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(w, ∂w/∂|angle|), degrees; ∂w/∂m is the same, as the limit is 90° − m."""
        if "missing_wedge" not in theta or not self.has_holder:
            return np.ones(self.count), np.zeros(self.count)
        beyond = np.abs(self.actual_deg(theta)) - (90.0 - theta["missing_wedge"])
        turn = math.pi * np.clip(beyond / SHADOW_WIDTH_DEG, -0.5, 0.5)
        inside = np.abs(beyond) < 0.5 * SHADOW_WIDTH_DEG
        slope = np.where(inside, -0.5 * math.pi / SHADOW_WIDTH_DEG * np.cos(turn), 0.0)
        return 0.5 * (1.0 - np.sin(turn)), slope
