"""A rotation of the tilt axis in the plane of the images is found, and only where there is one."""

import numpy as np
import pytest

from cryogui.physics.gaussians import GaussianCloud, gaussian_tilt_projection
from cryogui.physics.live import LiveModel
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.tiers.axis_rotation import Rotation, rotated
from cryogui.tiers.tilt_axis import AxisFinding, turned, turned_shape

TILTS = np.linspace(-60, 60, 15)
OFF_DEG = 8.0


def blobs(noise: float = 0.0) -> np.ndarray:
    """A tilt series of blobs about an axis along y, at 1.2 px from the centre."""
    rng = np.random.default_rng(3)
    cloud = GaussianCloud.of(rng.uniform(-9, 9, (12, 3)), 1.8, 1.0)
    images = np.roll(gaussian_tilt_projection(cloud, (32, 32), TILTS), 1, axis=2)
    return (images + noise * images.std() * rng.standard_normal(images.shape)).astype(np.float32)


def residual(images: np.ndarray) -> float:
    """‖r‖/‖y‖ of a quick reconstruction about the y axis, at the best of some offsets."""
    live = LiveModel(SingleAxisTilt((32, 32, 32), (32, 32), TILTS), images)
    residuals = []
    for offset in (0.0, 1.0, 2.0):
        live.set_object(live.reconstruct({"tilt_axis_offset": offset}))
        residuals.append(live.misfit({"tilt_axis_offset": offset}).residual)
    return min(residuals)


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_a_rotation_of_8_degrees_is_found_and_turning_back_lowers_the_residual(noise: float) -> None:
    recorded = rotated(blobs(noise), -OFF_DEG)
    found = Rotation.of(recorded, TILTS)
    assert found is not None and found.is_certain
    assert found.angle_deg == pytest.approx(OFF_DEG, abs=0.5)
    assert abs(found.angle_deg - OFF_DEG) < 4.0 * found.error_deg
    assert found.after < 0.85 * found.before
    assert residual(rotated(recorded, found.angle_deg)) < 0.97 * residual(recorded)


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_images_without_a_rotation_are_not_interpolated(noise: float) -> None:
    images = blobs(noise)
    finding = AxisFinding.of(list(images), TILTS)
    assert finding.angle_deg == 0.0
    assert "taken to be the images' y axis" in finding.sentence
    np.testing.assert_array_equal(turned(images[0], finding.angle_deg), images[0])


def test_a_rotation_from_the_x_axis_is_added_to_the_quarter() -> None:
    recorded = [np.rot90(image, -1) for image in rotated(blobs(), -OFF_DEG)]
    finding = AxisFinding.of(recorded, TILTS)
    assert finding.along_x
    assert finding.angle_deg == pytest.approx(90.0 + OFF_DEG, abs=0.5)
    assert f"turned by {finding.angle_deg:.1f}° counter-clockwise" in finding.sentence


@pytest.mark.parametrize("shape", [(15, 8, 40), (2, 32, 32)])
def test_too_little_to_judge_by_gives_no_angle(shape: tuple[int, int, int]) -> None:
    images = np.random.default_rng(1).random(shape, np.float32)
    assert Rotation.of(images, np.linspace(-40.0, 40.0, shape[0])) is None


def test_noise_alone_has_no_axis() -> None:
    images = np.random.default_rng(1).standard_normal((15, 24, 24)).astype(np.float32)
    found = Rotation.of(images, TILTS)
    assert found is None or not found.is_certain


def test_a_shadowed_tilt_does_not_hide_the_rotation() -> None:
    recorded = rotated(blobs(), -OFF_DEG)
    recorded[[0, 1, -1]] *= np.float32(0.01)
    found = Rotation.of(recorded, TILTS)
    assert found is not None and found.angle_deg == pytest.approx(OFF_DEG, abs=1.0)


def test_turning_is_counter_clockwise_and_brings_no_dark_corners_in() -> None:
    image = np.zeros((24, 40), np.float32)
    image[2:9, 18:22] = 1.0
    np.testing.assert_array_equal(turned(image, 90.0), np.rot90(image))
    assert turned(image, -80.0).shape == turned_shape(24, 40, -80.0) == (40, 24)
    assert turned(image, 30.0).shape == turned_shape(24, 40, 30.0) == (24, 40)
    back = turned(turned(image, 20.0), -20.0)
    assert np.corrcoef(back.ravel(), image.ravel())[0, 1] > 0.9
    columns = np.arange(40) @ turned(image, 20.0).sum(axis=0) / turned(image, 20.0).sum()
    assert columns < 18.5  # what is above the centre moves to the left
    np.testing.assert_allclose(turned(np.full((24, 40), 7.0, np.float32), 13.0), 7.0, rtol=1e-5)
