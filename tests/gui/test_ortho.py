"""Three planes, one position, each line in the colour of the plane it stands for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QApplication

from cryogui.app import theme
from cryogui.app.views.live_slice import LiveSliceView
from cryogui.app.views.ortho import OrthoView


@pytest.fixture
def volume() -> np.ndarray:
    return np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp, "dark")
    yield
    qapp.setStyleSheet("")


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
    """The bar lies along the horizontal axis: x, x and z."""
    view.set_volume(volume, (30.0, 20.0, 10.0))
    assert [pane._state.angstrom_per_pixel for pane in view.panes.values()] == [10.0, 10.0, 30.0]
    view.set_volume(volume, 5.0)
    assert [pane._state.angstrom_per_pixel for pane in view.panes.values()] == [5.0, 5.0, 5.0]


def test_without_a_volume_no_plane_tells_a_position(view) -> None:
    view.set_volume(None)
    assert [pane.title_label.text() for pane in view.panes.values()] == ["xy", "xz", "yz"]


def test_inverting_one_plane_inverts_all(view) -> None:
    view.panes["xz"].invert()
    assert [pane.is_inverted for pane in view.panes.values()] == [True, True, True]


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
