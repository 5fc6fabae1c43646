"""What is timed: a tilt series and a particle stack of Gaussians, whose exact images are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import (
    GaussianCloud,
    gaussian_particle_projection,
    gaussian_tilt_projection,
    voxel_integrals,
)
from cryogui.physics.operators import Operator
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.tilt import SingleAxisTilt

TILT_RANGE_DEG = 60.0
_TILT_RANGES = {
    "tilt_axis_offset": (-0.6, 1.2),
    "tilt_angle_accuracy": (-0.2, 0.4),
    "dose_induced_shrinkage": (-2.0, 4.0),
    "ctf_per_tilt_variation": (-0.15, 0.15),
    "missing_wedge": (
        26.0,
        29.0,
    ),  # no tilt of this series falls into the shadow: every image costs its full time
}
_PARTICLE_RANGES = {
    "defocus_error": (-100.0, 200.0),
    "astigmatism": (-20.0, 40.0),
    "beam_tilt": (-0.2, 0.4),
    "ice_thickness_variation": (44.0, 62.0),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """An operator, an object, its exact plain projections, and ranges to draw settings from."""

    operator: Operator
    x: NDArray[np.float32]
    exact: NDArray[np.float32]
    ranges: Mapping[str, tuple[float, float]]

    def settings(self, count: int) -> list[dict[str, float]]:
        """Random settings of all parameters: no two moves alike, so that nothing can be remembered."""
        rng = np.random.default_rng(0)
        return [{name: rng.uniform(*ends) for name, ends in self.ranges.items()} for _ in range(count)]


def tilt_series(size: int, tilts: int, taps: int = 4) -> Problem:
    """A cubic volume of `size` voxels under `tilts` tilts over ±60°, phase plate, 0.6 µm underfocus."""
    cloud = _cloud(size)
    angles = np.linspace(-TILT_RANGE_DEG, TILT_RANGE_DEG, tilts)
    optics = Optics(10.0, phase_shift_rad=np.pi / 2)
    operator = SingleAxisTilt(
        (size, size, size), (size, size), angles, optics=optics, defocus_A=6000.0,
        dose_before=3.0 * np.argsort(np.argsort(np.abs(angles))), total_dose=3.0 * tilts, taps=taps,
    )  # fmt: skip
    exact = gaussian_tilt_projection(cloud, (size, size), angles)
    return Problem(operator, voxel_integrals(cloud, (size, size, size)), exact, _TILT_RANGES)


def particle_stack(size: int, images: int) -> Problem:
    """A cubic volume of `size` voxels seen by `images` randomly turned, slightly shifted particles."""
    cloud = _cloud(size)
    rng = np.random.default_rng(1)
    rotations = uniform_rotations(images, rng)
    shifts = rng.uniform(-2, 2, (images, 2))
    operator = ParticleStack(
        (size, size, size), (size, size), rotations, shifts, rng.uniform(1e4, 2.5e4, images),
        rng.uniform(0, 180, images), optics=Optics(2.5),
    )  # fmt: skip
    exact = gaussian_particle_projection(cloud, (size, size), rotations, shifts)
    return Problem(operator, voxel_integrals(cloud, (size, size, size)), exact, _PARTICLE_RANGES)


def operator_error(problem: Problem) -> float:
    """‖Hx − exact‖/‖exact‖ of the plain projections, against the closed form."""
    images = problem.operator.images(problem.operator.load(problem.x), {}, after="Π")
    return float(np.linalg.norm(images - problem.exact) / np.linalg.norm(problem.exact))


def _cloud(size: int) -> GaussianCloud:
    rng = np.random.default_rng(7)
    centres = rng.uniform(-0.18, 0.18, (200, 3)) * size
    return GaussianCloud.of(centres, rng.uniform(2.0, 4.0, 200), rng.uniform(0.5, 1.0, 200))
