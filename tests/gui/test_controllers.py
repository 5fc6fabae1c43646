"""What the user's hands do to the session: controllers with mocked views and no window."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from cryogui.app.library import OpenFile
from cryogui.app.panels.message_bar import Topic
from cryogui.app.sweep import position
from cryogui.errors import UserError
from cryogui.session import ObjectChoice, SceneKey
from cryogui.session.scene_model import SceneModel
from tests.gui.conftest import RANGES, Wire, ball
from tests.gui.desk import KEY, new_desk, scene


@pytest.fixture
def desk(qapp: Any) -> SimpleNamespace:
    return new_desk(qapp)


def test_the_first_state_is_nominal_in_the_middle_with_the_truth_as_object(desk: Any) -> None:
    state = desk.store.session.scene
    assert state.spec == RANGES.nominal
    assert (state.image_index, state.position, state.object) == (4, (12.0, 12.0, 12.0), ObjectChoice("truth"))


def test_a_drag_changes_the_spec_live_and_is_one_step(desk: Any) -> None:
    for value in (0.1, 0.2, 0.3):
        desk.screen.parameters.specEdited.emit("tilt_axis_offset", value)
        assert desk.store.session.scene.spec["tilt_axis_offset"] == value
        assert desk.spec.dragging
    desk.screen.parameters.editFinished.emit("tilt_axis_offset")
    assert not desk.spec.dragging
    assert desk.store.undo_name == "Change tilt-axis offset"
    desk.screen.actions.undo.setEnabled(True)
    desk.screen.actions.undo.trigger()
    assert desk.store.session.scene.spec == RANGES.nominal
    assert desk.store.undo_name is None


def test_a_locked_parameter_is_neither_moved_nor_reset(desk: Any) -> None:
    desk.screen.parameters.specEdited.emit("tilt_axis_offset", 0.3)
    desk.screen.parameters.specEdited.emit("missing_wedge", 33.0)
    desk.screen.parameters.lockToggled.emit("missing_wedge", True)
    desk.screen.parameters.specEdited.emit("missing_wedge", 35.0)
    assert desk.store.session.scene.spec["missing_wedge"] == 33.0
    desk.screen.parameters.resetRequested.emit("")
    assert dict(desk.store.session.scene.spec) == {**RANGES.nominal, "missing_wedge": 33.0}


def test_reset_of_one_parameter_leaves_the_others(desk: Any) -> None:
    desk.spec.set_values({"tilt_axis_offset": 0.3, "missing_wedge": 33.0})
    desk.screen.parameters.resetRequested.emit("missing_wedge")
    assert desk.store.session.scene.spec["missing_wedge"] == 30.0
    assert desk.store.session.scene.spec["tilt_axis_offset"] == 0.3


def test_reconstruct_makes_the_quick_reconstruction_the_object(desk: Any) -> None:
    desk.screen.reconstruction.runRequested.emit()
    assert desk.store.session.scene.object == ObjectChoice("quick")
    desk.engine.renew_quick.assert_called_once_with()


def test_a_sweep_stays_in_range_ends_where_it_began_and_is_no_step(desk: Any) -> None:
    parameter = RANGES["tilt_axis_offset"]
    path = [position(parameter, 0.3, t) for t in np.linspace(0, 1, 200)]
    assert path[0] == pytest.approx(0.3) and path[-1] == pytest.approx(0.3)
    assert min(path) == pytest.approx(parameter.minimum, abs=1e-3)
    assert max(path) == pytest.approx(parameter.maximum, abs=1e-3)
    desk.screen.actions.sweepRequested.emit("tilt_axis_offset")
    desk.sweep._step()
    desk.sweep.stop()
    assert desk.store.session.scene.spec == RANGES.nominal
    assert desk.store.undo_name is None


def test_a_sweep_ends_with_its_scene_and_leaves_the_next_alone(desk: Any) -> None:
    other = SceneKey("a.h5", 1)
    desk.screen.actions.sweepRequested.emit("tilt_axis_offset")
    desk.sweep._step()
    start = desk.engine.model.first_state()
    desk.store.update(desk.store.session.showing(other, start), "Show scene")
    desk.sweep._step()
    assert desk.store.session.scene.spec == RANGES.nominal
    desk.engine.scene_shown.emit(desk.engine.model)
    assert desk.sweep.running == ""
    assert desk.store.session.state_of(KEY) == start


@pytest.mark.parametrize(
    ("action", "index"),
    [
        ("next_image", 5),
        ("previous_image", 3),
        ("next_plane", 5),
        ("previous_plane", 3),
        ("first_plane", 0),
        ("last_plane", 8),
        ("middle_plane", 4),
    ],
)
def test_image_keys(desk: Any, action: str, index: int) -> None:
    desk.screen.actions.allow(planes=True, series=True)
    getattr(desk.screen.actions, action).trigger()
    assert desk.store.session.scene.image_index == index


def test_images_end_at_the_ends(desk: Any) -> None:
    desk.view.show_image(100)
    assert desk.store.session.scene.image_index == 8
    desk.screen.measured.stepped.emit(1)
    assert desk.store.session.scene.image_index == 8


def test_a_click_in_an_image_moves_the_point_it_sees(desk: Any) -> None:
    desk.view.show_image(8)
    desk.screen.residual.cursorMoved.emit(14.0, 9.0)
    state = desk.store.session.scene
    seen = desk.engine.model.frame(8).to_image(state.position)
    assert seen == pytest.approx((14.0, 9.0))
    assert state.position[1] == pytest.approx(9.0)


def test_a_click_in_a_sinogram_chooses_the_tilt(desk: Any) -> None:
    flat = scene(read_y=lambda: np.zeros((9, 1, 24), np.float32), read_x=None, build=lambda: None)
    desk.engine.model = SceneModel(KEY, flat)
    desk.screen.measured.cursorMoved.emit(12.0, 2.2)
    assert desk.store.session.scene.image_index == 2


def test_view_changes_are_steps(desk: Any) -> None:
    desk.screen.tabs.tabChosen.emit("live_slice")
    desk.screen.actions.flip_y.setChecked(True)
    desk.screen.volume.modeChanged.emit("isosurface")
    assert desk.store.session.tab == "live_slice"
    assert desk.store.session.flip_y
    assert desk.store.session.volume.mode == "isosurface"
    for _ in range(3):
        desk.store.undo()
    assert (desk.store.session.tab, desk.store.session.flip_y) == ("volume", False)


def test_contrast_is_kept_with_the_scene_and_undone(desk: Any) -> None:
    desk.screen.measured.levelsChanged.emit(0.0, 1.0)
    desk.screen.measured.levelsChanged.emit(0.0, 2.0)
    desk.screen.ortho.panes["xy"].levelsChanged.emit(-1.0, 1.0)
    desk.screen.residual.levelsChanged.emit(-3.0, 3.0)  # the file does not tell its noise
    assert dict(desk.store.session.scene.levels) == {
        "measured": (0.0, 2.0), "volume": (-1.0, 1.0), "residual": (-3.0, 3.0),
    }  # fmt: skip
    for _ in range(3):
        desk.store.undo()
    assert desk.store.session.scene.levels == ()


def test_an_opened_file_is_shown_and_a_refusal_disturbs_nothing(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: str, check: object) -> OpenFile:
        if path.endswith("bad.h5"):
            raise UserError("bad.h5 is no tier: fetch it again.", "detail")
        return OpenFile(path, SimpleNamespace(scenes=(scene(), scene()), close=Mock()))  # type: ignore[arg-type]

    monkeypatch.setattr(OpenFile, "read", read)
    desk.files.open(["/tiers/good.h5"], scene=1)
    assert desk.files.is_opening
    desk.screen.data.set_busy.assert_called_with("/tiers/good.h5")
    desk.lanes.end()
    assert desk.store.session.current == SceneKey("/tiers/good.h5", 1)
    before = desk.store.session
    desk.files.open(["/tiers/bad.h5"])
    desk.lanes.end()
    desk.screen.messages.show_error.assert_called_once_with(
        "bad.h5 is no tier: fetch it again.", "detail", Topic.FILES
    )
    assert desk.store.session == before
    assert not desk.files.is_opening


@pytest.fixture
def readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file but those called bad is a tier of two scenes."""

    def read(path: str, check: object) -> OpenFile:
        if "bad" in path:
            raise UserError(f"{path} is no tier: fetch it again.")
        return OpenFile(path, SimpleNamespace(scenes=(scene(), scene()), close=Mock()))  # type: ignore[arg-type]

    monkeypatch.setattr(OpenFile, "read", read)


