"""Keeps what was reconstructed and calibrated: orders, scores and results, for all programs of one user."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path

from cryogui.errors import UserError, on_one_line
from cryogui.files import write_bytes
from cryogui.jobs.database import BUSY_SECONDS, open_database
from cryogui.jobs.kept import Filter, Kept, KeptCalibration, KeptJob, to_csv
from cryogui.jobs.order import Ordered
from cryogui.jobs.owners import Owner, has_gone
from cryogui.jobs.records import COLUMNS, beginning, outcome, read
from cryogui.jobs.results import Reached, read_checkpoint, read_reached, read_result
from cryogui.jobs.run import ENDED, Job, Result, Run
from cryogui.jobs.shelf import Shelf

if TYPE_CHECKING:
    from cryogui.jobs.messages import Task
    from cryogui.reconstruct.problem import Start

log = logging.getLogger(__name__)

MARKING_SECONDS = 0.1
"""Longer than this, looking at the history does not wait for another program's writing."""

INTERRUPTED = "The program ended before the run did."

_LARGEST_NUMBER = 2**63 - 1  # of SQLite's
_ENDED = ", ".join(f"'{state}'" for state in sorted(ENDED))


class History:
    """The history in `folder` (by default the user's). Any number of programs may use it at once, and several
    threads of one.

    trouble: one sentence where an earlier history could not be used and a fresh one was begun beside it, or
    where the history is_read_only: its runs are as they were when it was opened and cannot be changed, and
    others last until it is closed.
    Raises UserError when there can be none, and from every method when the disk fails.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or user_data_path("cryogui", appauthor=False) / "history"
        self._lock = threading.RLock()
        opened = open_database(folder)
        self._database, self.trouble, self.is_read_only = opened.connection, opened.trouble, opened.is_copy
        borrowed = None
        if self.is_read_only:
            with self.transaction(reading=True) as database:
                (borrowed,) = database.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()
        self._shelf = Shelf(opened.path.with_suffix(""), borrowed)
        self._owners = folder / "owners"
        self._owner: Owner | None = None

    def list(self, which: Filter | None = None) -> list[Kept]:
        """Reconstructions, newest first. A run whose program has gone without ending it is 'interrupted'."""
        return [kept for kept in self.everything(which) if isinstance(kept, Kept)]

    def calibrations(self, which: Filter | None = None) -> tuple[KeptCalibration, ...]:
        """The calibrations in the same way."""
        return tuple(kept for kept in self.everything(which) if isinstance(kept, KeptCalibration))

    def everything(self, which: Filter | None = None) -> tuple[KeptJob, ...]:
        """Both, newest first."""
        condition, values = (which or Filter()).condition()
        self._interrupt_orphans()
        with self.transaction(reading=True) as database:
            rows = database.execute(
                f"SELECT {COLUMNS} FROM runs WHERE {condition} ORDER BY number DESC", values
            ).fetchall()
        return tuple(kept for row in rows if (kept := read(row, self._shelf)) is not None)

    def get(self, number: int) -> Kept:
        """One reconstruction. Raises UserError when there is none of that number."""
        kept = self.find(number)
        if not isinstance(kept, Kept):
            raise UserError(f"Run {number} is a calibration: it has no volume and cannot be resumed.")
        return kept

    def find(self, number: int) -> KeptJob:
        """One run of any kind. Raises UserError when there is none of that number."""
        self._interrupt_orphans()
        statement = f"SELECT {COLUMNS} FROM runs WHERE number = ?"
        with self.transaction(reading=True) as database:
            row = database.execute(statement, (min(number, _LARGEST_NUMBER),)).fetchone()
        kept = None if row is None else read(row, self._shelf)
        if kept is None:
            raise UserError(f"The history has no run {number}; it may have been deleted.")
        return kept

    def result(self, number: int) -> Result:
        """The volume of a run that is done. Raises UserError when there is none, or it cannot be read."""
        return read_result(self.result_path(number))

    def result_path(self, number: int) -> Path:
        """The HDF5 file with that volume: a submission of one scene."""
        return self._shelf.result(number)

    def checkpoint(self, number: int) -> Start | None:
        """Where an interrupted run can go on; None where it can not."""
        return read_checkpoint(self._shelf.checkpoint(number))

    def reached(self, number: int) -> Reached | None:
        """How far that checkpoint is, told without reading its volume; None where it does not say."""
        return read_reached(self._shelf.checkpoint(number))

    def add(self, order: Ordered) -> int:
        """Begin a run, which waits; returns its number."""
        with self.transaction() as database:
            self._shelf.own.mkdir(exist_ok=True)
            values = beginning(order, self._present().name)
            marks = ", ".join("?" * len(values))
            statement = f"INSERT INTO runs ({', '.join(values)}) VALUES ({marks})"
            number = database.execute(statement, tuple(values.values())).lastrowid
        assert number is not None
        return number

    def enlist(self, run: Job, task: Task[Any, Any], continuing: Kept | None) -> Task[Any, Any]:
        """Begin to keep `run`, or go on keeping one that was interrupted; returns `task` with what a worker
        needs for that. Raises UserError when the interrupted run is not to be had any more."""
        start = None
        if continuing is None:
            run.number = self.add(run.order)
        else:
            assert isinstance(run, Run)
            run.number = continuing.number
            start = self._take_over(continuing, run)
        return replace(
            task,
            start=start,
            seconds=run.seconds,
            result_path=self.result_path(run.number),
            checkpoint_path=self._shelf.checkpoint(run.number),
        )

    def record(self, run: Job) -> None:
        """Remember how `run` is now."""
        assert run.number is not None
        values = outcome(run)
        columns = ", ".join(f"{name} = ?" for name in values)
        with self.transaction() as database:
            database.execute(f"UPDATE runs SET {columns} WHERE number = ?", (*values.values(), run.number))
        if run.has_ended and run.state != "interrupted":
            with suppress(OSError):  # one that stays behind does no harm
                self._shelf.checkpoint(run.number).unlink(missing_ok=True)

    def rename(self, number: int, title: str) -> str:
        """Give a run another title; returns it as kept, on one line. Raises UserError for an empty one, or
        where there is no such run."""
        title = on_one_line(title)
        if not title:
            raise UserError("A run needs a title; write at least one letter.")
        self._changeable(number)
        with self.transaction() as database:
            database.execute("UPDATE runs SET title = ? WHERE number = ?", (title, number))
        return title

    def delete(self, *numbers: int) -> None:
        """Remove runs with their results. Raises UserError, and removes none, where one is not there or not
        over."""
        for number in numbers:
            if self._changeable(number).state not in ENDED:
                raise UserError(f"Run {number} is not over; cancel it first.")
        with self.transaction() as database:
            for number in numbers:
                database.execute("DELETE FROM runs WHERE number = ?", (number,))
                for path in (self._shelf.result(number), self._shelf.checkpoint(number)):
                    path.unlink(missing_ok=True)

    def export_csv(self, path: Path, which: Filter | None = None) -> None:
        """Write a table, one run a line, whole or not at all. Raises UserError if it cannot."""
        write_bytes(path, to_csv(self.everything(which)).encode())

    def close(self) -> None:
        """Let go of the database; runs of this program that have not ended are 'interrupted' from now on."""
        with self._lock:
            if self._owner is not None:
                self._owner.leave()
            self._database.close()
            self._shelf.close()

    def _take_over(self, kept: Kept, run: Run) -> Start | None:
        """Make an interrupted run this program's, as it was at its checkpoint; returns that."""
        if run.order.content_hash != kept.order.content_hash:
            raise UserError(f"Run {kept.number} cannot go on: its images are not the same any more.")
        self._changeable(kept.number)
        with self.transaction() as database:
            taken = database.execute(
                "UPDATE runs SET state = 'queued', reason = '', owner = ? "
                "WHERE number = ? AND state = 'interrupted'",
                (self._present().name, kept.number),
            ).rowcount
        if not taken:
            raise UserError(f"Run {kept.number} cannot go on: it was deleted, or goes on already.")
        start = self.checkpoint(kept.number)
        if start is not None:
            run.points = tuple(point for point in kept.points if point.iteration <= start.iteration)
            reached = self.reached(kept.number)
            scored = run.points[-1].seconds if run.points else 0.0
            run.seconds = scored if reached is None else reached.seconds
            run.iteration, run.found = start.iteration, kept.found
        return start

    def _present(self) -> Owner:
        """This program, as the owner of runs."""
        self._owner = self._owner or Owner(self._shelf.own.parent / self._owners.name)
        return self._owner

    def _changeable(self, number: int) -> KeptJob:
        kept = self.find(number)
        if self._shelf.is_borrowed(number):
            raise UserError(f"Run {number} cannot be changed; make the folder of the history writable first.")
        return kept

    def _interrupt_orphans(self) -> None:
        """Mark the runs whose programs have gone; where that cannot be written now, a later look does it."""
        with self.transaction(reading=True) as database:
            rows = database.execute(f"SELECT DISTINCT owner FROM runs WHERE state NOT IN ({_ENDED})")
            own = self._owner and self._owner.name
            gone = [owner for (owner,) in rows.fetchall() if owner != own and has_gone(self._owners, owner)]
        if not gone:
            return
        try:
            with self.transaction(busy_seconds=MARKING_SECONDS) as database:
                database.executemany(
                    "UPDATE runs SET state = 'interrupted', reason = ? "
                    f"WHERE owner = ? AND state NOT IN ({_ENDED})",
                    [(INTERRUPTED, owner) for owner in gone],
                )
        except UserError as error:
            log.info("interrupted runs were not marked: %s", error.detail)

    @contextmanager
    def transaction(
        self, reading: bool = False, busy_seconds: float = BUSY_SECONDS
    ) -> Iterator[sqlite3.Connection]:
        """The database, for one transaction; for one that only reads, which waits for nobody.

        Raises UserError when the disk or the file fails, or another program writes for longer.
        """
        with self._lock:
            try:
                self._database.execute(f"PRAGMA busy_timeout = {round(1e3 * busy_seconds)}")
                self._database.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
                try:
                    yield self._database
                    self._database.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        self._database.execute("ROLLBACK")
                    raise
            except (sqlite3.Error, OSError) as error:
                sentence = "The history cannot be read or written; check the disk it lies on."
                raise UserError(sentence, repr(error)) from error
