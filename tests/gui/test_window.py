"""The real window on a small tier: what the panes are handed is what the live model computes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent

from cryogui.app.measure import Growth, moves_growth, paint_ms, settle
from cryogui.app.photograph import photograph
from cryogui.app.present.pictures import image_verdicts
from tests.gui.conftest import RANGES, TILTS, TRUE_SPEC, N

pytestmark = pytest.mark.usefixtures("qapp")


def assert_shows_the_model(program: Any) -> None:
    model, state = program.engine.model, program.store.session.scene
    expected = model.live.image(state.image_index, state.spec)
    measured = model.scene.y[state.image_index]
    sigma = model.scene.noise_sigma
    np.testing.assert_array_equal(program.screen.measured.image, measured)
    np.testing.assert_allclose(program.screen.forward.image, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(program.screen.residual.image * sigma, measured - expected, atol=1e-5)


def test_opening_shows_images_volume_parameters_and_scores(opened: Any) -> None:
    assert_shows_the_model(opened)
    screen = opened.screen
    assert screen.ortho.volume.shape == (N, N, N)
    assert tuple(screen.parameters.rows) == RANGES.names
    assert screen.strip.bars.count == TILTS
    assert float(screen.scores.residual.number.text()) == pytest.approx(opened.pictures.residual, abs=5e-4)
    assert "dB" in screen.scores.psnr.number.text()
    assert "small.h5" in screen.window.windowTitle()


@pytest.mark.parametrize("name", RANGES.names)
def test_every_slider_reaches_the_panes_and_the_misfit(opened: Any, name: str) -> None:
    opened.view.show_image(TILTS - 2)
    settle(opened)
    before, residual = opened.screen.forward.image.copy(), opened.pictures.residual
    row = opened.screen.parameters.rows[name]
    row.valueChanged.emit(0.9 * RANGES[name].maximum)
    row.released.emit()
    settle(opened)
    assert row.value == pytest.approx(0.9 * RANGES[name].maximum)
    assert_shows_the_model(opened)
    assert opened.pictures.residual == pytest.approx(
        opened.engine.model.live.misfit(opened.store.session.scene.spec).residual
    )
    if name != "missing_wedge":  # the tilt shown is lit either way
        assert not np.array_equal(before, opened.screen.forward.image)
    assert residual != opened.pictures.residual


def test_the_true_spec_explains_the_data(opened: Any) -> None:
    nominal = opened.pictures.residual
    opened.spec.set_values(dict(TRUE_SPEC))
    settle(opened)
    assert opened.pictures.residual < 0.6 * nominal


def test_undo_and_redo_reach_the_sliders_and_the_panes(opened: Any) -> None:
    first = opened.screen.forward.image.copy()
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 1.0)
    opened.screen.parameters.editFinished.emit("tilt_axis_offset")
    settle(opened)
    moved = opened.screen.forward.image.copy()
    opened.screen.actions.undo.trigger()
    settle(opened)
    assert opened.screen.parameters.rows["tilt_axis_offset"].value == 0.0
    np.testing.assert_allclose(opened.screen.forward.image, first, rtol=1e-5, atol=1e-6)
    opened.screen.actions.redo.trigger()
    settle(opened)
    np.testing.assert_allclose(opened.screen.forward.image, moved, rtol=1e-5, atol=1e-6)


def test_a_wider_detector_is_a_step_that_can_be_undone(opened: Any) -> None:
    periodic = opened.engine.model.operator
    opened.screen.actions.padded.setChecked(True)
    settle(opened)
    assert opened.engine.model.live.operator is opened.engine.model.padded_operator is not periodic
    assert_shows_the_model(opened)
    opened.screen.actions.undo.trigger()
    settle(opened)
    assert not opened.screen.actions.padded.isChecked()
    assert opened.engine.model.live.operator is periodic


def test_an_image_is_judged_by_its_own_noise_and_by_what_the_model_expects() -> None:
    floors, expected = np.array([0.1, 0.1, 1.0, 0.1]), np.array([True, True, False, False])
    residuals = np.array([0.1, 0.9, 1.0, 1.0])
    assert image_verdicts(residuals, floors, expected, False) == ["good", "bad", "shadowed", "bad"]
    assert image_verdicts(residuals, None, expected, False) == ["spark", "spark", "shadowed", "shadowed"]


def test_bars_below_their_noise_are_doubtful_only_where_the_whole_series_is() -> None:
    residuals, floors, expected = np.array([0.07, 0.11, 0.2]), np.full(3, 0.1), np.full(3, True)
    assert image_verdicts(residuals, floors, expected, False) == ["good", "good", "bad"]
    assert image_verdicts(residuals, floors, expected, True) == ["warn", "good", "bad"]


def test_contrast_and_zoom_survive_a_move(opened: Any) -> None:
    opened.screen.measured.set_levels(-1.0, 2.0)
    opened.screen.residual.set_levels(-2.0, 2.0)
    opened.screen.measured.zoom(2.0)
    view = opened.screen.measured.view_rect()
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 1.0)
    settle(opened)
    assert opened.screen.measured.levels == (-1.0, 2.0)
    assert opened.screen.residual.levels == (-2.0, 2.0)
    assert opened.screen.measured.view_rect() == view


def test_contrast_can_be_undone(opened: Any) -> None:
    assert opened.store.undo_name is None  # contrast found by the program is no step
    pane, slices = opened.screen.measured, opened.screen.ortho.panes
    found, of_volume = pane.levels, slices["xy"].levels
    pane.levelsChanged.emit(-1.0, 2.0)
    assert pane.levels == opened.screen.forward.levels == (-1.0, 2.0)
    slices["xz"].levelsChanged.emit(0.1, 0.2)
    assert slices["xy"].levels == slices["yz"].levels == (0.1, 0.2)
    opened.screen.actions.undo.trigger()
    opened.screen.actions.undo.trigger()
    assert pane.levels == found
    assert slices["xy"].levels == of_volume


def test_files_can_be_dropped(program: Any, tier_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tier_path))])
    window, buttons = program.screen.window, Qt.MouseButton.LeftButton
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    settle(program)
    assert_shows_the_model(program)


def test_a_blind_scene_uses_a_quick_reconstruction_made_again_at_rest(opened: Any) -> None:
    opened.screen.data.sceneChosen.emit(0, 1)
    settle(opened)
    model = opened.engine.model
    assert not model.has_truth
    assert model.x is model.quick
    assert_shows_the_model(opened)
    first = model.x
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 0.5)
    settle(opened)
    assert model.x is first  # held down: nothing slow has started
    opened.screen.parameters.editFinished.emit("tilt_axis_offset")
    settle(opened)
    assert model.x is not first
    assert model.quick_recipe == opened.store.session.scene.recipe
    assert opened.screen.scores.psnr.number.text() == "—"


def test_the_live_slice_follows_the_sliders(opened: Any) -> None:
    opened.view.show_tab("live_slice")
    settle(opened)
    opened.screen.parameters.specEdited.emit("tilt_axis_offset", 1.0)
    settle(opened)
    state = opened.store.session.scene
    expected = opened.engine.model.live.slice(state.spec, round(state.position[1]))
    np.testing.assert_allclose(opened.screen.live_slice.live.image, expected, rtol=1e-4, atol=1e-5)


def test_a_refusal_stands_in_the_window_and_the_scene_stays(opened: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.h5"
    bad.write_bytes(b"no tier at all")
    shown = opened.screen.measured.image
    opened.open([bad])
    settle(opened)
    assert opened.screen.messages.isVisible()
    assert "bad.h5" in opened.screen.messages.sentence.text()
    assert opened.store.session.files == (opened.engine.model.key.path,)
    assert opened.screen.measured.image is shown


def test_a_volume_by_itself_is_shown_and_says_what_is_missing(program: Any, shared_data: Path) -> None:
    program.open([shared_data / "real" / "maps" / "EMD-3197.map"])
    settle(program)
    assert program.screen.ortho.volume.shape == (20, 20, 20)
    assert program.screen.measured.image is None
    assert not program.screen.reconstruction.run_button.isEnabled()


def test_a_file_that_is_closed_leaves_an_empty_window(opened: Any) -> None:
    opened.screen.data.closeRequested.emit(0)
    settle(opened)
    assert opened.engine.model is None
    assert opened.screen.measured.image is None
    assert not opened.screen.parameters.rows


def test_the_picture_shows_the_panes(opened: Any, tmp_path: Path) -> None:
    from PyQt6.QtGui import QImage

    photograph(opened, tmp_path / "shot.png")
    shot = QImage(str(tmp_path / "shot.png"))
    window = opened.screen.window
    assert (shot.width(), shot.height()) == (window.width(), window.height())
    pane = opened.screen.measured
    middle = pane.mapTo(window, pane.rect().center())
    assert shot.pixelColor(middle).red() > 60  # the body is bright


def test_moves_are_painted_one_by_one(tier_path: Path) -> None:
    assert len(paint_ms(tier_path, moves=5)) == 5


def test_moves_leave_nothing_behind(tier_path: Path) -> None:
    growth = moves_growth(tier_path, moves=150, warm_up=100)
    assert (growth.qobjects, growth.open_files) == (0, 0)
    assert growth.threads == 0
    assert isinstance(growth, Growth) and growth.rss_mb < 20


def test_opening_and_closing_leaves_nothing_behind(tier_path: Path) -> None:
    """In a process of its own: collecting what other tests have left would take most of the time."""
    script = (
        "import sys; from pathlib import Path; from cryogui.app.measure import opens_growth; "
        "growth = opens_growth(Path(sys.argv[1]), opens=15); "
        "print(growth.qobjects, growth.open_files, growth.threads, growth.rss_mb)"
    )
    command = [sys.executable, "-c", script, str(tier_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    *counts, rss_mb = ended.stdout.split()
    assert counts == ["0", "0", "0"]
    assert float(rss_mb) < 10
