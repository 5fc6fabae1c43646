"""What comes back of a session fits what is open now, and takes nothing from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cryogui.app.views import colormaps
from cryogui.session import ObjectChoice, SceneKey, SceneState, Session, Snapshot
from cryogui.session.fitting import fitted, restored
from cryogui.session.looks import (
    PANE_COLOURS,
    Camera,
    ClipPlane,
    CompareLook,
    Oblique,
    PaneLook,
    SpectrumLook,
    VolumeLook,
)
from cryogui.spec import Spec
from tests.session.conftest import full_session, model


def test_a_state_that_fits_is_kept_as_it_is() -> None:
    state = replace(full_session(Path("/")).scene, object=ObjectChoice("truth"), switched_off=frozenset())
    assert fitted(replace(state, excluded=frozenset({0})), model()) == replace(state, excluded=frozenset({0}))


def test_a_state_that_does_not_fit_is_mended() -> None:
    wild = SceneState(
        Spec.of({"tilt_axis_offset": 50.0, "unknown": 1.0}), frozenset({"unknown"}), 99, (900.0, -1.0, 3.0),
        levels=(("measured", (2.0, 1.0)), ("residual", (0.0, float("nan"))), ("forward", (0.0, 1.0))),
        excluded=frozenset({-1, 2, 77}), switched_off=frozenset({"nothing"}), slab=0,
    )  # fmt: skip
    mended = fitted(wild, model())
    assert mended.spec == Spec.of({"tilt_axis_offset": 1.0})
    assert (mended.locked, mended.image_index, mended.position) == (frozenset(), 4, (7.0, 0.0, 3.0))
    assert mended.levels == (("forward", (0.0, 1.0)),)
    assert (mended.excluded, mended.switched_off, mended.slab) == ({2}, frozenset(), 1)


def test_leaving_out_every_image_is_mended_to_none() -> None:
    assert fitted(SceneState(excluded=frozenset(range(5))), model()).excluded == frozenset()


def test_of_a_session_stays_what_could_be_opened() -> None:
    one, other = SceneKey("a.h5", 0), SceneKey("gone.h5", 0)
    shot = Snapshot("kept", other, SceneState())
    session = Session(("a.h5", "gone.h5"), snapshots=(shot,)).with_state(one, SceneState()).showing(
        other, SceneState()
    )  # fmt: skip
    back = restored(session, {one: model()}, ("a.h5",), Session())
    assert (back.files, back.current, back.snapshots) == (("a.h5",), one, (shot,))
    assert dict(back.scenes).keys() == {one}


def test_another_open_file_keeps_what_is_set_for_it() -> None:
    mine, other = SceneKey("a.h5", 0), SceneKey("b.h5", 0)
    changed, shot = SceneState(image_index=3, excluded=frozenset({1})), Snapshot("mine", other, SceneState())
    present = Session(("b.h5",), snapshots=(shot,)).showing(other, changed)
    arriving = Session(("a.h5",)).showing(mine, model().first_state())
    back = restored(arriving, {mine: model(), other: model()}, ("b.h5", "a.h5"), present)
    assert back.current == mine
    assert back.state_of(other) == changed
    assert back.snapshots == (shot,)


def test_a_session_of_which_nothing_is_left_leaves_the_scene_on_show() -> None:
    shown = SceneKey("b.h5", 0)
    present = Session(("b.h5",)).showing(shown, SceneState(image_index=2))
    back = restored(Session(("gone.h5",)), {shown: model()}, ("b.h5",), present)
    assert (back.current, back.scene.image_index) == (shown, 2)


def test_looks_out_of_all_bounds_are_mended() -> None:
    wild = Session(
        looks=(
            ("measured", PaneLook(colours="viridis2", view=(0.0, 0.0, -1.0, 5.0))),
            ("xy", PaneLook(colours="viridis", view=(1.0, 1e300, 2.0, 2.0))),
            ("xz", PaneLook(True, "false", (1.0, 2.0, 3.0, 4.0))),
        ),
        volume=VolumeLook(
            threshold=7.0, clip=ClipPlane(position=-1.0),
            camera=Camera(zoom=1e308, centre=(0.0, 1e308, 0.0)),
        ),
        spectrum=SpectrumLook(view=(2.0, 1.0)),
        compare=CompareLook(seconds=0.0, divider=3.0),
    )  # fmt: skip
    back = restored(wild, {}, (), Session())
    assert back.look("measured") == PaneLook()
    assert back.look("xy") == PaneLook(colours="viridis")
    assert back.look("xz") == PaneLook(True, "false", (1.0, 2.0, 3.0, 4.0))
    assert (back.volume.threshold, back.volume.clip.position) == (1.0, 0.0)
    assert back.volume.camera == Camera(zoom=1000.0)
    assert back.spectrum == SpectrumLook()
    assert (back.compare.seconds, back.compare.divider) == (0.05, 1.0)
    turned = fitted(SceneState(oblique=Oblique(True, rot_deg=1e308)), model())
    assert turned.oblique == Oblique(True, rot_deg=1e6)


def test_the_colour_maps_of_panes_are_those_that_are_offered() -> None:
    assert tuple(colormaps.CHOICES) == PANE_COLOURS
