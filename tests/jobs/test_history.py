import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.jobs import Filter, History, Point, Queue
from cryogui.jobs.results import Reached, write_checkpoint
from cryogui.reconstruct import Start
from cryogui.tiers import open_file
from cryogui.tiers.child import child_environment
from tests.jobs.conftest import finished, kept_run, wait_for

PROGRAM = Path(__file__).with_name("second_program.py")


def test_a_run_is_kept_with_all_that_belongs_to_it(history, order):
    points = (Point(1, 0.5, 0.9), Point(2, 1.0, 0.8, 0.2, 20.0, 0.5, 0.4, 0.3))
    wanted = order(iterations=2, rest_s=0.5, halves=True)
    number = kept_run(history, wanted, points=points, found={"a": 1.5}, seconds=1.25, reason="because")
    kept = history.get(number)
    assert kept.order == wanted and kept.points == points and kept.last == points[-1]
    assert (kept.state, kept.reason, kept.seconds, kept.found) == ("done", "because", 1.25, {"a": 1.5})
    assert not kept.has_result and not kept.has_checkpoint
    for nobodys in (0, 77, 2**63 - 1, 2**63, 10**30):
        with pytest.raises(UserError, match=f"no run {nobodys};"):
            history.get(nobodys)
        with pytest.raises(UserError, match=f"no run {nobodys};"):
            history.rename(nobodys, "Title")
        with pytest.raises(UserError, match=f"no run {nobodys};"):
            history.delete(nobodys)


def test_runs_are_listed_renamed_and_deleted(history, order):
    first = kept_run(history, order("wbp", title="100%_sure"))
    second = kept_run(history, order("count", title="Other"), state="failed")
    waiting = history.add(order("count"))

    def numbers(**which):
        return [kept.number for kept in history.list(Filter(**which))]

    assert numbers() == [waiting, second, first]
    assert numbers(text="0%_S") == [first] and numbers(text="tier.h5") == [waiting, second, first]
    assert numbers(text="%") == [first] and numbers(text="nothing") == []
    assert numbers(method="count") == [waiting, second] and numbers(method="count", state="failed") == [
        second
    ]
    assert numbers(path="/data/tier.h5", scene=0) == [waiting, second, first] and numbers(scene=1) == []
    assert numbers(content_hash="abc") and not numbers(content_hash="abd")
    history.rename(first, "Better")
    assert history.get(first).order.title == "Better"
    history.delete(first)
    assert numbers() == [waiting, second]
    with pytest.raises(UserError, match="not over"):
        history.delete(waiting)


def test_a_title_is_one_line_and_never_empty(history, order):
    number = kept_run(history, order(title="Good"))
    for empty in ("", " \t\n", "\x00\x1b"):
        with pytest.raises(UserError, match="needs a title"):
            history.rename(number, empty)
    assert history.get(number).order.title == "Good"
    assert history.rename(number, " two\r\nlines \x1b[31m\u2028of\udcff ") == "two lines [31m of"
    assert history.get(number).order.title == "two lines [31m of"


def test_looking_waits_for_no_other_programs_writing(history, order, monkeypatch):
    """Nor does marking what a program that has gone left behind, which a later look does."""
    monkeypatch.setattr("cryogui.jobs.history.MARKING_SECONDS", 0.0)
    done, left = kept_run(history, order()), history.add(order())
    path = history.result_path(done).parent.with_suffix(".sqlite3")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE runs SET owner = 'gone' WHERE number = ?", (left,))
        other.execute("BEGIN IMMEDIATE")
        assert [kept.number for kept in history.list()] == [left, done]
        assert history.get(done).state == "done"
        other.execute("ROLLBACK")
    assert history.get(left).state == "interrupted"


