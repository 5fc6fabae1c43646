"""The normal equations HᵀWH·x = HᵀWy of a problem: what the iterative linear methods solve.

W leaves images out. An iteration then costs FFTs of the volume and no projection, and the residual of the
whole measurement follows from two scalar products: ‖Hx − y‖² = ‖y‖² − x·(HᵀWy + g), g = HᵀW(y − Hx).
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32, image_energy
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start

SUPPORTS = ("operator", "ball")
FINE_RESIDUAL = 0.02
"""Below this residual the interpolation's error in HᵀWH is felt; gradients then go through the images."""


def support_option() -> str:
    """The option of where the object may be."""
    choice: str = option(
        "operator", "support", "operator: voxels that every image sees; ball: of these, the largest ball.",
        choices=SUPPORTS,
    )  # fmt: skip
    return choice


class NormalEquations:
    """The normal equations of `problem`, its solution confined to a support (one of SUPPORTS).

    right: HᵀWy [z, y, x]; inside: [z, y, x], the support; energy: ‖y‖² and noise_energy: what is expected of
    its noise, over the used images, None where the noise is not known.
    """

    def __init__(self, problem: Problem, support: str = "operator"):
        self._problem = problem
        self._normal = problem.operator.normal(problem.theta, problem.weights)
        shape = problem.operator.x_shape
        self.inside = np.broadcast_to(problem.operator.support, shape)
        self._is_smaller = support == "ball"
        if self._is_smaller:
            self.inside = self.inside & _ball(shape)
        self.right = self._confined(problem.back_projected())
        self.energy = float(image_energy(problem.y)[problem.used].sum())
        self.noise_energy: float | None = None
        if problem.noise_sigma is not None:
            self.noise_energy = problem.noise_sigma**2 * problem.y[0].size * int(problem.used.sum())

    def apply(self, x: Real32) -> Real32:
        """HᵀWH·x, of an x inside the support."""
        return self._confined(self._normal(x))

    def gradient(self, x: Real32) -> Real32:
        """HᵀW(y − Hx) through the images: slower, and without the error of the interpolation in `apply`."""
        problem = self._problem
        behind = problem.y - problem.operator.apply(x, problem.theta)
        behind *= problem.used.astype(np.float32)[:, None, None]
        return self._confined(problem.operator.adjoint(behind, problem.theta))

    def start(self, start: Start | None) -> Real32:
        """Where iterations begin: at zero, or where they were interrupted. The array is the caller's own."""
        return np.zeros_like(self.right) if start is None else start.x.astype(np.float32) * self.inside

    def residual(self, x_dot_right_and_gradient: float) -> float:
        """‖y − Hx‖/‖y‖ from x·(HᵀWy + g); 0 for a measurement that is empty."""
        if self.energy <= 1e-20:
            return 0.0
        return math.sqrt(max(self.energy - x_dot_right_and_gradient, 0.0) / self.energy)

    @property
    def noise_residual(self) -> float:
        """The residual that the noise alone leaves; 0 where the noise is not known."""
        if self.noise_energy is None or self.energy <= 1e-20:
            return 0.0
        return math.sqrt(self.noise_energy / self.energy)

    @cached_property
    def largest_eigenvalue(self) -> float:
        """‖HᵀWH‖, the Lipschitz constant of the gradient: the power method, sped up by Lanczos (1950).

        The bound on the Ritz value's error is added, so that steps of two over it stay stable.
        """
        vector, previous, beta = self.right, np.zeros_like(self.right), 0.0
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return 1.0
        vector = vector / np.float32(norm)
        diagonal, beside = [], []
        for _ in range(_LANCZOS_STEPS):
            following = self.apply(vector)
            following -= np.float32(beta) * previous
            diagonal.append(float(np.vdot(vector, following)))
            following -= np.float32(diagonal[-1]) * vector
            beta = float(np.linalg.norm(following))
            beside.append(beta)
            if beta <= 1e-6 * diagonal[0]:
                break
            previous, vector = vector, following / np.float32(beta)
        tridiagonal = np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1)
        values, vectors = np.linalg.eigh(tridiagonal)
        return float(values[-1] + beside[-1] * abs(vectors[-1, -1]))

    @cached_property
    def central_element(self) -> float:
        """The diagonal element of HᵀWH at the centre; within the support others are much like it."""
        middle = tuple(n // 2 for n in self.right.shape)
        point = np.zeros_like(self.right)
        point[middle] = 1.0
        return float(self.apply(point)[middle])

    def _confined(self, x: Real32) -> Real32:
        return x * self.inside if self._is_smaller else x


_LANCZOS_STEPS = 8


def _ball(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """[z, y, x]: the largest ball about the centre; a box one voxel thick holds a disc."""
    radius = min((n - 1) // 2 for n in shape if n > 1)
    axes = [((np.arange(n) - n // 2) / radius) ** 2 for n in shape]
    inside: NDArray[np.bool_] = axes[0][:, None, None] + axes[1][:, None] + axes[2] <= 1.0
    return inside
