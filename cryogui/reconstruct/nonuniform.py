"""Non-uniform regularisation: every voxel low-passed as far as half maps agree about it."""

from __future__ import annotations

import math

import numpy as np

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.shells import Shells

_CUTOFFS = 8
_LOWEST_SHELL = 4.0
_ORDER = 4  # of the Butterworth low passes
_WINDOW_WAVES = 0.5  # of the finest wave that passes: standard deviation of the window errors are averaged in
_LEAST_WINDOW_PX = 1.5


class NonUniform:
    """Low passes between a few shells and Nyquist; `fit` chooses among them by local cross-validation.

    choice: [z, y, x], the number of each voxel's; at first the weakest.
    """

    def __init__(self, shells: Shells):
        self._shells = shells
        n = max(shells.shape)
        cutoffs = np.geomspace(min(_LOWEST_SHELL / n, 0.25), 0.5, _CUTOFFS)
        self._gains = [1.0 / np.sqrt(1.0 + (shells.k / cutoff) ** (2 * _ORDER)) for cutoff in cutoffs]
        widths = [max(_WINDOW_WAVES / cutoff, _LEAST_WINDOW_PX) for cutoff in cutoffs]
        self._windows = [np.exp(-2.0 * (math.pi * width * shells.k) ** 2) for width in widths]
        self.choice = np.full(shells.shape, _CUTOFFS - 1, dtype=np.int8)

    def fit(self, first: Real32, second: Real32) -> None:
        """Chooses, voxel by voxel, the low pass with which each half map predicts the other best.

        The error is |h∗A − B|² + |h∗B − A|², averaged over a window about the voxel (Punjani, Zhang & Fleet
        2020).
        """
        least = np.full(self._shells.shape, np.inf, dtype=np.float32)
        one, other = self._shells.spectrum(first), self._shells.spectrum(second)
        for number, (gain, window) in enumerate(zip(self._gains, self._windows, strict=True)):
            table = gain[self._shells.number].astype(np.float32)
            error = np.square(self._shells.volume(one * table) - second)
            error += np.square(self._shells.volume(other * table) - first)
            error = self._shells.filtered(error, window)
            better = error < least
            self.choice[better] = number
            least[better] = error[better]

    def applied(self, x: Real32) -> Real32:
        """The volume with each voxel taken from the low pass chosen for it."""
        spectrum = self._shells.spectrum(x)
        out = np.empty_like(x)
        for number, gain in enumerate(self._gains):
            chosen = self.choice == number
            if chosen.any():
                low = self._shells.volume(spectrum * gain[self._shells.number].astype(np.float32))
                out[chosen] = low[chosen]
        return out
