"""Each change asks for exactly what it makes out of date."""

from dataclasses import replace

import pytest

from cryogui.session import Need, ObjectChoice, SceneKey, SceneState, Session, resolve
from cryogui.session.looks import ChallengeLook, PaneLook, VolumeLook
from cryogui.session.resolve import OF_SCENE, OF_SPEC
from cryogui.session.run_looks import ReconstructionLook, RunsLook
from cryogui.spec import Spec

KEY = SceneKey("a.h5", 0)
STATE = SceneState(spec=Spec.of({"offset": 0.0}), position=(4.0, 5.0, 6.0))
OTHER_MODEL = {Need.OBJECT, Need.PICTURE, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION}
SESSION = Session(files=("a.h5",)).showing(KEY, STATE)


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"spec": Spec.of({"offset": 0.5})}, OF_SPEC),
        ({"locked": frozenset({"offset"})}, {Need.LOCKS}),
        ({"image_index": 2}, {Need.PICTURE, Need.CURSOR}),
        ({"position": (4.0, 5.0, 9.0)}, {Need.CURSOR}),
        ({"position": (4.0, 8.0, 6.0)}, {Need.CURSOR, Need.SLICE}),
        ({"position": (2.0, 5.0, 6.0)}, {Need.CURSOR, Need.SLICE}),
        ({"object": ObjectChoice("run", run=2)}, {Need.OBJECT, Need.PICTURE, Need.MISFIT}),
        ({"object": ObjectChoice("quick")}, {Need.OBJECT, Need.PICTURE, Need.MISFIT}),
        ({"padded": True}, OTHER_MODEL),
        ({"switched_off": frozenset("C")}, OTHER_MODEL | {Need.BLOCKS}),
        ({"excluded": frozenset({2})}, {Need.EXCLUSION, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION}),
        ({"slab": 3}, {Need.PLANES}),
        ({"levels": (("measured", (0.0, 1.0)),)}, {Need.LEVELS}),
        ({}, set()),
    ],
)
def test_a_change_within_the_scene(changes: dict[str, object], needs: set[Need]) -> None:
    assert resolve(SESSION, SESSION.with_scene(**changes)) == needs


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"files": ("a.h5", "b.h5")}, {Need.FILES}),
        ({"residual_in_noise": False}, {Need.PICTURE}),
        ({"tab": "live_slice"}, {Need.TAB, Need.SLICE}),
        ({"flip_y": True}, {Need.FLIP}),
        ({"volume": VolumeLook("isosurface")}, {Need.VOLUME_LOOK}),
        ({"reconstruction": ReconstructionLook("wbp")}, {Need.RECONSTRUCTION_LOOK}),
        ({"runs": RunsLook((1,))}, {Need.RUNS_LOOK}),
        ({"challenge": ChallengeLook("leaderboard")}, {Need.CHALLENGE_LOOK}),
        ({"looks": (("xy", PaneLook(inverted=True)),)}, {Need.LOOKS}),
    ],
)
def test_a_change_of_files_or_look(changes: dict[str, object], needs: set[Need]) -> None:
    assert resolve(SESSION, replace(SESSION, **changes)) == needs


def test_another_scene_needs_all_that_belongs_to_a_scene() -> None:
    other = SESSION.showing(SceneKey("a.h5", 1), SceneState())
    assert resolve(SESSION, other) == OF_SCENE
    assert resolve(SESSION, replace(other, flip_y=True)) == OF_SCENE | {Need.FLIP}


def test_changes_add_up() -> None:
    both = replace(SESSION.with_scene(image_index=1), flip_y=True)
    assert resolve(SESSION, both) == {Need.PICTURE, Need.CURSOR, Need.FLIP}
