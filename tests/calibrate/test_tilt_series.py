"""A tilt series simulated exactly is calibrated from the nominal spec; what cannot be known is said."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from cryogui.calibrate import Calibration, Estimate, Verdict, auto
from cryogui.calibrate.following import followed
from cryogui.calibrate.held_out import HeldOut
from cryogui.calibrate.registry import Strategy
from cryogui.errors import UserError
from cryogui.reconstruct import Problem
from tests.calibrate.series import measured
from tests.calibrate.strategies import estimates

OFFSET, ANGLE, WEDGE = "tilt_axis_offset", "tilt_angle_accuracy", "missing_wedge"


@pytest.fixture(scope="module")
def found() -> Estimate:
    return estimates("gradient", measured()[0], iterations=20)[-1]


def judged(calibration: Calibration, spec: dict[str, float]) -> float:
    errors: list[float] = []

    def run() -> Iterator[None]:
        errors.append((yield from followed(HeldOut(calibration.problem).error(spec), lambda _: None)))

    list(run())
    return errors[0]


@pytest.mark.parametrize("name", [OFFSET, ANGLE])
def test_the_geometry_is_found(found: Estimate, name: str) -> None:
    finding, truth = found.findings[name], measured()[1]
    assert finding.value == found.spec[name]
    assert abs(finding.value - truth[name]) < 3.0 * finding.sigma
    assert "% it could as well be" in finding.trades_with


def test_an_offset_is_resolved(found: Estimate) -> None:
    assert found.findings[OFFSET].verdict is Verdict.RESOLVED


@pytest.mark.parametrize("name", ["dose_induced_shrinkage", "ctf_per_tilt_variation"])
def test_what_does_not_show_stays_and_is_called_flat(found: Estimate, name: str) -> None:
    assert found.findings[name].verdict is Verdict.FLAT
    assert found.spec[name] == measured()[0].start[name]


def test_what_is_locked_stays() -> None:
    calibration = measured()[0].only((OFFSET,))
    last = estimates("gradient", calibration, iterations=10)[-1]
    assert set(last.findings) == {OFFSET}
    assert last.spec == calibration.start.replace(**{OFFSET: last.spec[OFFSET]})


def test_alignment_finds_the_offset() -> None:
    calibration, truth = measured()
    known = calibration.at({**calibration.start, ANGLE: truth[ANGLE]})
    finding = estimates("align", known)[-1].findings[OFFSET]
    assert abs(finding.value - truth[OFFSET]) < 3.0 * finding.sigma < 0.5


def test_a_specimen_that_leaves_the_frame_is_aligned_by_a_volume() -> None:
    calibration, truth = measured()
    cropped = replace(calibration.problem, y=calibration.problem.y.copy())
    cropped.y[:] += np.random.default_rng(0).uniform(0.0, 0.5, (len(cropped.y), 1, 1)).astype(np.float32)
    known = replace(calibration, problem=cropped).at({**calibration.start, ANGLE: truth[ANGLE]})
    last = estimates("align", known)[-1]
    assert math.isfinite(last.findings[OFFSET].sigma)


def test_images_that_wander_along_the_axis_make_the_angles_uncertain(found: Estimate) -> None:
    calibration = measured()[0].only((ANGLE,))
    y = calibration.problem.y
    steps = np.rint(np.linspace(-2.0, 2.0, len(y))).astype(int)
    moved = np.array([np.roll(image, step, axis=0) for image, step in zip(y, steps, strict=True)])
    wandering = replace(calibration, problem=replace(calibration.problem, y=moved))
    finding = estimates("gradient", wandering, iterations=10)[-1].findings[ANGLE]
    assert finding.sigma > 1.5 * found.findings[ANGLE].sigma
    assert finding.verdict is Verdict.FLAT
    assert "wander along the tilt axis by 1." in finding.trades_with
    assert "wander" not in found.findings[ANGLE].trades_with


def test_too_few_tilts_are_refused() -> None:
    calibration = measured()[0]
    used = np.zeros_like(calibration.problem.used)
    used[20:23] = True
    few = replace(calibration, problem=replace(calibration.problem, used=used))
    with pytest.raises(UserError, match="Only 3 tilts"):
        estimates("gradient", few)


def test_images_left_out_are_predicted_better_under_the_truth() -> None:
    calibration, truth = measured()
    assert judged(calibration, truth) < 0.9 * judged(calibration, dict(calibration.start))


@dataclass(frozen=True)
class Nothing:
    """No options."""


class Judge:
    """Finds a spec the worse the larger its offset; stands for the images left out."""

    def __init__(self, problem: Problem):
        pass

    def error(self, theta: Mapping[str, float]) -> Generator[None, None, float]:
        yield
        return abs(theta[OFFSET])


def test_a_step_that_predicts_worse_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    calibration = measured()[0]

    def astray(given: Calibration, options: Nothing) -> Iterator[Estimate]:
        yield Estimate(given.clipped({OFFSET: 1.2, ANGLE: 0.4}), 1.0)

    wrong = Strategy("astray", "Astray", ("tilt_series",), Nothing, astray, ())
    monkeypatch.setattr(auto, "find_strategy", lambda key: wrong)
    monkeypatch.setattr(auto, "HeldOut", Judge)
    last = estimates("auto", calibration)[-1]
    assert last.spec == calibration.start
    assert last.heldout_after == last.heldout_before
    assert "undone" in last.note


def test_where_the_angles_are_undone_the_offset_may_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """To a judge who wants an offset and no angle `gradient` brings nothing, and `align` does."""

    def found(**values: float) -> Any:
        def run(given: Calibration, options: Nothing) -> Iterator[Estimate]:
            yield Estimate(given.clipped({**given.start, **values}), 1.0)

        return lambda key: Strategy(key, key, ("tilt_series",), Nothing, run, ())

    strategies = {
        "shadow": found(**{OFFSET: 0.0}), "gradient": found(**{OFFSET: 0.3, ANGLE: 0.4}),
        "align": found(**{OFFSET: 0.2}),
    }  # fmt: skip
    monkeypatch.setattr(auto, "find_strategy", lambda key: strategies[key](key))
    monkeypatch.setattr(auto, "HeldOut", Judge)
    monkeypatch.setattr(Judge, "error", judged_by(lambda theta: abs(theta[OFFSET] - 0.3) + abs(theta[ANGLE])))
    calibration = measured()[0]
    last = estimates("auto", calibration)[-1]
    assert (last.spec[OFFSET], last.spec[ANGLE]) == (0.2, calibration.start[ANGLE])
    assert last.heldout_after < last.heldout_before and "'gradient' was undone" in last.note


def judged_by(error: Callable[[Mapping[str, float]], float]) -> Any:
    def judged(judge: Judge, theta: Mapping[str, float]) -> Generator[None, None, float]:
        yield
        return error(theta)

    return judged


def test_what_one_strategy_lacks_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(given: Calibration, options: Nothing) -> Iterator[Estimate]:
        raise UserError("The scene is too small.")
        yield

    lacking = Strategy("lacking", "Lacking", ("tilt_series",), Nothing, refuses, ())
    monkeypatch.setattr(auto, "find_strategy", lambda key: lacking)
    monkeypatch.setattr(auto, "HeldOut", Judge)
    calibration = measured()[0]
    last = estimates("auto", calibration)[-1]
    assert last.spec == calibration.start and "too small" in last.note


def test_auto_keeps_a_step_that_predicts_no_worse() -> None:
    calibration, truth = measured()
    calibration = calibration.only((WEDGE,)).at({**calibration.start, ANGLE: truth[ANGLE]})
    steps = estimates("auto", calibration)
    last = steps[-1]
    assert last.heldout_after <= last.heldout_before and not last.note
    assert abs(last.spec[WEDGE] - truth[WEDGE]) < 3.0 * last.findings[WEDGE].sigma
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
    assert last.fraction == 1.0
