"""Where a clipping plane lies, and from where a volume is seen: plain geometry."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.app.views import volume_camera
from cryogui.app.views.volume_clip import place_text, plane, section
from cryogui.app.views.volume_data import Grid
from cryogui.session.looks import Camera, ClipPlane

GRID = Grid.of((10, 20, 40), (2.0, 1.0, 1.0))  # as long along z as along y
AWAY = np.array([0.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("direction", "position", "at"),
    [("x", 0.0, -0.5), ("x", 0.5, 19.5), ("x", 1.0, 39.5), ("y", 0.25, 4.5), ("z", 0.5, 9.0)],
)
def test_a_plane_lies_at_its_share_of_the_axis(direction, position, at) -> None:
    cut = plane(ClipPlane(True, direction, position), GRID, AWAY)
    axis = "xyz".index(direction)
    assert cut.point[axis] == pytest.approx(at)
    assert cut.normal.tolist() == np.eye(3)[axis].tolist()


def test_flipped_it_keeps_the_other_side() -> None:
    cut, other = (plane(ClipPlane(True, "y", 0.3, flipped), GRID, AWAY) for flipped in (False, True))
    np.testing.assert_array_equal(cut.point, other.point)
    np.testing.assert_array_equal(cut.normal, -other.normal)


def test_facing_the_eye_it_keeps_what_is_farther() -> None:
    sight = np.array([1.0, 1.0, 0.0]) / np.sqrt(2)
    cut = plane(ClipPlane(True, "camera", 0.0), GRID, sight)
    np.testing.assert_allclose(cut.normal, sight)
    heights = (GRID.corners - cut.point) @ sight
    assert heights.min() == pytest.approx(0.0, abs=1e-9)  # it touches the nearest corner
    middle = plane(ClipPlane(True, "camera", 0.5), GRID, sight)
    np.testing.assert_allclose(middle.point, (GRID.size - GRID.scale) / 2)


def test_positions_outside_stay_at_the_border() -> None:
    assert plane(ClipPlane(True, "x", 7.0), GRID, AWAY).point[0] == pytest.approx(39.5)


@pytest.mark.parametrize(("direction", "area"), [("x", 20 * 20), ("y", 40 * 20), ("z", 40 * 20)])
def test_the_cut_across_an_axis_is_the_whole_slice(direction, area) -> None:
    corners = section(plane(ClipPlane(True, direction, 0.4), GRID, AWAY), GRID)
    assert len(corners) == 4
    assert _area(corners) == pytest.approx(area)


def test_a_cut_across_the_diagonal_of_a_cube_is_a_regular_hexagon() -> None:
    cube = Grid.of((8, 8, 8), None)
    corners = section(plane(ClipPlane(True, "camera", 0.5), cube, np.ones(3) / np.sqrt(3)), cube)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, [8 / np.sqrt(2)] * 6)


def test_at_the_border_the_cut_is_the_side_of_the_box() -> None:
    corners = section(plane(ClipPlane(True, "z", 0.0), GRID, AWAY), GRID)
    assert _area(corners) == pytest.approx(40 * 20)


def test_a_plane_that_touches_one_corner_cuts_nothing() -> None:
    assert section(plane(ClipPlane(True, "camera", 0.0), GRID, np.ones(3) / np.sqrt(3)), GRID).size == 0


def test_the_place_is_told_as_a_slice_or_a_share() -> None:
    assert place_text(ClipPlane(True, "x", 0.5), GRID) == "x 20"
    assert place_text(ClipPlane(True, "z", 1.0), GRID) == "z 9"
    assert place_text(ClipPlane(True, "camera", 0.25), GRID) == "25 %"
    assert place_text(ClipPlane(True, "z", 0.5), None) == "50 %"


def test_grid_keeps_the_proportions_of_voxels() -> None:
    assert Grid.of((10, 20, 40), (4.0, 2.0, 2.0)).size == pytest.approx([40, 20, 20])


def _area(corners: np.ndarray) -> float:
    arms = corners - corners.mean(axis=0)
    return 0.5 * float(np.linalg.norm(np.cross(arms, np.roll(arms, -1, axis=0)), axis=1).sum())


def test_turning_round_x_mirrors_nothing() -> None:
    for flipped in (False, True):
        signs = volume_camera.handedness(flipped)
        assert np.prod(signs) == 1.0  # right-handed either way
        assert signs[1] == (1.0 if flipped else -1.0)


def test_presets_turn_and_home_also_ends_zoom_and_shift() -> None:
    camera = Camera(11.0, 12.0, 3.0, (0.1, 0.2, 0.3))
    assert volume_camera.preset("z", camera, False) == Camera(0.0, 0.0, 3.0, (0.1, 0.2, 0.3))
    assert volume_camera.preset("y", camera, True).elevation == -90.0
    assert (
        volume_camera.preset("x", camera, False).azimuth == -volume_camera.preset("x", camera, True).azimuth
    )
    assert volume_camera.preset("home", camera, False) == Camera()


def test_a_camera_from_a_file_is_brought_within_bounds() -> None:
    tame = volume_camera.sane(Camera(370.0, 1000.0, 0.0))
    assert (tame.azimuth, tame.elevation) == (10.0, 90.0)
    assert tame.zoom > 0
