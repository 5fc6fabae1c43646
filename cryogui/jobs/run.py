"""One piece of work as the program sees it while it waits, runs and has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cryogui.jobs.judge import Point
from cryogui.jobs.messages import Calibrated, Iterated, Progress
from cryogui.jobs.order import CalibrationOrder, Order, Ordered
from cryogui.jobs.shared import Board

if TYPE_CHECKING:
    from cryogui.calibrate.estimate import Estimate
    from cryogui.physics.fourier import Real32

State = Literal["queued", "running", "paused", "done", "cancelled", "failed", "interrupted"]
"""'interrupted': the program ended before the run did; only in the history, and where a queue was closed."""

LEAST_FRACTION = 0.01
"""Of the work, before the time left can be told."""

ENDED: frozenset[State] = frozenset(("done", "cancelled", "failed", "interrupted"))


@dataclass(frozen=True, eq=False)
class Result:
    """What a run has made: x [z, y, x], and the two half-set reconstructions where they were ordered."""

    x: Real32
    halves: tuple[Real32, Real32] | None = None


class Job:
    """What a `Queue` has taken on. Read it; only the queue changes it.

    number: in the history; None without one. reason: one sentence saying why it failed, or what else went
    wrong ('' else); detail: for the log. was_lost: whether it failed with its worker, or for want of memory,
    so that another attempt may do better. fraction: of the work done, 0 to 1. seconds: that the method or
    strategy has worked. note: what it said last. is_stopping: whether it was asked to end and has not yet.
    board: what it shares with its worker, once there is one.
    """

    order: Ordered

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.state: State = "queued"
        self.reason = ""
        self.detail = ""
        self.was_lost = False
        self.fraction = 0.0
        self.seconds = 0.0
        self.note = ""
        self.is_stopping = False
        self.board: Board | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.state in ENDED

    def take_in(self, progress: Progress) -> None:
        """Believe what the worker says."""
        self.fraction, self.seconds, self.note = progress.fraction, progress.seconds, progress.note

    @property
    def seconds_left(self) -> float | None:
        """Estimated from what has been done; None while that is too little to tell, and at the end."""
        if self.has_ended or self.fraction < LEAST_FRACTION:
            return None
        return self.seconds * (1.0 - self.fraction) / self.fraction


class Run(Job):
    """A reconstruction.

    iteration: how many are complete; points: their scores. found: the spec values that the method determined
    itself, in file units.
    """

    def __init__(self, order: Order, number: int | None = None) -> None:
        super().__init__(number)
        self.order: Order = order
        self.iteration = 0
        self.points: tuple[Point, ...] = ()
        self.found: Mapping[str, float] = {}

    def preview(self) -> tuple[Real32, int] | None:
        """A copy of the newest estimate [z, y, x] and its iteration; None while there is none.

        At most some five a second are made. Remains after the end, also of runs that did not end well.
        """
        return None if self.board is None else self.board.newest()

    @property
    def previews(self) -> int:
        """How many estimates there have been: another number, another preview."""
        return 0 if self.board is None else self.board.published

    def result(self) -> Result:
        """What it has made. Raises RuntimeError when the run is not 'done'."""
        newest = self.preview()
        if self.state != "done" or self.board is None or newest is None:
            raise RuntimeError(f"the run is {self.state} and has no result")
        halves = tuple(half.copy() for half in self.board.halves)
        return Result(newest[0], (halves[0], halves[1]) if halves else None)

    def take_in(self, progress: Progress) -> None:
        """Believe what the worker says."""
        super().take_in(progress)
        assert isinstance(progress, Iterated)
        self.iteration, self.found = progress.iteration, progress.found
        for point in progress.points:
            earlier = self.points
            if earlier and earlier[-1].iteration == point.iteration:
                earlier = earlier[:-1]
            self.points = (*earlier, point)


class CalibrationRun(Job):
    """A calibration. estimate: what is known by now, in the end its result; None while that is nothing."""

    def __init__(self, order: CalibrationOrder, number: int | None = None) -> None:
        super().__init__(number)
        self.order: CalibrationOrder = order
        self.estimate: Estimate | None = None

    def take_in(self, progress: Progress) -> None:
        """Believe what the worker says."""
        super().take_in(progress)
        assert isinstance(progress, Calibrated)
        self.estimate = progress.estimate

    def result(self) -> Estimate:
        """What it has found. Raises RuntimeError when the run is not 'done'."""
        if self.state != "done" or self.estimate is None:
            raise RuntimeError(f"the run is {self.state} and has no result")
        return self.estimate
