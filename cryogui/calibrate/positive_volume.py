"""The positive and piecewise smooth volume behind a coarse tilt series: what FISTA-TV makes of it.

It knows more of specimens than any prior on powers does, and so tells two specs apart that a Gaussian prior
confuses; what it cannot do is to be solved exactly.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np

from cryogui.errors import UserError
from cryogui.physics.fourier import Real32
from cryogui.reconstruct.fista_tv import FistaTvOptions, fista_tv
from cryogui.reconstruct.problem import Problem

PULSE = 10  # iterations between two signs of life


def positive_volume(
    problem: Problem, theta: Mapping[str, float], iterations: int
) -> Generator[None, None, Real32]:
    """The volume under θ, after as many iterations from the same kind of start for every θ."""
    steps = fista_tv(problem.with_spec(dict(theta)), FistaTvOptions(iterations=iterations), None)
    x = np.zeros(problem.operator.x_shape, dtype=np.float32)
    for number, step in enumerate(steps):
        if step.x is not None:
            x = step.x
        if number % PULSE == 0:
            yield
    return x.copy()


def held_out_error(
    problem: Problem, theta: Mapping[str, float], iterations: int, folds: int
) -> Generator[None, None, float]:
    """Relative error with which the used images are predicted, each from the others but its fold.

    Raises UserError for fewer than two.
    """
    operator, used = problem.operator, np.flatnonzero(problem.used)
    if len(used) < 2:
        raise UserError("To predict images left out takes two or more; take more in first.")
    wrong = 0.0
    for fold in range(min(folds, len(used))):
        left_out = used[fold::folds]
        others = problem.used.copy()
        others[left_out] = False
        x = yield from positive_volume(replace(problem, used=others), theta, iterations)
        squares = operator.squared_residual(operator.load(x), problem.measured, theta)
        wrong += float(squares[left_out].sum())
    return float(np.sqrt(wrong / max(float(problem.measured.energy[used].sum()), 1e-30)))
