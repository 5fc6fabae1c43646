"""The most likely volume solves its equations, and what it leaves over has the gradient that is claimed."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.calibrate.coarse_series import binning_for, coarsened
from cryogui.calibrate.following import followed
from cryogui.calibrate.likely_volume import LikelyVolume, SpecimenPower
from cryogui.calibrate.quasi_newton import bounded_step, minimised
from cryogui.calibrate.series_fit import SeriesFit
from cryogui.physics.fourier import resized
from cryogui.reconstruct import Problem
from cryogui.spec import Parameter, SpecRanges
from tests.physics.laws import smooth_object
from tests.reconstruct.series import SPEC, series

RANGES = SpecRanges(
    (
        Parameter("tilt_axis_offset", -0.6, 1.2, 0.0, "px"),
        Parameter("tilt_angle_accuracy", -0.2, 0.4, 0.0, "deg/tilt"),
    )
)
NAMES = RANGES.names


@pytest.fixture(scope="module")
def problem() -> Problem:
    operator = series((16, 16, 16), (16, 16), step_deg=6.0)
    theta = {name: value for name, value in SPEC.items() if name != "missing_wedge"}
    y = operator.apply(smooth_object(operator) * operator.support, theta)
    sigma = 0.1 * float(y.std())
    y = y + sigma * np.random.default_rng(0).standard_normal(y.shape).astype(np.float32)
    used = np.ones(len(y), dtype=bool)
    used[3] = False
    return coarsened(Problem(operator, y, theta, used, sigma), 1)


def test_a_better_volume_is_not_to_be_had(problem: Problem) -> None:
    operator, theta, used = problem.tilt_series, problem.theta, problem.used
    assert problem.noise_sigma is not None
    variance = problem.noise_sigma**2
    power = SpecimenPower(operator, problem.y, theta, used, variance)
    solver = LikelyVolume(operator, theta, used, variance, power)
    x, least = solver.fit(problem.y)
    np.testing.assert_array_equal(x, solver.of(problem.y))
    squares = operator.squared_residual(operator.load(x), problem.measured, theta)
    assert float(squares[used].sum()) < least  # the rest is the prior's
    right = problem.back_projected()
    rng = np.random.default_rng(1)
    for _ in range(3):  # φ(x) = xᵀAx − 2xᵀb has no slope at x, along whatever direction
        along = rng.standard_normal(x.shape).astype(np.float32) * operator.support
        pair = solver.of(operator.apply(along, theta))  # A⁻¹HᵀWH·along
        slope = float(np.vdot(along, operator.normal(theta, problem.weights)(x)))
        assert np.vdot(pair, right) == pytest.approx(slope, rel=2e-3, abs=2e-3 * float(np.abs(slope)))


def test_images_left_out_have_no_influence(problem: Problem) -> None:
    spoilt = Problem(problem.operator, problem.y.copy(), problem.theta, problem.used, problem.noise_sigma)
    spoilt.y[3] = 1e3
    here = np.array([0.1, 0.05])
    plain, other = (SeriesFit(each, NAMES, RANGES).evaluate(here) for each in (problem, spoilt))
    assert other.objective == pytest.approx(plain.objective, rel=1e-6)
    np.testing.assert_allclose(other.x, plain.x, atol=1e-6)


def test_the_gradient_is_the_objectives(problem: Problem) -> None:
    fit, here = SeriesFit(problem, NAMES, RANGES), np.array([0.1, 0.05])
    gradient = fit.evaluate(here).gradient
    for axis, step in enumerate((0.05, 0.02)):
        aside = step * np.eye(2)[axis]
        difference = fit.evaluate(here + aside).objective - fit.evaluate(here - aside).objective
        assert difference / (2.0 * step) == pytest.approx(gradient[axis], rel=0.03)


def test_another_volume_hides_most_of_an_offset(problem: Problem) -> None:
    fit, here = SeriesFit(problem, NAMES, RANGES), np.array([0.4, 0.1])
    known = fit.information(here, fit.evaluate(here).x)
    assert np.all(np.linalg.eigvalsh(known.matrix) > 0.0)
    assert 0.5 < known.hidden[0] < 1.0


def test_the_search_ends_where_the_objective_is_least(problem: Problem) -> None:
    fit = SeriesFit(problem, NAMES, RANGES)
    start = np.zeros(2)
    seen: list[float] = []
    search = minimised(fit.evaluate, start, fit.curvature(start), fit.low, fit.high)
    for _ in (told := followed(search, lambda values: seen.append(values[0]))):
        pass
    assert told.gi_frame is None and len(seen) > 2
    assert seen[-1] == pytest.approx(SPEC["tilt_axis_offset"], abs=0.1)


def test_a_step_keeps_within_its_bounds() -> None:
    curvature = np.array([[2.0, 1.0], [1.0, 3.0]])
    gradient = np.array([-4.0, -1.0])
    far = np.full(2, 10.0)
    np.testing.assert_allclose(
        bounded_step(gradient, curvature, -far, far), -np.linalg.solve(curvature, gradient), atol=1e-9
    )
    low, high = np.array([-1.0, -1.0]), np.array([1.0, 1.0])
    np.testing.assert_allclose(bounded_step(gradient, curvature, low, high), [1.0, 0.0], atol=1e-9)


def test_a_coarse_series_means_the_same_by_a_spec() -> None:
    operator = series((32, 32, 32), (32, 32), step_deg=12.0)
    theta = {name: value for name, value in SPEC.items() if name != "missing_wedge"}
    x = smooth_object(operator) * operator.support
    y = operator.apply(x, theta)
    problem = Problem(operator, y, theta, np.ones(len(y), dtype=bool), 1.0)
    assert binning_for(problem, 16**2) == 2
    coarse = coarsened(problem, 2)
    assert coarse.noise_sigma == pytest.approx(0.5)
    again = coarse.operator.apply(resized(x, 16, (0, 1, 2)), theta)
    error = np.linalg.norm(again - coarse.y) / np.linalg.norm(coarse.y)
    assert error < 0.03
    shifted = coarse.operator.apply(resized(x, 16, (0, 1, 2)), theta | {"tilt_axis_offset": -0.4})
    assert np.linalg.norm(shifted - coarse.y) > 3.0 * error * np.linalg.norm(coarse.y)
