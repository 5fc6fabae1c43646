from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import h5py
import msgspec
import numpy as np
import pytest

from cryogui import cli
from cryogui.jobs import History, Order, Point, Queue, Run
from cryogui.jobs.results import write_checkpoint
from cryogui.reconstruct import Start, find_method
from cryogui.session.orders import new_order, prepared
from cryogui.session.run_looks import ReconstructionLook
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey
from cryogui.spec import Spec
from cryogui.tiers import open_file
from tests.reading_only import reading_only


@pytest.fixture
def two_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A history with a run that is done and one that failed."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    history = History()
    for title, state in (("Good", "done"), ("Bad", "failed")):
        run = Run(Order("/data/tier.h5", 0, "sample_00", "cryo_et", "", "wbp", title, Spec.of({"a": 1.0})))
        run.number, run.state, run.seconds = history.add(run.order), state, 1.5
        run.points = (Point(4, 1.5, 0.25, 0.75, 21.0),)
        history.record(run)
    history.close()


def test_runs_are_listed_and_shown(two_runs: None, answer, capsys) -> None:
    assert [run["title"] for run in answer("history", "list")["runs"]] == ["Bad", "Good"]
    (run,) = answer("history", "--state", "done", "--method", "wbp", "--text", "tier")["runs"]
    assert (run["number"], run["psnr_db"], run["ssim"], run["result"]) == (1, 21.0, None, None)
    assert run["spec"] == {"a": 1.0} and run["iterations"] == 4
    assert answer("history", "show", 2)["points"][0]["residual"] == 0.25
    assert cli.main(["history"]) == 0
    assert "failed" in capsys.readouterr().out.splitlines()[0]


