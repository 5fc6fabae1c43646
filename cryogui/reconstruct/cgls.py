"""Least squares by conjugate gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.physics.fourier import PARALLEL_KERNELS
from cryogui.reconstruct.equations import FINE_RESIDUAL, NormalEquations, support_option
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method

_AFRESH = 10  # iterations on fine data after which the gradient is computed anew


@dataclass(frozen=True)
class CglsOptions:
    """How far the iteration goes."""

    iterations: int = option(30, "iterations", "More bring out detail, and noise.", low=1, high=10_000)
    support: str = support_option()
    stop_at_noise: bool = option(
        True, "stop at the noise", "Ends when the residual is what the measurement's noise explains."
    )


@method("cgls", "CGLS", ("tilt_series", "particles", "image"))
def cgls(problem: Problem, options: CglsOptions, start: Start | None) -> Iterator[Step]:
    """Least squares by conjugate gradients (Hestenes & Stiefel 1952; CGLS as in Paige & Saunders 1982).

    The residual falls with every iteration, faster than any other method that only adds back-projected
    residuals can make it; stopping early is what keeps the noise out.

    Here HᵀWH is applied as a convolution and the residual follows from scalar products: nothing is projected,
    until the residual is as small as the interpolation's error and the gradient is computed anew at times. A
    run that is resumed starts its directions afresh.
    """
    from cryogui.reconstruct import step_kernels

    equations = NormalEquations(problem, options.support)
    x, done = equations.start(start), start.iteration if start else 0
    gradient = equations.right - equations.apply(x) if done else equations.right.copy()
    direction = gradient.copy()
    yield Step(x, done, 0.0)
    goal = equations.noise_residual if options.stop_at_noise else 0.0
    flat = x.reshape(-1), gradient.reshape(-1), direction.reshape(-1)
    square = float(np.vdot(gradient, gradient))
    for iteration in range(done, options.iterations):
        image = equations.apply(direction).reshape(-1)
        with PARALLEL_KERNELS:
            curvature = step_kernels.overlap(flat[2], image)
            length = np.float32(square / curvature if curvature > 0.0 else 0.0)
            before = square
            square, agreement = step_kernels.advance(*flat, image, equations.right.reshape(-1), length)
            step_kernels.turn(flat[2], flat[1], np.float32(square / before if before > 0.0 else 0.0))
        residual = equations.residual(agreement)
        if residual < FINE_RESIDUAL and iteration % _AFRESH == _AFRESH - 1:
            gradient[:] = direction[:] = equations.gradient(x)
            square = float(np.vdot(gradient, gradient))
        is_done = length == 0.0 or residual <= goal
        yield Step(x, iteration + 1, 1.0 if is_done else (iteration + 1) / options.iterations)
        if is_done:
            return
