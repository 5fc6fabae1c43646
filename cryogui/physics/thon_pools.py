"""Thon rings of images of which only some show the same specimen in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.operators import Theta
from cryogui.physics.thon import PowerModel, Real, ThonRings


class PooledRings:
    """Groups of images that follow each other, the specimen's power shared within each group alone.

    operator: of all images, in the order of the groups; pools: the rings of each group.
    """

    def __init__(self, operator: PowerModel, pools: Sequence[ThonRings]):
        self.operator, self._pools = operator, list(pools)

    def chosen(self, indices: NDArray[np.integer]) -> Self:
        """The same for some of the images."""
        ends = np.cumsum([0, *(pool.operator.y_shape[0] for pool in self._pools)])
        parts = [indices[(indices >= low) & (indices < high)] - low for low, high in pairwise(ends)]
        pools = [pool.chosen(part) for pool, part in zip(self._pools, parts, strict=True) if len(part)]
        return type(self)(self.operator.chosen(indices), pools)

    def log_likelihood(self, theta: Theta) -> float:
        """The sum over all groups; see `ThonRings`."""
        return sum(pool.log_likelihood(theta) for pool in self._pools)

    def by_patch(self, theta: Theta, width: int) -> Real:
        """That sum for every group and every patch of width × width frequencies: [group, patch].

        Speckles of neighbouring images are much the same, so that a group counts as one sample.
        """
        return np.stack([pool.by_patch(theta, width).sum(axis=0) for pool in self._pools])

    @property
    def resolved(self) -> float:
        """The highest frequency, in cycles per pixel, at which some group holds more than noise."""
        return max(pool.resolved for pool in self._pools)
