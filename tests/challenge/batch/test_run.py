from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from cryogui.challenge.batch.keeping import Keeping
from cryogui.challenge.batch.run import Batch
from cryogui.challenge.batch.solve import Lost
from cryogui.challenge.judging import judge_answer
from cryogui.challenge.ledger import Ledger
from cryogui.errors import UserError
from cryogui.jobs import History
from cryogui.spec import Spec
from cryogui.tiers.submissions import Answer, read_submission


def ran(groups, history, desk, **more):
    """A batch that has done what it can."""
    batch = Batch(groups, history, **more)
    batch.run(desk.pool, lambda standing: None)
    return batch


def ways(history):
    return sorted((entry.algorithm, entry.calibration) for entry in Ledger(history).entries())


def kept_cells(history):
    with history.transaction(reading=True) as database:
        return database.execute("SELECT count(*) FROM cells").fetchone()[0]


def test_every_cell_is_done_once_and_complete_tiers_are_entered(groups, history, desk):
    entered, standings = [], []
    batch = Batch(groups, history, entered=entered.append)
    batch.run(desk.pool, standings.append)
    assert batch.done == kept_cells(history) == len(desk.done) == 15 and not batch.failed
    assert ways(history) == [("sirt", "align"), ("sirt", "none"), ("wbp", "align"), ("wbp", "none")]
    assert len(entered) == 4
    assert standings[0].done == 0 and standings[0].seconds_left is None
    assert standings[-1].done == 15 and standings[-1].seconds_left == 0.0 and not standings[-1].working
    left = {standing.done: standing.seconds_left for standing in standings}
    assert left[6] == 3 * 2 / 2 + 6 * 2 / 2, "no calibration is known yet, and two work at a time"
    assert left[8] == 1 * 10 / 2 + 6 * 2 / 2


def test_an_entry_has_the_scores_and_the_time_of_its_cells(groups, history, desk, tier):
    ran(groups, history, desk)
    entries = {(entry.algorithm, entry.calibration): entry for entry in Ledger(history).entries()}
    for (algorithm, calibration), entry in entries.items():
        for scene, score in zip(tier.scenes, entry.scenes, strict=True):
            spec = dict(scene.ranges.nominal)
            if calibration == "align":
                spec["tilt_axis_offset"] = 1.5
            x_hat = np.full(scene.operator().x_shape, 0.01 * len(algorithm), np.float32)
            seconds = 12.0 if calibration == "align" else 2.0
            assert score == judge_answer(Answer(scene.name, x_hat, Spec.of(spec), seconds), scene)
            assert score.psnr_db is not None and score.consistency is not None


def test_an_interrupted_batch_goes_on_with_what_is_missing(groups, history, desk):
    desk.fails["sirt", "sample_01"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        ran(groups, history, desk)
    before = list(desk.done)
    kept = kept_cells(history)
    assert 0 < kept < 15 and ways(history) == [("wbp", "none")]
    desk.fails.clear()
    batch = ran(groups, history, desk)
    assert batch.done == 15 and len(desk.done) == len(before) + 15 - kept
    assert len(ways(history)) == 4
    assert ran(groups, history, desk).done == 15 and len(desk.done) == len(before) + 15 - kept


def test_what_fails_leaves_the_others_alone_and_is_tried_again(groups, history, desk):
    desk.fails["align", "sample_00"] = UserError("It cannot be told.")
    desk.fails["wbp", "sample_01"] = Lost("The worker was killed.")
    desk.fails["sirt", "sample_02"] = ZeroDivisionError("of all things")
    batch = ran(groups, history, desk)
    failed = {(c.procedure.key, c.target.scene.name, bool(c.after)): r for c, r in batch.failed.items()}
    assert failed["align", "sample_00", False] == "It cannot be told."
    assert failed["wbp", "sample_00", True] == "Its calibration failed: It cannot be told."
    assert failed["wbp", "sample_01", False] == "The worker was killed."
    assert "ZeroDivisionError('of all things')" in failed["sirt", "sample_02", True]
    assert len(failed) == 7 and batch.done == 8 and ways(history) == []
    desk.fails.clear()
    batch = ran(groups, history, desk)
    assert batch.done == len(desk.done) == 15 and not batch.failed and len(ways(history)) == 4


def test_what_another_batch_has_done_meanwhile_is_not_done_again(groups, history, desk, tmp_path):
    with closing(History(tmp_path / "history")) as theirs:
        mine = Batch(groups[2:3], history)
        ran(groups[2:3], theirs, desk)
        mine.run(desk.pool, lambda standing: None)
    assert mine.done == kept_cells(history) == len(desk.done) == 6
    assert ways(history) == [("wbp", "align")]


def test_a_batch_at_the_same_time_changes_no_result(groups, history, desk, tmp_path):
    """Both have submitted the same cell: the first result stays."""
    with closing(History(tmp_path / "history")) as theirs:
        submit = desk.pool.submit

        def submit_late(order, inputs):
            ran(groups[:1], theirs, desk)
            return submit(order, inputs)

        late = type(desk)()
        late.pool = type(desk.pool)(submit_late, lambda: 1)
        created = []
        mine = Batch(groups[:1], history)
        mine.run(late.pool, lambda standing: created.append(_created(history)))
    assert mine.done == kept_cells(history) == 3 and len(desk.done) == 4
    assert created[0] == created[-1] and ways(history) == [("wbp", "none")]


def _created(history):
    with history.transaction(reading=True) as database:
        return database.execute("SELECT key, created FROM cells ORDER BY key").fetchall()


def test_only_figures_are_kept(groups, history, desk, tmp_path):
    ran(groups[:1], history, desk)
    with closing(sqlite3.connect(tmp_path / "history" / "runs.sqlite3")) as database:
        longest = max(len(cell) for (cell,) in database.execute("SELECT cell FROM cells"))
    assert longest < 1000


def test_submissions_are_kept_where_they_are_wanted(groups, history, desk, tier, tmp_path):
    few = groups[:1]
    desk.fails["wbp", "sample_02"] = UserError("Not now.")
    ran(few, history, desk, keeping=Keeping(tmp_path / "kept", few))
    parts = tmp_path / "kept" / ".parts"
    assert len(list(parts.glob("*.npy"))) == 2 and not list((tmp_path / "kept").glob("*.h5"))
    desk.fails.clear()
    ran(few, history, desk, keeping=Keeping(tmp_path / "kept", few))
    assert len(desk.done) == 3 and not list(parts.glob("*.npy"))
    (path,) = (tmp_path / "kept").glob("cryo_et_dev_wbp_none_*.h5")
    submission = read_submission(path, tier)
    assert submission.algorithm == "wbp" and not submission.issues
    assert [float(answer.x_hat[0, 0, 0]) for answer in submission.answers] == pytest.approx([0.03] * 3)
    ran(few, history, desk, keeping=Keeping(tmp_path / "kept", few))
    assert len(desk.done) == 3, "all there"
    path.unlink()
    batch = ran(few, history, desk, keeping=Keeping(tmp_path / "kept", few))
    assert len(desk.done) == 6 and path.is_file() and batch.done == kept_cells(history) == 3
