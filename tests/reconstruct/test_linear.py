"""SIRT, CGLS and FISTA-TV: their laws, any shape and kind of measurement, what is left out, and resuming."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.physics.operators import Operator
from cryogui.reconstruct import Problem, Start, find_method
from cryogui.reconstruct.equations import NormalEquations
from cryogui.reconstruct.options import restored
from tests.physics.laws import noise, relative
from tests.reconstruct import series as made

KEYS = ("sirt", "cgls", "fista-tv")
OPERATORS = {
    "cube": made.series((16, 16, 16), (16, 16)),
    "odd": made.series((11, 14, 15), (14, 21)),
    "slice": made.series((16, 1, 16), (1, 16)),
    "padded": made.series((12, 8, 12), (8, 13)).padded(),
    "particles": made.particles(12),
    "odd particles": made.particles(11),
    "image": made.image(),
}


@pytest.fixture(params=OPERATORS, scope="module")
def operator(request: pytest.FixtureRequest) -> Operator:
    return OPERATORS[request.param]


@pytest.fixture(scope="module")
def problem(operator: Operator) -> Problem:
    return made.measured(operator, {name: 0.5 for name in operator.parameters if name != "missing_wedge"})[0]


def test_cgls_explains_noise_free_data(problem: Problem) -> None:
    assert problem.residual(made.result("cgls", problem, iterations=40)) < 1e-3


@pytest.mark.parametrize("which", ["slice", "particles", "image"])
def test_sirt_explains_noise_free_data(which: str) -> None:
    problem, _ = made.measured(OPERATORS[which])
    assert problem.residual(made.result("sirt", problem, iterations=250)) < 1e-3


def test_total_variation_finds_the_object(problem: Problem) -> None:
    assert problem.residual(made.result("fista-tv", problem, iterations=12, tv_weight=0.01)) < 0.15


@pytest.mark.parametrize("positivity", [True, False])
def test_an_exact_solution_is_a_fixed_point_of_sirt(operator: Operator, positivity: bool) -> None:
    exact, x = made.measured(operator)
    run = find_method("sirt")
    options = restored(run.options, {"iterations": 5, "positivity": positivity})
    last = list(run.run(exact, options, Start(x, 0)))[-1].x
    assert last is not None
    assert relative(last, x) < 3e-3


def test_the_residual_of_cgls_never_rises(problem: Problem) -> None:
    noisy = replace(problem, y=problem.y + 0.3 * problem.y.std() * noise(problem.y.shape, 1))
    residuals = [
        noisy.residual(step.x) for step in made.steps("cgls", noisy, iterations=12) if step.x is not None
    ]
    assert (np.diff(residuals) <= 1e-5).all()
    assert residuals[-1] < 0.9 * residuals[0]


@pytest.mark.parametrize("key", KEYS)
def test_images_left_out_have_no_influence(key: str) -> None:
    for operator in (made.series(), made.particles()):
        problem, _ = made.measured(operator)
        used = problem.used.copy()
        used[[1, 7]] = False
        spoiled = problem.y.copy()
        spoiled[~used] = 1e3 * noise(spoiled[~used].shape, 1)
        found = made.result(key, replace(problem, used=used), iterations=4)
        np.testing.assert_array_equal(
            found, made.result(key, replace(problem, used=used, y=spoiled), iterations=4)
        )
        assert relative(found, made.result(key, problem, iterations=4)) > 1e-4


@pytest.mark.parametrize("key", KEYS)
def test_steps_count_iterations_and_end_with_all_of_the_work(key: str) -> None:
    steps = made.steps(key, made.measured(made.image())[0], iterations=3)
    assert [step.iteration for step in steps] == [0, 1, 2, 3]
    assert steps[-1].fraction == 1.0
    assert all(step.x is not None for step in steps)


def test_sirt_goes_on_where_it_was_interrupted() -> None:
    problem, _ = made.measured(made.series())
    method = find_method("sirt")
    options = restored(method.options, {"iterations": 9})
    whole = made.steps("sirt", problem, iterations=9)
    assert whole[5].x is not None
    rest = list(method.run(problem, options, Start(whole[5].x, 5)))
    assert rest[-1].iteration == 9
    np.testing.assert_array_equal(rest[-1].x, whole[-1].x)


@pytest.mark.parametrize("key", ["cgls", "fista-tv"])
def test_other_methods_resume_no_worse_than_they_were(key: str) -> None:
    problem, _ = made.measured(made.series())
    method = find_method(key)
    begun = made.result(key, problem, iterations=6)
    rest = list(method.run(problem, restored(method.options, {"iterations": 12}), Start(begun, 6)))
    assert [step.iteration for step in rest] == list(range(6, 13))
    assert problem.residual(rest[-1].x) < problem.residual(begun)


@pytest.mark.parametrize("key", ["sirt", "cgls"])
def test_iterations_end_at_the_noise(key: str) -> None:
    problem, _ = made.measured(made.series())
    sigma = 0.1 * float(problem.y.std())
    noisy = replace(problem, y=problem.y + sigma * noise(problem.y.shape, 1), noise_sigma=sigma)
    expected = sigma * np.sqrt(problem.y.size) / np.linalg.norm(noisy.y)
    found = made.result(key, noisy, iterations=60, stop_at_noise=True)
    assert noisy.residual(found) == pytest.approx(expected, rel=0.1)
    assert len(made.steps(key, noisy, iterations=40, stop_at_noise=False)) == 41


def test_positivity_and_the_ball_confine_the_object() -> None:
    operator = made.series()
    problem, _ = made.measured(operator)
    noisy = replace(problem, y=problem.y + problem.y.std() * noise(problem.y.shape, 1))
    z, y, x = np.ogrid[-12:12, -12:12, -12:12]
    outside = z**2 + y**2 + x**2 > 11**2
    for key in KEYS:
        free, held = (made.result(key, noisy, iterations=4, support=s) for s in ("operator", "ball"))
        assert not held[outside].any()
        assert free[outside].any()
        assert not free[:, :, 0][~operator.support[:, :, 0].repeat(24, axis=1)].any()
    for key in ("sirt", "fista-tv"):
        assert made.result(key, noisy, iterations=4).min() == 0.0
        assert (
            made.result(key, noisy, iterations=4, positivity=False, tv_weight=0.1).min() < 0.0
            if (key == "fista-tv")
            else made.result(key, noisy, iterations=4, positivity=False).min() < 0.0
        )


def test_the_largest_eigenvalue_bounds_every_other_from_above_and_closely(problem: Problem) -> None:
    equations = NormalEquations(problem)
    x = equations.right
    for _ in range(25):
        x = equations.apply(x) / np.linalg.norm(x)
    largest = float(np.linalg.norm(equations.apply(x)) / np.linalg.norm(x))
    assert 0.99 * largest < equations.largest_eigenvalue < 1.2 * largest


def test_the_residual_follows_from_scalar_products(problem: Problem) -> None:
    equations = NormalEquations(problem)
    x = noise(equations.right.shape, 2) * problem.operator.support
    agreement = float(np.vdot(x, 2.0 * equations.right - equations.apply(x)))
    assert equations.residual(agreement) == pytest.approx(problem.residual(x), rel=1e-3)


@pytest.mark.parametrize("key", KEYS)
def test_an_empty_measurement_gives_an_empty_object(key: str) -> None:
    problem, _ = made.measured(made.series())
    found = made.result(key, replace(problem, y=np.zeros_like(problem.y)), iterations=2)
    assert not found.any()
