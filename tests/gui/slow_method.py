"""Reconstruction methods for the window's tests: one whose pace is known, and one that fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.reconstruct import Problem, Start, Step, method
from cryogui.reconstruct.options import option


@dataclass(frozen=True)
class SlowOptions:
    iterations: int = option(4, "iterations", "How often x comes nearer", low=1, high=10_000)
    rest_s: float = option(0.05, "rest", "Between iterations", unit="s", low=0.0, high=5.0)
    share: float = option(0.5, "share", "Of the way, each time", low=0.0, high=1.0)
    positive: bool = option(False, "positive", "Nothing below zero")
    order: str = option("up", "order", "Of the images", choices=("up", "down"))


@method("slow", "Slow approach", ("tilt_series",), row="SART-ET")
def slow(problem: Problem, options: SlowOptions, start: Start | None) -> Iterator[Step]:
    """Comes nearer to a back-projection, step by step.

    After nobody; it takes its time.
    """
    goal = problem.operator.reconstruct(problem.y, problem.theta, problem.used)
    x = np.zeros_like(goal) if start is None else start.x.copy()
    for number in range(start.iteration + 1 if start else 1, options.iterations + 1):
        time.sleep(options.rest_s)
        x += np.float32(options.share) * (goal - x)
        yield Step(x, number, number / options.iterations, note=f"lap {number}")


@dataclass(frozen=True)
class FailingOptions:
    pass


@method("failing", "Failing", ("tilt_series",))
def failing(problem: Problem, options: FailingOptions, start: Start | None) -> Iterator[Step]:
    """Fails after its first step."""
    yield Step(np.zeros(problem.operator.x_shape, np.float32), 1, 0.5)
    raise ZeroDivisionError("on purpose")


@method("particles_only", "Particles only", ("particles",))
def particles_only(problem: Problem, options: FailingOptions, start: Start | None) -> Iterator[Step]:
    """For particle images."""
    yield Step(np.zeros(problem.operator.x_shape, np.float32), 1, 1.0)
