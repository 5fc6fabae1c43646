"""Search for the defocus and astigmatism that explain the Thon rings of a stack best."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from cryogui.physics.operators import Theta
from cryogui.physics.thon import ThonRings

# a better explanation is believed from here on (5 σ for one parameter): the speckles of a symmetric particle
# are not independent, so that smaller gains come by chance
SIGNIFICANT_GAIN = 12.5

_QUANTITIES = ("defocus_A", "astigmatism_A")
_COARSE_IMAGES, _FINE_IMAGES = 16, 64
_COARSE_RAD = 0.25  # phase between neighbours of the coarse grid, at the highest frequency resolved
_ASTIGMATISM_STEPS = (-8.0, -4.0, 4.0, 8.0)
_BEST_DEFOCI = 3
_ROUNDS, _SHRINK, _LONGEST_WALK = 5, 1.0 / 3.0, 4

# from the given setting, in Å: of defocus and of astigmatism, where they are free
_Offset = tuple[float, ...]


class CtfSearch:
    """A search about the setting `theta`, over `search_A` of defocus to both sides of it.

    First a grid of defoci, and for the best of them a grid of astigmatism, on a few of the images; then a
    walk with shrinking steps on more of them. Iterate `run`, then read `found`: values in file units, those
    given unless others explain the rings significantly better.
    """

    def __init__(self, rings: ThonRings, theta: Theta, search_A: float):
        links = rings.operator.links.items()
        self._links = [(name, link) for q in _QUANTITIES for name, link in links if link.quantity == q]
        self._theta = theta
        self._few, self._many = _some(rings, _COARSE_IMAGES), _some(rings, _FINE_IMAGES)
        self._search_A = search_A
        self._given: _Offset = (0.0,) * len(self._links)
        self.found: Mapping[str, float] = {}

    def run(self) -> Iterator[float]:
        """Yields the share of the work that is done, 0 to 1, after each evaluation."""
        if not self._links:
            return
        step = self._step_A()
        ranked: list[tuple[float, _Offset]] = []
        for share in self._ranked(self._grid(step), ranked):
            yield 0.3 * share
        if len(self._links) > 1:
            best = sorted(ranked, reverse=True)[:_BEST_DEFOCI]
            turned: list[_Offset] = [
                (defocus, step * i) for _, (defocus, _) in best for i in _ASTIGMATISM_STEPS
            ]
            for share in self._ranked(turned, ranked):
                yield 0.3 + 0.2 * share
        here = max(ranked)[1]
        for number in range(_ROUNDS):
            here = yield from self._walked(here, step * _SHRINK**number, 0.5 + 0.1 * number)
        gain = self._score(self._many, here) - self._score(self._many, self._given)
        self.found = self._values(here if gain > SIGNIFICANT_GAIN else self._given)

    def _step_A(self) -> float:
        """Defocus that turns the phase at the highest resolved frequency by `_COARSE_RAD`."""
        optics = self._few.operator.optics
        assert optics is not None
        k2 = (self._few.resolved / optics.pixel_size_A) ** 2
        step = _COARSE_RAD / (math.pi * optics.wavelength * k2)
        return min(max(step, self._search_A / 60), self._search_A / 4)

    def _grid(self, step_A: float) -> list[_Offset]:
        reach = int(self._search_A / step_A)
        return [(step_A * i, *self._given[1:]) for i in range(-reach, reach + 1)]

    def _ranked(self, offsets: Sequence[_Offset], scores: list[tuple[float, _Offset]]) -> Iterator[float]:
        """Adds (likelihood, offset) of each to `scores`; yields the share that is done."""
        for number, offset in enumerate(offsets):
            scores.append((self._score(self._few, offset), offset))
            yield (number + 1) / len(offsets)

    def _walked(self, here: _Offset, step_A: float, share: float) -> Generator[float, None, _Offset]:
        """Where moves of one step, each to the best neighbour, lead from `here`."""
        known = {here: self._score(self._many, here)}
        for _ in range(_LONGEST_WALK):
            for move in product((-step_A, 0.0, step_A), repeat=len(here)):
                beside = tuple(at + by for at, by in zip(here, move, strict=True))
                if beside not in known:
                    known[beside] = self._score(self._many, beside)
                    yield share
            best = max(known, key=known.__getitem__)
            if best == here:
                break
            here = best
        return here

    def _score(self, rings: ThonRings, offset: _Offset) -> float:
        return rings.log_likelihood({**self._theta, **self._values(offset)})

    def _values(self, offset: _Offset) -> dict[str, float]:
        return {
            name: self._theta.get(name, link.reference) + by / link.factor
            for (name, link), by in zip(self._links, offset, strict=True)
        }


def _some(rings: ThonRings, most: int) -> ThonRings:
    """Every so many of the images, `most` in all."""
    count = rings.operator.y_shape[0]
    if count <= most:
        return rings
    return rings.chosen(np.linspace(0, count - 1, most).round().astype(np.intp))