def test_runs_are_renamed_deleted_and_exported(two_runs: None, answer, tmp_path: Path) -> None:
    answer("history", "rename", 1, "Better")
    answer("history", "delete", 2)
    assert [run["title"] for run in answer("history")["runs"]] == ["Better"]
    answer("history", "export", tmp_path / "runs.csv")
    with open(tmp_path / "runs.csv", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["Better"]


def test_what_cannot_be_done_is_said(two_runs: None, refusal) -> None:
    assert "no run 7" in refusal("history", "show", "7")
    assert "'x' is no number" in refusal("history", "delete", "x")
    assert "cryogui history rename N TITLE" in refusal("history", "rename", "1")
    assert "needs a title" in refusal("history", "rename", "1", "")
    assert "cryogui history delete N" in refusal("history", "delete")
    assert "done, cancelled, failed, interrupted" in refusal("history", "--state", "bogus")
    assert "invalid choice" in refusal("history", "burn")
    for number in ("0", str(2**63 - 1), str(2**63), "9" * 5000):
        assert refusal("history", "show", number).count("\n") == 1


@pytest.mark.parametrize("what", [("show", "1"), ("rename", "1", "X"), ("delete", "1"), ("resume", "1")])
@pytest.mark.parametrize("choice", [("--text", "nothing"), ("--method", "sirt"), ("--state", "failed")])
def test_what_is_told_of_one_run_is_not_chosen(
    two_runs: None, answer, refusal, what: tuple[str, ...], choice: tuple[str, str]
) -> None:
    assert f"leave them out with {what[0]}" in refusal("history", *what, *choice)
    assert [run["title"] for run in answer("history")["runs"]] == ["Bad", "Good"]


def test_a_history_that_may_only_be_read_is_listed_shown_and_exported(
    two_runs: None, answer, refusal, tmp_path: Path, capsys
) -> None:
    with reading_only(tmp_path / "data"):
        assert cli.main(["history"]) == 0
        captured = capsys.readouterr()
        assert "Good" in captured.out and captured.err.count("\n") == 1 and "is read-only" in captured.err
        assert answer("history", "show", 1)["psnr_db"] == 21.0
        answer("history", "export", tmp_path / "runs.csv")
        for change in (("rename", "1", "Other"), ("delete", "1")):
            assert "make the folder of the history writable" in refusal("history", *change)
    assert [run["title"] for run in answer("history")["runs"]] == ["Bad", "Good"]
    assert (tmp_path / "runs.csv").read_text().count("\n") == 3


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, public_tier: Path) -> Order:
    """A run that was interrupted after two of its four iterations, the only one of its history."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    method = find_method("sirt")
    with closing(open_file(public_tier)) as tier:
        model = SceneModel(SceneKey(str(public_tier), 0), tier.scenes[0])
        look = ReconstructionLook().with_options("sirt", {"iterations": 4})
        order, inputs = prepared(model, new_order(model, model.first_state(), method, look), method)
    steps = method.run(inputs.problem, method.options(iterations=4), None)
    second = next(step for step in steps if step.iteration == 2 and step.x is not None)
    with closing(History()) as history:
        run = Run(order)
        run.number, run.state = history.add(order), "interrupted"
        run.points = (Point(1, 0.25, 0.9), Point(3, 0.75, 0.7))
        history.record(run)
        path = history.result_path(run.number).with_suffix(".npz")
        write_checkpoint(path, Start(second.x, 2), 1000.0)
    return order


def test_an_interrupted_run_is_resumed(interrupted: Order, answer, refusal) -> None:
    """From its checkpoint: what was done counts, and the result is that of a run without a break."""
    (waiting,) = answer("history")["runs"]
    assert waiting["can_go_on"] and waiting["state"] == "interrupted"
    resumed = answer("history", "resume", 1)
    assert (resumed["number"], resumed["state"], resumed["iterations"]) == (1, "done", 4)
    assert 1000.0 < resumed["seconds"] < 1100.0 and not resumed["can_go_on"]
    residuals = [point["residual"] for point in answer("history", "show", 1)["points"]]
    assert residuals[0] == 0.9 and 0.7 not in residuals, "what came after the checkpoint was done anew"
    whole = answer("reconstruct", interrupted.path, "--method", "sirt", "--param", "iterations=4")
    with h5py.File(resumed["result"]) as file, h5py.File(answer("history", "show", 2)["result"]) as other:
        np.testing.assert_allclose(file["sample_00/x_hat"], other["sample_00/x_hat"], atol=1e-5)
    assert whole["scenes"][0]["iterations"] == 4
    assert "is done; only one that is interrupted" in refusal("history", "resume", "1")


def test_a_run_is_resumed_where_its_file_is_now(interrupted: Order, answer, refusal, tmp_path: Path) -> None:
    with closing(History()) as history:
        database = history.result_path(1).parent.with_suffix(".sqlite3")
    gone = msgspec.json.encode(replace(interrupted, path=str(tmp_path / "gone.h5")))
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute('UPDATE runs SET "order" = ?', (gone,))
    assert "cryogui history resume 1 FILE" in refusal("history", "resume", "1")
    other = tmp_path / "other.h5"
    shutil.copy(interrupted.path, other)
    with h5py.File(other, "r+") as file:
        file["sample_00/y"][...] *= 2.0
    assert "are not those" in refusal("history", "resume", "1", other)
    assert answer("history")["runs"][0]["can_go_on"]
    assert answer("history", "resume", 1, interrupted.path)["state"] == "done"


def test_ctrl_c_leaves_a_resumed_run_where_it_can_go_on(interrupted: Order, answer, monkeypatch) -> None:
    poll = Queue.poll

    def cut_short(queue: Queue) -> None:
        monkeypatch.setattr(Queue, "poll", poll)
        raise KeyboardInterrupt

    monkeypatch.setattr(Queue, "poll", cut_short)
    assert cli.main(["history", "resume", "1"]) == 130
    (run,) = answer("history")["runs"]
    assert run["state"] == "interrupted" and run["can_go_on"]


def test_all_runs_are_deleted_or_none(two_runs: None, answer, refusal) -> None:
    assert "no run 999" in refusal("history", "delete", "1", "999")
    assert len(answer("history")["runs"]) == 2
    assert answer("history", "delete", 1, 2, 1) == {"deleted": [1, 2]}
    assert answer("history")["runs"] == []
