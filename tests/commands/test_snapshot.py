from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cryogui.session import ObjectChoice, SceneKey, SceneState, Session
from cryogui.session.document import save
from tests.commands.conftest import TRUE


def test_a_folder_is_no_picture(public_tier: Path, refusal, tmp_path: Path) -> None:
    assert "is a folder" in refusal("snapshot", public_tier, "--out", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("qapp")
def test_the_window_is_drawn_in_the_state_asked_for(public_tier: Path, answer, tmp_path: Path) -> None:
    out = tmp_path / "shot.png"
    state = ("--x", "quick", "--image", 2, "--exclude", "0,6", "--set", "tilt_axis_offset=0.5")
    shot = answer("snapshot", public_tier, *state, "--tab", "live-slice", "--size", "900x600", "--out", out)
    assert out.stat().st_size > 10_000
    assert (shot["width"], shot["height"]) >= (900, 600)
    without_image = (*state[:2], *state[4:])
    assert shot["residual"] == pytest.approx(
        answer("forward", public_tier, *without_image)["residual"], rel=1e-4
    )


def test_an_image_or_object_that_is_not_there_is_refused(public_tier: Path, refusal, tmp_path: Path) -> None:
    out = tmp_path / "shot.png"
    assert "no image 7" in refusal("snapshot", public_tier, "--image", 7, "--out", out)
    assert "truth" in refusal("snapshot", public_tier, "--scene", 1, "--x", "true", "--out", out)
    assert not out.exists()


@pytest.mark.usefixtures("qapp")
def test_a_session_is_drawn_as_it_was_saved(public_tier: Path, answer, refusal, tmp_path: Path) -> None:
    saved, out = tmp_path / "view.cryogui", tmp_path / "shot.png"
    key = SceneKey(str(public_tier), 0)
    state = SceneState(TRUE, image_index=2, object=ObjectChoice("truth"), levels=(("measured", (0.0, 9.0)),))
    save(saved, replace(Session(files=(key.path,)).showing(key, state), tab="live_slice"))
    shot = answer("snapshot", saved, "--size", "900x600", "--out", out)
    assert out.stat().st_size > 10_000
    assert shot["residual"] == pytest.approx(0, abs=1e-4)
    assert "says itself" in refusal("snapshot", saved, "--set", "tilt_axis_offset=1", "--out", out)
    (tmp_path / "bad.cryogui").write_text("{}")
    assert "bad.cryogui" in refusal("snapshot", tmp_path / "bad.cryogui", "--out", out)
