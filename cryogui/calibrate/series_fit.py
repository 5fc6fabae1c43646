"""Variable projection of a tilt series: for every spec the volume is solved for, and what is left is a
function of a few parameters, with its gradient and its Fisher information.

The gradient at the most likely volume needs no derivative of the volume (Golub & Pereyra, SIAM J. Numer.
Anal. 10, 413, 1973), so that it costs one pass over the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.calibrate.likely_volume import LikelyVolume, SpecimenPower
from cryogui.physics.fourier import Real32
from cryogui.reconstruct.problem import Problem
from cryogui.spec import SpecRanges

Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """At some values: half of χ² with both priors, its derivative by every value, and the volume."""

    objective: float
    gradient: Real
    x: Real32


@dataclass(frozen=True, eq=False)
class Information:
    """matrix: of all parameters, the volume unknown; alone: of each by itself, the volume known."""

    matrix: Real
    alone: Real

    @property
    def hidden(self) -> Real:
        """The share of what a parameter does to the images that another volume would do as well."""
        return 1.0 - np.diag(self.matrix) / np.maximum(self.alone, 1e-30)


class SeriesFit:
    """A coarse tilt series as a function of the parameters `names`, in file units; the rest of θ is held.

    problem: its noise must be known. The ranges are priors: uniform, so of known mean and variance; low,
    high: their ends.
    """

    def __init__(self, problem: Problem, names: tuple[str, ...], ranges: SpecRanges):
        self.problem, self.names = problem, names
        self.low = np.array([ranges[name].minimum for name in names])
        self.high = np.array([ranges[name].maximum for name in names])
        assert problem.noise_sigma is not None
        self._variance = problem.noise_sigma**2
        self._weights = problem.weights / self._variance
        self._middle = np.array([ranges[name].middle for name in names])
        self._precision = np.array([ranges[name].spread for name in names]) ** -2.0
        self._last: tuple[bytes, LikelyVolume] | None = None
        self._power = SpecimenPower(
            problem.tilt_series, problem.y, problem.theta, problem.used, self._variance
        )

    def theta(self, values: Real) -> Mapping[str, float]:
        """θ with these values."""
        return {**self.problem.theta, **dict(zip(self.names, values.tolist(), strict=True))}

    def evaluate(self, values: Real) -> Evaluation:
        """What these values leave over."""
        measured = self.problem.measured
        theta, operator = self.theta(values), self.problem.operator
        x, energy = self._inner(values).fit(measured.images)
        _, slopes = operator.squared_gradient(operator.load(x), measured, theta, self._weights)
        away = values - self._middle
        objective = 0.5 * (energy / self._variance + float(away @ (self._precision * away)))
        gradient = np.array([slopes[name] for name in self.names]) + self._precision * away
        return Evaluation(objective, gradient, x)

    def information(self, values: Real, x: Real32) -> Information:
        """Fisher's, with x marginalised under its prior: ∂ᵢ(Hx)ᵀ(σ² + HCHᵀ)⁻¹∂ⱼ(Hx)."""
        theta, operator, inner = self.theta(values), self.problem.operator, self._inner(values)
        used = self.problem.used.astype(np.float32)[:, None, None]
        tangents = [operator.derivative(x, theta, name) * used for name in self.names]
        left = [t - operator.apply(inner.of(t), theta) * used for t in tangents]
        matrix = np.array([[float(np.vdot(a, b)) for b in left] for a in tangents]) / self._variance
        alone = np.array([float(np.vdot(t, t)) for t in tangents]) / self._variance
        return Information(0.5 * (matrix + matrix.T), alone)

    def curvature(self, values: Real) -> Real:
        """What the second derivatives of the objective are about: the information and the ranges'."""
        known = self.information(values, self.evaluate(values).x)
        return np.asarray(known.matrix + np.diag(self._precision))

    def _inner(self, values: Real) -> LikelyVolume:
        """The solver at these values; the last one is kept, as one spec is often asked of several times."""
        key = values.tobytes()
        if self._last is None or self._last[0] != key:
            problem = self.problem
            solver = LikelyVolume(
                problem.tilt_series, self.theta(values), problem.used, self._variance, self._power
            )
            self._last = key, solver
        return self._last[1]
