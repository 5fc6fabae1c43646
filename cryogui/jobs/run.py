"""One reconstruction as the program sees it while it waits, runs and has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cryogui.jobs.judge import Point
from cryogui.jobs.order import Order

if TYPE_CHECKING:
    from cryogui.physics.fourier import Real32

State = Literal["queued", "running", "paused", "done", "cancelled", "failed", "interrupted"]
"""'interrupted': the program ended before the run did; only in the history, and where a queue was closed."""

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
    worked. seconds_left: estimated; None while nothing is known. note: what the method said last. found: the
    spec values it determined itself, in file units. is_stopping: whether it was asked to end and has not yet.
    """

    def __init__(self, order: Order, number: int | None = None) -> None:
        self.order = order
        self.number = number
        self.state: State = "queued"
        self.reason = ""
        self.detail = ""
        self.fraction = 0.0
        self.seconds = 0.0
        self.seconds_left: float | None = None
        self.iteration = 0
        self.note = ""
        self.points: tuple[Point, ...] = ()
        self.found: Mapping[str, float] = {}
        self.is_stopping = False

    @property
    def has_ended(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.state in ENDED

    def preview(self) -> tuple[Real32, int] | None:
        """A copy of the newest estimate [z, y, x] and its iteration; None while there is none.

        At most some five a second are made. Remains after the end, also of runs that did not end well.
        """
        raise NotImplementedError

    @property
    def previews(self) -> int:
        """How many estimates there have been: another number, another preview."""
        raise NotImplementedError

    def result(self) -> Result:
        """What it has made. Raises RuntimeError when the run is not 'done'."""
        raise NotImplementedError