@pytest.mark.usefixtures("readable")
def test_files_keep_the_order_given_and_the_first_is_shown_whichever_is_read_last(desk: Any) -> None:
    before = desk.store.session.current
    desk.files.open(["/1.h5", "/2.h5", "/3.h5"])
    desk.lanes.end(2)
    desk.lanes.end(1)
    assert desk.store.session.current == before
    desk.lanes.end(0)
    assert desk.store.session.files == ("/1.h5", "/2.h5", "/3.h5")
    assert desk.store.session.current == SceneKey("/1.h5", 0)


@pytest.mark.usefixtures("readable")
def test_when_the_first_file_is_refused_the_next_is_shown(desk: Any) -> None:
    desk.files.open(["/bad1.h5", "/bad2.h5", "/3.h5"])
    for number in (2, 1, 0):
        desk.lanes.end(number)
    assert desk.store.session.current == SceneKey("/3.h5", 0)
    assert desk.screen.messages.show_error.call_count == 2


@pytest.mark.usefixtures("readable")
def test_a_file_that_is_open_is_shown_at_once_and_the_others_do_not_take_its_place(desk: Any) -> None:
    desk.files.open(["/1.h5"])
    desk.lanes.end()
    desk.files.open(["/2.h5"])
    desk.lanes.end()
    desk.files.open(["/1.h5", "/3.h5"])
    assert desk.store.session.current == SceneKey("/1.h5", 0)
    assert desk.store.undo_name == "Show scene"
    desk.lanes.end()
    assert desk.store.session.current == SceneKey("/1.h5", 0)
    assert desk.store.session.files == ("/1.h5", "/2.h5", "/3.h5")


