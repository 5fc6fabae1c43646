"""Maximum a posteriori volumes: data weighted by their noise, and a Gaussian prior with a power per shell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.shells import Real, Shells

# of the data's mean precision: what no image shows is bound to its prior this firmly and no more, or the
# equations would be too stiff to solve in a few iterations
STIFFEST = 100.0
_LEAST_PRECISION = 0.02  # of the mean: shells in the corners, which no image reaches


class Data:
    """HᵀN⁻¹H and HᵀN⁻¹y of particles whose noise has the power `noise` [ky, kx].

    precision: the mean of HᵀN⁻¹H over every shell of `shells`.
    """

    def __init__(
        self, operator: ParticleStack, measured: Measured, theta: Theta, noise: Real, shells: Shells
    ):
        weights = (1.0 / noise).astype(np.float32)
        self.support = operator.support.astype(np.float32)
        self.normal = operator.weighted_normal(theta, weights)
        self.back_projected = operator.weighted_adjoint(measured, theta, weights) * self.support
        self.shells = shells
        probe = np.random.default_rng(0).standard_normal(operator.x_shape).astype(np.float32) * self.support
        precision = shells.diagonal(self.normal(probe), probe)
        self.precision = np.maximum(precision, _LEAST_PRECISION * precision[shells.k <= 0.5].mean())

    def joined(self, other: Data) -> Data:
        """Both data together."""
        both = object.__new__(Data)
        first, second = self.normal, other.normal
        both.support, both.shells = self.support, self.shells
        both.normal = lambda x: first(x) + second(x)
        both.back_projected = self.back_projected + other.back_projected
        both.precision = self.precision + other.precision
        return both

    def estimates(
        self, x: Real32, prior: Real, iterations: int, mean: Real32 | None = None
    ) -> Iterator[Real32]:
        """Yields x after each iteration of preconditioned conjugate gradients towards the most likely volume.

        prior: inverse power of the deviations from `mean` (from 0 without it) in every shell.
        """
        prior = np.minimum(prior, STIFFEST * self.precision)
        inverse = 1.0 / (self.precision + prior)
        wanted = self.back_projected if mean is None else self.back_projected + self._bound(mean, prior)
        residual = wanted - self.normal(x) - self._bound(x, prior)
        turned = self._bound(residual, inverse)
        direction, slope = turned, float(np.vdot(residual, turned))
        for _ in range(iterations):
            change = self.normal(direction) + self._bound(direction, prior)
            step = np.float32(slope / max(float(np.vdot(direction, change)), 1e-30))
            x = x + step * direction
            yield x
            residual = residual - step * change
            turned = self._bound(residual, inverse)
            before, slope = slope, float(np.vdot(residual, turned))
            direction = turned + np.float32(slope / max(before, 1e-30)) * direction

    def _bound(self, x: Real32, gain: Real) -> Real32:
        """A filter by shells that stays within the support."""
        return self.shells.filtered(x, gain) * self.support


def signal_to_noise(correlation: NDArray[np.float64]) -> Real:
    """FSC/(1 − FSC): of a half map, from its correlation with the other (Scheres 2012)."""
    fsc = np.clip(correlation, 1e-3, 0.9999)
    ratio: Real = fsc / (1.0 - fsc)
    return ratio
