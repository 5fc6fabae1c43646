"""Slabs are means of slices; oblique planes are slices at right angles and closed forms between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from cryogui.analysis.planes import CutPlane, angles_of, rotation, slab, slab_range
from cryogui.session.geometry import Frame

SHAPE = 10, 12, 15


@pytest.fixture(scope="module")
def volume() -> np.ndarray:
    return np.random.default_rng(0).random(SHAPE, dtype=np.float32)


def inside(image: np.ndarray, plane: CutPlane, rows: int, columns: int) -> np.ndarray:
    """The part of the image about its middle, as a slice of that shape lies in it."""
    top, left = plane.middle - rows // 2, plane.middle - columns // 2
    return image[top : top + rows, left : left + columns]


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("at", "thickness", "slices"), [
    (5, 1, range(5, 6)), (5, 3, range(4, 7)), (5, 4, range(3, 7)), (0, 5, range(3)), (9, 5, range(7, 10)),
])  # fmt: skip
def test_a_slab_is_the_mean_of_its_slices(volume, axis, at, thickness, slices) -> None:
    length = 10
    assert slab_range(at, thickness, length) == slices
    part = np.moveaxis(volume, axis, 0)[:10]
    expected = part[slices.start : slices.stop].astype(float).mean(axis=0)
    trimmed = np.take(volume, range(10), axis=axis)
    np.testing.assert_allclose(slab(trimmed, axis, at, thickness), expected, rtol=1e-6)


def test_a_single_slice_is_not_copied(volume) -> None:
    assert np.shares_memory(slab(volume, 1, 4, 1), volume)


@pytest.mark.parametrize("position", [(5.0, 6.0, 7.0), (3.0, 1.0, 2.0)])
def test_at_right_angles_it_is_exactly_a_slice(volume, position) -> None:
    z, y, x = (int(at) for at in position)
    nz, ny, nx = SHAPE
    flat = CutPlane(0, 0, 0, position, SHAPE)
    np.testing.assert_array_equal(inside(flat.cut(volume), flat, ny, nx), volume[z])
    # Tilted by −90° its horizontal axis is z, by +90° it is −z.
    upright = CutPlane(0, -90, 0, position, SHAPE)
    np.testing.assert_array_equal(inside(upright.cut(volume), upright, ny, nz), volume[:, :, x].T)
    mirrored = CutPlane(0, 90, 0, position, SHAPE).cut(volume)
    np.testing.assert_array_equal(mirrored[:, ::-1], upright.cut(volume))
    # The tilt axis turned to x: the vertical axis is ∓z, the horizontal one x.
    facing = CutPlane(90, -90, -90, position, SHAPE)
    np.testing.assert_array_equal(inside(facing.cut(volume), facing, nz, nx), volume[:, y])


def test_outside_the_volume_is_nothing(volume) -> None:
    plane = CutPlane(0, 0, 0, (5.0, 6.0, 7.0), SHAPE)
    image = plane.cut(volume)
    assert np.isfinite(image).sum() == SHAPE[1] * SHAPE[2]
    assert np.isnan(CutPlane(0, 0, 0, (50.0, 6.0, 7.0), SHAPE).cut(volume)).all()


def test_between_the_voxels_it_is_scipys_interpolation(volume) -> None:
    plane = CutPlane(31.0, 57.0, -12.0, (4.3, 6.1, 8.2), SHAPE)
    image = plane.cut(volume)
    rows, columns = np.nonzero(np.isfinite(image))
    points = np.array([plane.from_image(x, y) for x, y in zip(columns, rows, strict=True)])
    expected = map_coordinates(volume, points.T, order=1, mode="nearest")
    assert len(rows) > 80
    np.testing.assert_allclose(image[rows, columns], expected, atol=2e-6)


def test_a_rotated_gaussian_is_cut_in_its_closed_form() -> None:
    """exp(−rᵀAr/2) of a turned body, in a plane beside its middle."""
    n, offset = 48, 3.0
    body = rotation(20.0, 40.0, 10.0)
    a = body.T @ np.diag([1 / 8.0**2, 1 / 5.0**2, 1 / 6.0**2]) @ body
    z, y, x = np.mgrid[:n, :n, :n] - n // 2
    r = np.stack([x, y, z], axis=-1).astype(float)
    gaussian = np.exp(-0.5 * np.einsum("...i,ij,...j", r, a, r)).astype(np.float32)
    plane = CutPlane(-35.0, 65.0, 25.0, (24.0, 24.0, 24.0), (n, n, n))
    plane = CutPlane(-35.0, 65.0, 25.0, plane.stepped(offset), (n, n, n))
    image = plane.cut(gaussian)
    v, h = np.mgrid[: len(image), : len(image)] - plane.middle
    points = h[..., None] * plane.rows[0] + v[..., None] * plane.rows[1] + offset * plane.rows[2]
    expected = np.exp(-0.5 * np.einsum("...i,ij,...j", points, a, points))
    seen = np.isfinite(image)
    # Linear interpolation errs by at most f″/8 per axis: 1/(8·5²) of the height, thrice.
    np.testing.assert_allclose(image[seen], expected[seen], atol=3 / (8 * 5.0**2))
    assert np.abs(image[seen] - expected[seen]).mean() < 1e-3


def test_thick_planes_average_their_layers_and_flat_ones_are_slabs(volume) -> None:
    flat = CutPlane(0, 0, 0, (5.0, 6.0, 7.0), SHAPE, thickness=5)
    np.testing.assert_allclose(
        inside(flat.cut(volume), flat, SHAPE[1], SHAPE[2]), slab(volume, 0, 5, 5), rtol=1e-6
    )
    at_border = CutPlane(0, 0, 0, (0.0, 6.0, 7.0), SHAPE, thickness=5)
    np.testing.assert_allclose(
        inside(at_border.cut(volume), at_border, SHAPE[1], SHAPE[2]), slab(volume, 0, 0, 5), rtol=1e-6
    )
    tilted = CutPlane(10.0, 30.0, 0.0, (5.0, 6.0, 7.0), SHAPE)
    thick = CutPlane(10.0, 30.0, 0.0, (5.0, 6.0, 7.0), SHAPE, thickness=3).cut(volume)
    layers = [CutPlane(10.0, 30.0, 0.0, tilted.stepped(k), SHAPE).cut(volume) for k in (-1, 0, 1)]
    both = np.isfinite(layers).all(axis=0)
    np.testing.assert_allclose(thick[both], np.mean(layers, axis=0)[both], atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.floats(-180, 180), st.floats(-180, 180), st.floats(-180, 180))
def test_points_and_angles_come_back(rot: float, tilt: float, psi: float) -> None:
    plane = CutPlane(rot, tilt, psi, (4.0, 7.0, 3.0), SHAPE, (2.0, 1.0, 1.5))
    x, y = plane.to_image((4.0, 7.0, 3.0))
    assert plane.from_image(x, y) == pytest.approx((4.0, 7.0, 3.0))
    assert plane.to_image(plane.stepped(5.0)) == pytest.approx((x, y))
    np.testing.assert_allclose(rotation(*angles_of(plane.rows)), plane.rows, atol=1e-9)


def test_a_stage_tilt_stays_one_and_is_the_frame_of_its_image() -> None:
    for angle in (-60.0, -18.0, 0.0, 33.0, 60.0):
        frame = Frame.of_tilt(angle, SHAPE, SHAPE[1:])
        assert angles_of(np.array(frame.rotation)) == pytest.approx((0.0, angle, 0.0), abs=1e-6)


def test_voxels_that_are_no_cubes_keep_their_proportions() -> None:
    """A ball in space, in voxels three times as deep as wide, is round in any plane."""
    edges = 3.0, 1.0, 1.0
    z, y, x = np.mgrid[:17, :48, :48]
    r2 = ((z - 8) * 3.0) ** 2 + (y - 24) ** 2 + (x - 24) ** 2
    ball = np.exp(-r2 / (2 * 7.0**2)).astype(np.float32)
    image = np.nan_to_num(CutPlane(25.0, 70.0, 0.0, (8.0, 24.0, 24.0), ball.shape, edges).cut(ball))
    v, h = np.mgrid[: len(image), : len(image)] - len(image) // 2
    moments = np.sum(image * h**2), np.sum(image * v**2)
    assert moments[0] == pytest.approx(moments[1], rel=0.06)


def test_traces_are_where_both_planes_meet() -> None:
    plane = CutPlane(31.0, 57.0, -12.0, (4.0, 6.0, 8.0), SHAPE, (2.0, 1.0, 1.0))
    x, y = plane.to_image(plane.position)
    for cut, (vertical, horizontal) in {0: (1, 2), 1: (0, 2), 2: (1, 0)}.items():
        across, down = plane.trace(cut)
        along = plane.from_image(x + 3 * across, y + 3 * down)
        assert along[cut] == pytest.approx(plane.position[cut])
        step = np.array([along[horizontal], along[vertical]]) - [
            plane.position[horizontal], plane.position[vertical],
        ]  # fmt: skip
        direction = plane.trace_in(vertical, horizontal)
        assert np.cross([*direction, 0], [*step, 0])[2] == pytest.approx(0, abs=1e-9)
    flat = CutPlane(0, 0, 0, (4.0, 6.0, 8.0), SHAPE)
    assert flat.trace(0) is None and flat.trace_in(1, 2) is None


def test_a_plane_no_longer_wanted_is_given_up(volume) -> None:
    class Enough(Exception):
        pass

    def check() -> None:
        raise Enough

    with pytest.raises(Enough):
        CutPlane(0, 0, 0, (5.0, 6.0, 7.0), SHAPE).cut(volume, check)
