"""Runs of the history as rows: for JSON, as one line, and in full."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.findings import found, heldout_words, table

if TYPE_CHECKING:
    from cryogui.jobs import History, Kept, KeptCalibration
    from cryogui.jobs.kept import KeptJob


def row(history: History, kept: KeptJob) -> dict[str, Any]:
    """All there is to tell of a run, but for its curves."""
    from cryogui.jobs import Kept, KeptCalibration

    order = kept.order
    about = {
        "number": kept.number,
        "kind": order.kind,
        "created": kept.created.isoformat(" ", "seconds"),
        "title": order.title,
        "state": kept.state,
        "reason": kept.reason,
        "file": order.path,
        "scene": order.scene_name,
        "method": order.method,
        "options": order.options,
        "excluded": sorted(order.excluded),
    }
    if isinstance(kept, KeptCalibration):
        return about | _of_calibration(kept)
    assert isinstance(kept, Kept)
    return about | _of_reconstruction(history, kept)


def line(run: Mapping[str, Any]) -> str:
    """The same as one line: what it is, where from, and how good."""
    good = "" if run.get("psnr_db") is None else f"{run['psnr_db']:.2f} dB"
    if run["kind"] == "calibration":
        good = heldout_words(run)
    where = f"{Path(run['file']).name} {run['scene']}"
    known = f"{run['number']:>5}  {run['created']}  {run['state']:<11}  {run['title']}  {where}"
    return f"{known}  {good}".rstrip()


def in_full(run: Mapping[str, Any]) -> str:
    """The same as lines, what a calibration found as a table."""
    told = dict(run)
    rows = []
    if run.get("kind") == "calibration":
        rows = table(run)
        for name in ("spec", "sigma", "verdict", "trades_with"):
            del told[name]
    lines = [f"{name}: {value}" for name, value in told.items() if value not in (None, "", [])]
    return "\n".join([*lines, *rows])


def _of_calibration(kept: KeptCalibration) -> dict[str, Any]:
    return {
        "start": dict(kept.order.spec),
        "locked": sorted(kept.order.locked),
        **found(kept.estimate, kept.order.spec),
        "seconds": kept.seconds,
    }


def _of_reconstruction(history: History, kept: Kept) -> dict[str, Any]:
    last = kept.last
    return {
        "spec": {**kept.order.spec, **kept.found},
        "iterations": last.iteration if last else 0,
        "seconds": kept.seconds,
        "residual": last.residual if last else None,
        "psnr_db": last.psnr_db if last else None,
        "ssim": last.ssim if last else None,
        "consistency": last.consistency if last else None,
        "standard_score": last.standard if last else None,
        "blind_score": last.blind if last else None,
        "can_go_on": kept.has_checkpoint,
        "result": str(history.result_path(kept.number)) if kept.has_result else None,
    }
