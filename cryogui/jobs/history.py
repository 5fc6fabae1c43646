"""Keeps what was reconstructed: orders, scores and results, for all programs of one user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryogui.jobs.judge import Point
from cryogui.jobs.order import Order
from cryogui.jobs.run import Result, State
from cryogui.reconstruct.problem import Start


@dataclass(frozen=True)
class Kept:
    """One run of the history. created: local time. found: spec values that the method determined.

    has_result, has_checkpoint: whether its volume can be read, whether it can go on.
    """

    number: int
    order: Order
    state: State
    reason: str
    created: datetime
    seconds: float
    points: tuple[Point, ...]
    found: Mapping[str, float]
    has_result: bool
    has_checkpoint: bool

    @property
    def last(self) -> Point | None:
        """The scores it ended with."""
        return self.points[-1] if self.points else None


@dataclass(frozen=True)
class Filter:
    """Which runs are listed; '' and None let all pass. text: in title, scene's name, method or file's name;
    path and scene: of the file; content_hash: of the data."""

    text: str = ""
    path: str = ""
    scene: int | None = None
    content_hash: str = ""
    method: str = ""
    state: State | None = None


class History:
    """The history in `folder` (by default the user's). Any number of programs may use it at once.

    trouble: one sentence where an earlier history could not be used and a fresh one was begun beside it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        raise NotImplementedError

    trouble: str

    def list(self, which: Filter | None = None) -> list[Kept]:
        """Newest first. A run whose program has gone without ending it is 'interrupted'."""
        raise NotImplementedError

    def get(self, number: int) -> Kept:
        """One run. Raises UserError when there is none of that number."""
        raise NotImplementedError

    def result(self, number: int) -> Result:
        """The volume of a run that is done. Raises UserError when there is none, or it cannot be read."""
        raise NotImplementedError

    def result_path(self, number: int) -> Path:
        """The HDF5 file with that volume: a submission of one scene."""
        raise NotImplementedError

    def checkpoint(self, number: int) -> Start | None:
        """Where an interrupted run can go on; None where it can not."""
        raise NotImplementedError

    def rename(self, number: int, title: str) -> None:
        """Give a run another title."""
        raise NotImplementedError

    def delete(self, number: int) -> None:
        """Remove a run with its result. Raises UserError for one that is not over."""
        raise NotImplementedError

    def export_csv(self, path: Path, which: Filter | None = None) -> None:
        """Write a table, one run a line, whole or not at all. Raises UserError when it cannot be written."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database; runs of this program that have not ended are 'interrupted' from now on."""
        raise NotImplementedError
