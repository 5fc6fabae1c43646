"""MAP with a prior from half sets: it converges, trusts what agrees, and sees nothing it must not see."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.reconstruct.map_estimate import signal_to_noise
from cryogui.reconstruct.stacks import HalfSets
from tests.reconstruct import particles
from tests.reconstruct.particles import error
from tests.reconstruct.series import assert_resumable, result, steps


def test_without_noise_it_converges() -> None:
    measured = particles.problem(24, 60, noise=1e-4)
    x = result("relion", measured, iterations=8)
    assert measured.residual(x) < 2e-3
    assert error(x, 24) < 0.03


def test_noise_is_held_back_better_than_by_one_insertion() -> None:
    measured = particles.problem(32, 12, noise=0.2)
    assert error(result("relion", measured), 32) < 0.8 * error(result("ctffind4", measured), 32)


def test_images_left_out_have_no_influence() -> None:
    clean, rubbish = particles.spoilt(particles.problem(20, 9))
    np.testing.assert_array_equal(result("relion", clean), result("relion", rubbish))


def test_the_resolution_is_told() -> None:
    assert steps("relion", particles.problem(20, 8))[-1].note.startswith("resolution ")


def test_it_can_be_stopped_before_and_between_what_is_made_once() -> None:
    assert [step.x is None for step in steps("relion", particles.problem(16, 4))][:4] == [
        True,
        True,
        True,
        False,
    ]


def test_an_interrupted_run_goes_on_to_the_same_end() -> None:
    there = assert_resumable(
        "relion", particles.problem(16, 5), iterations=3, refine_angle_deg=2.0, refine_shift_px=0.5
    )
    assert len(there) == 3


def test_wrong_poses_are_refined() -> None:
    wrong = particles.misposed(particles.problem(24, 24), 3.0, 1.0, seed=1)
    refined = steps("relion", wrong, iterations=6, refine_angle_deg=3.0, refine_shift_px=1.0)[-1]
    assert refined.x is not None
    assert error(refined.x, 24) < 0.7 * error(result("relion", wrong, iterations=6), 24)
    assert "poses moved by" in refined.note


@pytest.mark.parametrize("asked", [{"refine_angle_deg": 3.0}, {"refine_shift_px": 1.0}])
def test_exact_poses_stay_nearly_exact(asked: dict[str, float]) -> None:
    measured = particles.problem(24, 24)
    assert error(result("relion", measured, **asked), 24) < 1.1 * error(result("relion", measured), 24)


def test_images_left_out_have_no_influence_on_poses() -> None:
    clean, rubbish = particles.spoilt(particles.problem(20, 9))
    asked = {"refine_angle_deg": 2.0, "refine_shift_px": 0.5}
    np.testing.assert_array_equal(result("relion", clean, **asked), result("relion", rubbish, **asked))


def test_one_particle_is_refused() -> None:
    with pytest.raises(UserError, match="two particles or more"):
        steps("relion", particles.problem(16, 1))


def test_signal_to_noise_is_positive_and_grows_with_the_correlation() -> None:
    ratio = signal_to_noise(np.array([-0.3, 0.0, 0.5, 0.9, 1.0]))
    assert (ratio > 0).all()
    assert (np.diff(ratio) >= 0).all()
    assert ratio[2] == pytest.approx(1.0)


def test_estimates_solve_the_regularised_equations() -> None:
    data = HalfSets(particles.problem(16, 12)).data(0)
    prior = 0.5 * data.precision
    x = list(data.estimates(np.zeros((16, 16, 16), dtype=np.float32), prior, 40))[-1]
    left = data.normal(x) + data.shells.filtered(x, prior) * data.support
    assert np.linalg.norm(left - data.back_projected) < 1e-3 * np.linalg.norm(data.back_projected)


def test_a_strong_prior_holds_the_estimate_at_its_mean() -> None:
    data = HalfSets(particles.problem(16, 12)).data(0)
    mean = particles.molecule(16) * data.support
    for x in data.estimates(mean, 1e9 * data.precision, 5, mean):
        held = x
    assert np.linalg.norm(held - mean) < 0.1 * np.linalg.norm(mean)


def test_joined_data_are_the_sum_of_both() -> None:
    sets = HalfSets(particles.problem(16, 6))
    first, second = sets.data(0), sets.data(1)
    joined, x = first.joined(second), particles.molecule(16)
    np.testing.assert_allclose(joined.normal(x), first.normal(x) + second.normal(x))
    np.testing.assert_allclose(joined.back_projected, first.back_projected + second.back_projected)
