"""Work as the rows of the history's table have it, in and out."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from cryogui.calibrate.estimate import Estimate
from cryogui.jobs.judge import Point
from cryogui.jobs.kept import Kept, KeptCalibration, KeptJob
from cryogui.jobs.order import CalibrationOrder, Order, Ordered
from cryogui.jobs.run import CalibrationRun, Job, Run
from cryogui.jobs.shelf import Shelf

log = logging.getLogger(__name__)

COLUMNS = 'number, kind, created, title, "order", state, reason, seconds, points, found, estimate'

_PLAIN = "title", "path", "scene", "scene_name", "content_hash", "method"


def beginning(order: Ordered, owner: str) -> dict[str, Any]:
    """The row of a run that waits, by column. owner: the program that has taken it on."""
    return {
        "kind": order.kind,
        "created": time.time(),
        **{name: getattr(order, name) for name in _PLAIN},
        '"order"': msgspec.json.encode(order),
        "state": "queued",
        "owner": owner,
    }


def outcome(run: Job) -> dict[str, Any]:
    """What may change of a row while the run lasts, by column."""
    values: dict[str, Any] = {"state": run.state, "reason": run.reason, "seconds": run.seconds}
    if isinstance(run, Run):
        values["points"] = msgspec.json.encode(run.points)
        values["found"] = msgspec.json.encode(dict(run.found))
    if isinstance(run, CalibrationRun):
        values["estimate"] = _encoded(run.estimate)
    return values


def read(row: tuple[Any, ...], shelf: Shelf) -> KeptJob | None:
    """The run in a row of `COLUMNS`; None for one that another version of the program has written its way."""
    number, kind, created, title, ordered, state, reason, seconds, points, found, estimate = row
    about = state, reason, datetime.fromtimestamp(created), seconds
    try:
        if kind == CalibrationOrder.kind:
            calibrated = replace(msgspec.json.decode(ordered, type=CalibrationOrder), title=title)
            return KeptCalibration(number, calibrated, *about, _decoded(estimate))
        order = replace(msgspec.json.decode(ordered, type=Order), title=title)
        return Kept(
            number,
            order,
            *about,
            points=msgspec.json.decode(points, type=tuple[Point, ...]),
            found=msgspec.json.decode(found, type=dict[str, float]),
            has_result=state == "done" and shelf.result(number).is_file(),
            has_checkpoint=state == "interrupted" and shelf.checkpoint(number).is_file(),
        )
    except (msgspec.DecodeError, json.JSONDecodeError) as error:
        log.info("run %s of the history cannot be read: %s", number, error)
        return None


def _encoded(estimate: Estimate | None) -> bytes:
    """As JSON that knows the numbers that are none, unlike that of msgspec."""
    return json.dumps(msgspec.to_builtins(estimate)).encode()


def _decoded(data: bytes | str) -> Estimate | None:
    return msgspec.convert(json.loads(data), Estimate | None)
