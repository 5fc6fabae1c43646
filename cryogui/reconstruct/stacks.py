"""What methods for image stacks ask of a problem: the images that count, their noise, their half sets."""

from __future__ import annotations

import numpy as np

from cryogui.errors import UserError
from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Measured
from cryogui.physics.particles import ParticleStack
from cryogui.physics.stack import TransferStack
from cryogui.physics.thon import ThonRings
from cryogui.reconstruct.map_estimate import Data
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.problem import Problem
from cryogui.reconstruct.shells import Real, Shells

THRESHOLD = 0.143  # of the correlation of half maps: the resolution (Rosenthal & Henderson 2003)


def used_stack(problem: Problem) -> tuple[TransferStack, Measured]:
    """The model of the used images alone, and their measurement."""
    assert isinstance(problem.operator, TransferStack)
    indices = np.flatnonzero(problem.used)
    operator = problem.operator.chosen(indices)
    return operator, operator.measure(problem.y[indices])


def thon_rings(problem: Problem, operator: TransferStack, measured: Measured) -> ThonRings:
    """The power spectra of those images, and how strong their noise is."""
    return ThonRings(operator, measured, noise_sigma(problem) ** 2)


class HalfSets:
    """Every other one of the particles that count, and those between, weighted by one noise spectrum.

    parts: the model of either half and its measurement; noise: its power [ky, kx]; shells: of the volume.
    Raises UserError when there are fewer than two particles.
    """

    def __init__(self, problem: Problem):
        if problem.used.sum() < 2:
            raise UserError("Half maps need two particles or more; take more in, or choose another method.")
        operator, measured = used_stack(problem)
        self.theta = problem.theta
        self.noise = thon_rings(problem, operator, measured).noise_spectrum(problem.theta)
        self.shells = Shells(operator.x_shape)
        self.parts: list[tuple[ParticleStack, Measured]] = []
        for indices in (np.arange(at, operator.y_shape[0], 2) for at in (0, 1)):
            part = operator.chosen(indices)
            assert isinstance(part, ParticleStack)
            self.parts.append((part, part.measure(measured.images[indices])))

    def data(self, which: int, operator: ParticleStack | None = None) -> Data:
        """One half, made ready for volumes to be estimated from; operator: its model, if that has changed."""
        part, measured = self.parts[which]
        return Data(operator or part, measured, self.theta, self.noise, self.shells)


def halfway(first: Real32, second: Real32) -> Real32:
    """The mean of two half maps."""
    return np.float32(0.5) * (first + second)


def resolved_shell(fsc: Real) -> int:
    """The shell where the correlation of half maps, shell by shell, first falls below 0.143."""
    below = np.flatnonzero(fsc[1:] < THRESHOLD)
    return int(below[0]) + 1 if len(below) else len(fsc) - 1


def resolution_words(fsc: Real, problem: Problem) -> str:
    """'resolution 12.3 Å': of the shell that is resolved."""
    assert isinstance(problem.operator, ParticleStack)
    shell = resolved_shell(fsc)
    optics = problem.operator.optics
    size = problem.operator.x_shape[0] * (optics.pixel_size_A if optics else 1.0)
    return f"resolution {size / shell:.3g} {'Å' if optics else 'px'}"
