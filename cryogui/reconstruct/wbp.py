"""Weighted back-projection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method


@dataclass(frozen=True)
class WbpOptions:
    """No options yet."""


@method("wbp", "WBP", ("tilt_series",), row="WBP", is_iterative=False)
def wbp(problem: Problem, options: WbpOptions, start: Start | None) -> Iterator[Step]:
    """Weighted back-projection of a tilt series (Crowther, DeRosier & Klug 1970)."""
    x = problem.operator.reconstruct(problem.y, problem.theta, problem.used)
    yield Step(x, 1, 1.0)
