"""The 3-D view in the program: what its controls do to the session, and what reaches it of the session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mrcfile
import numpy as np
import pytest

from cryogui.app.actions import Actions
from cryogui.app.control.volume import VolumeController
from cryogui.app.measure import settle
from cryogui.app.views.volume3d import VolumeView3D
from cryogui.errors import UserError
from cryogui.session import Need, ObjectChoice, Session, Store, resolve
from cryogui.session.document import load, save
from cryogui.session.looks import Camera, ClipPlane, Layer, Layers, VolumeLook
from tests.gui.conftest import ball, mock_view

EVERYTHING = Layers(truth=Layer(True), reconstruction=Layer(True), difference=Layer(True))
LOOK = VolumeLook(
    "isosurface",
    0.55,
    EVERYTHING,
    ClipPlane(True, "camera", 0.25, True, True),
    Camera(-30.5, 12.0, 2.5),
    True,
)


@pytest.fixture
def desk(qapp: Any) -> SimpleNamespace:
    store = Store(Session())
    screen = SimpleNamespace(volume=mock_view(VolumeView3D), actions=Actions(qapp))
    controller = VolumeController(store, screen)  # type: ignore[arg-type]
    return SimpleNamespace(store=store, screen=screen, controller=controller)


def test_turning_is_one_step_that_can_be_undone(desk: Any) -> None:
    for azimuth in (10.0, 20.0, 30.0):
        desk.screen.volume.cameraChanged.emit(Camera(azimuth))
    assert desk.store.session.volume.camera == Camera(30.0)
    assert desk.store.undo_name == "Turn 3-D view"
    desk.store.undo()
    assert desk.store.session.volume.camera == Camera()
    assert desk.store.undo_name is None


def test_dragging_the_plane_or_an_opacity_is_one_step_and_choices_are_steps(desk: Any) -> None:
    clip = ClipPlane(True)
    desk.screen.volume.clipChanged.emit(clip)
    for position in (0.4, 0.3):
        desk.screen.volume.clipChanged.emit(replace(clip, position=position))
    desk.screen.volume.clipChanged.emit(replace(clip, position=0.3, direction="x"))
    desk.store.undo()
    assert desk.store.session.volume.clip == replace(clip, position=0.3)
    desk.store.undo()
    assert desk.store.session.volume.clip == clip
    for opacity in (0.8, 0.5):
        desk.screen.volume.layersChanged.emit(Layers(x=Layer(True, opacity)))
    desk.screen.volume.layersChanged.emit(Layers(x=Layer(True, 0.5), truth=Layer(True)))
    for expected in (Layers(x=Layer(True, 0.5)), Layers()):
        desk.store.undo()
        assert desk.store.session.volume.layers == expected


def test_the_large_view_brings_its_tab_forward(desk: Any) -> None:
    desk.store.update(replace(desk.store.session, tab="live_slice"), "Show tab")
    desk.screen.actions.enlarge_volume.setEnabled(True)
    desk.screen.actions.enlarge_volume.trigger()
    assert (desk.store.session.tab, desk.store.session.volume.enlarged) == ("volume", True)
    desk.store.undo()
    assert (desk.store.session.tab, desk.store.session.volume.enlarged) == ("live_slice", False)


def test_everything_comes_back_from_a_session_file(tmp_path: Path) -> None:
    path = tmp_path / "seen.cryogui"
    save(path, Session(volume=LOOK))
    assert load(path).session.volume == LOOK


def test_a_change_of_the_look_needs_nothing_else() -> None:
    assert resolve(Session(), Session(volume=LOOK)) == {Need.VOLUME_LOOK}


def look(program: Any, **changes: Any) -> None:
    session = program.store.session
    program.store.update(replace(session, volume=replace(session.volume, **changes)), "Look")
    settle(program)


def test_the_view_gets_x_and_reconstruction_and_the_truth_when_it_is_asked_for(opened: Any) -> None:
    view, model = opened.screen.volume, opened.engine.model
    assert view._volumes.x is model.x
    assert view._volumes.reconstruction is model.quick
    assert view._volumes.truth is None
    assert view._volumes.offered == {"x", "truth", "reconstruction", "difference"}
    look(opened, layers=Layers(difference=Layer(True)))
    assert view._volumes.truth is model.scene.x_true
    assert view._names == ("x", "difference")


def test_the_reconstruction_layer_follows_the_parameters(opened: Any) -> None:
    view = opened.screen.volume
    before = view._volumes.reconstruction
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.8)
    opened.screen.parameters.editFinished.emit("tilt_axis_offset")
    settle(opened)
    after = view._volumes.reconstruction
    assert after is opened.engine.model.quick
    assert not np.allclose(before, after)


def test_a_scene_without_truth_offers_none(opened: Any) -> None:
    look(opened, layers=EVERYTHING)
    opened.screen.data.sceneChosen.emit(0, 1)
    settle(opened)
    view = opened.screen.volume
    assert view._volumes.truth is None
    assert view._volumes.offered == {"x", "reconstruction"}
    assert view._volumes.x is opened.engine.model.x


def test_a_look_is_kept_for_another_scene_and_flipping_reaches_3d(opened: Any) -> None:
    look(opened, camera=Camera(50.0), mode="isosurface")
    opened.screen.data.sceneChosen.emit(0, 1)
    opened.screen.actions.flip_y.setChecked(True)
    settle(opened)
    assert opened.screen.volume.look.camera == Camera(50.0)
    assert opened.screen.volume.look.mode == "isosurface"
    assert opened.screen.volume._flips_y


def test_the_large_view_takes_the_place_of_slices_and_images_until_it_is_left(
    qtbot: Any, opened: Any
) -> None:
    screen = opened.screen
    screen.actions.enlarge_volume.trigger()
    settle(opened)
    assert opened.store.session.volume.enlarged
    slices = screen.ortho.panes["xy"]
    assert (slices.isVisible(), screen.measured.isVisible()) == (False, False)
    assert screen.volume.isVisible()
    assert screen.volume.width() > 0.9 * screen.tabs.width()
    screen.tabs.tabChosen.emit("live_slice")
    settle(opened)
    assert screen.measured.isVisible()
    screen.tabs.tabChosen.emit("volume")
    screen.volume.enlargedChanged.emit(False)
    settle(opened)
    assert (slices.isVisible(), screen.measured.isVisible()) == (True, True)
    assert screen.volume.isVisible()
    assert screen.volume.width() < 0.5 * screen.tabs.width()
    assert not screen.actions.enlarge_volume.isChecked()


def test_a_file_of_volumes_offers_no_truth(program: Any, tmp_path: Path) -> None:
    path = tmp_path / "volume.mrc"
    with mrcfile.new(path) as file:
        file.set_data(ball())
    program.open([path])
    settle(program)
    assert program.screen.volume._volumes.offered == {"x"}


def test_a_truth_that_cannot_be_read_is_told_once_and_not_asked_for_again(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fails(scene: Any) -> Any:
        asked.append(1)
        raise UserError("The truth cannot be read.")

    opened.store.update(opened.store.session.with_scene(object=ObjectChoice("quick")), "Object")
    settle(opened)
    monkeypatch.setattr(type(opened.engine.model.scene), "x_true", property(fails))
    look(opened, layers=Layers(truth=Layer(True)))
    look(opened, camera=Camera(12.0))
    assert len(asked) == 1
    assert "truth" not in opened.screen.volume._volumes.offered
    assert "cannot be read" in opened.screen.messages.sentence.text()
