"""Carries out orders, each in a worker process of its own, and watches over them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from psygnal import Signal

from cryogui.errors import UserError
from cryogui.jobs.child import Child
from cryogui.jobs.history import History
from cryogui.jobs.inputs import Inputs
from cryogui.jobs.kept import Kept
from cryogui.jobs.messages import NO_MEMORY, Failed, Finished, Progress, Stopped, Task
from cryogui.jobs.order import CalibrationOrder, Order
from cryogui.jobs.run import CalibrationRun, Job, Run, State
from cryogui.jobs.shared import Command

if TYPE_CHECKING:
    from cryogui.calibrate.calibration import Calibration

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 120.0
CANCEL_SECONDS, KEEP_SECONDS = 1.0, 10.0
"""What a worker has to stop by itself, and to stop with a checkpoint; then it is killed."""

_RECORD_SECONDS = 15.0
_CLOSING_POLL_SECONDS = 0.02


@dataclass(eq=False)
class _Active:
    """A job at work. seen: when its worker's pulse last changed; recorded: when the history was last told;
    stop: the state it is to end in, and by when."""

    run: Job
    child: Child
    seen: float
    recorded: float
    pulse: int = 0
    stop: tuple[State, float] | None = None


class Queue:
    """Reconstructions and calibrations that wait, run and have ended, in order.

    Nothing happens by itself: call `poll` some ten times a second while `is_busy`, always on the thread that
    everything else here is called on. Signals are emitted on that thread, from `poll` or whatever else was
    called. No method blocks, except `close`.

    changed(run): its state is another, or it is new. stepped(run): it has got on: fraction, points, note …
    moved(): the waiting runs are in another order, or a run was dropped.

    history: where runs are kept, with their results and checkpoints; None keeps nothing. at_once: how many
    run at the same time. patience: seconds without a step after which a run is given up. memory_bytes: what
    one worker may use; None for what the machine has free. modules: further modules that register methods or
    strategies. threads: that one worker may use; None for as many as there are processors.
    """

    changed = Signal(Job)
    stepped = Signal(Job)
    moved = Signal()

    def __init__(
        self,
        history: History | None = None,
        *,
        at_once: int = 1,
        patience: float = PATIENCE_SECONDS,
        memory_bytes: int | None = None,
        modules: tuple[str, ...] = (),
        threads: int | None = None,
    ) -> None:
        self._history = history
        self.at_once, self.patience = at_once, patience
        self._memory_bytes, self._modules, self._threads = memory_bytes, modules, threads
        self._active: list[_Active] = []
        self._waiting: list[tuple[Job, Task[Any, Any]]] = []
        self._ended: list[Job] = []

    @property
    def runs(self) -> tuple[Job, ...]:
        """Those that run, those that wait in their order, and those that have ended, newest first."""
        return (*(each.run for each in self._active), *(run for run, _ in self._waiting), *self._ended)

    @property
    def is_busy(self) -> bool:
        """Whether any run has not ended."""
        return bool(self._active or self._waiting)

    @overload
    def submit(self, order: Order, inputs: Inputs, continuing: Kept | None = None) -> Run: ...
    @overload
    def submit(self, order: CalibrationOrder, inputs: Calibration) -> CalibrationRun: ...
    def submit(
        self, order: Order | CalibrationOrder, inputs: Inputs | Calibration, continuing: Kept | None = None
    ) -> Job:
        """Take on an order; it starts at the next `poll` or when its turn comes.

        continuing: an interrupted run of the history that goes on where its checkpoint was; its order.
        Raises UserError when that run is not to be had.
        """
        run: Job = Run(order) if isinstance(order, Order) else CalibrationRun(order)
        task: Task[Any, Any] = Task(
            order, inputs, memory_bytes=self._memory_bytes, modules=self._modules, threads=self._threads
        )
        if self._history is not None:
            task = self._history.enlist(run, task, continuing)
        self._waiting.append((run, task))
        self.changed.emit(run)
        return run

    def cancel(self, run: Job) -> None:
        """End a run: within two seconds its process is gone and its state 'cancelled'."""
        self._stop(run, "cancelled")

    def pause(self, run: Job) -> None:
        """Have a running run rest after the step it is at; its state becomes 'paused' at once."""
        self._switch(run, "running", "paused", Command.PAUSE)

    def resume(self, run: Job) -> None:
        """Let a paused run go on."""
        self._switch(run, "paused", "running", Command.GO_ON)

    def move(self, run: Job, place: int) -> None:
        """Put a waiting run at `place` (0 is next) among those that wait."""
        entry = next((entry for entry in self._waiting if entry[0] is run), None)
        if entry is not None:
            self._waiting.remove(entry)
            self._waiting.insert(place, entry)
            self.moved.emit()

    def drop(self, run: Job) -> None:
        """Forget a run that has ended, and its arrays; the history keeps it."""
        if run in self._ended:
            self._ended.remove(run)
            self.moved.emit()

    def poll(self) -> None:
        """Take in what the workers say, start what can start, and give up what hangs."""
        for active in list(self._active):
            self._attend(active)
        while self._waiting and len(self._active) < self.at_once:
            self._start(*self._waiting.pop(0))

    def close(self, keep_checkpoints: bool = False) -> None:
        """End everything; returns when no process is left.

        keep_checkpoints: runs that can go on later are left 'interrupted' with what they have reached; else
        all are 'cancelled'.
        """
        for run in self.runs:
            self._stop(run, "interrupted" if keep_checkpoints else "cancelled")
        try:
            while self._active:
                self.poll()
                time.sleep(_CLOSING_POLL_SECONDS)
        finally:  # whatever a listener raised
            for active in self._active:
                active.child.end()

    def _start(self, run: Job, task: Task) -> None:
        try:
            child = Child(task)
        except (OSError, MemoryError) as error:
            run.reason, run.detail, run.was_lost = NO_MEMORY, repr(error), True
            self._settle(run, "failed")
            return
        now = time.monotonic()
        run.board, run.state = child.board, "running"
        self._active.append(_Active(run, child, now, now))
        self._record(run)
        self.changed.emit(run)

    def _attend(self, active: _Active) -> None:
        run, child, now = active.run, active.child, time.monotonic()
        has_gone = child.has_gone  # asked first: what it said before it went is then all there
        has_stepped = False
        for message in child.messages():
            active.seen = now
            if isinstance(message, Progress):
                run.take_in(message)
                has_stepped = True
            elif isinstance(message, Finished):
                return self._finish(active, "done", message.warning)
            elif isinstance(message, Failed):
                run.was_lost = message.sentence == NO_MEMORY
                return self._finish(active, "failed", message.sentence, message.detail)
            elif isinstance(message, Stopped) and active.stop is not None:
                return self._finish(active, active.stop[0])
        if has_stepped:
            self._note(active, now)
        if active.stop is not None:
            if has_gone or now > active.stop[1]:
                self._finish(active, active.stop[0])
        elif has_gone:
            run.was_lost = True
            self._finish(active, "failed", child.how_it_ended, child.last_words)
        elif self._hangs(active, now):
            self._finish(active, "failed", f"No step for {self.patience:g} s; the run was given up.")

    def _hangs(self, active: _Active, now: float) -> bool:
        pulse = active.child.board.pulse
        if pulse != active.pulse or active.run.state == "paused":
            active.pulse, active.seen = pulse, now
        return now - active.seen > self.patience

    def _note(self, active: _Active, now: float) -> None:
        """Tell that a run has got on; the history, now and then."""
        if now - active.recorded > _RECORD_SECONDS:
            active.recorded = now
            self._record(active.run)
        self.stepped.emit(active.run)

    def _finish(self, active: _Active, state: State, reason: str = "", detail: str = "") -> None:
        """The run ends like this; first its process does."""
        active.child.end()
        self._active.remove(active)
        active.run.reason, active.run.detail = reason, detail
        if state == "done":
            active.run.fraction = 1.0
        self._settle(active.run, state)

    def _settle(self, run: Job, state: State) -> None:
        run.state, run.is_stopping = state, False
        if run.detail:
            log.info("%s: %s\n%s", run.order.title, run.reason, run.detail)
        self._ended.insert(0, run)
        self._record(run)
        self.changed.emit(run)

    def _stop(self, run: Job, state: State) -> None:
        for entry in self._waiting:
            if entry[0] is run:
                self._waiting.remove(entry)
                return self._settle(run, state)
        for active in self._active:
            if active.run is run and (active.stop is None or state == "cancelled"):
                keep = state == "interrupted"
                run.is_stopping = True
                active.child.board.command = Command.KEEP if keep else Command.CANCEL
                active.stop = state, time.monotonic() + (KEEP_SECONDS if keep else CANCEL_SECONDS)
                self.changed.emit(run)

    def _switch(self, run: Job, old: State, new: State, command: Command) -> None:
        for active in self._active:
            if active.run is run and run.state == old and not run.is_stopping:
                active.child.board.command = command
                run.state = new
                self._record(run)
                self.changed.emit(run)

    def _record(self, run: Job) -> None:
        """Have the history remember how the run is now. One that cannot does not end the run."""
        if self._history is None or run.number is None:
            return
        try:
            self._history.record(run)
        except UserError as error:
            run.reason = run.reason or str(error)
            log.info("%s: %s", error, error.detail)
