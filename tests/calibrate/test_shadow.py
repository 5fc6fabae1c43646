"""The holder's shadow is found from the images, and from those in use alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.calibrate import Calibration, Verdict
from cryogui.calibrate.shadow import clear_tilts
from cryogui.errors import UserError
from cryogui.reconstruct import Problem
from cryogui.spec import Parameter, SpecRanges
from tests.calibrate.strategies import estimates
from tests.physics.laws import smooth_object
from tests.reconstruct.series import series

RANGES = SpecRanges((Parameter("missing_wedge", 20.0, 40.0, 30.0, "deg"),))


def shadowed(limit: float, noise: float = 0.02) -> Problem:
    """Tilts every 4° from −66° to 66°, cut off at a limit in degrees."""
    operator = series()
    theta = {"missing_wedge": 90.0 - limit}
    y = operator.apply(smooth_object(operator) * operator.support, theta)
    sigma = noise * float(y.std())
    y = y + sigma * np.random.default_rng(0).standard_normal(y.shape).astype(np.float32)
    return Problem(operator, y, dict(RANGES.nominal), np.ones(len(y), dtype=bool), sigma)


def test_between_two_tilts_it_may_lie_anywhere() -> None:
    *_, last = estimates("shadow", Calibration.of(shadowed(52.0), RANGES))  # tilts at 50° and 54°
    finding = last.findings["missing_wedge"]
    assert last.spec["missing_wedge"] == finding.value == pytest.approx(38.0, abs=0.01)
    assert finding.sigma == pytest.approx(3.0 / np.sqrt(12.0), rel=0.01)
    assert "50.0° and 54.0°" in finding.trades_with


@pytest.mark.parametrize("limit", [53.8, 54.25])
def test_a_tilt_half_in_the_shadow_tells_it_closely(limit: float) -> None:
    *_, last = estimates("shadow", Calibration.of(shadowed(limit), RANGES))
    finding = last.findings["missing_wedge"]
    assert finding.value == pytest.approx(90.0 - limit, abs=0.05)
    assert finding.sigma < 0.1 and finding.verdict is Verdict.RESOLVED


def test_without_a_shadow_nothing_is_known() -> None:
    *_, last = estimates("shadow", Calibration.of(shadowed(80.0), RANGES))
    assert last.findings["missing_wedge"].verdict is Verdict.FLAT
    assert last.spec["missing_wedge"] <= 90.0 - 66.5 + 1e-9  # no tilt that shows something is left out


def test_angles_that_are_not_known_add_to_its_error() -> None:
    angles = Parameter("tilt_angle_accuracy", -0.2, 0.2, 0.0, "deg/tilt")
    ranges = SpecRanges((*RANGES, angles))
    problem = shadowed(54.25).with_spec(ranges.nominal)
    free = Calibration.of(problem, ranges)
    sigmas = [
        estimates("shadow", each)[-1].findings["missing_wedge"].sigma
        for each in (free, free.at(free.start, {"tilt_angle_accuracy": 0.01}), free.only(("missing_wedge",)))
    ]
    assert sigmas[0] > 3.0 * sigmas[1] > 3.0 * sigmas[2]


def test_tilts_left_out_have_no_influence() -> None:
    problem = shadowed(52.0)
    used = problem.used.copy()
    used[[0, 10]] = False
    spoilt = replace(problem, y=problem.y.copy(), used=used)
    spoilt.y[[0, 10]] = 50.0
    *_, last = estimates("shadow", Calibration.of(spoilt, RANGES))
    assert last.spec["missing_wedge"] == pytest.approx(38.0, abs=0.01)
    assert not clear_tilts(spoilt)[[0, 10]].any()


def test_a_locked_wedge_is_left_alone() -> None:
    with pytest.raises(UserError, match="locked"):
        estimates("shadow", Calibration.of(shadowed(52.0), RANGES, frozenset({"missing_wedge"})))
