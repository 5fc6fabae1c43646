import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.jobs import Filter, History, Point
from cryogui.jobs import database as databases
from cryogui.jobs.results import Reached, write_checkpoint
from cryogui.reconstruct import Start
from tests.jobs.conftest import kept_run
from tests.reading_only import reading_only


def foreign(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (text)")
    database.close()


def later(path):
    History(path.parent).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def trapped(path):
    """Our own table with a trigger that another program has put there."""
    History(path.parent).close()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TRIGGER trap AFTER INSERT ON runs BEGIN DELETE FROM runs; END")
    database.close()


def cut(path):
    History(path.parent).close()
    with open(path, "r+b") as file:
        file.truncate(5000)


HOSTILE = {
    "text": lambda path: path.write_text("not a database at all " * 500),
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "folder": lambda path: path.mkdir(),
    "pipe": lambda path: os.mkfifo(path),
    "foreign": foreign,
    "later": later,
    "trapped": trapped,
    "cut": cut,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_history_is_left_as_it_is(tmp_path, order, kind):
    path = tmp_path / "runs.sqlite3"
    HOSTILE[kind](path)
    before = path.read_bytes() if path.is_file() else None
    for existing in (0, 1):
        history = History(tmp_path)
        assert history.trouble.startswith("The history runs.sqlite3 ") and "runs-1.sqlite3" in history.trouble
        assert len(history.list()) == existing
        history.add(order())
        history.close()
    assert before is None or path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="runs are not kept"):
        History(tmp_path / "file")


@pytest.fixture
def kept(tmp_path, order):
    """A folder with a history of two runs: one done, and one that could go on."""
    folder = tmp_path / "history"
    with closing(History(folder)) as history:
        points = (Point(3, 1.0, 0.5, 0.5, 21.5),)
        done = kept_run(history, order(title="Done"), points=points)
        left = kept_run(history, order(title="Left", iterations=9), "interrupted")
        history.result_path(done).write_bytes(b"volume")
        x = np.zeros((2, 2, 2), np.float32)
        write_checkpoint(history.result_path(left).with_suffix(".npz"), Start(x, 4), 2.0)
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "in use"])
@pytest.mark.parametrize("what", ["", "runs.sqlite3"], ids=["folder", "file"])
def test_a_history_that_may_only_be_read_is_read(kept, order, what, closed):
    writer = History(kept)
    if closed:
        writer.close()
    else:
        kept_run(writer, order(title="Newest"), "failed")
    before = contents(kept)
    with reading_only(kept / what), closing(History(kept)) as history:
        assert history.is_read_only and "is read-only: its runs can be looked at" in history.trouble
        titles = [one.order.title for one in history.list()]
        assert titles == ([] if closed else ["Newest"]) + ["Left", "Done"]
        assert [one.number for one in history.list(Filter(state="interrupted"))] == [2]
        assert history.get(1).has_result and history.get(1).last.psnr_db == 21.5
        assert history.result_path(1).read_bytes() == b"volume"
        assert history.reached(2) == Reached(4, 2.0) and history.checkpoint(2).iteration == 4
    writer.close()
    if closed:
        assert contents(kept) == before


def test_what_would_change_a_history_that_may_only_be_read_is_refused(kept, order, inputs, queue):
    with reading_only(kept), closing(History(kept)) as history:
        running = queue(history)
        left = history.get(2)
        for change in (
            lambda: history.rename(1, "Other"),
            lambda: history.delete(1),
            lambda: running.submit(left.order, inputs, continuing=left),
        ):
            with pytest.raises(UserError, match="make the folder of the history writable"):
                change()
        assert [one.order.title for one in history.list()] == ["Left", "Done"]


def test_a_new_run_lasts_until_a_history_that_may_only_be_read_is_closed(kept, order):
    before = contents(kept)
    with reading_only(kept), closing(History(kept)) as history:
        number = kept_run(history, order(title="New"))
        path = history.result_path(number)
        assert number == 3 and kept not in path.parents
        path.write_bytes(b"new")
        assert history.get(number).has_result
        history.rename(number, "Newer")
        assert [one.order.title for one in history.list()] == ["Newer", "Left", "Done"]
    assert not path.exists() and contents(kept) == before
    with closing(History(kept)) as history:
        assert [one.order.title for one in history.list()] == ["Left", "Done"]


@pytest.fixture
def older(kept):
    """The same as the first version of the program has left it."""
    path = kept / "runs.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT * FROM runs").fetchall()
    path.unlink()
    width = 15  # columns of the first version
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(databases._TABLE)
        marks = ", ".join("?" * width)
        connection.executemany(f"INSERT INTO runs VALUES ({marks})", [row[:width] for row in rows])
        connection.execute(f"PRAGMA application_id = {databases._APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
    return kept


def test_a_history_of_an_earlier_version_is_opened(older, order):
    with closing(History(older)) as history:
        assert history.trouble == "" and [one.order.title for one in history.list()] == ["Left", "Done"]
        assert history.get(1).last.psnr_db == 21.5 and history.calibrations() == ()
        history.add(order(title="New"))
    with closing(History(older)) as history:
        assert history.trouble == "" and len(history.list()) == 3


def test_a_history_of_an_earlier_version_that_may_only_be_read_is_read(older):
    before = contents(older)
    with reading_only(older), closing(History(older)) as history:
        assert history.is_read_only and [one.order.title for one in history.list()] == ["Left", "Done"]
    assert contents(older) == before
