"""Strategies for the tests of jobs: one that counts, and one that behaves badly. Imported by workers only."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

from cryogui.calibrate import Calibration, Estimate, Finding, strategy
from cryogui.errors import UserError
from cryogui.reconstruct.options import option
from tests.jobs.odd_methods import KINDS

OFFSET, ACCURACY = "tilt_axis_offset", "tilt_angle_accuracy"


@dataclass(frozen=True)
class NudgeOptions:
    steps: int = option(5, "steps", "", low=1)
    rest_s: float = option(0.0, "rest", "")
    goal: float = option(1.0, "goal", "")


@strategy("nudge", "Nudge", KINDS, (OFFSET,))
def nudge(calibration: Calibration, options: NudgeOptions) -> Iterator[Estimate]:
    """Moves the offset in equal steps from the start to its goal.

    Nothing is measured.
    """
    begin, ranges = calibration.start[OFFSET], calibration.ranges
    for number in range(1, options.steps + 1):
        time.sleep(options.rest_s)
        share = number / options.steps
        spec = calibration.clipped({OFFSET: begin + share * (options.goal - begin)})
        findings = {OFFSET: Finding.of(ranges[OFFSET], spec[OFFSET], 0.25)}
        if number < options.steps:
            yield Estimate(spec, share, findings, note=f"step {number}")
    if ACCURACY in calibration.free:
        trade = "It can be exchanged for a stretch of x."
        findings[ACCURACY] = Finding.of(ranges[ACCURACY], spec[ACCURACY], math.inf, trade)
    yield Estimate(spec, 1.0, findings, 0.5, 0.25, "there")


WAYS = "raise", "refuse", "nothing", "nan", "other", "locked", "SIGSEGV", "endless"


@dataclass(frozen=True)
class StumbleOptions:
    how: str = option("raise", "how", "", choices=WAYS)


@strategy("stumble", "Stumble", KINDS, ())
def stumble(calibration: Calibration, options: StumbleOptions) -> Iterator[Estimate]:
    """Goes wrong after its first step."""
    spec = calibration.start
    if options.how != "nothing":
        yield Estimate(spec, 0.5)
    match options.how:
        case "raise":
            raise ZeroDivisionError("of all things")
        case "refuse":
            raise UserError("This cannot be done; do something else.", "for the log")
        case "nan":
            yield Estimate(spec.replace(**{OFFSET: math.nan}), 1.0)
        case "other":
            yield Estimate(type(spec).of({"something": 1.0}), 1.0)
        case "locked":
            yield Estimate(spec.replace(**{ACCURACY: 0.25}), 1.0)
        case "SIGSEGV":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "endless":
            sum(iter(int, 1))  # never lets go of the interpreter
