"""Latest-wins lanes: work away from the window's thread that never queues up.

Per lane one job runs and at most one waits; a new request replaces the waiting one. A superseded error is
dropped, and so is a superseded result, unless it has the same subject as the newest request (the same scene
and object under an older spec): then it is shown, marked as not the newest, so that a slider held down sees
every computation that finishes and is at most one behind. A result of another subject is never shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from threading import Event
from typing import Any

log = logging.getLogger(__name__)

_NOBODY = object()  # the subject of a cancelled lane: equal to no job's


class Cancelled(Exception):
    """Raised inside a job by `Token.check` once nobody waits for its result."""


class Token:
    """Lets a job notice that its result is not wanted any more."""

    def __init__(self) -> None:
        self._cancelled = Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next `check`."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise `Cancelled` when the job should stop."""
        if self._cancelled.is_set():
            raise Cancelled


@dataclass(frozen=True)
class Job:
    """One piece of work for a lane.

    subject: what it is about; results of an older subject are dropped.
    work: runs in a worker thread. done(result, newest) and failed(error) run on the window's thread.
    """

    subject: Hashable
    work: Callable[[Token], Any]
    done: Callable[[Any, bool], None]
    failed: Callable[[BaseException], None]
    token: Token = field(default_factory=Token)


@dataclass
class _Lane:
    """One running job, at most one waiting; the generation counts requests and cancellations."""

    generation: int = 0
    subject: Hashable = None
    running: Job | None = None
    waiting: Job | None = None


class Scheduler:
    """Runs jobs in lanes.

    executor: where work runs. deliver: calls a function on the window's thread later (a queued signal);
    every method here is called on that thread, so no lock is needed.
    busy: told (lane, whether it has work) whenever that changes.
    """

    def __init__(
        self,
        executor: Executor,
        deliver: Callable[[Callable[[], None]], None],
        busy: Callable[[Hashable, bool], None] = lambda lane, is_busy: None,
    ) -> None:
        self._executor = executor
        self._deliver = deliver
        self._busy = busy
        self._lanes: dict[Hashable, _Lane] = {}
        self._closed = False

    def request(
        self,
        lane: Hashable,
        subject: Hashable,
        work: Callable[[Token], Any],
        done: Callable[[Any, bool], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Run `work` in `lane`, at once or when its running job has ended; see `Job` for the arguments."""
        if self._closed:
            return
        state = self._lanes.setdefault(lane, _Lane())
        state.generation += 1
        state.subject = subject
        state.waiting = Job(subject, work, done, failed)
        if state.running is None:
            self._start(lane, state)
            self._busy(lane, True)
        elif state.running.subject != subject:
            state.running.token.cancel()

    def cancel(self, lane: Hashable) -> None:
        """Forget what waits in `lane` and drop what runs there."""
        state = self._lanes.get(lane)
        if state is None:
            return
        state.generation += 1
        state.subject = _NOBODY
        state.waiting = None
        if state.running is not None:
            state.running.token.cancel()

    def is_busy(self, lane: Hashable) -> bool:
        """Whether a job runs or waits in `lane`."""
        return lane in self._lanes

    @property
    def is_idle(self) -> bool:
        """Whether no lane has work."""
        return not self._lanes

    def close(self) -> None:
        """Cancel everything and wait for the running jobs; nothing is delivered afterwards."""
        self._closed = True
        for lane in self._lanes:
            self.cancel(lane)
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _start(self, lane: Hashable, state: _Lane) -> None:
        job, generation = state.waiting, state.generation
        assert job is not None
        state.running, state.waiting = job, None
        future = self._executor.submit(job.work, job.token)
        future.add_done_callback(
            lambda finished: self._deliver(lambda: self._finish(lane, job, generation, finished))
        )

    def _finish(self, lane: Hashable, job: Job, generation: int, future: Future[Any]) -> None:
        if self._closed:
            return
        state = self._lanes[lane]
        newest = generation == state.generation
        wanted = newest or job.subject == state.subject
        if state.waiting is not None:
            self._start(lane, state)
        else:
            del self._lanes[lane]
            self._busy(lane, False)
        self._hand_over(job, future, newest, wanted)

    def _hand_over(self, job: Job, future: Future[Any], newest: bool, wanted: bool) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, Cancelled):
            return
        if error is None:
            if wanted:
                job.done(future.result(), newest)
        elif newest:
            job.failed(error)
        else:
            log.debug("a superseded job failed: %s", error)