def test_a_table_can_be_written(history, order, tmp_path):
    kept_run(history, order(title='A "b", c', iterations=3), points=(Point(3, 1.0, 0.5, 0.5, 21.5),))
    kept_run(history, order("wbp"), state="failed")
    history.export_csv(tmp_path / "runs.csv", Filter(method="count"))
    with open(tmp_path / "runs.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == 'A "b", c' and row["options"] == '{"iterations": 3}' and row["psnr_db"] == "21.5"
    assert (row["iterations"], row["ssim"], row["state"]) == ("3", "", "done")


def test_scenes_with_names_for_people_have_a_group_in_files(order):
    known = order()
    assert known.group == "sample_00"
    assert replace(known, scene=3, scene_name="ring / of beads").group == "sample_03"


def test_the_result_of_a_run_is_a_submission(history, queue, inputs, order):
    queue = queue(history)
    run = finished(queue, queue.submit(order(halves=True), inputs))
    kept = history.get(run.number)
    assert kept.state == "done" and kept.has_result and kept.points == run.points
    result = history.result(run.number)
    np.testing.assert_array_equal(result.x, run.result().x)
    np.testing.assert_array_equal(result.halves[1], run.result().halves[1])
    with h5py.File(history.result_path(run.number)) as file:
        about = {
            "variant": "cryo_et",
            "tier": "public",
            "submission_type": "reconstruction",
            "algorithm": "count",
        }
        assert dict(file.attrs) == about
        assert file["sample_00"].attrs["corrected_spec"] == '{"tilt_axis_offset": 1.5}'
    with open_file(history.result_path(run.number)) as file:
        np.testing.assert_array_equal(file.scenes[0].x_true, result.x)
    history.delete(run.number)
    with pytest.raises(UserError, match="cannot be read"):
        history.result(run.number)


def test_an_interrupted_run_goes_on_where_it_was(history, queue, inputs, order):
    first = queue(history)
    wanted = order(iterations=400, rest_s=0.01)
    run = first.submit(wanted, inputs)
    wait_for(first, lambda: run.iteration > 3)
    first.close(keep_checkpoints=True)
    kept = history.get(run.number)
    assert run.state == kept.state == "interrupted" and kept.has_checkpoint
    start = history.checkpoint(run.number)
    assert start.iteration == run.iteration
    np.testing.assert_allclose(start.x, start.iteration + 0.07, rtol=1e-5)
    second = queue(history)
    with pytest.raises(UserError, match="not the same"):
        second.submit(replace(kept.order, content_hash="other"), inputs, continuing=kept)
    again = second.submit(kept.order, inputs, continuing=kept)
    with pytest.raises(UserError, match="goes on already"):
        second.submit(kept.order, inputs, continuing=kept)
    finished(second, again)
    assert again.number == run.number and again.iteration == 400
    np.testing.assert_allclose(again.result().x, 400.07, rtol=1e-5)
    iterations = [point.iteration for point in again.points]
    assert iterations == sorted(set(iterations)) and iterations[0] <= start.iteration
    assert again.seconds > 400 * 0.01
    assert history.get(run.number).state == "done" and history.checkpoint(run.number) is None


def test_the_work_since_the_last_score_counts(history, queue, inputs, order):
    """A program that was killed leaves a checkpoint that is later than the scores."""
    points = (Point(2, 1.0, 0.5), Point(9, 8.0, 0.1))
    number = kept_run(history, order(iterations=6), "interrupted", points=points, seconds=1.0)
    assert history.reached(number) is None
    path = history.result_path(number).with_suffix(".npz")
    write_checkpoint(path, Start(np.zeros(inputs.problem.operator.x_shape, np.float32), 5), 100.0)
    assert history.reached(number) == Reached(5, 100.0)
    running = queue(history)
    run = running.submit(history.get(number).order, inputs, continuing=history.get(number))
    assert (run.iteration, run.seconds, run.points) == (5, 100.0, points[:1])
    finished(running, run)
    assert run.iteration == 6 and run.seconds > 100.0


def test_a_run_that_cannot_go_on_leaves_no_checkpoint(history, queue, inputs, order):
    running = queue(history)
    run = running.submit(order("misbehave", how="endless"), inputs)
    waiting = running.submit(order(), inputs)
    wait_for(running, lambda: run.previews)
    running.cancel(run)
    running.close(keep_checkpoints=True)
    assert history.get(run.number).state == "cancelled"
    kept = history.get(waiting.number)
    assert kept.state == "interrupted" and not kept.has_checkpoint


@pytest.mark.parametrize("ending", ["kill", "close"])
def test_the_runs_of_a_program_that_ended_are_interrupted(history, order, ending):
    """While it lives they are not, and each sees what the other adds."""
    command = [sys.executable, str(PROGRAM), str(history.result_path(1).parents[1])]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=child_environment(), stdin=pipe, stdout=pipe, text=True) as program:
        numbers = [int(program.stdout.readline()) for _ in range(20)]
        own = history.add(order())
        assert {history.get(number).state for number in numbers} == {"queued"}
        if ending == "kill":
            program.kill()
        else:
            program.stdin.close()
    assert {history.get(number).state for number in numbers} == {"interrupted"}
    assert "ended before" in history.get(numbers[0]).reason
    assert history.get(own).state == "queued"


def test_two_programs_write_at_once(tmp_path, order):
    folder = tmp_path / "history"
    command = [sys.executable, str(PROGRAM), str(folder)]
    options = {
        "env": child_environment(),
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "text": True,
    }
    programs = [subprocess.Popen(command, **options) for _ in range(2)]
    said = [program.communicate()[0].split() for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    assert sorted(map(int, said[0] + said[1])) == list(range(1, 41))
    history = History(folder)
    assert len(history.list()) == 40 and not history.trouble
    history.close()
    with sqlite3.connect(folder / "runs.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_a_result_that_cannot_be_written_does_not_lose_the_run(history, queue, inputs, order):
    queue: Queue = queue(history)
    run = queue.submit(order(), inputs)
    path = history.result_path(run.number)
    path.mkdir()
    finished(queue, run)
    assert run.state == "done" and "not a plain file" in run.reason
    assert not history.get(run.number).has_result and (run.result().x > 5.0).all()
