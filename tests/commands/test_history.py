from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cryogui import cli
from cryogui.jobs import History, Order, Point, Run
from cryogui.spec import Spec


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


def test_all_runs_are_deleted_or_none(two_runs: None, answer, refusal) -> None:
    assert "no run 999" in refusal("history", "delete", "1", "999")
    assert len(answer("history")["runs"]) == 2
    assert answer("history", "delete", 1, 2, 1) == {"deleted": [1, 2]}
    assert answer("history")["runs"] == []
