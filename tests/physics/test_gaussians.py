"""Closed-form voxels and projections of Gaussian clouds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.physics.gaussians import (
    GaussianCloud,
    gaussian_particle_projection,
    gaussian_tilt_projection,
    linear_projections,
    voxel_integrals,
)
from cryogui.physics.rotations import uniform_rotations

SHAPE = (26, 24, 25)


@pytest.fixture
def cloud() -> GaussianCloud:
    rng = np.random.default_rng(7)
    return GaussianCloud.of(rng.uniform(-4, 4, (9, 3)), rng.uniform(1.2, 1.6, 9), rng.uniform(0.5, 2, 9))


def point(x: float, y: float, z: float) -> GaussianCloud:
    return GaussianCloud.of([x, y, z], 1.2, 1.0)


def centroid(image: np.ndarray) -> tuple[float, float]:
    """(x, y) of the centre of mass, from the centre pixel n // 2."""
    y, x = np.indices(image.shape)
    mass = image.sum()
    return (
        float((x * image).sum() / mass) - image.shape[1] // 2,
        float((y * image).sum() / mass) - image.shape[0] // 2,
    )


def test_voxels_hold_the_whole_mass(cloud: GaussianCloud) -> None:
    assert voxel_integrals(cloud, SHAPE).sum() == pytest.approx(cloud.mass, rel=1e-5)


def test_a_voxel_is_the_product_of_error_functions() -> None:
    volume = voxel_integrals(GaussianCloud.of([0.3, -0.2, 0.0], 1.5, 2.0), SHAPE)
    expected = 2.0
    for edge in (2.0 - 0.3, -1.0 + 0.2, 0.0):  # voxel (x, y, z) = (2, −1, 0) from the centre
        steps = [math.erf((edge + half) / (1.5 * math.sqrt(2))) for half in (0.5, -0.5)]
        expected *= 0.5 * (steps[0] - steps[1])
    assert volume[13, 12 - 1, 12 + 2] == pytest.approx(expected, rel=1e-5)


def test_centre_is_index_n_over_2_for_odd_and_even() -> None:
    for shape in ((8, 9, 10), (11, 8, 9)):
        volume = voxel_integrals(GaussianCloud.of([0, 0, 0], 0.6, 1.0), shape)
        assert np.unravel_index(volume.argmax(), shape) == tuple(n // 2 for n in shape)


def test_untilted_projection_is_the_sum_along_the_beam(cloud: GaussianCloud) -> None:
    summed = voxel_integrals(cloud, SHAPE).sum(axis=0)
    projected = gaussian_tilt_projection(cloud, SHAPE[1:], [0.0])[0]
    np.testing.assert_allclose(projected, summed, atol=2e-6 * summed.max())


def test_tilted_projection_matches_a_finely_sampled_sum(cloud: GaussianCloud) -> None:
    """The cloud turned and added up on a grid eight times finer: nothing shared but the Gaussians."""
    tilt, fineness = math.radians(37.0), 8
    turn = np.array([[math.cos(tilt), 0, -math.sin(tilt)], [0, 1, 0], [math.sin(tilt), 0, math.cos(tilt)]])
    turned = cloud.moved(turn)
    columns, rows = ((np.arange(n * fineness) + 0.5) / fineness - 0.5 - n // 2 for n in (25, 24))
    fine = np.zeros((len(rows), len(columns)))
    for (x, y, _), sigma, weight in zip(turned.centres, turned.sigma, turned.weight, strict=True):
        profiles = (np.exp(-((axis - c) ** 2) / (2 * sigma**2)) for axis, c in ((rows, y), (columns, x)))
        fine += weight / (2 * np.pi * sigma**2 * fineness**2) * np.outer(*profiles)
    binned = fine.reshape(24, fineness, 25, fineness).sum(axis=(1, 3))
    projected = gaussian_tilt_projection(cloud, (24, 25), [37.0])[0]
    np.testing.assert_allclose(projected, binned, atol=1e-3 * binned.max())


def test_every_tilt_keeps_the_mass(cloud: GaussianCloud) -> None:
    images = gaussian_tilt_projection(cloud, (24, 25), [-66, -10, 0, 45], thickness=[0.9, 1, 0.95, 0.98])
    np.testing.assert_allclose(images.sum(axis=(1, 2)), cloud.mass, rtol=1e-5)


def test_tilt_sends_positive_z_to_negative_x() -> None:
    x, y = centroid(gaussian_tilt_projection(point(2, 1.5, 4), (24, 25), [30.0])[0])
    assert x == pytest.approx(2 * math.cos(math.pi / 6) - 4 * math.sin(math.pi / 6), abs=1e-4)
    assert y == pytest.approx(1.5, abs=1e-4)


def test_shrinkage_thins_along_z_and_narrows_the_image() -> None:
    tilt, thickness = 60.0, 0.9
    image = gaussian_tilt_projection(point(1, 0, 5), (24, 25), [tilt], thickness=thickness)[0]
    expected = math.cos(math.pi / 3) - thickness * 5 * math.sin(math.pi / 3)
    x, _ = centroid(image)
    assert x == pytest.approx(expected, abs=1e-4)
    columns = np.arange(25) - 12 - x
    variance = float((image.sum(0) * columns**2).sum() / image.sum()) - 1 / 12
    assert variance == pytest.approx(1.44 * (0.25 + thickness**2 * 0.75), rel=1e-3)


def test_offset_moves_every_tilt_towards_positive_x() -> None:
    images = gaussian_tilt_projection(point(0, 0, 0), (24, 25), [-40, 0, 40], offset_px=1.25)
    for image in images:
        assert centroid(image) == pytest.approx((1.25, 0.0), abs=1e-4)


def test_particle_shift_moves_towards_positive_x_and_y() -> None:
    rotation = uniform_rotations(1, np.random.default_rng(1))
    image = gaussian_particle_projection(point(0, 0, 0), (24, 24), rotation, [[1.5, -0.5]])[0]
    assert centroid(image) == pytest.approx((1.5, -0.5), abs=1e-4)


def test_particle_axes_are_the_first_two_rows() -> None:
    rotations = uniform_rotations(3, np.random.default_rng(2))
    images = gaussian_particle_projection(point(3, -2, 4), (24, 24), rotations)
    for image, rotation in zip(images, rotations, strict=True):
        expected = rotation[:2] @ [3, -2, 4]
        assert centroid(image) == pytest.approx(tuple(expected), abs=1e-3)


def test_identity_particle_equals_the_untilted_image(cloud: GaussianCloud) -> None:
    particle = gaussian_particle_projection(cloud, (24, 24), np.eye(3))
    np.testing.assert_array_equal(particle, gaussian_tilt_projection(cloud, (24, 24), 0.0))


def test_what_leaves_the_image_does_not_come_back() -> None:
    image = gaussian_tilt_projection(point(12.5, 0, 0), (24, 25), [0.0])[0]
    assert image[:, :12].max() == 0.0
    assert 0.2 < image.sum() < 0.8


def test_skewed_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="orthogonal"):
        linear_projections(
            point(0, 0, 0), np.array([[1.0, 0, 0]]), np.array([[0.5, 1.0, 0]]), np.zeros((1, 2)), (8, 8)
        )


def test_cloud_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="cloud"):
        GaussianCloud(np.zeros((2, 3)), np.ones(3), np.ones(2))
