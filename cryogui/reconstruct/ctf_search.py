"""Search for the defocus and astigmatism that explain the Thon rings of a stack best."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from cryogui.physics.operators import Theta
from cryogui.physics.thon import RingLikelihood
from cryogui.physics.transfer import Link

# a better explanation is believed from here on (5 σ for one parameter): the speckles of a symmetric particle
# are not independent, so that smaller gains come by chance
SIGNIFICANT_GAIN = 12.5

QUANTITIES = ("defocus_A", "astigmatism_A")
"""What Thon rings show: aberrations, in the order in which they are searched for."""

_COARSE_IMAGES, _FINE_IMAGES = 16, 64
_COARSE_RAD = 0.25  # phase between neighbours of the coarse grid, at the highest frequency resolved
_ASTIGMATISM_STEPS = (-8.0, -4.0, 4.0, 8.0)
_BEST_DEFOCI = 3
_ROUNDS, _SHRINK, _LONGEST_WALK = 5, 1.0 / 3.0, 4

# from the given setting, in Å: of what is searched for, in order
_Offset = tuple[float, ...]


def thon_links(links: Mapping[str, Link]) -> dict[str, Link]:
    """Those of the parameters that Thon rings show, by name, defocus first: one for each of QUANTITIES."""
    first = {}
    for quantity in QUANTITIES:
        first.update(dict([each for each in links.items() if each[1].quantity == quantity][:1]))
    return first


class CtfSearch:
    """A search about the setting `theta` for the parameters of `limits`: (lowest, highest) in file units.

    First a grid of the first parameter, as `thon_links` orders them, and for the best of it a grid of the
    second, on a few of the images; then a walk with shrinking steps on `most_images`, those in `rings`.
    Iterate `run`, then read, in file units, `best`: what explains the rings best, and `found`: the same where
    it does so significantly better than the values given, else those.
    """

    def __init__(
        self,
        rings: RingLikelihood,
        theta: Theta,
        limits: Mapping[str, tuple[float, float]],
        most_images: int = _FINE_IMAGES,
    ):
        self._links = thon_links({n: link for n, link in rings.operator.links.items() if n in limits})
        self._start = {name: theta.get(name, link.reference) for name, link in self._links.items()}
        self._theta = theta
        self._few, self.rings = _some(rings, _COARSE_IMAGES), _some(rings, most_images)
        self._limits_A = [
            tuple(link.factor * (end - self._start[name]) for end in limits[name])
            for name, link in self._links.items()
        ]
        self._given: _Offset = (0.0,) * len(self._links)
        self.best: Mapping[str, float] = {}
        self.found: Mapping[str, float] = {}

    def run(self) -> Iterator[float]:
        """Yields the share of the work that is done, 0 to 1, after each evaluation."""
        if not self._links:
            return
        step = self.step_A
        ranked: list[tuple[float, _Offset]] = []
        for share in self._ranked(self._grid(step), ranked):
            yield 0.3 * share
        if len(self._links) > 1:
            best = sorted(ranked, reverse=True)[:_BEST_DEFOCI]
            turned = [
                self._inside((defocus, step * i)) for _, (defocus, _) in best for i in _ASTIGMATISM_STEPS
            ]
            for share in self._ranked(turned, ranked):
                yield 0.3 + 0.2 * share
        here = max(ranked)[1]
        for number in range(_ROUNDS):
            here = yield from self._walked(here, step * _SHRINK**number, 0.5 + 0.1 * number)
        gain = self._score(self.rings, here) - self._score(self.rings, self._given)
        self.best = self._values(here)
        self.found = self.best if gain > SIGNIFICANT_GAIN else self._values(self._given)

    @property
    def step_A(self) -> float:
        """Defocus that turns the phase at the highest resolved frequency by `_COARSE_RAD`."""
        optics = self._few.operator.optics
        assert optics is not None
        low, high = self._limits_A[0]
        k2 = (self._few.resolved / optics.pixel_size_A) ** 2
        step = _COARSE_RAD / (math.pi * optics.wavelength * k2)
        return min(max(step, (high - low) / 120), (high - low) / 8)

    def _grid(self, step_A: float) -> list[_Offset]:
        low, high = self._limits_A[0]
        rest = self._given[1:]
        return [(step_A * i, *rest) for i in range(math.ceil(low / step_A), math.floor(high / step_A) + 1)]

    def _inside(self, offset: _Offset) -> _Offset:
        limits = zip(offset, self._limits_A, strict=True)
        return tuple(min(max(by, low), high) for by, (low, high) in limits)

    def _ranked(self, offsets: Sequence[_Offset], scores: list[tuple[float, _Offset]]) -> Iterator[float]:
        """Adds (likelihood, offset) of each to `scores`; yields the share that is done."""
        for number, offset in enumerate(offsets):
            scores.append((self._score(self._few, offset), offset))
            yield (number + 1) / len(offsets)

    def _walked(self, here: _Offset, step_A: float, share: float) -> Generator[float, None, _Offset]:
        """Where moves of one step, each to the best neighbour, lead from `here`."""
        known = {here: self._score(self.rings, here)}
        for _ in range(_LONGEST_WALK):
            for move in product((-step_A, 0.0, step_A), repeat=len(here)):
                beside = self._inside(tuple(at + by for at, by in zip(here, move, strict=True)))
                if beside not in known:
                    known[beside] = self._score(self.rings, beside)
                    yield share
            best = max(known, key=known.__getitem__)
            if best == here:
                break
            here = best
        return here

    def _score(self, rings: RingLikelihood, offset: _Offset) -> float:
        return rings.log_likelihood({**self._theta, **self._values(offset)})

    def _values(self, offset: _Offset) -> dict[str, float]:
        return {
            name: self._start[name] + by / link.factor
            for (name, link), by in zip(self._links.items(), offset, strict=True)
        }


def _some(rings: RingLikelihood, most: int) -> RingLikelihood:
    """Every so many of the images, `most` in all."""
    count = rings.operator.y_shape[0]
    if count <= most:
        return rings
    return rings.chosen(np.linspace(0, count - 1, most).round().astype(np.intp))
