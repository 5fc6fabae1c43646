"""Total-variation regularised least squares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.physics.fourier import PARALLEL_KERNELS
from cryogui.reconstruct.equations import NormalEquations, support_option
from cryogui.reconstruct.noise import noise_sigma
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method


@dataclass(frozen=True)
class FistaTvOptions:
    """How smooth, and how far the iteration goes."""

    iterations: int = option(80, "iterations", "Outer iterations.", low=1, high=10_000)
    tv_weight: float = option(
        1.0, "TV weight", "Strength of the smoothing; 1: as strong as the noise.", low=0.0, high=1000.0
    )
    beam_weight: float = option(
        0.5, "weight along the beam", "Of differences along z, where the missing wedge blurs, to the others.",
        low=0.0, high=10.0,
    )  # fmt: skip
    positivity: bool = option(True, "x ≥ 0", "Keeps voxels from becoming negative.")
    support: str = support_option()
    inner_steps: int = option(5, "inner steps", "Of the smoothing within each iteration.", low=1, high=200)


@method("fista-tv", "FISTA-TV", ("tilt_series", "particles", "image"))
def fista_tv(problem: Problem, options: FistaTvOptions, start: Start | None) -> Iterator[Step]:
    """Least squares with total variation and positivity (Beck & Teboulle 2009).

    It minimises ½‖Hx − y‖² + λ Σ |∇x| over x ≥ 0 by accelerated proximal gradient steps: of all volumes that
    explain the measurement as well, the one with the fewest edges. The total variation is isotropic.

    Here HᵀH is applied as a convolution; the start is the quick reconstruction; momentum is dropped where it
    points uphill (O'Donoghue & Candès 2015); the smoothing goes on from its last result. λ is the TV weight
    times the noise's standard deviation in a voxel of Hᵀy; the noise is stated, or estimated from the images.
    Differences along the beam count less: the missing wedge leaves too little of them to be judged by. A
    resumed run starts its momentum afresh.
    """
    from cryogui.reconstruct import step_kernels
    from cryogui.reconstruct.total_variation import TvProximal

    equations = NormalEquations(problem, options.support)
    strength = options.tv_weight * noise_sigma(problem) * math.sqrt(max(equations.central_element, 0.0))
    largest = equations.largest_eigenvalue
    low = 0.0 if options.positivity else -math.inf
    smooth = TvProximal(equations.inside, (options.beam_weight, 1.0, 1.0), low)
    done = start.iteration if start else 0
    old = equations.start(
        start or Start(problem.operator.reconstruct(problem.y, problem.theta, problem.used), 0)
    )
    np.maximum(old, np.float32(low), out=old)
    new, ahead, speed = np.empty_like(old), old.copy(), 1.0
    yield Step(old, done, 0.0)
    for iteration in range(done, options.iterations):
        image, flat = equations.apply(ahead), (ahead.reshape(-1), new.reshape(-1), old.reshape(-1))
        with PARALLEL_KERNELS:
            step_kernels.descend(
                flat[0], image.reshape(-1), equations.right.reshape(-1), np.float32(1.0 / largest)
            )
        smooth(image, strength / largest, options.inner_steps, new)
        with PARALLEL_KERNELS:
            if step_kernels.backwards(*flat) > 0.0:
                speed = 1.0
            faster = 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * speed * speed))
            step_kernels.extrapolate(*flat, np.float32((speed - 1.0) / faster))
            speed = faster
        yield Step(old, iteration + 1, (iteration + 1) / options.iterations)
