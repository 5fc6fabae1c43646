"""How far the best defocus and astigmatism can be off: standard errors of a likelihood of Thon rings."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.operators import Theta
from cryogui.physics.thon import RingLikelihood

Real = NDArray[np.float64]

PATCH = 4
"""Frequencies along each side of a patch: a particle that fills its box has speckles one to two wide."""

_ROUNDS = 2
_LONGEST_STEP = 0.08  # of the range
_SWEEP = 15  # values over the range of each parameter


class ThonErrors:
    """The covariance of the most likely values `best`, by the sandwich A⁻¹BA⁻¹.

    A: the likelihood's curvature; B: the scatter of its slope between patches of frequencies of every image.
    That the model is no more than nearly true, as neighbouring speckles are not independent and a specimen's
    power differs between directions, A alone would not show (White, Econometrica 50, 1, 1982).

    steps: for the derivatives, in file units. The second round takes steps as long as the errors that the
    first one found, over which the likelihood's roughness no longer counts. limits: (lowest, highest) of each
    parameter; where values far from the best are not much less likely, they count too.

    Iterate `run`, then read `covariance` and `sigma`: inf where the likelihood does not curve downwards.
    """

    def __init__(
        self,
        rings: RingLikelihood,
        theta: Theta,
        best: Mapping[str, float],
        limits: Sequence[tuple[float, float]],
        steps: Sequence[float],
    ):
        self._rings, self._theta, self._best = rings, theta, dict(best)
        self._limits, self._steps = limits, list(steps)
        self.covariance: Real = np.diag(np.full(len(best), np.inf))
        self.sigma: Real = np.full(len(best), np.inf)

    def run(self) -> Iterator[None]:
        """Yields after each evaluation of the likelihood."""
        for _ in range(_ROUNDS):
            curvature = yield from self._curvature()
            if np.linalg.eigvalsh(curvature).min() <= 0.0:
                return
            slopes = yield from self._slopes()
            inverse = np.linalg.inv(curvature)
            covariance = inverse @ (slopes.T @ slopes) @ inverse
            longest = [_LONGEST_STEP * (high - low) for low, high in self._limits]
            self._steps = np.minimum(np.sqrt(np.diag(covariance)), longest).tolist()
        sigma = np.empty(len(self._best))
        for p, near in enumerate(np.diag(covariance)):
            sigma[p] = yield from self._with_what_is_far(p, float(near), float(near / inverse[p, p]))
        self.covariance, self.sigma = covariance, sigma

    def _with_what_is_far(self, p: int, near: float, inflation: float) -> Generator[None, None, float]:
        """The root mean square distance from the best, of variance `near` about it, over the whole range.

        inflation: how many times fewer independent samples there are than the likelihood counts.
        """
        name, (low, high) = list(self._best)[p], self._limits[p]
        spacing = (high - low) / _SWEEP
        mass = math.sqrt(2.0 * math.pi * near)
        squares = mass * near
        top = self._rings.log_likelihood({**self._theta, **self._best})
        for value in low + spacing * (np.arange(_SWEEP) + 0.5):
            distance = value - self._best[name]
            if abs(distance) > max(2.0 * math.sqrt(near), 0.5 * spacing):
                less = top - self._rings.log_likelihood({**self._theta, **self._best, name: value})
                weight = spacing * math.exp(-max(less, 0.0) / max(inflation, 1.0))
                mass += weight
                squares += weight * distance**2
                yield
        return math.sqrt(squares / mass)

    def _curvature(self) -> Generator[None, None, Real]:
        """−∂²ℓ/∂p∂q by central differences."""
        count = len(self._best)
        scores = {}
        for moves in product((-1, 0, 1), repeat=count):
            scores[moves] = self._rings.log_likelihood(self._beside(moves))
            yield
        curvature = np.empty((count, count))
        unit = np.eye(count, dtype=int)
        for p, q in product(range(count), repeat=2):
            if p == q:
                rise = scores[tuple(unit[p])] - 2.0 * scores[(0,) * count] + scores[tuple(-unit[p])]
            else:
                corners = product((-1, 1), repeat=2)
                rise = 0.25 * sum(a * b * scores[tuple(a * unit[p] + b * unit[q])] for a, b in corners)
            curvature[p, q] = -rise / (self._steps[p] * self._steps[q])
        return curvature

    def _slopes(self) -> Generator[None, None, Real]:
        """∂ℓ/∂p of every patch of every image, [patch, parameter]."""
        slopes = []
        for p, move in enumerate(np.eye(len(self._best), dtype=int)):
            ahead = self._rings.by_patch(self._beside(tuple(move)), PATCH)
            yield
            behind = self._rings.by_patch(self._beside(tuple(-move)), PATCH)
            yield
            slopes.append((ahead - behind).ravel() / (2.0 * self._steps[p]))
        return np.stack(slopes, axis=1)

    def _beside(self, moves: Sequence[int]) -> dict[str, float]:
        moved = zip(self._best.items(), self._steps, moves, strict=True)
        return {**self._theta, **{name: value + step * move for (name, value), step, move in moved}}
