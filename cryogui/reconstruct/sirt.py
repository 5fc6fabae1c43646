"""Simultaneous iterative reconstruction."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.physics.fourier import PARALLEL_KERNELS
from cryogui.reconstruct.equations import FINE_RESIDUAL, NormalEquations, support_option
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method


@dataclass(frozen=True)
class SirtOptions:
    """How far and how fast the iteration goes."""

    iterations: int = option(60, "iterations", "How often all images are compared.", low=1, high=10_000)
    relaxation: float = option(
        1.9,
        "relaxation",
        "Step length; 1 is the classical one, 2 the limit of stability.",
        low=0.01,
        high=1.99,
    )
    positivity: bool = option(True, "x ≥ 0", "Sets negative voxels to zero after every iteration.")
    support: str = support_option()
    stop_at_noise: bool = option(
        False, "stop at the noise", "Ends when the residual is what the measurement's noise explains."
    )


@method("sirt", "SIRT", ("tilt_series", "particles", "image"))
def sirt(problem: Problem, options: SirtOptions, start: Start | None) -> Iterator[Step]:
    """Simultaneous iterative reconstruction (Gilbert 1972).

    The residuals of all images are projected back together. The original divides every pixel's residual by
    the sum of its row of the matrix, and every voxel's correction by the sum of its column (van der Sluis &
    van der Vorst 1990): x ← x + λ·C·Hᵀ·R·(y − Hx).

    Here a CTF takes both signs, so that such sums would cancel. All rows count alike and one number takes the
    columns' place: x ← x + (λ/L)·HᵀW(y − Hx), with L the largest eigenvalue of HᵀWH, which for plain
    projections is the product of the largest sums. HᵀWH is applied as a convolution; nothing is projected.
    """
    from cryogui.reconstruct import step_kernels

    equations = NormalEquations(problem, options.support)
    x = equations.start(start)
    yield Step(x, start.iteration if start else 0, 0.0)
    step = np.float32(options.relaxation / equations.largest_eigenvalue)
    low = np.float32(0.0 if options.positivity else -math.inf)
    goal = equations.noise_residual if options.stop_at_noise else 0.0
    residual = math.inf
    for iteration in range(start.iteration if start else 0, options.iterations):
        image = equations.right - equations.gradient(x) if residual < FINE_RESIDUAL else equations.apply(x)
        with PARALLEL_KERNELS:
            agreement = step_kernels.relax(
                x.reshape(-1), image.reshape(-1), equations.right.reshape(-1), step, low
            )
        residual = equations.residual(agreement)
        is_done = residual <= goal
        yield Step(x, iteration + 1, 1.0 if is_done else (iteration + 1) / options.iterations)
        if is_done:
            return
