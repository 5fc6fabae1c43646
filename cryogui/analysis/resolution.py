"""Resolution by Fourier shell correlation: where the curve falls below its threshold.

0.5 against a known truth (half of the shell's energy is signal), 0.143 between two reconstructions from half
the images each (Rosenthal & Henderson 2003, J. Mol. Biol. 333, 721).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.scoring import fsc

AGAINST_TRUTH, BETWEEN_HALVES = 0.5, 0.143


@dataclass(frozen=True, eq=False)
class Shells:
    """A Fourier shell correlation.

    frequency: [shell], in 1/Å, or in cycles per voxel where the voxel's size is not known. correlation:
    [shell], −1 to 1.
    """

    frequency: NDArray[np.float64]
    correlation: NDArray[np.float64]

    def crossing(self, threshold: float) -> float | None:
        """The frequency at which the correlation first falls below `threshold`, between two shells linearly.

        None where it never does. The shell of the mean is no structure and is passed over.
        """
        below = np.flatnonzero(self.correlation[1:] < threshold) + 1
        if not below.size:
            return None
        last = int(below[0])
        if last == 1:
            return float(self.frequency[1])
        high, low = self.correlation[last - 1], self.correlation[last]
        share = (high - threshold) / (high - low)
        return float(self.frequency[last - 1] + share * (self.frequency[last] - self.frequency[last - 1]))

    def resolution(self, threshold: float) -> float | None:
        """1/frequency of the crossing: Å, or voxels; None where the curve stays above."""
        at = self.crossing(threshold)
        return None if at is None else 1.0 / at


def shells_of(a: NDArray[np.floating], b: NDArray[np.floating], voxel_A: float | None = None) -> Shells:
    """The correlation of two volumes of one shape with cubic voxels of that edge.

    Raises ValueError when the shapes differ.
    """
    frequency, correlation = fsc(a, b)
    return Shells(frequency / (voxel_A or 1.0), correlation)
