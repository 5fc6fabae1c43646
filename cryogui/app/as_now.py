"""What the history has of a run, brought up to date. No Qt."""

from __future__ import annotations

from dataclasses import replace

from cryogui.jobs import CalibrationRun, Job, Kept, KeptCalibration, Run


def as_now(kept: Kept, run: Job | None) -> Kept:
    """What the history has of a run, with what this window knows of it: a full disk may have kept neither its
    end nor its volume."""
    if not isinstance(run, Run):
        return kept
    return replace(
        kept, state=run.state, reason=run.reason, points=run.points, seconds=run.seconds, found=run.found,
        has_result=kept.has_result or run.state == "done",
    )  # fmt: skip


def calibration_as_now(kept: KeptCalibration, run: Job | None) -> KeptCalibration:
    """The same of a calibration."""
    if not isinstance(run, CalibrationRun):
        return kept
    return replace(kept, state=run.state, reason=run.reason, seconds=run.seconds, estimate=run.estimate)
