"""What strategies arrive at, in one call."""

from __future__ import annotations

from cryogui.calibrate import Calibration, Estimate, find_strategy
from cryogui.reconstruct import Problem
from cryogui.reconstruct.options import restored
from cryogui.spec import Parameter, SpecRanges

PARTICLE_RANGES = SpecRanges(
    (
        Parameter("defocus_error", -100.0, 200.0, 0.0, "nm"),
        Parameter("astigmatism", -20.0, 40.0, 0.0, "nm"),
        Parameter("beam_tilt", -0.2, 0.4, 0.0, "mrad"),
        Parameter("ice_thickness_variation", 44.0, 62.0, 50.0, "nm"),
    )
)


def from_nominal(
    problem: Problem, ranges: SpecRanges = PARTICLE_RANGES, locked: tuple[str, ...] = ()
) -> Calibration:
    """The calibration of a problem that starts from the nominal spec, some parameters locked."""
    return Calibration.of(problem.with_spec(ranges.nominal), ranges, frozenset(locked))


def estimates(key: str, calibration: Calibration, **values: float | str | bool) -> list[Estimate]:
    """Everything a strategy yields."""
    found = find_strategy(key)
    found.require_fit(calibration.problem)
    return list(found.run(calibration, restored(found.options, values)))
