"""Two half maps that are improved apart, and what their agreement says: the prior, and how far poses show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.map_estimate import Data, signal_to_noise
from cryogui.reconstruct.pose_refinement import PoseRefinement
from cryogui.reconstruct.problem import Problem
from cryogui.reconstruct.shells import Real
from cryogui.reconstruct.stacks import HalfSets, halfway, resolution_words, resolved_shell

_JOINED = 0.5  # of the resolution: coarser shells are averaged, lest the halves turn away from each other


class HalfMaps:
    """Half maps of `problem`'s particles from nothing, and their poses.

    regularisation: RELION's T; turn_rad, shift_px: expected errors of the poses, see `PoseRefinement`.
    note: what is worth saying about them. Raises UserError when there are fewer than two particles.
    """

    def __init__(self, problem: Problem, regularisation: float, turn_rad: float, shift_px: float):
        self._problem, self._regularisation = problem, regularisation
        self._sets = HalfSets(problem)
        self._refines = turn_rad > 0.0 or shift_px > 0.0
        self._poses = [
            PoseRefinement(*part, problem.theta, self._sets.noise, turn_rad, shift_px)
            for part in self._sets.parts
        ]
        self._data: list[Data] = []
        self._maps = [np.zeros(problem.operator.x_shape, dtype=np.float32) for _ in self._poses]
        self._prior: Real | None = None
        self._shell = 0
        self.note = ""

    @property
    def mean(self) -> Real32:
        """The mean of both maps."""
        return halfway(*self._maps)

    @property
    def state(self) -> Mapping[str, NDArray[Any]]:
        """All that has been found, to go on from with `restore`."""
        assert self._prior is not None
        return {
            "maps": np.stack(self._maps),
            "prior": self._prior,
            "departures": np.concatenate([each.departures for each in self._poses]),
            "damping": np.concatenate([each.damping for each in self._poses]),
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Be as when `state` was asked for."""
        self._maps, self._prior = list(state["maps"]), state["prior"]
        first = len(self._poses[0].damping)
        for each, part in zip(self._poses, (slice(first), slice(first, None)), strict=True):
            each.departures, each.damping = state["departures"][part].copy(), state["damping"][part].copy()

    def prepare(self) -> Iterator[None]:
        """Makes the equations of both halves, with their poses as they are now; yields after each."""
        self._data = []
        for which, poses in enumerate(self._poses):
            self._data.append(self._sets.data(which, poses.operator))
            yield
        if self._prior is None:
            self._prior = self._data[0].precision.copy()

    def improve(self, iterations: int) -> Iterator[None]:
        """Conjugate gradients on one map, then on the other; yields after each iteration."""
        assert self._prior is not None
        for which, half in enumerate(self._data):
            for x in half.estimates(self._maps[which], self._prior, iterations):
                self._maps[which] = x
                yield

    def compare(self) -> None:
        """The prior, and how far the maps are resolved, from their correlation."""
        fsc = self._sets.shells.correlation(*self._maps)
        precision = 0.5 * (self._data[0].precision + self._data[1].precision)
        self._prior = precision / (self._regularisation * signal_to_noise(fsc))
        self._shell, self.note = resolved_shell(fsc), resolution_words(fsc, self._problem)

    def refine_poses(self) -> Iterator[None]:
        """Moves the particles of each half towards its own map, as far as it is resolved, and prepares anew.

        Does nothing where poses are certain. Yields now and then.
        """
        if not self._refines:
            return
        shells, mean = self._sets.shells, self.mean
        coarse = np.where(np.arange(shells.count) <= _JOINED * self._shell, 1.0, 0.0)
        largest_k = self._shell / max(shells.shape)
        for x, poses in zip(self._maps, self._poses, strict=True):
            yield from poses.improve(x + shells.filtered(mean - x, coarse), largest_k)
        turns, shifts = (np.concatenate(each) for each in zip(*(p.changes for p in self._poses), strict=True))
        self.note += f", poses moved by {np.rad2deg(turns.mean()):.2g}° and {shifts.mean():.2g} px"
        yield from self.prepare()

    def joined(self, iterations: int) -> Iterator[Real32]:
        """Estimates from all particles together, starting from the mean."""
        assert self._prior is not None
        first, second = self._data
        return first.joined(second).estimates(self.mean, self._prior, iterations)
