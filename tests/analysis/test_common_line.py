"""Two particles along the line they share, from clouds of Gaussians whose projections are exact."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.central_lines import central_lines, line_frequencies, towards
from cryogui.analysis.common_line import STEP_DEG, common_line, corrected, crossing, line_map
from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.simulate import ParticlePoses, particle_signal

N = 40
OPTICS = Optics(3.0)
RNG = np.random.default_rng(12)
POSES = ParticlePoses(
    uniform_rotations(6, RNG),
    RNG.uniform(-1.5, 1.5, (6, 2)),
    RNG.uniform(9000, 14000, 6),
    RNG.uniform(0, 180, 6),
)
THETA = {"defocus_error": 40.0, "astigmatism": 30.0, "beam_tilt": 0.3, "ice_thickness_variation": 40.0}
STACK = ParticleStack(
    (N, N, N), (N, N), POSES.rotations, POSES.shifts_px, POSES.defocus_A, POSES.astigmatism_angle_deg,
    optics=OPTICS,
)  # fmt: skip
PAIRS = [(0, 1), (2, 5), (4, 3)]


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    rng = np.random.default_rng(3)
    cloud = GaussianCloud.of(rng.normal(0.0, 4.0, (40, 3)), 1.0, rng.uniform(0.5, 1.0, 40))
    return particle_signal(cloud, (N, N), POSES, OPTICS, THETA)


def place(first: int, second: int) -> object:
    return crossing(POSES.rotations[first], POSES.rotations[second])


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_both_directions_are_the_same_one_in_the_volume(first: int, second: int) -> None:
    found = place(first, second)
    ends = [
        direction @ POSES.rotations[index][:2]
        for index, direction in zip(
            (first, second), towards(np.array([found.first_deg, found.second_deg])), strict=True
        )
    ]
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-9)
    assert 0.0 <= found.first_deg < 180.0 and 0.0 <= found.second_deg < 360.0
    beams = POSES.rotations[[first, second], 2]
    assert np.cos(np.deg2rad(found.between_deg)) == pytest.approx(abs(beams[0] @ beams[1]))


def test_parallel_views_share_no_single_line() -> None:
    turn = np.diag([-1.0, 1.0, -1.0])
    assert crossing(POSES.rotations[0], turn @ POSES.rotations[0]) is None


@pytest.mark.parametrize("pair", PAIRS)
def test_they_agree_along_it_under_the_true_spec_and_less_under_another(
    images: np.ndarray, pair: tuple[int, int]
) -> None:
    right = common_line(corrected(STACK, images, pair, THETA, None), place(*pair))
    wrong = common_line(corrected(STACK, images, pair, {**THETA, "defocus_error": -60.0}, None), place(*pair))
    assert right.correlation > max(0.93, wrong.correlation + 0.03)
    assert np.abs(right.profiles[0] - right.profiles[1]).mean() < 0.35
    assert right.expected is None and len(right.by_k) == len(right.k)
    assert np.nanmin(right.by_k[: len(right.k) // 3]) > 0.9


def test_the_pair_that_agrees_best_is_that_of_the_poses(images: np.ndarray) -> None:
    pair = (0, 1)
    found, where = line_map(corrected(STACK, images, pair, THETA, None)), place(*pair)
    assert found.correlation.shape == (round(180 / STEP_DEG), round(360 / STEP_DEG))
    first, second = found.best_deg
    assert first == pytest.approx(where.first_deg, abs=2 * STEP_DEG)
    assert second == pytest.approx(where.second_deg, abs=2 * STEP_DEG)
    assert found.better(where) < 8


def test_the_far_half_of_the_map_holds_the_other_ends(images: np.ndarray) -> None:
    pair = corrected(STACK, images, (2, 5), THETA, None)
    k = line_frequencies((N, N))
    lines = central_lines(pair.images, towards(np.array([30.0, 210.0])), k) * k
    value = (lines[0, 0] @ lines[1, 1].conj()).real
    value /= np.linalg.norm(lines[0, 0]) * np.linalg.norm(lines[1, 1])
    found = line_map(pair).correlation[round(30 / STEP_DEG), round(210 / STEP_DEG)]
    assert found == pytest.approx(value, abs=1e-4)


def test_noise_leaves_what_is_told(images: np.ndarray) -> None:
    sigma, found = 0.15 * float(images.std()), []
    for seed in range(24):
        noise = np.random.default_rng(seed).normal(0.0, sigma, images.shape)
        pair = corrected(STACK, images + noise.astype(np.float32), (0, 1), THETA, sigma)
        found.append(common_line(pair, place(0, 1)))
    told = np.mean([each.expected for each in found])
    assert 0.5 < told < 0.99
    assert np.mean([each.correlation for each in found]) == pytest.approx(told, abs=0.05)
