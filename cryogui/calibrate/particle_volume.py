"""The most likely volume of particles under any spec, solved equally well for each.

That is: on fewer, larger voxels, with one prior, from the same start, in the same number of steps.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cryogui.physics.fourier import Real32, resized
from cryogui.physics.operators import Theta
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.map_estimate import Data
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem
from cryogui.reconstruct.shells import Real, Shells

COARSE_VOXELS = 64
"""Along each side, at most: enough for the frequencies at which tens of particles overlap."""

_MEAN_CTF2 = 0.5
_LEAST_SIGNAL = 1e-3  # of the noise's power


class ParticleVolume:
    """The used particles of `problem` in a box of at most `voxels`, and what is asked of volumes of them.

    operator, measured: of those particles; noise_variance: of a pixel. ring: [ky, kx], the number of the ring
    about k = 0; counted: [ky, kx], the frequencies that all directions share.
    """

    def __init__(self, problem: Problem, voxels: int = COARSE_VOXELS):
        assert isinstance(problem.operator, ParticleStack)
        indices = np.flatnonzero(problem.used)
        operator, y = problem.operator.chosen(indices), problem.y[indices]
        fine = operator.x_shape[0]
        self.noise_variance = noise_sigma(problem) ** 2
        if fine > voxels:
            operator, y = operator.coarsened(voxels), resized(y, voxels, (1, 2))
            self.noise_variance *= (voxels / fine) ** 2
        self.operator: ParticleStack = operator
        self.measured = operator.measure(y)
        self.shells = Shells(operator.x_shape)
        self.noise_variance = max(self.noise_variance, 1e-6 * float(np.mean(np.square(y))) or 1e-12)
        self.ring = np.rint(operator.frequency * operator.y_shape[1]).astype(np.intp)
        self.counted = ~operator.nyquist & (operator.frequency <= 0.5)
        self.prior = self._prior()

    def chosen(self, indices: np.ndarray) -> ParticleVolume:
        """The same of some of the particles, with the same prior."""
        other = object.__new__(ParticleVolume)
        vars(other).update(vars(self))
        other.operator = self.operator.chosen(indices)
        other.measured = other.operator.measure(self.measured.images[indices])
        return other

    def estimates(self, theta: Theta, iterations: int) -> Iterator[Real32]:
        """Yields the volume after each iteration, from zero."""
        noise = np.full(self.operator.frequency.shape, self.noise_variance)
        data = Data(self.operator, self.measured, theta, noise, self.shells)
        yield from data.estimates(np.zeros(self.operator.x_shape, np.float32), self.prior, iterations)

    def _prior(self) -> Real:
        """Inverse power of the volume in every shell, from the mean power of all images behind a mean CTF.

        It is the same for every spec, so that none is favoured.
        """
        spectra, pixels = self.measured.spectra, self.measured.images[0].size
        assert spectra is not None
        power = np.mean(np.square(np.abs(spectra)), axis=0, dtype=np.float64) / pixels - self.noise_variance
        ring = self.ring[self.counted]
        signal = np.bincount(ring, power[self.counted]) / np.bincount(ring) / _MEAN_CTF2
        signal = np.maximum(signal, _LEAST_SIGNAL * self.noise_variance) / self.operator.scale**2
        beyond = self.shells.count - len(signal)
        voxels = int(self.operator.support.sum())
        prior: Real = np.pad(voxels / (pixels * signal), (0, beyond), mode="edge")
        return prior
