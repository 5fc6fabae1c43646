"""Sessions in the real window: saved, restored, kept by themselves, brought back after a sudden death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui.app.main import new_program
from cryogui.app.measure import settle, until
from cryogui.app.recovery import last_session
from tests.conftest import REPOSITORY
from tests.gui.walk import assert_same_picture, picture_of, set_much


def test_a_saved_session_brings_the_same_picture_back(opened: Any, tmp_path: Path) -> None:
    set_much(opened)
    before, session = picture_of(opened), opened.store.session
    opened.sessions.save(tmp_path / "work.cryogui")
    settle(opened)
    opened.files._on_actions_close_file()
    opened.screen.actions.flip_y.trigger()
    settle(opened)
    assert opened.engine.model is None
    opened.open([tmp_path / "work.cryogui"])
    settle(opened)
    assert opened.store.session == session
    assert_same_picture(opened, before)
    assert opened.screen.parameters.rows["missing_wedge"].is_locked
    assert opened.store.undo_name == "Open session"


def test_a_session_with_a_missing_file_brings_back_the_rest(
    opened: Any, tmp_path: Path, tier_path: Path
) -> None:
    extra = tmp_path / "extra.h5"
    extra.write_bytes(tier_path.read_bytes())
    opened.open([extra])
    settle(opened)
    opened.sessions.save(tmp_path / "work.cryogui")
    settle(opened)
    opened.files._on_actions_close_file()
    extra.unlink()
    opened.open([tmp_path / "work.cryogui"])
    settle(opened)
    assert opened.store.session.files == (str(tier_path),)
    assert opened.store.session.current.path == str(tier_path)
    assert "extra.h5" in opened.screen.messages.sentence.text()


def test_a_damaged_session_disturbs_nothing(opened: Any, tmp_path: Path) -> None:
    session = opened.store.session
    (tmp_path / "bad.cryogui").write_text("{")
    opened.open([tmp_path / "bad.cryogui"])
    settle(opened)
    assert opened.store.session == session
    assert "bad.cryogui" in opened.screen.messages.sentence.text()


def test_left_out_images_count_nowhere(opened: Any) -> None:
    whole, quick = opened.pictures.residual, opened.engine.model.quick.copy()
    opened.screen.strip.toggle_excluded(0)
    settle(opened)
    live = opened.engine.model.live
    assert np.flatnonzero(~live.used).tolist() == [0]
    misfit = live.misfit(opened.store.session.scene.spec)
    energy = live.measured.energy[1:]
    expected = np.sqrt((misfit.per_image[1:] ** 2 * energy).sum() / energy.sum())
    assert opened.pictures.residual == pytest.approx(expected, rel=1e-5)
    assert opened.pictures.residual != whole
    assert not np.allclose(opened.engine.model.quick, quick), "the reconstruction does without it"
    opened.store.undo()
    settle(opened)
    assert opened.pictures.residual == whole
    np.testing.assert_allclose(opened.engine.model.quick, quick, atol=1e-6)


def test_the_session_is_kept_by_itself_and_goes_on_at_the_next_start(opened: Any, tmp_path: Path) -> None:
    opened.sessions.keep_in(tmp_path)
    set_much(opened)
    before = picture_of(opened)
    until(lambda: len(list(tmp_path.glob("*-*.cryogui"))) == 1)
    settle(opened)
    opened.screen.window.close()
    assert last_session(tmp_path).exists()
    assert not list(tmp_path.glob("*-*.cryogui"))
    later = new_program()
    try:
        later.screen.window.show()
        later.sessions.keep_in(tmp_path)
        assert later.sessions.has_last
        assert later.screen.actions.reopen.isEnabled()
        assert not later.screen.offers.isVisible()
        later.screen.actions.reopen.trigger()
        settle(later)
        assert_same_picture(later, before)
    finally:
        later.screen.window.close()


LAYOUTS = ("A_cryo_em", "A_cryo_et", "B_cryo_em", "C_cryo_em", "D_cryo_et", "E_cryo_et")


def test_a_killed_window_comes_back_with_the_same_picture_of_every_layout(
    qapp: Any, tier_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout_files: list[Path]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    files = [tier_path, *layout_files]
    command = [sys.executable, "-m", "tests.gui.walk", str(tmp_path), *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        said = window.stdout.readline().strip()
        window.kill()
        assert said == "kept"
        assert window.wait(30) == -signal.SIGKILL
    later = new_program()
    try:
        later.screen.window.show()
        later.sessions.keep_in(tmp_path / "cryogui" / "sessions")
        offers = later.screen.offers
        assert offers.isVisible()
        assert "unexpectedly" in offers.sentence.text()
        assert [button.text() for button in offers.buttons] == ["Restore", "Discard"]
        offers.buttons[0].click()
        settle(later)
        for number, file in reversed(list(enumerate(files))):
            later.open([file])
            settle(later)
            with np.load(tmp_path / f"{number}.npz") as seen:
                assert_same_picture(later, dict(seen))
        until(lambda: len(list((tmp_path / "cryogui" / "sessions").glob("*-*.cryogui"))) == 1)
    finally:
        later.screen.window.close()


@pytest.fixture
def layout_files() -> list[Path]:
    """One file of each published layout, where the shared test data is at hand."""
    data = REPOSITORY.parent / "shared" / "data"
    folder = Path(os.environ.get("CRYOGUI_SHARED_DATA", data)) / "pwm_layouts"
    return [folder / f"{layout}_challenge_public.h5" for layout in LAYOUTS] if folder.is_dir() else []


def test_discarding_the_offer_forgets_it(program: Any, tmp_path: Path) -> None:
    orphan = tmp_path / "20260101-120000-1.cryogui"
    program.sessions.save(orphan)
    settle(program)
    program.sessions.keep_in(tmp_path)
    started: list[str] = []
    program.sessions.go_on(otherwise=lambda: started.append("demo"))
    assert started == [], "the offer comes first"
    program.screen.offers.buttons[1].click()
    assert not orphan.exists()
    assert not program.screen.offers.isVisible()
    assert started == ["demo"]


def test_saving_again_goes_to_the_same_file(opened: Any, tmp_path: Path) -> None:
    opened.sessions.keep_in(tmp_path)
    opened.sessions.save(tmp_path / "work.cryogui")
    settle(opened)
    assert [action.text() for action in opened.screen.actions.recent_menu.actions()] == ["work.cryogui"]
    opened.spec.set_values({"tilt_axis_offset": 0.5})
    written = (tmp_path / "work.cryogui").stat().st_mtime_ns
    time.sleep(0.01)
    opened.screen.actions.save_session.trigger()
    settle(opened)
    assert (tmp_path / "work.cryogui").stat().st_mtime_ns > written


def test_images_are_left_out_from_the_menu(opened: Any) -> None:
    opened.screen.actions.exclude.trigger()
    assert opened.store.session.scene.excluded == {opened.store.session.scene.image_index}
    opened.screen.actions.include_all.trigger()
    assert opened.store.session.scene.excluded == frozenset()
