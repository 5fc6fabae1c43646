"""Latest-wins lanes: work away from the window's thread that never queues up.

Per lane one job runs and at most one waits; a new request replaces the waiting one. A superseded error is
dropped, and so is a superseded result, unless it has the same subject as the newest request (the same scene
and object under an older spec): then it is shown, marked as not the newest, so that a slider held down sees
every computation that finishes and is at most one behind. A result of another subject is never shown.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from threading import Event
from typing import Any

log = logging.getLogger(__name__)

_NOBODY = object()  # the subject of a cancelled lane: equal to no job's


class Cancelled(Exception):
    """Raised inside a job by `Token.check` once nobody waits for its result; told to whoever asked for a job
    that the user has stopped."""


class Token:
    """Lets a job notice that its result is not wanted any more."""

    def __init__(self) -> None:
        self._cancelled = Event()
        self.fraction: float | None = None  # of the work done, where the job tells

    @property
    def is_cancelled(self) -> bool:
        """Whether the job has been asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next `check`."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise `Cancelled` when the job should stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def progress(self, fraction: float) -> None:
        """Tell which fraction of the work is done, and `check`."""
        self.check()
        self.fraction = fraction


@dataclass(frozen=True)
class Job:
    """One piece of work for a lane.

    subject: what it is about; results of an older subject are dropped.
    work: runs in a worker thread. done(result, newest) and failed(error) run on the window's thread.
    title: what the user reads while it runs. asked: when, on the monotonic clock.
    """

    subject: Hashable
    work: Callable[[Token], Any]
    done: Callable[[Any, bool], None]
    failed: Callable[[BaseException], None]
    title: str = ""
    token: Token = field(default_factory=Token)
    asked: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Activity:
    """What runs in a lane: in the user's words, for how long, and how far it is (0 to 1, None unknown)."""

    lane: Hashable
    title: str
    seconds: float
    fraction: float | None


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
        title: str = "",
    ) -> None:
        """Run `work` in `lane`, at once or when its running job has ended; see `Job` for the arguments."""
        if self._closed:
            return
        state = self._lanes.setdefault(lane, _Lane())
        state.generation += 1
        state.subject = subject
        state.waiting = Job(subject, work, done, failed, title or str(lane))
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

    def stop(self, lane: Hashable) -> None:
        """Cancel for the user: whoever asked for the lane's newest job is told `Cancelled`, and at once,
        however long the job takes to notice."""
        state = self._lanes.get(lane)
        if state is None:
            return
        job = state.waiting or state.running
        was_wanted = job is not None and not job.token.is_cancelled
        self.cancel(lane)
        if job is not None and was_wanted:
            job.failed(Cancelled())

    def activities(self) -> list[Activity]:
        """What runs now and is still wanted, the longest first."""
        now = time.monotonic()
        jobs = [(lane, state.running) for lane, state in self._lanes.items()]
        found = [
            Activity(lane, job.title, now - job.asked, job.token.fraction)
            for lane, job in jobs
            if job is not None and not job.token.is_cancelled
        ]
        return sorted(found, key=lambda activity: -activity.seconds)

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
