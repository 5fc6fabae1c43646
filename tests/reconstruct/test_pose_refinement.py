"""Poses find their way back to where a map was seen from."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import turn_vectors
from cryogui.reconstruct import Problem
from cryogui.reconstruct.pose_refinement import PoseRefinement
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA, molecule

N, COUNT = 24, 6
TURN, SHIFT = np.deg2rad(3.0), 1.0


def errors(operator: ParticleStack, true: Problem) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far poses are from the true ones, in rad and px."""
    exact = true.operator
    assert isinstance(exact, ParticleStack)
    turned = turn_vectors(operator.rotations @ np.swapaxes(exact.rotations, 1, 2))
    return np.linalg.norm(turned, axis=1), np.linalg.norm(operator.shifts_px - exact.shifts_px, axis=1)


def refinement(measured: Problem, turn: float = TURN, shift: float = SHIFT) -> PoseRefinement:
    operator = measured.operator
    assert isinstance(operator, ParticleStack)
    noise = np.full((N, N // 2 + 1), (measured.noise_sigma or 1.0) ** 2)
    return PoseRefinement(operator, measured.measured, THETA, noise, turn, shift)


def improved(poses: PoseRefinement, times: int = 4, largest_k: float = 0.4) -> ParticleStack:
    for _ in range(times):
        for _ in poses.improve(molecule(N), largest_k):
            pass
    return poses.operator


def test_poses_are_found_from_the_true_map() -> None:
    true = particles.problem(N, COUNT, noise=0.02)
    wrong = particles.misposed(true, 3.0, 1.0, seed=1)
    assert isinstance(wrong.operator, ParticleStack)
    before = errors(wrong.operator, true)
    poses = refinement(wrong)
    after = errors(improved(poses), true)
    assert before[0].max() > np.deg2rad(2.5) and before[1].max() > 1.0
    assert after[0].max() < np.deg2rad(0.3)
    assert after[1].max() < 0.05
    moved = errors(poses.operator, wrong)
    np.testing.assert_allclose(poses.changes[0], moved[0], rtol=1e-6)
    np.testing.assert_allclose(poses.changes[1], moved[1], rtol=1e-6)


@pytest.mark.parametrize(("turn", "shift"), [(TURN, 0.0), (0.0, SHIFT)])
def test_what_is_certain_stays(turn: float, shift: float) -> None:
    wrong = particles.misposed(particles.problem(N, COUNT), 3.0, 1.0, seed=1)
    turned, shifted = errors(improved(refinement(wrong, turn, shift), 1), wrong)
    assert (turned.max() > 1e-3) == (turn > 0.0)
    assert (shifted.max() > 1e-3) == (shift > 0.0)


def test_a_narrow_prior_holds_poses_where_they_are() -> None:
    wrong = particles.misposed(particles.problem(N, COUNT), 3.0, 1.0, seed=1)
    turned, shifted = errors(improved(refinement(wrong, 1e-5, 1e-5)), wrong)
    assert turned.max() < 1e-3
    assert shifted.max() < 1e-3


def test_frequencies_beyond_the_limit_do_not_count() -> None:
    measured = particles.misposed(particles.problem(N, COUNT), 3.0, 1.0, seed=1)
    coarse = improved(refinement(measured), 1, largest_k=0.1)
    assert not np.allclose(coarse.rotations, improved(refinement(measured), 1).rotations, atol=1e-4)
    rng = np.random.default_rng(3)
    spectra = np.fft.rfft2(rng.standard_normal(measured.y.shape))
    spectra[:, np.hypot(np.fft.fftfreq(N)[:, None], np.fft.rfftfreq(N)) <= 0.11] = 0.0
    disturbed = measured.y + np.fft.irfft2(spectra, s=(N, N)).astype(np.float32)
    other = Problem(measured.operator, disturbed, THETA, measured.used, measured.noise_sigma)
    np.testing.assert_allclose(
        improved(refinement(other), 1, largest_k=0.1).rotations, coarse.rotations, atol=1e-4
    )
