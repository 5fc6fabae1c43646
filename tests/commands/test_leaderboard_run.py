from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui import cli
from cryogui.challenge.batch import pools
from cryogui.challenge.batch.solve import Lost, Outcome
from cryogui.tiers.child import child_environment
from tests.processes import is_alive, workers_of

PATIENCE_SECONDS = 60.0


@pytest.fixture
def own_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of this test's own history."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "cryogui" / "history"


Command = Callable[..., list[str]]


@pytest.fixture
def command(small_tiers: Path) -> Command:
    """The arguments of a batch of three cells."""

    def make(*more: str) -> list[str]:
        what = ["--run", "wbp", "--calibration", "none", "--variant", "cryo_et", "--tier", "dev"]
        return ["leaderboard", *what, "--tiers", str(small_tiers), "--measured", "--board", "blind", *more]

    return make


def cells_in(history: Path) -> int:
    path = history / "runs.sqlite3"
    if not path.is_file():
        return 0
    with closing(sqlite3.connect(path)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM cells").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are not made yet
            return 0


def killed_after_a_cell(command: list[str], history: Path) -> None:
    """Have another program begin the batch, and kill it; its workers are gone then, too."""
    arguments = [sys.executable, "-m", "cryogui", *command, "--workers", "1", "--json"]
    end = time.monotonic() + PATIENCE_SECONDS
    with subprocess.Popen(arguments, env=child_environment(), stderr=subprocess.DEVNULL) as program:
        while not cells_in(history):
            assert time.monotonic() < end and program.poll() is None
            time.sleep(0.02)
        workers = workers_of(program.pid)
        program.kill()
    while any(map(is_alive, workers)):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_batch_that_was_killed_goes_on(
    answer: Callable[..., dict[str, Any]], command: Command, own_history: Path
) -> None:
    killed_after_a_cell(command(), own_history)
    before = cells_in(own_history)
    assert 1 <= before < 3
    result = answer(*command())
    assert (result["cells_before"], result["cells_done"], result["cells_failed"]) == (before, 3, [])
    assert cells_in(own_history) == 3 and result["seconds"] > 0.0
    (row,) = result["rows"]
    assert (row["method"], row["calibration"], row["data"]) == ("WBP", "none", "24³, 5 images")
    again = answer(*command())
    assert again["cells_before"] == 3 and again["rows"] == result["rows"]


def test_what_fails_is_listed(
    answer: Callable[..., dict[str, Any]],
    command: Command,
    own_history: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def lose(order: Any, inputs: Any, is_wanted: Any) -> Outcome:
        if order.scene_name == "sample_01":
            raise Lost("The worker was killed from outside.")
        return Outcome(order.spec, 1.0, np.zeros(inputs.problem.operator.x_shape, np.float32))

    monkeypatch.setattr(pools, "solve", lose)
    result = answer(*command())
    (failed,) = result["cells_failed"]
    assert failed == {
        "variant": "cryo_et", "tier": "dev", "scene": "sample_01", "method": "wbp", "calibration": "none",
        "reason": "The worker was killed from outside.",
    }  # fmt: skip
    assert result["cells_done"] == cells_in(own_history) == 2 and result["rows"] == []
    assert cli.main(command()) == 0
    said = capsys.readouterr().out
    assert "cryo_et dev sample_01 wbp: The worker was killed from outside." in said
    assert "2 cells are finished, 0 of them now" in said


@pytest.mark.usefixtures("own_history")
def test_what_cannot_be_run_is_refused(refusal: Callable[..., str], command: Command, tmp_path: Path) -> None:
    assert "choose one of wbp" in refusal("leaderboard", "--run", "nothing")
    assert "choose one of auto" in refusal(*command("--calibration", "nothing"))
    assert "None of these methods fits" in refusal(*command("--run", "relion"))
    assert "has no cryo_et_dev.h5" in refusal(*command("--tiers", str(tmp_path)))
    assert "give at least 1" in refusal(*command("--workers", "0"))
    assert "leave it out" in refusal("leaderboard", "--workers", "2")


@pytest.mark.usefixtures("own_history")
def test_a_tier_without_truth_is_left_out(
    small_tiers: Path, tmp_path: Path, refusal: Callable[..., str]
) -> None:
    folder = tmp_path / "blind"
    folder.mkdir()
    (folder / "cryo_et_dev.h5").write_bytes((small_tiers / "cryo_et_dev.h5").read_bytes())
    said = refusal("leaderboard", "--run", "wbp", "--tiers", folder)
    assert "cryo_et_dev.h5 is left out: there is no truth" in said
