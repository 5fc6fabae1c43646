"""Stochastic gradient descent over particles, in a box as fine as the frequencies it has come to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32, resized
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.reconstruct.shells import Real, Shells

MOMENTUM = 0.9
_POWER_ITERATIONS = 8
_SHARE_OF_STEP = 0.7  # momentum adds up over minibatches that differ: a full step would swing
_LEAST_PRECISION = 0.03  # of the largest: where no image reaches, what leaks there must not grow


class Descent:
    """Descent on ‖y − Hx‖² + ‖x‖²·N/S in a box of n³ voxels, over minibatches and with momentum.

    noise_to_signal: N/S of y in every shell, k = 0 first. Gradients are divided, shell by shell, by the mean
    of HᵀH and the prior; the step is what the largest eigenvalue then allows. `prepare` finds both, before
    anything is `run`.
    """

    def __init__(
        self, operator: ParticleStack, measured: Measured, theta: Theta, noise_to_signal: Real, n: int
    ):
        is_fine = n == operator.x_shape[0]
        self._operator = operator if is_fine else operator.coarsened(n)
        self._y = measured.images if is_fine else resized(measured.images, n, (1, 2))
        self._theta = theta
        self._support = self._operator.support.astype(np.float32)
        self._shells = Shells((n, n, n))
        level = np.minimum(np.arange(self._shells.count), len(noise_to_signal) - 1)
        self._prior = n * self._operator.scale**2 * noise_to_signal[level]

    def prepare(self) -> Iterator[None]:
        """Yields after each pass over all particles that it takes."""
        probe = np.random.default_rng(0).standard_normal(self._operator.x_shape).astype(np.float32)
        probe *= self._support
        every = np.arange(len(self._y))
        precision = np.maximum(self._shells.diagonal(self._seen(probe, every), probe), 0.0)
        self._inverse = 1.0 / (precision + self._prior + _LEAST_PRECISION * precision.max())
        yield
        for _ in range(_POWER_ITERATIONS):
            curved = self._seen(probe, every) + self._bound(probe, self._prior)
            probe = self._bound(curved, self._inverse)
            self._largest = float(np.linalg.norm(probe))
            probe /= np.float32(self._largest)
            yield

    def run(self, x: Real32, epochs: int, batch: int, rng: np.random.Generator) -> Iterator[Real32]:
        """Yields x after each minibatch of about `batch` particles; an epoch takes each once, shuffled."""
        count = len(self._y)
        velocity = np.zeros_like(x)
        for _ in range(epochs):
            for part in np.array_split(rng.permutation(count), batches(count, batch)):
                whole = np.float32(count / len(part))
                gradient = whole * self._seen(x, part, self._y[part]) + self._bound(x, self._prior)
                step = np.float32(_SHARE_OF_STEP / (whole * self._largest))
                velocity = np.float32(MOMENTUM) * velocity - step * self._bound(gradient, self._inverse)
                x = x + velocity
                yield x

    def _seen(self, x: Real32, part: NDArray[np.intp], y: Real32 | float = 0.0) -> Real32:
        """Hᵀ(Hx − y) of some particles."""
        operator = self._operator.chosen(part)
        return operator.adjoint(operator.apply(x, self._theta) - y, self._theta) * self._support

    def _bound(self, x: Real32, gain: Real) -> Real32:
        """A filter by shells that stays within the support."""
        return self._shells.filtered(x, gain) * self._support


def batches(count: int, batch: int) -> int:
    """How many minibatches an epoch has."""
    return max(round(count / batch), 1)
