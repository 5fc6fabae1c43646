"""Centres of mass of projected Gaussians, whose places are known, against the curve of a spec."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.centre_curve import CentreCurve, axis_turn_deg, bend_by, curve_under
from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.simulate import TiltSeries, tilt_signal
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.reconstruct.centres_of_mass import Centres, centres_of_mass
from cryogui.tiers.axis_rotation import rotated

N = 32
ANGLES = np.linspace(-60.0, 60.0, 31)
SERIES = TiltSeries.dose_symmetric(ANGLES, 3.0, 6000.0)
GEOMETRY = TiltGeometry(ANGLES, SERIES.dose_before / SERIES.total_dose, SERIES.defocus_A, 1.0)
OPTICS = Optics(10.0, phase_shift_rad=np.pi / 2)
ALL = np.ones(len(ANGLES), dtype=bool)
OFFSET, ANGLE = "tilt_axis_offset", "tilt_angle_accuracy"
CLOUD = GaussianCloud.of([(4.0, 2.0, 3.0), (-2.0, -1.0, 4.0), (3.0, 3.0, -1.0)], 1.5, [1.0, 0.7, 0.5])
MEAN = CLOUD.weight @ CLOUD.centres / CLOUD.mass


def images(noise: float = 0.0, **theta: float) -> np.ndarray:
    y = tilt_signal(CLOUD, (N, N), SERIES, OPTICS, theta)
    return y + np.float32(noise) * np.random.default_rng(2).standard_normal(y.shape).astype(np.float32)


def curve(y: np.ndarray, **theta: float) -> CentreCurve:
    found = curve_under(GEOMETRY, theta, centres_of_mass(y), ALL)
    assert found is not None
    return found


def test_under_the_true_spec_the_centres_lie_on_the_curve() -> None:
    theta = {OFFSET: 0.8, ANGLE: 0.1, "dose_induced_shrinkage": 4.0}
    found = curve(images(**theta), **theta)
    assert found.scatter_px < 0.01 and np.abs(found.drift_px).max() < 0.01
    assert (found.across_px, found.depth_px) == pytest.approx((MEAN[0], MEAN[2]), abs=0.02)
    angle = np.deg2rad(GEOMETRY.actual_deg(theta))
    thickness = 1.0 - 0.04 * GEOMETRY.dose_share
    expected = MEAN[0] * np.cos(angle) - MEAN[2] * thickness * np.sin(angle) + 0.8
    np.testing.assert_allclose(found.expected_px, expected, atol=0.03)


@pytest.mark.parametrize(("name", "value"), [(OFFSET, 0.8), (ANGLE, -0.15)])
def test_a_wrong_value_bends_the_misfit_and_is_told_from_it(name: str, value: float) -> None:
    found = curve(images(**{name: value}))
    bend = bend_by(GEOMETRY, {}, found, name)
    assert found.scatter_px > 0.02
    assert bend.value == pytest.approx(value, rel=0.12) and bend.is_seen and bend.share > 0.97
    assert bend_by(GEOMETRY, {}, found, "ctf_per_tilt_variation") is None, "it moves no centre"


def test_an_offset_bends_alike_on_both_sides() -> None:
    misfit = curve(images(**{OFFSET: 0.8})).misfit_px
    np.testing.assert_allclose(misfit, misfit[::-1], atol=0.01)


def test_the_scatter_is_that_of_the_noise() -> None:
    y = images(noise=4e-4)
    centres = centres_of_mass(y)
    found = curve_under(GEOMETRY, {}, centres, ALL)
    assert found.scatter_px == pytest.approx(np.median(centres.error_px(4e-4)), rel=0.3)
    assert not bend_by(GEOMETRY, {}, found, OFFSET).is_seen


@pytest.mark.parametrize("turn_deg", [4.0, -7.0])
def test_a_turned_axis_makes_y_follow_x(turn_deg: float) -> None:
    wide = tilt_signal(CLOUD, (48, 48), SERIES, OPTICS, {})
    turned = np.array([rotated(image, turn_deg) for image in wide])
    found = axis_turn_deg(curve(turned))
    assert abs(found.value) == pytest.approx(abs(turn_deg), rel=0.05) and found.is_seen
    assert np.sign(found.value) == np.sign(turn_deg) * _way()


def _way() -> float:
    """+1 if turning an image by a positive angle takes a point on +y towards +x."""
    point = np.zeros((33, 33), np.float32)
    point[26, 16] = 1.0
    return float(np.sign(centres_of_mass(rotated(point, 10.0)[None]).x_px[0]))


def test_images_left_out_have_no_say() -> None:
    y = images()
    spoilt = y.copy()
    spoilt[3] = np.roll(y[3], 4, axis=1)
    counted = ALL.copy()
    counted[3] = False
    found = curve_under(GEOMETRY, {}, centres_of_mass(spoilt), counted)
    assert found.scatter_px < 0.01 and found.misfit_px[3] == pytest.approx(4.0, abs=0.05)


def test_where_mass_comes_and_goes_no_curve_is_drawn() -> None:
    growing = images() * (1.0 / np.cos(np.deg2rad(ANGLES)) ** 2)[:, None, None].astype(np.float32)
    assert curve_under(GEOMETRY, {}, centres_of_mass(growing), ALL) is None
    empty = centres_of_mass(0.0 * growing)
    assert isinstance(empty, Centres) and curve_under(GEOMETRY, {}, empty, ALL) is None
    assert curve_under(GEOMETRY, {}, centres_of_mass(images()), ALL & (np.abs(ANGLES) < 7)) is None
    assert curve_under(GEOMETRY, {}, centres_of_mass(images()), ~ALL) is None
