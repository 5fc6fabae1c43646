"""Turning from scene to scene in the real window: what each of them shows, offers and says."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QLabel

from cryogui.app.measure import settle, until
from cryogui.app.panels.microscope import MicroscopePanel
from cryogui.app.present.pictures import NOTHING_OPEN
from cryogui.app.present.preparing import FIRST_START, PREPARING, Preparing, kernels_are_cold
from cryogui.app.views import levels
from cryogui.session import ObjectChoice
from tests.gui.conftest import N, ball
from tests.gui.test_window import assert_shows_the_model

pytestmark = pytest.mark.usefixtures("qapp")


def volume_file(path: Path, n: int) -> Path:
    import mrcfile

    mrcfile.write(path, ball(n), voxel_size=10.0)
    return path


def object_labels(program: Any) -> list[str]:
    objects = program.screen.reconstruction.objects
    return [objects.itemText(number) for number in range(objects.count())]


def test_only_volumes_that_fit_are_offered_as_the_object(opened: Any, tmp_path: Path) -> None:
    opened.open([volume_file(tmp_path / "fits.mrc", N), volume_file(tmp_path / "small.mrc", 20)])
    settle(opened)
    opened.screen.data.sceneChosen.emit(0, 0)
    settle(opened)
    assert "fits.mrc" in object_labels(opened)
    assert "small.mrc" not in object_labels(opened)


def test_a_volume_that_does_not_fit_is_refused_in_a_sentence_that_goes_with_the_scene(
    opened: Any, tmp_path: Path
) -> None:
    messages = opened.screen.messages
    opened.screen.window.volumeChosen.emit(str(volume_file(tmp_path / "small.mrc", 20)))
    settle(opened)
    assert messages.sentence.text().startswith("The volume is 20 × 20 × 20 voxels")
    assert opened.screen.reconstruction.objects.currentText() == "truth"
    assert "small.mrc" not in object_labels(opened)
    opened.screen.data.sceneChosen.emit(0, 1)
    assert messages.isHidden()


def test_a_scene_before_stays_on_the_screen_until_the_next_is_ready(opened: Any) -> None:
    screen, heading = opened.screen, opened.screen.window.windowTitle()
    images = [pane.image for pane in (screen.measured, screen.forward, screen.residual)]
    screen.data.sceneChosen.emit(0, 1)
    assert [pane.image for pane in (screen.measured, screen.forward, screen.residual)] == images
    assert screen.ortho.volume is not None
    assert screen.window.windowTitle() == heading
    seen: list[Any] = []
    opened.engine.scene_shown.connect(lambda model: seen.append((model.x, model.live)))
    settle(opened)
    assert len(seen) == 1 and all(part is not None for part in seen[0])
    assert screen.window.windowTitle() != heading
    assert_shows_the_model(opened)


def test_a_scene_that_takes_long_is_turned_to_before_it_is_ready(opened: Any) -> None:
    opened.screen.data.sceneChosen.emit(0, 1)
    opened.engine.reveal()
    assert opened.screen.forward.image is None
    assert "scene 2" in opened.screen.window.windowTitle()
    settle(opened)
    assert_shows_the_model(opened)


def test_the_tilt_axis_is_drawn_where_the_spec_has_it(opened: Any) -> None:
    assert opened.screen.measured._state.tilt_axis == N // 2
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.5)
    assert opened.screen.forward._state.tilt_axis == N // 2 + 0.5


def test_a_quick_reconstruction_is_told_to_have_a_residual_of_its_own(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "SIGMAS", 0.1)  # the residual of this small scene stays within 4 σ
    assert "its own" not in opened.screen.scores.note.text()
    opened.screen.reconstruction.objectChosen.emit(ObjectChoice("quick"))
    settle(opened)
    assert "x is a reconstruction" in opened.screen.scores.note.text()
    low, high = opened.screen.residual.levels
    reached = np.percentile(np.abs(opened.screen.residual.image), levels.REACHED_PERCENT)
    assert high == pytest.approx(reached) and low == -high


def test_a_volume_by_itself_has_the_place_of_the_images_too(opened: Any, tmp_path: Path) -> None:
    opened.open([volume_file(tmp_path / "ball.mrc", 20)])
    settle(opened)
    assert not opened.screen.measured.isVisible()
    assert "holds no images" in microscope_words(opened)
    opened.screen.data.sceneChosen.emit(0, 0)
    settle(opened)
    assert opened.screen.measured.isVisible()


def microscope_words(program: Any) -> str:
    return " ".join(label.text() for label in program.screen.parameters.findChildren(QLabel))


def test_voxels_that_are_no_cubes_have_their_own_scale_bars(program: Any, shared_data: Path) -> None:
    program.open([shared_data / "real" / "maps" / "EMD-3001.map"])
    settle(program)
    bars = {name: pane._state.angstrom_per_pixel for name, pane in program.screen.ortho.panes.items()}
    assert bars == pytest.approx({"xy": 0.4483, "xz": 0.4483, "yz": 0.4587, "oblique": 0.3925}, abs=1e-3)


def test_a_file_without_optics_says_so_beside_no_sliders(program: Any, shared_data: Path) -> None:
    program.open([shared_data / "pwm_layouts" / "A_cryo_em_challenge_public.h5"])
    settle(program)
    assert "no optics to calibrate" in microscope_words(program)
    assert not program.screen.parameters.reset_all_button.isVisible()
    assert not program.screen.actions.reset.isEnabled()
    assert not program.screen.window.findChild(MicroscopePanel).sweep_button.isEnabled()


def test_a_first_start_says_why_it_takes_long_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    assert kernels_are_cold()
    (tmp_path / "kernels" / "of_a_module").mkdir(parents=True)
    (tmp_path / "kernels" / "of_a_module" / "scatter.nbi").touch()
    assert not kernels_are_cold()
    first = Preparing(True)
    assert "compiling" in first.words
    first.note_object(SimpleNamespace(live=None))  # type: ignore[arg-type]
    assert first.words != PREPARING, "nothing was compiled for a file that is only browsed"
    first.note_object(SimpleNamespace(live=object()))  # type: ignore[arg-type]
    assert first.words == PREPARING


def test_panes_and_status_line_tell_of_a_first_start_while_the_first_file_is_opened(program: Any) -> None:
    screen = program.screen
    program.preparing._is_first_start = True
    release = Event()
    program.files._request("demo slow", lambda: str(release.wait(30)), lambda path: None, lambda: None)
    views = (screen.measured, screen.forward, screen.residual, screen.live_slice.live,
             screen.ortho.panes["xy"], screen.volume)  # fmt: skip
    assert {view._message.text() for view in views} == {FIRST_START}
    until(lambda: screen.status.activity == FIRST_START)
    release.set()
    settle(program)
    assert screen.measured._message.text() == NOTHING_OPEN and screen.forward._message.text() == ""


def test_what_is_prepared_says_so_in_every_pane(opened: Any) -> None:
    opened.screen.data.sceneChosen.emit(0, 1)
    opened.engine.reveal()
    for view in (opened.screen.forward, opened.screen.ortho.panes["xy"], opened.screen.volume):
        assert view._message.text() == PREPARING
