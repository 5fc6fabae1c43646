"""Runs of the history as answers: where their specs came from, and the submission they make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui.calibrate.estimate import Estimate
from cryogui.challenge.answering import (
    BY_HAND,
    algorithm_of,
    calibration_of,
    candidates,
    checked,
    scored,
    write_answers,
)
from cryogui.errors import UserError
from cryogui.jobs import CalibrationOrder, CalibrationRun, History, Order, Run
from cryogui.spec import Spec
from cryogui.tiers import Scene, TierFile, content_hash
from cryogui.tiers.submissions import write_submission
from tests.challenge.conftest import answering
from tests.conftest import SMALL_SIZE


def about(scene: Scene, spec: Spec) -> dict[str, Any]:
    return {
        "path": "a.h5", "scene": 0, "scene_name": scene.name, "variant": scene.variant,
        "content_hash": content_hash(scene.y), "spec": spec, "title": "T",
    }  # fmt: skip


def keep_run(history: History, scene: Scene, spec: Spec, value: float = 0.5, method: str = "wbp") -> int:
    """A finished run whose volume has one value everywhere."""
    run = Run(Order(**about(scene, spec), method=method))
    run.number = history.add(run.order)
    run.state, run.seconds = "done", 2.0
    history.record(run)
    keep_volume(history, run.number, scene, value)
    return run.number


def keep_volume(history: History, number: int, scene: Scene, value: float) -> None:
    from cryogui.tiers.submissions import Answer, Submission

    x_hat = np.full((SMALL_SIZE,) * 3, value, np.float32)
    answer = Answer(scene.name, x_hat, scene.ranges.nominal)
    path = history.result_path(number)
    path.parent.mkdir(exist_ok=True, parents=True)
    write_submission(path, Submission(scene.variant, "dev", "wbp", "", (answer,)))


def keep_calibration(history: History, scene: Scene, spec: Spec, strategy: str = "align") -> None:
    run = CalibrationRun(CalibrationOrder(**about(scene, scene.ranges.nominal), method=strategy))
    run.number = history.add(run.order)
    run.state, run.seconds, run.estimate = "done", 3.0, Estimate(spec, 1.0)
    history.record(run)


def test_a_spec_is_nominal_a_strategys_or_by_hand(history: History, dev: TierFile) -> None:
    scene = dev.scenes[0]
    nominal = scene.ranges.nominal
    found, other = nominal.replace(tilt_axis_offset=0.25), nominal.replace(tilt_axis_offset=0.5)
    keep_calibration(history, scene, found)
    for spec in (nominal, found, other):
        keep_run(history, scene, spec)
    keep_run(history, dev.scenes[1], nominal)
    by_hand, calibrated, plain = candidates(history, scene)
    assert [each.calibration for each in (plain, calibrated, by_hand)] == ["none", "align", BY_HAND]
    assert [each.seconds for each in (plain, calibrated, by_hand)] == [2.0, 5.0, 2.0]
    assert calibration_of([calibrated] * 3) == "align" and calibration_of([plain]) == "none"
    assert calibration_of([calibrated, plain]) == BY_HAND
    assert algorithm_of([plain, plain]) == "wbp"


def test_a_run_without_its_volume_answers_nothing(history: History, dev: TierFile) -> None:
    number = keep_run(history, dev.scenes[0], dev.scenes[0].ranges.nominal)
    history.result_path(number).unlink()
    assert candidates(history, dev.scenes[0]) == ()


def chosen(history: History, tier: TierFile) -> list[Any]:
    for scene in tier.scenes:
        keep_run(history, scene, scene.ranges.nominal)
    return [candidates(history, scene)[0] for scene in tier.scenes]


def test_answers_are_written_checked_and_scored_with_the_sealed_truth(
    history: History, dev: TierFile, tmp_path: Path
) -> None:
    path = tmp_path / "mine.h5"
    written = write_answers(path, dev.path, chosen(history, dev), history, "my way")
    assert written.algorithm == "my way" and written.calibration == "none" and not written.issues
    assert [answer.seconds for answer in written.answers] == [2.0] * 3
    found = scored(path, dev.path)
    assert found.has_truth and found.entry.algorithm == "my way"
    assert all(0 < scene.blind_score < 1 for scene in found.entry.scenes)
    assert checked(path, dev.path).answers[0].spec == written.answers[0].spec


def test_a_submission_does_not_replace_its_tier(history: History, dev: TierFile) -> None:
    before = dev.path.read_bytes()
    with pytest.raises(UserError, match="is the tier itself"):
        write_answers(dev.path, dev.path, chosen(history, dev), history, "x")
    assert dev.path.read_bytes() == before


def test_without_the_truth_there_is_only_consistency(
    small_tiers: Path, history: History, dev: TierFile, tmp_path: Path
) -> None:
    alone = tmp_path / "cryo_et_dev.h5"
    alone.write_bytes(dev.path.read_bytes())
    write_submission(tmp_path / "s.h5", answering(dev))
    found = scored(tmp_path / "s.h5", alone)
    assert not found.has_truth and all(scene.consistency is not None for scene in found.entry.scenes)
