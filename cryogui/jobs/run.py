"""One reconstruction as the program sees it while it waits, runs and has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cryogui.jobs.judge import Point
from cryogui.jobs.order import Order
from cryogui.jobs.shared import Board

if TYPE_CHECKING:
    from cryogui.jobs.messages import Progress
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


class Run:
    """A reconstruction that a `Queue` has taken on. Read it; only the queue changes it.

    number: in the history; None without one. reason: one sentence saying why it failed, or what else went
    wrong ('' else); detail: for the log. fraction: of the work done, 0 to 1. seconds: that the method has
    worked. note: what it said last. found: the spec values it determined itself, in file units. is_stopping:
    whether it was asked to end and has not yet. board: what it shares with its worker, once there is one.
    """

    def __init__(self, order: Order, number: int | None = None) -> None:
        self.order = order
        self.number = number
        self.state: State = "queued"
        self.reason = ""
        self.detail = ""
        self.fraction = 0.0
        self.seconds = 0.0
        self.iteration = 0
        self.note = ""
        self.points: tuple[Point, ...] = ()
        self.found: Mapping[str, float] = {}
        self.is_stopping = False
        self.board: Board | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.state in ENDED

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
        self.iteration, self.fraction, self.seconds = progress.iteration, progress.fraction, progress.seconds
        self.note, self.found = progress.note, progress.found
        for point in progress.points:
            earlier = self.points
            if earlier and earlier[-1].iteration == point.iteration:
                earlier = earlier[:-1]
            self.points = (*earlier, point)

    @property
    def seconds_left(self) -> float | None:
        """Estimated from what has been done; None while that is too little to tell, and at the end."""
        if self.has_ended or self.fraction < LEAST_FRACTION:
            return None
        return self.seconds * (1.0 - self.fraction) / self.fraction
