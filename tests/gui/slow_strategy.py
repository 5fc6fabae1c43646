"""Calibration strategies for the window's tests: one whose pace is known, and one that fails."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from cryogui.calibrate import Calibration, Estimate, Finding, strategy
from cryogui.errors import UserError
from cryogui.reconstruct.options import option

OFFSET, ACCURACY = "tilt_axis_offset", "tilt_angle_accuracy"
GOAL, STEPS = 0.5, 4
REST_S = 0.15
TRADE = "It can be exchanged for a stretch of x."


@dataclass(frozen=True)
class PatientOptions:
    steps: int = option(STEPS, "steps", "", low=1)


@strategy("patient", "Patient", ("tilt_series",), (OFFSET, ACCURACY))
def patient(calibration: Calibration, options: PatientOptions) -> Iterator[Estimate]:
    """Moves the offset to its goal and takes its time.

    After nobody.
    """
    begin, ranges = calibration.start[OFFSET], calibration.ranges
    moves = OFFSET in calibration.free
    for number in range(1, options.steps + 1):
        time.sleep(REST_S)
        share = number / options.steps if moves else 0.0
        spec = calibration.clipped({OFFSET: begin + share * (GOAL - begin)})
        findings = {
            OFFSET: Finding.of(ranges[OFFSET], spec[OFFSET], 0.02),
            ACCURACY: Finding.of(ranges[ACCURACY], spec[ACCURACY], math.inf, TRADE),
        }
        yield Estimate(spec, number / options.steps, findings, 0.5, 0.25, f"lap {number}")


@dataclass(frozen=True)
class NoOptions:
    pass


@strategy("refusing", "Refusing", ("tilt_series",), ())
def refusing(calibration: Calibration, options: NoOptions) -> Iterator[Estimate]:
    """Gives up."""
    yield Estimate(calibration.clipped({OFFSET: 0.3}), 0.5)
    raise UserError("This cannot be done; do something else.", "for the log")


@strategy("of_particles", "Of particles", ("particles",), ())
def of_particles(calibration: Calibration, options: NoOptions) -> Iterator[Estimate]:
    """For particle images."""
    yield Estimate(calibration.start, 1.0)
