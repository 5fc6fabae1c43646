"""Submitting in the window: a blind tier solved by hand, written, scored with the sealed file, listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PyQt6.QtWidgets import QFileDialog

from cryogui.app.measure import settle, until
from cryogui.challenge.answering import candidates
from cryogui.tiers import open_file
from cryogui.tiers.submissions import read_submission, write_submission
from tests.challenge.conftest import answering
from tests.gui.test_challenge import page_of

MODULES = ("tests.gui.slow_method",)


@pytest.fixture
def submitting(program: Any, small_tiers: Path, tmp_path: Path) -> Iterator[Any]:
    """The blind dev tier open, with a history of its own."""
    program.runs.folder, program.runs.modules = tmp_path / "history", MODULES
    program.open([small_tiers / "cryo_et_dev.h5"])
    settle(program)
    yield program
    for run in program.runs.unfinished:
        program.runs.cancel(run)


def opened_dialog(program: Any) -> Any:
    program.screen.actions.submit.trigger()
    settle(program)
    return program.submitting.dialog


def finish(program: Any) -> None:
    until(lambda: not program.missing.words and not program.runs.unfinished)
    settle(program)


def test_a_blind_tier_is_solved_by_hand_submitted_and_scored(
    submitting: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(submitting.engine.model.key.path)
    for scene in range(3):
        submitting.screen.data.sceneChosen.emit(0, scene)
        settle(submitting)
        submitting.spec.set_values({"tilt_axis_offset": 0.1 * (scene + 1)})
    dialog = opened_dialog(submitting)
    assert "0 of 3 scenes" in dialog.about.text() and not dialog.write.isEnabled()
    dialog.reconstructRequested.emit("wbp", "")
    assert "Reconstructing what is missing" in dialog.outcome.text() and not dialog.reconstruct.isEnabled()
    finish(submitting)
    assert "3 of 3 scenes" in dialog.about.text() and not dialog.reconstruct.isEnabled()
    assert dialog.calibration.text() == "by hand" and dialog.algorithm.text() == "wbp"
    dialog.algorithm.setText("hand made")
    dialog.algorithmEdited.emit("hand made")
    out = tmp_path / "mine.h5"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(out), ""))
    dialog.write.click()
    settle(submitting)
    assert "written and sound" in dialog.outcome.text(), dialog.outcome.text()
    with open_file(Path(path)) as tier:
        read = read_submission(out, tier)
    assert [answer.spec["tilt_axis_offset"] for answer in read.answers] == pytest.approx([0.1, 0.2, 0.3])
    assert read.algorithm == "hand made" and read.calibration == "by hand"
    dialog.score.click()
    settle(submitting)
    assert [row[0] for row in dialog.scores.cells] == ["sample_00", "sample_01", "sample_02", "mean"]
    submitting.view.show_tab("challenge")
    page = page_of(submitting)
    settle(submitting)
    page.view.viewChosen.emit("leaderboard")
    until(lambda: any(row.method == "hand made" for row in page.view.leaderboard.table.shown), 30)
    (row,) = [row for row in page.view.leaderboard.table.shown if row.source == "measured"]
    assert row.calibration == "by hand" and row.tier == "dev" and row.seconds > 0
    assert f"{row.psnr_db:.2f} dB" == dialog.scores.cells[-1][1]


def test_what_is_missing_is_calibrated_first_where_that_is_wanted(submitting: Any) -> None:
    dialog, model = opened_dialog(submitting), submitting.engine.model
    submitting.missing.make([model], "dev", "wbp", "align")
    finish(submitting)
    assert "1 of 3 scenes" in dialog.about.text() and dialog.reconstruct.isEnabled()
    (made,) = candidates(submitting.runs.history, model.scene)
    assert made.calibration == "align" and made.spec != model.scene.ranges.nominal
    state = dict(submitting.store.session.scenes)[model.key]
    assert state.spec == made.spec and state.is_calibrated, "the scene keeps what was found for it"
    submitting.store.undo()
    assert submitting.store.session.scene.spec == model.scene.ranges.nominal


def test_a_strategy_that_cannot_is_told_in_the_dialog(submitting: Any) -> None:
    dialog = opened_dialog(submitting)
    submitting.missing.make([submitting.engine.model], "dev", "wbp", "transmission")
    finish(submitting)
    assert dialog.outcome.property("tone") == "bad" and dialog.outcome.text().endswith(".")
    assert dialog.check.isEnabled() and not dialog.progress.isVisible()


def test_anothers_submission_is_checked_and_its_oddities_told(submitting: Any, tmp_path: Path) -> None:
    path = tmp_path / "theirs.h5"
    with open_file(Path(submitting.engine.model.key.path)) as tier:
        write_submission(path, answering(tier))
    with h5py.File(path, "r+") as file:
        file["sample_01"].attrs["corrected_spec"] = '{"tilt_axis_offset": 99}'
    dialog = opened_dialog(submitting)
    assert not dialog.score.isEnabled()
    submitting.submitting.check(path)
    settle(submitting)
    assert "outside the range" in dialog.outcome.text() and dialog.score.isEnabled()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda file: file.__delitem__("sample_02"), "no x_hat for sample_02"),
        (lambda file: file["sample_00/x_hat"].write_direct(np.full((24,) * 3, np.nan, np.float32)), "is NaN"),
        (lambda file: file.attrs.__setitem__("variant", "cryo_em"), "variant"),
    ],
)
def test_an_unsound_submission_is_refused_in_one_sentence(
    submitting: Any, tmp_path: Path, harm: Any, told: str
) -> None:
    path = tmp_path / "harmed.h5"
    with open_file(Path(submitting.engine.model.key.path)) as tier:
        write_submission(path, answering(tier))
    with h5py.File(path, "r+") as file:
        harm(file)
    dialog = opened_dialog(submitting)
    submitting.submitting.check(path)
    settle(submitting)
    assert told in dialog.outcome.text() and dialog.outcome.property("tone") == "bad"
    assert not dialog.score.isEnabled()


def test_without_a_forward_model_yet_nothing_can_be_reconstructed(submitting: Any) -> None:
    dialog, model = opened_dialog(submitting), submitting.engine.model
    assert dialog.reconstruct.isEnabled()
    live, model.live = model.live, None
    submitting.screen.actions.submit.trigger()
    assert not dialog.reconstruct.isEnabled()
    model.live = live
    submitting.engine.object_changed.emit(model)
    assert dialog.reconstruct.isEnabled()


def test_only_tiers_can_be_submitted(opened: Any) -> None:
    assert opened.screen.actions.submit.isEnabled(), "the small file says that it is of the public tier"
    opened.files._close(opened.engine.model.key.path)
    settle(opened)
    assert not opened.screen.actions.submit.isEnabled()
