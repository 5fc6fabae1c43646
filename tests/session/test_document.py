"""A session file brings everything back, finds files that moved, and refuses what it cannot be sure of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.session import ObjectChoice, SceneKey, SceneState, Session, Snapshot
from cryogui.session.document import fitted, is_session_file, load, restored, save
from cryogui.session.looks import Compared, CompareLook, PaneLook, VolumeLook
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Parameter, Spec, SpecRanges
from cryogui.tiers.scene import Scene

RANGES = SpecRanges((Parameter("tilt_axis_offset", -1.0, 1.0, 0.0, "px"),))
ANGLES = np.linspace(-60, 60, 5)


def model() -> SceneModel:
    scene = Scene(
        "sample_00", "two bodies", "cryo_et", ranges=RANGES,
        read_y=lambda: np.zeros((5, 8, 8), np.float32), read_x=lambda: np.zeros((8, 8, 8), np.float32),
        build=lambda: SingleAxisTilt((8, 8, 8), (8, 8), ANGLES), tilt_angles_deg=ANGLES,
    )  # fmt: skip
    return SceneModel(SceneKey("a.h5", 0), scene)


def full_session(folder: Path) -> Session:
    """A session in which every kind of setting differs from its default."""
    key = SceneKey(str(folder / "a.h5"), 1)
    state = SceneState(
        Spec.of({"tilt_axis_offset": 0.25}), frozenset({"tilt_axis_offset"}), 3, (1.0, 2.0, 3.5),
        ObjectChoice("file", str(folder / "x.mrc")), True, (("measured", (-0.5, 2.0)),), frozenset({0, 4}),
        frozenset({"C"}), 5,
    )  # fmt: skip
    looks = (("xy", PaneLook(True, "viridis", (0.25, 1.0, 5.0, 6.0))),)
    volume = VolumeLook("isosurface", 0.3)
    shot = Snapshot(
        "before", key, state, b"\x89PNG\r\n", 0.25, True, False, looks, volume,
    )  # fmt: skip
    compare = CompareLook(
        Compared("truth"), Compared("forward", "snapshot", "before"), "swipe", "yz", divider=0.25
    )
    return Session(
        files=(str(folder / "a.h5"),), flip_y=True, residual_in_noise=False, tab="spectrum", looks=looks,
        volume=volume, compare=compare, snapshots=(shot,),
    ).showing(key, state)  # fmt: skip


def test_everything_comes_back(tmp_path: Path) -> None:
    session, path = full_session(tmp_path), tmp_path / "work.cryogui"
    save(path, session, b"\x00layout\xff")
    document = load(path)
    assert document.session == session
    assert document.layout == b"\x00layout\xff"
    assert is_session_file(path) and not is_session_file("work.h5")
    assert json.loads(path.read_text())["version"] == 1


def test_files_that_moved_with_the_session_are_found(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    save(old / "work.cryogui", full_session(old))
    for name in ("a.h5", "x.mrc"):
        (old / name).touch()
    old.rename(new)
    session = load(new / "work.cryogui").session
    assert session == full_session(new)


def test_files_that_are_gone_keep_their_names(tmp_path: Path) -> None:
    session = full_session(tmp_path / "nowhere")
    save(tmp_path / "work.cryogui", session)
    assert load(tmp_path / "work.cryogui").session == session


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"\x89HDF\r\n\x1a\n", "no session"),
        (b"[1, 2]", "no session"),
        (b'{"format": "something else"}', "no session"),
        (b'{"format": "cryogui session", "version": 99, "session": {"new": 1}}', "later cryogui"),
        (b'{"format": "cryogui session", "version": 1}', "damaged"),
        (b'{"format": "cryogui session", "version": 1, "session": {"files": 5}}', "damaged"),
        (b'{"format": "cryogui session", "version": 1, "session": {"tab": "nowhere"}}', "damaged"),
        (b'{"a":' * 100_000, "damaged"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "work.cryogui"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as refusal:
        load(path)
    assert "work.cryogui" in str(refusal.value)
    assert str(refusal.value).count(".") <= 2


def test_a_missing_file_and_an_unwritable_place_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.cryogui")
    with pytest.raises(UserError):
        save(tmp_path / "no" / "such" / "work.cryogui", Session())


def test_settings_a_later_program_adds_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "work.cryogui"
    save(path, full_session(tmp_path))
    content = json.loads(path.read_text())
    content["session"]["volume"]["fog"] = 3
    path.write_text(json.dumps(content))
    assert load(path).session == full_session(tmp_path)


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
    back = restored(session, {one: model()}, ("a.h5",))
    assert (back.files, back.current, back.snapshots) == (("a.h5",), one, (shot,))
    assert dict(back.scenes).keys() == {one}
