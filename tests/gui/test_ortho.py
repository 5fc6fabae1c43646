"""Three planes, one position, each line in the colour of the plane it stands for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRectF, Qt
from PyQt6.QtWidgets import QApplication, QWidget

from cryogui.analysis.planes import CutPlane
from cryogui.app import theme
from cryogui.app.views.decorations import Segment
from cryogui.app.views.live_slice import LiveSliceView
from cryogui.app.views.ortho import OrthoView
from cryogui.app.views.planes import slab_text
from cryogui.app.views.tiles import Tiles, columns_for
from cryogui.app.views.triad import shown


@pytest.fixture
def volume() -> np.ndarray:
    return np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp, "dark")
    yield
    theme.undress(qapp)


@pytest.fixture
def view(qtbot, volume) -> OrthoView:
    ortho = OrthoView()
    qtbot.addWidget(ortho)
    ortho.set_volume(volume, 10.0)
    return ortho


def test_starts_in_the_middle(view, volume) -> None:
    assert view.position == (2, 2, 3)
    assert np.array_equal(view.panes["xy"].image, volume[2])
    assert np.array_equal(view.panes["xz"].image, volume[:, 2])
    assert np.array_equal(view.panes["yz"].image, volume[:, :, 3].T)


def test_lines_and_titles_tell_the_position(view) -> None:
    view.set_position(1, 3, 4)
    assert view.panes["xy"].title_label.text() == "xy   z = 1"
    assert view.panes["xy"]._state.lines == (("v", 4, "yz"), ("h", 3, "xz"))
    assert view.panes["xz"]._state.lines == (("v", 4, "yz"), ("h", 1, "xy"))
    assert view.panes["yz"]._state.lines == (("v", 1, "xy"), ("h", 3, "xz"))


def test_setting_the_position_is_silent(qtbot, view) -> None:
    with qtbot.assertNotEmitted(view.positionChanged):
        view.set_position(0, 0, 0)


@pytest.mark.parametrize(
    ("plane", "x", "y", "position"),
    [("xy", 5, 1, (2, 1, 5)), ("xz", 5, 1, (1, 2, 5)), ("yz", 1, 4, (1, 4, 3))],
)
def test_click_moves_the_other_two_planes(qtbot, view, plane, x, y, position) -> None:
    with qtbot.waitSignal(view.positionChanged) as moved:
        view.panes[plane].cursorMoved.emit(float(x), float(y))
    assert tuple(moved.args) == position


def test_ctrl_wheel_steps_through_the_plane_and_stops(qtbot, view) -> None:
    with qtbot.waitSignal(view.positionChanged) as moved:
        view.panes["xy"].stepped.emit(1)
    assert moved.args == [3, 2, 3]
    with qtbot.assertNotEmitted(view.positionChanged):
        view.panes["xy"].stepped.emit(1)


def test_position_and_levels_stay_for_the_next_volume(view, volume) -> None:
    view.set_position(1, 1, 1)
    view.panes["xy"].set_levels(3, 4)
    view.set_volume(volume + 5)
    assert view.position == (1, 1, 1)
    assert view.panes["xy"].levels == (3, 4)


def test_a_single_slice_hides_the_planes_that_would_be_lines(qtbot, view) -> None:
    view.set_volume(np.ones((8, 1, 9), np.float32))
    assert [name for name, pane in view.panes.items() if not pane.isHidden()] == ["xz"]


def test_contrast_of_one_plane_is_that_of_all(view) -> None:
    view.panes["xz"].choose_levels((1.0, 2.0))
    assert {pane.levels for pane in view.panes.values()} == {(1.0, 2.0)}


def test_scale_bars_follow_the_voxel(view, volume) -> None:
    """The bar lies along the horizontal axis: x, x and z; oblique pixels have the shortest edge."""
    view.set_volume(volume, (30.0, 20.0, 10.0))
    assert [pane._state.angstrom_per_pixel for pane in view.panes.values()] == [10.0, 10.0, 30.0, 10.0]
    view.set_volume(volume, 5.0)
    assert [pane._state.angstrom_per_pixel for pane in view.panes.values()] == [5.0] * 4


def test_without_a_volume_no_plane_tells_a_position(view) -> None:
    view.set_volume(None)
    assert [pane.title_label.text() for pane in view.panes.values()] == ["xy", "xz", "yz", "oblique"]


def test_inverting_one_plane_inverts_all(view) -> None:
    view.panes["xz"].invert()
    assert [pane.is_inverted for pane in view.panes.values()] == [True] * 4


def test_live_slice_without_a_slice_tells_no_position(qtbot) -> None:
    live = LiveSliceView()
    qtbot.addWidget(live)
    live.set_slice(np.eye(8, dtype=np.float32), 3, 10.0)
    assert live.live.title_label.text() == "live reconstruction   xz   y = 3"
    live.clear()
    assert live.live.title_label.text() == "live reconstruction"


def test_live_and_object_lie_at_the_same_height(qtbot, dressed) -> None:
    """One wears a thick border, the other a thin one."""
    live = LiveSliceView()
    qtbot.addWidget(live)
    live.resize(507, 300)  # an even width for the two
    for pane in (live.live, live.object):
        pane.set_image(np.eye(8, dtype=np.float32))
    live.show()
    first, second = live.live._canvas, live.object._canvas
    assert first.size() == second.size()
    assert first.mapTo(live, QPoint()).y() == second.mapTo(live, QPoint()).y()
    assert (
        live.live.title_label.mapTo(live, QPoint()).y() == live.object.title_label.mapTo(live, QPoint()).y()
    )


# ---- slabs


def test_a_slab_is_the_mean_of_its_slices_and_says_which(view, volume) -> None:
    view.set_thickness(3)
    np.testing.assert_allclose(view.panes["xy"].image, volume[1:4].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(view.panes["xz"].image, volume[:, 1:4].mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(view.panes["yz"].image, volume[:, :, 2:5].mean(axis=2).T, rtol=1e-6)
    assert view.panes["yz"].title_label.text() == "yz   x = 3 ± 1"
    view.set_position(0, 2, 3)
    assert view.panes["xy"].title_label.text() == "xy   z = 0 … 1"
    np.testing.assert_allclose(view.panes["xy"].image, volume[:2].mean(axis=0), rtol=1e-6)
    view.set_thickness(1)
    assert np.array_equal(view.panes["xy"].image, volume[0])


@pytest.mark.parametrize(
    ("at", "thickness", "text"),
    [(48, 1, "48"), (48, 5, "48 ± 2"), (48, 4, "46 … 49"), (1, 5, "0 … 3"), (0, 1, "0"), (95, 200, "0 … 95")],
)
def test_which_slices_are_averaged_is_told_shortly(at, thickness, text) -> None:
    assert slab_text(at, thickness, 96) == text


# ---- zoom


@pytest.fixture
def cube(qtbot) -> OrthoView:
    ortho = OrthoView()
    qtbot.addWidget(ortho)
    ortho.resize(1200, 420)
    ortho.set_volume(np.random.default_rng(0).random((60, 60, 60), dtype=np.float32), 10.0)
    ortho.set_position(20, 30, 40)
    with qtbot.waitExposed(ortho):
        ortho.show()
    return ortho


def test_zooming_one_slice_zooms_all_by_as_much_and_keeps_common_axes_in_line(cube) -> None:
    before = {name: pane.view_rect() for name, pane in cube.panes.items()}
    cube.panes["xy"].zoom(2.0)
    after = {name: pane.view_rect() for name, pane in cube.panes.items()}
    for name in ("xy", "xz", "yz"):
        assert after[name].width() == pytest.approx(before[name].width() / 2)
    xy, xz, yz = (after[name].center() for name in ("xy", "xz", "yz"))
    assert xz.x() == pytest.approx(xy.x())
    assert yz.y() == pytest.approx(xy.y())
    # The axis they do not share is zoomed about the cursor, here z = 20.
    assert xz.y() == pytest.approx(20 + (before["xz"].center().y() - 20) / 2)
    assert yz.x() == pytest.approx(xz.y())


def test_panning_moves_only_along_common_axes(cube) -> None:
    before = {name: pane.view_rect() for name, pane in cube.panes.items()}
    view = cube.panes["xz"]._canvas.view
    view.rect_before = QRectF(view.viewRect())
    view.translateBy(x=5.0, y=3.0)
    cube.panes["xz"]._note_moved()
    moved = {name: cube.panes[name].view_rect().center() - before[name].center() for name in ("xy", "yz")}
    assert (moved["xy"].x(), moved["xy"].y()) == pytest.approx((5, 0))
    assert (moved["yz"].x(), moved["yz"].y()) == pytest.approx((3, 0))


def test_view_all_of_one_slice_shows_all_of_each(cube) -> None:
    before = {name: pane.view_rect() for name, pane in cube.panes.items()}
    cube.panes["yz"].zoom(3.0)
    cube.panes["xy"].view_all()
    assert {name: pane.view_rect() for name, pane in cube.panes.items()} == before


def test_voxels_that_are_no_cubes_are_drawn_in_proportion(qtbot) -> None:
    ortho = OrthoView()
    qtbot.addWidget(ortho)
    ortho.resize(1200, 420)
    ortho.set_volume(np.ones((20, 30, 30), np.float32), (30.0, 10.0, 20.0))
    with qtbot.waitExposed(ortho):
        ortho.show()
    for name, proportion in {"xy": 2.0, "xz": 20 / 30, "yz": 3.0}.items():
        pane = ortho.panes[name]
        pane._canvas.grab()
        origin, step = pane._canvas._to_screen(0, 0), pane._canvas._to_screen(1, 1)
        assert (step.x() - origin.x()) / (step.y() - origin.y()) == pytest.approx(proportion)
        where = pane._canvas._to_screen(4, 3)
        with qtbot.waitSignal(pane.cursorMoved) as moved:
            qtbot.mouseClick(pane._canvas.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
        assert moved.args == pytest.approx([4, 3], abs=0.5)


# ---- orientation


def test_axes_are_right_handed_and_turn_over_with_the_rows(view) -> None:
    depth = {"xy": ("z", 1.0), "xz": ("y", -1.0), "yz": ("x", -1.0)}
    for name, (axis, into) in depth.items():
        arrows = {arrow.name: arrow[1:] for arrow in view.panes[name]._state.axes}
        assert arrows[axis] == (0.0, 0.0, into)
        (flipped,) = (arrow for arrow in shown(view.panes[name]._state.axes, True) if arrow.name == axis)
        assert flipped.into == -into


def test_the_beam_of_a_tilted_image_is_drawn_in_every_slice(view) -> None:
    s, c = np.sin(np.deg2rad(30)), np.cos(np.deg2rad(30))
    view.set_beam((s, 0.0, c))
    beams = {name: view.panes[name]._state.beam[1:] for name in ("xy", "xz", "yz")}
    assert beams["xz"] == pytest.approx((s, c, 0))
    assert beams["xy"] == pytest.approx((s, 0, c))
    assert beams["yz"] == pytest.approx((c, 0, -s))
    view.set_beam(None)
    assert view.panes["xz"]._state.beam is None


def test_the_tilt_axis_runs_along_y_and_is_a_ring_end_on(view) -> None:
    view.set_tilt_axis(True)
    lines = {name: pane._state.segments for name, pane in view.panes.items()}
    assert lines["xy"] == (Segment(3, -0.5, 3, 4.5, "muted", True),)
    assert lines["yz"] == (Segment(2, -0.5, 2, 4.5, "muted", True),)
    assert lines["xz"] == (Segment(3, 2, 3, 2, "muted"),)
    view.set_tilt_axis(False)
    assert view.panes["xy"]._state.segments == ()


# ---- the oblique slice


def shown_cut(cube: OrthoView, rot: float = 0.0, tilt: float = 30.0, psi: float = 0.0) -> CutPlane:
    z, y, x = cube.position
    cut = CutPlane(rot, tilt, psi, (z, y, x), (60, 60, 60))
    cube.set_cut(cut)
    cube.set_cut_image(cut.cut(cube.volume))
    return cut


def test_the_oblique_slice_is_shown_on_wish_at_the_scale_of_the_others(cube) -> None:
    pane = cube.panes["oblique"]
    assert pane.isHidden()
    cut = shown_cut(cube)
    assert pane.isVisible()
    pane.view_all()
    QApplication.processEvents()
    assert min(pane.view_rect().width(), pane.view_rect().height()) == pytest.approx(60)
    np.testing.assert_array_equal(pane.image, cut.cut(cube.volume))
    cube.set_cut(None)
    assert pane.isHidden()
    assert cube.panes["xz"]._state.segments == ()


def test_its_trace_in_the_others_goes_through_the_cursor_at_its_angle(cube) -> None:
    shown_cut(cube, tilt=30.0)
    (trace,) = cube.panes["xz"]._state.segments
    slope = (trace.y1 - trace.y0) / (trace.x1 - trace.x0)
    assert slope == pytest.approx(-np.tan(np.deg2rad(30)))
    assert trace.y0 + slope * (40 - trace.x0) == pytest.approx(20)
    assert trace.colour == "oblique"
    for value in (trace.x0, trace.x1, trace.y0, trace.y1):
        assert -0.5 - 1e-9 <= value <= 59.5 + 1e-9
    (upright,) = cube.panes["xy"]._state.segments
    assert upright.x0 == upright.x1 == pytest.approx(40)
    assert {segment.colour for segment in cube.panes["oblique"]._state.segments} == {"xy", "xz", "yz"}


def test_a_click_in_the_oblique_slice_moves_the_cursor_within_it(qtbot, cube) -> None:
    cut = shown_cut(cube, 20.0, 50.0, 10.0)
    x, y = cut.to_image(cut.position)
    with qtbot.waitSignal(cube.positionChanged) as moved:
        cube.panes["oblique"].cursorMoved.emit(x + 4, y - 3)
    assert cut.to_image(tuple(moved.args)) == pytest.approx((x + 4, y - 3))
    step = np.array(moved.args)[::-1] - np.array(cut.position)[::-1]
    assert cut.rows[2] @ step == pytest.approx(0, abs=1e-9)
    with qtbot.waitSignal(cube.positionChanged) as moved:
        cube.panes["oblique"].stepped.emit(2)
    assert cut.rows[2] @ (np.array(moved.args)[::-1] - np.array(cut.position)[::-1]) == pytest.approx(2)


# ---- the arrangement


@pytest.mark.parametrize(
    ("count", "width", "height", "columns"),
    [(4, 980, 300, 4), (4, 980, 900, 2), (4, 300, 1200, 1), (5, 980, 300, 5), (5, 980, 640, 3), (1, 9, 9, 1)],
)
def test_tiles_stand_in_as_many_columns_as_make_them_largest(count, width, height, columns) -> None:
    assert columns_for(count, width, height) == columns


def test_tiles_that_are_hidden_leave_no_gap_and_the_last_fills_its_row(qtbot) -> None:
    tiles = Tiles()
    qtbot.addWidget(tiles)
    widgets = [QWidget() for _ in range(4)]
    for widget in widgets:
        tiles.add(widget)
    tiles.resize(800, 800)
    with qtbot.waitExposed(tiles):
        tiles.show()
    assert tiles.columns == 2
    assert widgets[3].geometry().topLeft() == QPoint(widgets[1].x(), widgets[2].y())
    widgets[1].hide()
    QApplication.processEvents()
    assert (tiles.columns, widgets[3].width()) == (2, 800)
    assert widgets[2].y() == widgets[0].y()
