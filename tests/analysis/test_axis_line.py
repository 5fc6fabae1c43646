"""Profiles along the tilt axis, of clouds of Gaussians whose projections are exact."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.axis_line import TURNS_DEG, axis_directions, axis_lines, axis_profiles, highest
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.simulate import TiltSeries, tilt_signal
from cryogui.tiers.axis_rotation import rotated

N = 48
ANGLES = np.linspace(-60.0, 60.0, 17)
OPTICS = Optics(4.0)
ALL = np.ones(len(ANGLES), dtype=bool)
VARIATION = {"ctf_per_tilt_variation": 0.15}
SERIES = TiltSeries.dose_symmetric(ANGLES, 3.0, 18000.0)


def cloud() -> GaussianCloud:
    rng = np.random.default_rng(8)
    return GaussianCloud.of(rng.uniform(-9.0, 9.0, (30, 3)), 1.2, rng.uniform(0.5, 1.0, 30))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return tilt_signal(cloud(), (N, N), SERIES, OPTICS, VARIATION)


def ctfs(theta: dict[str, float]) -> list[Ctf]:
    return [Ctf(OPTICS, float(focus)) for focus in SERIES.actual_defocus_A(theta)]


def test_under_the_right_ctfs_all_profiles_are_one(images: np.ndarray) -> None:
    right = axis_lines(axis_profiles(images), ctfs(VARIATION), 4.0, ALL)
    wrong = axis_lines(axis_profiles(images), ctfs({"ctf_per_tilt_variation": -0.15}), 4.0, ALL)
    assert right.correlation.min() > 0.998 and np.abs(right.shift_px).max() < 0.02
    assert (1.0 - wrong.correlation).mean() > 4.0 * (1.0 - right.correlation).mean()
    np.testing.assert_allclose(np.sqrt((right.profiles**2).mean(axis=1)), 1.0)
    assert right.expected is None and right.error_px is None


@pytest.mark.parametrize("shift", [1.0, -2.5])
def test_a_shift_along_the_axis_is_found_where_it_is(images: np.ndarray, shift: float) -> None:
    moved = images.copy()
    waves = np.exp(-2j * np.pi * np.fft.fftfreq(N) * shift)[:, None]
    moved[5] = np.fft.ifft(np.fft.fft(images[5], axis=0) * waves, axis=0).real
    found = axis_lines(axis_profiles(moved), ctfs(VARIATION), 4.0, ALL)
    assert found.shift_px[5] == pytest.approx(shift, abs=0.12)
    assert np.abs(np.delete(found.shift_px, 5)).max() < 0.2
    assert found.correlation.argmin() == 5


def test_noise_makes_the_errors_that_are_told(images: np.ndarray) -> None:
    sigma, rng, shifts, likeness = 0.01, np.random.default_rng(1), [], []
    for _ in range(20):
        noisy = images + rng.normal(0.0, sigma, images.shape).astype(np.float32)
        found = axis_lines(axis_profiles(noisy), ctfs(VARIATION), 4.0, ALL, sigma * N**0.5)
        shifts.append(found.shift_px)
        likeness.append(found.correlation)
    assert np.std(shifts) == pytest.approx(np.median(found.error_px), rel=0.3)
    assert 1.0 - np.mean(likeness) == pytest.approx(1.0 - np.median(found.expected), rel=0.3)


def test_images_left_out_do_not_count_in_the_mean(images: np.ndarray) -> None:
    spoilt = images.copy()
    spoilt[2] = spoilt[2, ::-1]
    counted = ALL.copy()
    counted[2] = False
    found = axis_lines(axis_profiles(spoilt), ctfs(VARIATION), 4.0, counted)
    assert np.delete(found.correlation, 2).min() > 0.998 and found.correlation[2] < 0.9
    assert axis_lines(axis_profiles(images), ctfs(VARIATION), 4.0, ~ALL) is None


@pytest.mark.parametrize("turn_deg", [0.0, 4.0, -6.5])
def test_a_turned_axis_is_found(turn_deg: float) -> None:
    plate = Optics(10.0, phase_shift_rad=np.pi / 2)
    images = tilt_signal(cloud(), (N, N), SERIES, plate, {})
    turned = np.array([rotated(image, turn_deg) for image in images]) if turn_deg else images
    best = highest(TURNS_DEG, axis_directions(turned, ALL))
    assert abs(best) == pytest.approx(abs(turn_deg), abs=0.3)
    assert turn_deg == 0.0 or np.sign(best) == np.sign(turn_deg) * _way()


def _way() -> float:
    """+1 if turning an image by a positive angle takes a point on +y towards +x."""
    point = np.zeros((33, 33), np.float32)
    point[26, 16] = 1.0
    return float(np.sign(rotated(point, 10.0).sum(axis=0) @ (np.arange(33) - 16)))


def test_where_no_direction_is_best_there_is_none() -> None:
    assert highest(TURNS_DEG, TURNS_DEG) is None
    assert highest(TURNS_DEG, np.full(len(TURNS_DEG), np.nan)) is None
    assert np.isnan(axis_directions(np.zeros((3, 8, 8), np.float32), np.zeros(3, dtype=bool))).all()
