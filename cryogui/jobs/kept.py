"""Runs as the history gives them back, and which of them are wanted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from cryogui.calibrate.estimate import Estimate
from cryogui.jobs.judge import Point
from cryogui.jobs.order import CalibrationOrder, Order, Ordered
from cryogui.jobs.run import State


@dataclass(frozen=True)
class KeptJob:
    """What the history has of any work. created: local time. seconds: that the method or strategy worked."""

    number: int
    order: Ordered
    state: State
    reason: str
    created: datetime
    seconds: float


@dataclass(frozen=True)
class KeptCalibration(KeptJob):
    """One calibration of the history. estimate: what it had found at its end; None for nothing."""

    order: CalibrationOrder
    estimate: Estimate | None


@dataclass(frozen=True)
class Kept(KeptJob):
    """One reconstruction of the history. found: spec values that the method determined.

    has_result, has_checkpoint: whether its volume can be read, whether it can go on.
    """

    order: Order
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
    path and scene: of the file; content_hash: of the data; method: or strategy, its key."""

    text: str = ""
    path: str = ""
    scene: int | None = None
    content_hash: str = ""
    method: str = ""
    state: State | None = None

    def condition(self) -> tuple[str, dict[str, str | int]]:
        """The same as SQL, with the values of its parameters."""
        exact = {name: getattr(self, name) for name in ("path", "scene", "content_hash", "method", "state")}
        values = {name: value for name, value in exact.items() if value not in ("", None)}
        clauses = [f"{name} = :{name}" for name in values]
        if self.text:
            values["text"] = f"%{_literal(self.text)}%"
            places = ("title", "scene_name", "method", "path")
            clauses.append("(" + " OR ".join(f"{name} LIKE :text ESCAPE '!'" for name in places) + ")")
        return " AND ".join(clauses) or "TRUE", values


def _literal(text: str) -> str:
    """`text` for LIKE, without meaning of its own."""
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in text)


def to_csv(runs: Iterable[Kept]) -> str:
    """A table with a line for each run, and its last scores."""
    scores = [field.name for field in fields(Point) if field.name not in ("iteration", "seconds")]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    about = ["number", "created", "title", "state", "reason", "file", "scene", "variant", "method"]
    made = [
        "options",
        "spec",
        "found",
        "excluded",
        "switched_off",
        "padded",
        "halves",
        "iterations",
        "seconds",
    ]
    rows.writerow([*about, *made, *scores, "content_hash", "version"])
    for run in runs:
        order, last = run.order, run.last
        rows.writerow([
            run.number, run.created.isoformat(" ", "seconds"), order.title, run.state, run.reason,
            order.path, order.scene_name, order.variant, order.method,
            json.dumps(order.options), json.dumps(dict(order.spec)), json.dumps(dict(run.found)),
            " ".join(map(str, sorted(order.excluded))), " ".join(sorted(order.switched_off)),
            order.padded, order.halves, last.iteration if last else 0, run.seconds,
            *(getattr(last, name, None) for name in scores), order.content_hash, order.version,
        ])  # fmt: skip
    return text.getvalue()