@pytest.mark.usefixtures("readable")
def test_opening_again_takes_back_what_was_refused(desk: Any) -> None:
    desk.files.open(["/1.h5"])
    desk.screen.messages.retract.assert_called_with(Topic.FILES)


def test_a_scene_keeps_its_state_while_another_is_shown(desk: Any) -> None:
    tier: Any = SimpleNamespace(scenes=(scene(), scene()), close=Mock())
    desk.files.show(OpenFile("/tiers/good.h5", tier))
    desk.spec.set_values({"missing_wedge": 33.0})
    index = desk.store.session.files.index("/tiers/good.h5")
    desk.screen.data.sceneChosen.emit(index, 1)
    assert desk.store.session.scene.spec["missing_wedge"] == 30.0
    desk.screen.data.sceneChosen.emit(index, 0)
    assert desk.store.session.scene.spec["missing_wedge"] == 33.0
    desk.screen.data.closeRequested.emit(index)
    tier.close.assert_called_once_with()
    assert desk.store.session.current is None


def test_a_volume_that_fits_becomes_the_object_and_another_does_not(desk: Any) -> None:
    desk.library.loaded_volumes["small.map"] = np.zeros((20, 20, 20), np.float32)
    desk.library.loaded_volumes["right.map"] = ball()
    desk.screen.window.volumeChosen.emit("small.map")
    desk.lanes.end()
    sentence, _, topic = desk.screen.messages.show_error.call_args.args
    assert topic is Topic.SCENE
    assert "20 × 20 × 20" in sentence and "24 × 24 × 24" in sentence
    assert desk.store.session.scene.object == ObjectChoice("truth")
    desk.screen.window.volumeChosen.emit("right.map")
    desk.lanes.end()
    assert desk.store.session.scene.object == ObjectChoice("file", "right.map")
    assert desk.library.volume_paths((24, 24, 24)) == ("right.map",)


def test_a_volume_in_use_survives_the_closing_of_its_file(desk: Any) -> None:
    for path, shown in (("volume.map", scene(read_y=None)), ("a.h5", scene())):
        desk.files.show(OpenFile(path, SimpleNamespace(scenes=(shown,), close=Mock())))  # type: ignore[arg-type]
    desk.screen.reconstruction.objectChosen.emit(ObjectChoice("file", "volume.map"))
    desk.screen.data.closeRequested.emit(0)
    assert desk.library.volume_paths((24, 24, 24)) == ("volume.map",)


def test_a_stack_beyond_the_budget_is_browsed_only() -> None:
    stack = SimpleNamespace(shape=(41, 4096, 4096), __getitem__=None)
    model = SceneModel(KEY, scene(read_y=lambda: stack, read_x=None))
    assert model.obstacle is not None and "browsed only" in model.obstacle
    assert model.operator is None
    assert model.first_state().object == ObjectChoice("none")


def test_wire_stands_in_for_a_signal() -> None:
    seen: list[int] = []
    wire = Wire()
    wire.connect(seen.append)
    wire.emit(3)
    assert seen == [3]


def test_a_cancelled_reconstruction_leaves_the_object_as_it_was(desk: Any) -> None:
    desk.screen.reconstruction.runRequested.emit()
    assert desk.store.session.scene.object == ObjectChoice("quick")
    desk.engine.stopped.emit("quick")
    assert desk.store.session.scene.object == ObjectChoice("truth")
    desk.screen.reconstruction.runRequested.emit()
    desk.spec.set_values({"tilt_axis_offset": 0.3})
    desk.engine.stopped.emit("quick")
    assert desk.store.session.scene.object == ObjectChoice("quick"), "what was done since is not taken back"


def test_the_last_image_cannot_be_left_out(desk: Any) -> None:
    desk.screen.strip.excludedChanged.emit(frozenset(range(8)), "Exclude 8 images")
    desk.screen.strip.excludedChanged.emit(frozenset(range(9)), "Exclude image 9")
    assert desk.store.session.scene.excluded == frozenset(range(8))
    assert "At least one" in desk.screen.status.showMessage.call_args.args[0]
