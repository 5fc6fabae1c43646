"""Runs as the history gives them back, and which of them are wanted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from math import isfinite

from cryogui.calibrate.estimate import Estimate
from cryogui.jobs.judge import Point
from cryogui.jobs.order import CalibrationOrder, Kind, Order, Ordered
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
    path and scene: of the file; content_hash: of the data; method: or strategy, its key; kind: of work."""

    text: str = ""
    path: str = ""
    scene: int | None = None
    content_hash: str = ""
    method: str = ""
    state: State | None = None
    kind: Kind | None = None

    def condition(self) -> tuple[str, dict[str, str | int]]:
        """The same as SQL, with the values of its parameters."""
        exact = {
            name: getattr(self, name) for name in ("path", "scene", "content_hash", "method", "state", "kind")
        }
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


def to_csv(runs: Iterable[KeptJob]) -> str:
    """A table with a line for each run: of a reconstruction its last scores, of a calibration what it found,
    as JSON by the parameter's name, and its held-out errors."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    about = ["number", "kind", "created", "title", "state", "reason", "file", "scene", "variant", "method"]
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
    found = ["findings", "heldout_before", "heldout_after"]
    rows.writerow([*about, *made, *_SCORES, *found, "content_hash", "version"])
    for run in runs:
        order = run.order
        rows.writerow([
            run.number, order.kind, run.created.isoformat(" ", "seconds"), order.title, run.state, run.reason,
            order.path, order.scene_name, order.variant, order.method,
            json.dumps(order.options), json.dumps(dict(order.spec)), *_outcome(run),
            order.content_hash, order.version,
        ])  # fmt: skip
    return text.getvalue()


_SCORES = [field.name for field in fields(Point) if field.name not in ("iteration", "seconds")]


def _outcome(run: KeptJob) -> list[object]:
    """From 'found' to 'heldout_after'."""
    order = run.order
    data = [" ".join(map(str, sorted(order.excluded))), " ".join(sorted(order.switched_off)), order.padded]
    if isinstance(run, Kept):
        last = run.last
        iterations, scores = last.iteration if last else 0, [getattr(last, name, None) for name in _SCORES]
        spec = json.dumps(dict(run.found))
        return [spec, *data, run.order.halves, iterations, run.seconds, *scores, None, None, None]
    estimate = run.estimate if isinstance(run, KeptCalibration) else None
    blank = [None] * len(_SCORES)
    if estimate is None:
        return ["{}", *data, None, None, run.seconds, *blank, None, None, None]
    findings = {
        name: {"value": f.value, "sigma": f.sigma if isfinite(f.sigma) else None, "verdict": f.verdict.value}
        for name, f in estimate.findings.items()
    }
    found = [json.dumps(findings), estimate.heldout_before, estimate.heldout_after]
    return [json.dumps(dict(estimate.spec)), *data, None, None, run.seconds, *blank, *found]
