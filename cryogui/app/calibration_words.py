"""Calibrations in the user's words."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from cryogui.app.run_words import duration
from cryogui.jobs import CalibrationRun
from cryogui.spec import Spec

if TYPE_CHECKING:
    from cryogui.calibrate import Estimate


def progress_words(run: CalibrationRun, is_elsewhere: bool, is_held_up: bool) -> str:
    """How far a calibration is. is_elsewhere: it is about another scene than the one shown. is_held_up: a
    reconstruction has its turn first."""
    place = run.order.place if is_elsewhere else ""
    if run.is_stopping:
        return "ending …"
    if run.state == "queued":
        waits = "waiting for the reconstruction before it" if is_held_up else "starting"
        return "  ·  ".join(filter(None, (waits, place)))
    if run.fraction == 0.0:
        return "  ·  ".join(filter(None, ("starting", place, run.note)))
    left = run.seconds_left
    parts = [f"{100 * run.fraction:.0f} %", f"{duration(left)} left" if left is not None else ""]
    return "  ·  ".join(filter(None, (*parts, place, run.note)))


def outcome_words(title: str, start: Spec, estimate: Estimate) -> str:
    """What came of it, in one sentence: the held-out error before and after where it was asked, and whether
    the spec has changed."""
    before, after = estimate.heldout_before, estimate.heldout_after
    if estimate.spec == start:
        said = f"{title} kept every value"
    elif not math.isnan(before + after):
        said = f"{title}: held-out error {before:.4f} → {after:.4f}"
    else:
        said = f"{title}: {_verdicts(estimate) or 'done'}"
    return ". ".join(filter(None, (said, estimate.note[:1].upper() + estimate.note[1:])))


def _verdicts(estimate: Estimate) -> str:
    """'2 resolved, 1 flat'."""
    counts = Counter(found.verdict.value for found in estimate.findings.values())
    return ", ".join(f"{count} {word}" for word, count in counts.items())
