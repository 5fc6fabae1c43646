"""What a strategy is given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cryogui.reconstruct.problem import Problem
from cryogui.spec import Spec, SpecRanges


@dataclass(frozen=True, eq=False)
class Calibration:
    """One measurement whose spec is asked for.

    problem: the measurement; its theta is where the search starts. ranges: what every parameter can be.
    free: the parameters that may change; the others are known, and stay as they are in the start.
    errors: standard errors of the start, by name, of those parameters that an earlier step has found.
    """

    problem: Problem
    ranges: SpecRanges
    free: tuple[str, ...]
    errors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: Problem, ranges: SpecRanges, locked: frozenset[str] = frozenset()) -> Calibration:
        """Of all parameters that the forward model knows, but those `locked`."""
        known = problem.operator.parameters
        return cls(problem, ranges, tuple(n for n in ranges.names if n in known and n not in locked))

    @property
    def start(self) -> Spec:
        """Where the search starts: one value for every parameter of the ranges."""
        return Spec.of({p.name: self.problem.theta.get(p.name, p.nominal) for p in self.ranges})

    def at(self, spec: Mapping[str, float], errors: Mapping[str, float] | None = None) -> Calibration:
        """The same, started elsewhere, where it is known with these errors."""
        return replace(self, problem=self.problem.with_spec(dict(spec)), errors=errors or {})

    def error(self, name: str) -> float:
        """The standard error of the start: as found, else what the range leaves open; 0 for one that is held.

        The values of a range are taken to be equally likely.
        """
        if name not in self.free:
            return 0.0
        return min(self.errors.get(name, math.inf), self.ranges[name].spread)

    def only(self, names: tuple[str, ...]) -> Calibration:
        """The same with only these parameters free, as far as they were before."""
        return replace(self, free=tuple(name for name in self.free if name in names))

    def clipped(self, values: Mapping[str, float]) -> Spec:
        """The start with these values, each moved into its range."""
        return self.start.replace(**{name: self.ranges[name].clip(v) for name, v in values.items()})
