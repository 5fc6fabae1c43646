"""What methods for image stacks ask of a problem: the images that count, and their noise."""

from __future__ import annotations

import numpy as np

from cryogui.physics.operators import Measured
from cryogui.physics.stack import TransferStack
from cryogui.reconstruct.problem import Problem


def used_stack(problem: Problem) -> tuple[TransferStack, Measured]:
    """The model of the used images alone, and their measurement."""
    assert isinstance(problem.operator, TransferStack)
    indices = np.flatnonzero(problem.used)
    operator = problem.operator.chosen(indices)
    return operator, operator.measure(problem.y[indices])


def noise_variance(problem: Problem) -> float | None:
    """Of a pixel of y; None where it is not known."""
    return None if problem.noise_sigma is None else problem.noise_sigma**2
