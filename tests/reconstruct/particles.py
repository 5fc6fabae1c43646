"""A few particles of a blob-like molecule, as problems with a known truth."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import GaussianCloud, voxel_integrals
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import turns, uniform_rotations
from cryogui.reconstruct import Problem

THETA = {"defocus_error": 60.0, "astigmatism": 25.0, "beam_tilt": 0.1, "ice_thickness_variation": 50.0}


@lru_cache(maxsize=4)
def molecule(n: int) -> NDArray[np.float32]:
    """A ball of Gaussians, brightest voxel 1."""
    rng = np.random.default_rng(4)
    points = rng.uniform(-1.0, 1.0, (4 * n, 3))
    points = points[np.linalg.norm(points, axis=1) < 1.0] * (0.36 * n)
    x = voxel_integrals(GaussianCloud.of(points, 1.3, rng.uniform(0.5, 1.0, len(points))), (n, n, n))
    return x / np.float32(x.max())


def stack(n: int, count: int) -> ParticleStack:
    """Particles at random poses, defoci from 1 to 2.5 µm."""
    rng = np.random.default_rng(5)
    return ParticleStack(
        (n, n, n), (n, n), uniform_rotations(count, rng), rng.uniform(-1, 1, (count, 2)),
        rng.uniform(1e4, 2.5e4, count), rng.uniform(0, 180, count), optics=Optics(2.0),
    )  # fmt: skip


def problem(n: int, count: int, noise: float = 0.1) -> Problem:
    """What `stack` measures of `molecule`; noise: its rms as a share of the signal's."""
    operator = stack(n, count)
    y = operator.apply(molecule(n), THETA)
    sigma = noise * float(y.std())
    y = y + sigma * np.random.default_rng(6).standard_normal(y.shape).astype(np.float32)
    return Problem(operator, y, THETA, np.ones(count, dtype=bool), sigma or None)


def misposed(measured: Problem, angle_deg: float, shift_px: float, seed: int) -> Problem:
    """The same particles, their poses given wrong by these rms angles and shifts."""
    operator = measured.operator
    assert isinstance(operator, ParticleStack)
    rng = np.random.default_rng(seed)
    turned = turns(np.deg2rad(angle_deg) / np.sqrt(3.0) * rng.standard_normal((len(measured.y), 3)))
    moved = shift_px / np.sqrt(2.0) * rng.standard_normal((len(measured.y), 2))
    posed = operator.posed(turned @ operator.rotations, operator.shifts_px + moved)
    return replace(measured, operator=posed)


def error(x: NDArray[np.float32] | None, n: int) -> float:
    """‖x − truth‖ / ‖truth‖."""
    assert x is not None
    return float(np.linalg.norm(x - molecule(n)) / np.linalg.norm(molecule(n)))


def spoilt(measured: Problem) -> tuple[Problem, Problem]:
    """The same problem without some of its images, as they are and full of rubbish."""
    used = np.arange(len(measured.y)) % 3 != 1
    rubbish = measured.y.copy()
    rubbish[~used] = 1e3 * np.random.default_rng(7).standard_normal(rubbish[~used].shape)
    clean = measured.only(used)
    return clean, Problem(measured.operator, rubbish, THETA, used, measured.noise_sigma)
