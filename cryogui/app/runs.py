"""What one window reconstructs and calibrates: its queue, polled while it is busy, and the history of all."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QTimer

from cryogui.errors import UserError
from cryogui.session.guard import guarded, guarded_signal

if TYPE_CHECKING:
    from cryogui.calibrate import Calibration
    from cryogui.jobs import (
        CalibrationOrder,
        CalibrationRun,
        History,
        Inputs,
        Job,
        Kept,
        Order,
        Queue,
        Result,
        Run,
    )  # fmt: skip
    from cryogui.session.scene_model import SceneModel

log = logging.getLogger(__name__)

POLL_MS = 80
KEPT_ENDED = 6
"""So many runs that have ended stay in the window's list with their arrays; older ones are in the history."""


class Runs:
    """Queue and history are opened when they are first needed.

    folder: of the history, the user's if None. modules: further modules with methods, that workers import.
    listed(): another run, or another state of one. stepped(run): it has got on. ended(run). kept(): the
    history has changed. troubled(sentence, detail): the user's history cannot be used. calibrating(run): a
    calibration is in another state or has got on; the signals before are of reconstructions.
    """

    listed = guarded_signal()
    stepped = guarded_signal(object)
    ended = guarded_signal(object)
    kept = guarded_signal()
    troubled = guarded_signal(str, str)
    calibrating = guarded_signal(object)

    def __init__(self, folder: Path | None = None, modules: tuple[str, ...] = ()) -> None:
        self.folder, self.modules = folder, modules
        self._queue: Queue | None = None
        self._history: History | None = None
        self._titles: dict[str, list[tuple[int, str]]] = {}
        self.kept.connect(self._forget_titles)
        self._timer = QTimer()
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def history(self) -> History:
        """The history of all programs of this user."""
        if self._history is None:
            self._history = self._opened_history()
        return self._history

    def _opened_history(self) -> History:
        """Where the user's cannot be used, one that lasts as long as the computer's temporary files."""
        from cryogui.jobs import History

        try:
            history = History(self.folder)
        except UserError as error:
            self.troubled.emit(str(error), error.detail)
            return _history_for_now()
        if history.trouble:
            self.troubled.emit(history.trouble, "")
        return history

    @property
    def queue(self) -> Queue:
        """The queue of this window."""
        if self._queue is None:
            from cryogui.jobs import Queue

            self._queue = Queue(self.history, modules=self.modules)
            self._queue.changed.connect(guarded(self._on_queue_changed))
            self._queue.stepped.connect(guarded(self._on_queue_stepped))
            self._queue.moved.connect(self.listed.emit)
        return self._queue

    # ---- what there is

    @property
    def all(self) -> tuple[Run, ...]:
        """Those that run, wait and have ended, as the queue lists them."""
        from cryogui.jobs import Run

        return tuple(run for run in self.jobs if isinstance(run, Run))

    @property
    def open(self) -> tuple[Run, ...]:
        """Those that have not ended."""
        return tuple(run for run in self.all if not run.has_ended)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Reconstructions and calibrations of this window."""
        return () if self._queue is None else tuple(self._queue.runs)

    @property
    def unfinished(self) -> tuple[Job, ...]:
        """Reconstructions and calibrations that have not ended."""
        return tuple(run for run in self.jobs if not run.has_ended)

    @property
    def calibration(self) -> CalibrationRun | None:
        """The calibration that runs, or waits for its turn."""
        from cryogui.jobs import CalibrationRun

        return next((run for run in self.unfinished if isinstance(run, CalibrationRun)), None)

    @property
    def current(self) -> Run | None:
        """The one that is worked at; None when nothing runs."""
        return next((run for run in self.all if run.state in ("running", "paused")), None)

    def find(self, number: int) -> Run | None:
        """The run of this window with that number."""
        return next((run for run in self.all if run.number == number), None)

    def of_scene(self, model: SceneModel) -> list[tuple[int, str]]:
        """Numbers and titles of what was reconstructed from the scene's images, newest first, and of what is
        being so."""
        open_ones = [run for run in self.open if run.order.content_hash == model.content_hash]
        found = [(run.number or 0, f"{run.order.title} (running)") for run in open_ones if run.previews]
        return found + self._titles_of(model.content_hash)

    def _forget_titles(self) -> None:
        self._titles.clear()

    def _titles_of(self, content_hash: str) -> list[tuple[int, str]]:
        """Of kept volumes; the history is asked again when it has changed."""
        from cryogui.app.run_words import kept_title

        if content_hash not in self._titles:
            kept = self.of_data(content_hash)
            self._titles[content_hash] = [(one.number, kept_title(one)) for one in kept if one.has_result]
        return self._titles[content_hash]

    def of_data(self, content_hash: str) -> list[Kept]:
        """What the history has of the images with that content, newest first; nothing without one."""
        from cryogui.app.as_now import as_now
        from cryogui.jobs import Filter

        if not content_hash:
            return []
        try:
            found = self.history.list(Filter(content_hash=content_hash))
        except UserError as error:
            log.warning("the history cannot be read: %s", error)
            return []
        return [as_now(kept, self.find(kept.number)) for kept in found]

    def has_volume(self, number: int) -> bool:
        """Whether a run has made a volume that is still there, or has an estimate while it goes on."""
        run = self.find(number)
        if run is not None and not run.has_ended:
            return bool(run.previews)
        if run is not None and run.state == "done":
            return True  # here, even where the disk was too full to keep it
        try:
            return self.history.get(number).has_result
        except UserError:
            return False

    def volume(self, number: int) -> np.ndarray:
        """A run's volume [z, y, x], or its newest estimate while it goes on; in a worker thread.

        Raises UserError where there is none.
        """
        run = self.find(number)
        if run is not None and run.state != "done":
            found = run.preview()
            if found is not None:
                return found[0]
        return self.result(number).x

    def result(self, number: int) -> Result:
        """What a run has made, halves too. Raises UserError when it is not there any more."""
        run = self.find(number)
        return run.result() if run is not None and run.state == "done" else self.history.result(number)

    # ---- what is done

    def submit(self, order: Order, inputs: Inputs, continuing: Kept | None = None) -> Run:
        """Take on an order."""
        run = self.queue.submit(order, inputs, continuing)
        self._timer.start()
        return run

    def calibrate(self, order: CalibrationOrder, calibration: Calibration) -> CalibrationRun:
        """Take on a calibration."""
        run = self.queue.submit(order, calibration)
        self._timer.start()
        return run

    def cancel(self, run: Job) -> None:
        """End a run, or take a waiting one off the queue."""
        self.queue.cancel(run)
        self._timer.start()

    def pause_or_continue(self, run: Run) -> None:
        """Have a running run rest, or a paused one go on."""
        if run.state == "paused":
            self.queue.resume(run)
        elif run.state == "running":
            self.queue.pause(run)

    def drop(self, run: Run) -> None:
        """Forget a run that has ended; the history keeps it."""
        if run.has_ended:
            self.queue.drop(run)

    def move(self, run: Run, places: int) -> None:
        """Put a waiting run so many places later."""
        waiting = [each for each in self.all if each.state == "queued"]
        if run in waiting:
            self.queue.move(run, min(max(waiting.index(run) + places, 0), len(waiting) - 1))

    def rename(self, number: int, title: str) -> None:
        """Give a kept run another title."""
        self.history.rename(number, title)
        self.kept.emit()

    def delete(self, number: int) -> None:
        """Remove a kept run with its result. Raises UserError for one that is not over."""
        run = self.find(number)
        self.history.delete(number)
        if run is not None:
            self.drop(run)
        self.kept.emit()

    def close(self, keep_checkpoints: bool = False) -> None:
        """End everything; see `Queue.close`."""
        self._timer.stop()
        if self._queue is not None:
            self._queue.close(keep_checkpoints)
        if self._history is not None:
            self._history.close()

    # ---- within

    def _poll(self) -> None:
        self.queue.poll()
        if not self.queue.is_busy:
            self._timer.stop()

    def _on_queue_stepped(self, run: Job) -> None:
        (self.stepped if run.order.kind == "reconstruction" else self.calibrating).emit(run)

    def _on_queue_changed(self, run: Job) -> None:
        if run.order.kind == "calibration":
            self.calibrating.emit(run)
            if run.has_ended:
                self.queue.drop(run)
                self.kept.emit()
            return
        self.listed.emit()
        if run.has_ended:
            self.ended.emit(run)
            self.kept.emit()
            for old in [each for each in self.all if each.has_ended][KEPT_ENDED:]:
                self.queue.drop(old)


def _history_for_now() -> History:
    """One among the temporary files. Raises UserError where these cannot be written either."""
    from cryogui.jobs import History

    folder = tempfile.gettempdir()
    try:
        return History(Path(tempfile.mkdtemp(prefix="cryogui-runs-")))
    except (UserError, OSError) as error:
        sentence = f"Nothing can be reconstructed while {folder} cannot be written either; free some space."
        raise UserError(sentence, repr(error)) from error
