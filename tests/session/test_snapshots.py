"""Snapshots as values: their names, and what taking, renaming, deleting and restoring do to a session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cryogui.session import Need, SceneKey, SceneState, Session, resolve
from cryogui.session.looks import Compared, CompareLook, PaneLook, VolumeLook
from cryogui.session.snapshots import (
    proposed_name,
    restored,
    snapshot_named,
    taken,
    unique_name,
    with_renamed,
    with_snapshot,
    without_snapshot,
)
from cryogui.spec import Parameter, Spec, SpecRanges

RANGES = SpecRanges(
    (
        Parameter("defocus_error_nm", -100.0, 100.0, 0.0, "nm"),
        Parameter("ice_thickness_nm", 10.0, 50.0, 30.0, "nm"),
        Parameter("missing_wedge", 26.0, 38.0, 30.0, "deg"),
    )
)
KEY = SceneKey("a.h5", 0)
STATE = SceneState(spec=RANGES.nominal, image_index=3, levels=(("measured", (0.0, 1.0)),))


def session(*names: str) -> Session:
    shown = Session(files=("a.h5",)).showing(KEY, STATE)
    for name in names:
        shown = with_snapshot(shown, taken(shown, name, b"png", 0.25))
    return shown


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "nominal"),
        ({"defocus_error_nm": 40.0}, "dₑ +40 nm"),
        ({"ice_thickness_nm": 28.0, "defocus_error_nm": -40.0}, "dₑ −40 nm, t −2 nm"),
        ({"ice_thickness_nm": 28.0, "missing_wedge": 34.0}, "m +4°, t −2 nm"),
        ({"ice_thickness_nm": 29.0, "missing_wedge": 34.0, "defocus_error_nm": 20.0}, "m +4°, dₑ +20 nm, …"),
    ],
)
def test_a_name_says_what_differs_most_from_nominal(values: dict[str, float], name: str) -> None:
    state = replace(STATE, spec=RANGES.nominal.replace(**values))
    assert proposed_name(state, RANGES) == name


def test_a_name_knows_the_true_spec_and_what_is_left_out() -> None:
    true = RANGES.nominal.replace(defocus_error_nm=17.0)
    assert proposed_name(replace(STATE, spec=true), RANGES, true) == "true spec"
    assert proposed_name(STATE, RANGES, RANGES.nominal) == "nominal"
    assert proposed_name(replace(STATE, switched_off=frozenset("PC")), RANGES) == "nominal, without C, P"
    assert proposed_name(SceneState(spec=Spec()), SpecRanges()) == "view"


def test_names_are_unique() -> None:
    assert unique_name("nominal", []) == "nominal"
    assert unique_name("nominal", ["nominal", "nominal (2)"]) == "nominal (3)"


def test_a_snapshot_holds_the_scene_and_how_it_was_drawn() -> None:
    drawn = replace(session(), flip_y=True, looks=(("measured", PaneLook(inverted=True)),), tab="compare")
    shot = taken(drawn, "one", b"png", 0.25)
    assert (shot.key, shot.state, shot.thumbnail, shot.misfit) == (KEY, STATE, b"png", 0.25)
    assert shot.flip_y and shot.looks == drawn.looks
    with pytest.raises(ValueError, match="no scene"):
        taken(Session(), "none", b"", None)


def test_restoring_turns_to_the_scene_and_leaves_tab_and_list() -> None:
    before = replace(session("one"), residual_in_noise=True)
    shot = before.snapshots[0]
    other = SceneKey("b.h5", 1)
    elsewhere = replace(
        before.showing(other, SceneState()), flip_y=True, volume=VolumeLook("mip"), tab="spectrum",
        residual_in_noise=False,
    )  # fmt: skip
    back = restored(elsewhere, shot, shot.state)
    assert back == replace(before, tab="spectrum", scenes=back.scenes)
    assert back.state_of(other) == SceneState()


def test_renaming_reaches_the_comparison() -> None:
    look = CompareLook(a=Compared("forward", "snapshot", "one"), b=Compared("file", name="one"))
    renamed = with_renamed(replace(session("one", "two"), compare=look), "one", "best")
    assert [shot.name for shot in renamed.snapshots] == ["best", "two"]
    assert renamed.compare.a == Compared("forward", "snapshot", "best")
    assert renamed.compare.b == Compared("file", name="one")


def test_a_snapshot_replaces_the_one_of_its_name_and_is_deleted_by_it() -> None:
    before = session("one", "two", "three")
    newer = replace(before.snapshots[1], misfit=0.1)
    after = with_snapshot(before, newer)
    assert [shot.name for shot in after.snapshots] == ["one", "two", "three"]
    assert snapshot_named(after, "two") == newer
    assert [shot.name for shot in without_snapshot(after, "two").snapshots] == ["one", "three"]
    assert snapshot_named(after, "four") is None


def test_a_change_of_the_list_needs_only_the_list() -> None:
    assert resolve(session(), session("one")) == {Need.SNAPSHOTS}
    assert resolve(session(), replace(session(), compare=CompareLook(mode="blink"))) == {Need.COMPARE_LOOK}
