"""The six specimens: where they lie, how bright they are, and that a seed fixes them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.physics.chains import HELIX_RADIUS_A, duplex_points, helix_points, strand_points
from cryogui.physics.gaussians import voxel_integrals
from cryogui.physics.phantoms import SPECIMENS, Phantom, Specimen, make_phantom
from cryogui.physics.rotations import frame_along, point_group, uniform_rotations

SIZE = 40
ALL = [specimen for kinds in SPECIMENS.values() for specimen in kinds]


@pytest.fixture(scope="module", params=ALL, ids=lambda specimen: specimen.key)
def phantom(request: pytest.FixtureRequest) -> Phantom:
    return make_phantom(request.param, SIZE, np.random.default_rng(11))


def test_truth_is_the_clouds_voxel_integral_between_0_and_1(phantom: Phantom) -> None:
    assert phantom.x_true.dtype == np.float32 and phantom.x_true.shape == (SIZE,) * 3
    assert phantom.x_true.min() >= 0.0 and phantom.x_true.max() == pytest.approx(1.0)
    again = voxel_integrals(phantom.cloud, phantom.x_true.shape)
    np.testing.assert_allclose(phantom.x_true, again, atol=1e-5)


def test_details_are_wide_enough_for_the_grid(phantom: Phantom) -> None:
    assert phantom.cloud.sigma.min() >= 1.2


def test_an_empty_guess_scores_badly(phantom: Phantom) -> None:
    zero_psnr = -10 * math.log10(float(np.mean(phantom.x_true.astype(np.float64) ** 2)))
    assert zero_psnr < (15.0 if phantom.specimen.variant == "cryo_em" else 18.0)


def test_specimen_stays_where_every_image_sees_it(phantom: Phantom) -> None:
    x, y, z = phantom.cloud.centres.T
    reach = 3.4 * phantom.cloud.sigma + 2.0
    if phantom.specimen.variant == "cryo_em":
        assert (np.linalg.norm(phantom.cloud.centres, axis=1) + reach).max() <= SIZE / 2
    else:
        assert (np.hypot(x, z) + reach).max() <= SIZE / 2
        assert (np.abs(y) + reach).max() <= SIZE / 2
    assert phantom.x_true.sum(dtype=np.float64) == pytest.approx(phantom.cloud.mass, rel=1e-4)


def test_particles_fill_the_box() -> None:
    for specimen in SPECIMENS["cryo_em"]:
        cloud = make_phantom(specimen, 96, np.random.default_rng(3)).cloud
        diameter = 2 * np.linalg.norm(cloud.centres, axis=1).max() / 96
        assert 0.75 < diameter < 0.85


def specimen(key: str) -> Specimen:
    return next(one for one in ALL if one.key == key)


def test_seed_decides() -> None:
    first, again, other = (
        make_phantom(specimen("cytosol"), 32, np.random.default_rng(seed)).x_true for seed in (5, 5, 6)
    )
    assert first.tobytes() == again.tobytes()
    assert np.abs(first - other).max() > 0.1


def test_barrel_has_its_symmetry() -> None:
    cloud = make_phantom(specimen("barrel"), SIZE, np.random.default_rng(4)).cloud
    upright = voxel_integrals(cloud, (SIZE,) * 3)
    turned = voxel_integrals(cloud.moved(point_group("D7")[3]), (SIZE,) * 3)
    np.testing.assert_allclose(turned, upright, atol=0.02)


def test_small_boxes_are_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        make_phantom(specimen("barrel"), 16, np.random.default_rng(0))


def test_helix_is_right_handed_with_its_pitch() -> None:
    points = helix_points(30.0)
    np.testing.assert_allclose(np.hypot(points[:, 0], points[:, 1]), HELIX_RADIUS_A)
    step = np.diff(points, axis=0)[0]
    assert np.cross(points[0], step)[2] > 0 and step[2] == pytest.approx(1.5)


def test_strands_and_duplexes_are_centred() -> None:
    for points in (strand_points(40.0), duplex_points(40.0)):
        assert abs(points[:, 2].mean()) < 1e-9


def test_rotations_are_rotations() -> None:
    matrices = [
        *uniform_rotations(5, np.random.default_rng(0)),
        *point_group("D3"),
        frame_along([1.0, 2.0, -1.0]),
    ]
    for matrix in matrices:
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(matrix) == pytest.approx(1.0)
    assert len(point_group("D7")) == 14
    np.testing.assert_allclose(frame_along([0, 0, 2.0])[:, 2], [0, 0, 1])


def test_random_rotations_cover_all_orientations() -> None:
    beams = uniform_rotations(4000, np.random.default_rng(1))[:, 2]
    np.testing.assert_allclose(beams.mean(axis=0), 0.0, atol=0.04)
    np.testing.assert_allclose(beams.T @ beams / 4000, np.eye(3) / 3, atol=0.02)


def test_unknown_point_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="point groups"):
        point_group("T")
