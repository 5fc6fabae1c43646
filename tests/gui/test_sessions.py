"""Sessions in the real window: saved, restored, kept by themselves, brought back after a sudden death."""

from __future__ import annotations

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

IMAGE, EXCLUDED = 6, frozenset({0, 8})


def set_much(program: Any) -> None:
    """Change settings of every kind, as the user does."""
    program.spec.set_values({"tilt_axis_offset": 0.75, "missing_wedge": 35.5})
    program.screen.parameters.lockToggled.emit("missing_wedge", True)
    program.view.show_image(IMAGE)
    program.screen.ortho.positionChanged.emit(10, 13, 9)
    program.screen.measured.choose_levels((-0.25, 1.5))
    program.screen.ortho.panes["xy"].choose_levels((0.1, 0.6))
    program.screen.forward.zoom(1.7)
    program.screen.residual.invert()
    program.screen.ortho.panes["xz"].zoom(2.3)
    program.screen.ortho.controls.slabChanged.emit(3)
    for image in EXCLUDED:
        program.screen.strip.toggle_excluded(image)
    program.screen.actions.flip_y.trigger()
    program.view.show_tab("live_slice")
    settle(program)


def picture_of(program: Any) -> dict[str, np.ndarray]:
    """The arrays and levels of all panes in sight, and the numbers beside them."""
    screen, seen = program.screen, {}
    panes = (screen.measured, screen.forward, screen.residual, screen.live_slice.live)
    slices = [pane for pane in screen.ortho.panes.values() if pane.image is not None]
    for pane in (*panes, *slices):
        seen[f"{pane.name} image"] = np.asarray(pane.image)
        seen[f"{pane.name} levels"] = np.asarray(pane.levels)
        seen[f"{pane.name} part"] = np.asarray([] if pane.part is None else pane.part.getRect())
        seen[f"{pane.name} inverted"] = np.asarray(pane.is_inverted)
    seen["position"] = np.asarray(screen.ortho.position)
    seen["residual"] = np.asarray(program.pictures.residual)
    seen["excluded"] = np.asarray(sorted(screen.strip.bars.excluded))
    return seen


def assert_same_picture(program: Any, before: dict[str, np.ndarray]) -> None:
    after = picture_of(program)
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, rtol=1e-5, atol=1e-6, err_msg=name)


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


DIES = """
import sys, time
from pathlib import Path
import numpy as np
from PyQt6.QtCore import QTimer
from cryogui.app import main, program
from cryogui.app.measure import pause, settle
from tests.gui.test_sessions import picture_of, set_much

def work(running):
    settle(running)
    set_much(running)
    np.savez(sys.argv[2], **picture_of(running))
    pause(2500)
    print("kept", flush=True)

class Watched(program.Program):
    def __init__(self, screen):
        super().__init__(screen)
        QTimer.singleShot(200, lambda: work(self))

main.Program = Watched
main.run_window([Path(sys.argv[1])])
"""


def test_a_killed_window_comes_back_with_the_same_picture(
    qapp: Any, tier_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    command = [sys.executable, "-c", DIES, str(tier_path), str(tmp_path / "seen.npz")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline().strip() == "kept"
        window.kill()
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
        with np.load(tmp_path / "seen.npz") as seen:
            assert_same_picture(later, dict(seen))
        until(lambda: len(list((tmp_path / "cryogui" / "sessions").glob("*-*.cryogui"))) == 1)
    finally:
        later.screen.window.close()


def test_discarding_the_offer_forgets_it(program: Any, tmp_path: Path) -> None:
    orphan = tmp_path / "20260101-120000-1.cryogui"
    program.sessions.save(orphan)
    settle(program)
    program.sessions.keep_in(tmp_path)
    program.screen.offers.buttons[1].click()
    assert not orphan.exists()
    assert not program.screen.offers.isVisible()


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
