"""What a worker is given, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from cryogui.jobs.inputs import Inputs
from cryogui.jobs.judge import Point
from cryogui.jobs.order import Order, Ordered

if TYPE_CHECKING:
    from cryogui.calibrate.calibration import Calibration
    from cryogui.calibrate.estimate import Estimate
    from cryogui.reconstruct.problem import Start

NO_MEMORY = "There is not enough memory for this run; leave out images or use a smaller volume."
_WORDS_OF_SHORTAGE = (
    "MemoryError", "bad_alloc", "emory allocation", "malloc failed", "out of memory",
    "Cannot allocate memory",  # ENOMEM
    "Resource temporarily unavailable", "can't start new thread",  # EAGAIN: no room for a thread's stack
    "failed to map segment",
)  # fmt: skip


def tells_of_shortage(text: str) -> bool:
    """Whether a traceback, or what a library wrote before it gave up, names an allocation that failed."""
    return any(words in text for words in _WORDS_OF_SHORTAGE)


OrderKind = TypeVar("OrderKind", bound=Ordered)
InputKind = TypeVar("InputKind", "Inputs", "Calibration")


@dataclass(frozen=True, eq=False)
class Task(Generic[OrderKind, InputKind]):
    """An order with all it takes to carry it out.

    start: where to go on, after `seconds` of work. result_path, checkpoint_path: what a reconstruction
    writes, None for nothing. memory_bytes: what may be used; None for what is free. modules: that register
    further methods and strategies. threads: that it may use; None for as many as there are processors.
    """

    order: OrderKind
    inputs: InputKind
    start: Start | None = None
    seconds: float = 0.0
    result_path: Path | None = None
    checkpoint_path: Path | None = None
    memory_bytes: int | None = None
    modules: tuple[str, ...] = ()
    threads: int | None = None

    @property
    def has_halves(self) -> bool:
        """Whether half sets are reconstructed as well."""
        return isinstance(self.order, Order) and self.order.halves


@dataclass(frozen=True)
class Progress:
    """How far the work is."""

    fraction: float
    seconds: float
    note: str


@dataclass(frozen=True)
class Iterated(Progress):
    """How far a reconstruction is; points: those since the last message."""

    iteration: int = 0
    found: Mapping[str, float] = field(default_factory=dict)
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Calibrated(Progress):
    """How far a calibration is, and what it knows by now; None while that is nothing."""

    estimate: Estimate | None = None


@dataclass(frozen=True)
class Finished:
    """All is done: the last estimate that was shown or told is the result. warning: what went wrong beside,
    or ''."""

    warning: str = ""


@dataclass(frozen=True)
class Failed:
    """It cannot be done, in one sentence; detail for the log."""

    sentence: str
    detail: str = ""


@dataclass(frozen=True)
class Stopped:
    """The worker did as it was told and stopped."""


Message = Progress | Finished | Failed | Stopped
