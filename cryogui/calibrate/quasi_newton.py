"""Minimises a smooth function of a few parameters within bounds, one evaluation at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

_CLOSE = 0.02  # an expected fall of the function below this ends the search: far below one unit of χ²
_MOST = 12


class Evaluated(Protocol):
    """A value of the function, with its derivative by every parameter."""

    @property
    def objective(self) -> float: ...
    @property
    def gradient(self) -> Real: ...


E = TypeVar("E", bound=Evaluated)


def minimised(
    evaluate: Callable[[Real], E], values: Real, curvature: Real, low: Real, high: Real
) -> Generator[Real, None, tuple[Real, E, Real]]:
    """Yields the best values after each evaluation; returns them, what was found there, and the curvature.

    curvature: a first guess at the matrix of second derivatives, which each step improves (BFGS; Nocedal &
    Wright, Numerical Optimization, 2006). It stays positive definite.
    """
    here = evaluate(values)
    yield values
    for _ in range(_MOST):
        step = bounded_step(here.gradient, curvature, low - values, high - values)
        expected = -float(here.gradient @ step + 0.5 * step @ curvature @ step)
        if expected < _CLOSE:
            break
        there = evaluate(values + step)
        bend = there.gradient - here.gradient
        if there.objective > here.objective:
            curvature = 4.0 * curvature
        else:
            curvature = _updated(curvature, step, bend)
            values, here = values + step, there
        yield values
    return values, here, curvature


def bounded_step(gradient: Real, curvature: Real, low: Real, high: Real) -> Real:
    """The step s within [low, high] that makes gᵀs + ½sᵀCs least, by coordinate descent."""
    step = np.zeros_like(gradient)
    for _ in range(200):
        for i in range(len(step)):
            slope = gradient[i] + float(curvature[i] @ step)
            step[i] = np.clip(step[i] - slope / curvature[i, i], low[i], high[i])
    return step


def _updated(curvature: Real, step: Real, bend: Real) -> Real:
    along = float(step @ bend)
    turned = curvature @ step
    if along <= 1e-3 * float(step @ turned):
        return curvature
    return np.asarray(
        curvature + np.outer(bend, bend) / along - np.outer(turned, turned) / float(step @ turned)
    )
