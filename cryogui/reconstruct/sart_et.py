"""Simultaneous algebraic reconstruction, tilt by tilt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method

_GOLDEN = 0.5 * (np.sqrt(5.0) - 1.0)
_VOXELS_BETWEEN_STEPS = 20_000_000  # a fraction of a second's work


@dataclass(frozen=True)
class SartOptions:
    """How the volume is corrected by one tilt after the other."""

    iterations: int = option(12, "iterations", "How often every tilt is used.", low=1, high=1000)
    relaxation: float = option(
        1.0, "relaxation", "Fraction of a tilt's difference that it corrects at first.", low=0.01, high=1.5
    )
    falloff: float = option(
        0.1, "fall-off", "Iteration n, from 0, divides relaxation by 1 + n times this.", low=0.0, high=10.0
    )  # fmt: skip
    positivity: bool = option(True, "x ≥ 0", "Densities below zero are raised to it after every tilt.")
    thickness: int = option(
        0, "thickness", "Depth of the specimen about the volume's middle; 0: all of the volume.",
        unit="voxels", low=0, high=4096,
    )  # fmt: skip
    weigh_noise: bool = option(
        True, "weigh by noise", "Frequencies count by their share of signal, where the noise is known."
    )


@method("sart-et", "SART-ET", ("tilt_series",), row="SART-ET")
def sart_et(problem: Problem, options: SartOptions, start: Start | None) -> Iterator[Step]:
    """Simultaneous algebraic reconstruction (SART) of a tilt series (Andersen & Kak 1984).

    Every tilt in turn is compared with the projection of the volume as it is by then, and the difference is
    spread evenly along its rays, times a relaxation that may fall from iteration to iteration. Tilts follow
    each other in golden-ratio order (Köhler 2004), so that each brings as much news as possible.

    Here a tilt's projection includes its CTF, and the difference is divided by the CTF as Wiener does before
    it is spread; near the rim the rays count as long as the CTF's spread makes them. Where the file tells the
    noise, corrections count by the share of signal at their spatial frequency, which keeps the noise of fine
    detail out for many iterations. Voxels that some tilt does not see stay empty. Interpolation is by a
    Kaiser–Bessel window instead of lines between pixels.
    """
    from cryogui.reconstruct.tilt_by_tilt import TiltByTilt

    nz, ny, nx = problem.operator.x_shape
    series = TiltByTilt(problem, options.thickness or nz, options.weigh_noise)
    order = spread_order(series.views[problem.used[series.views]])
    done = start.iteration if start else 0
    x = np.zeros((nz, nx, ny), dtype=np.float32)
    if start:
        x[:] = start.x.transpose(0, 2, 1)
        x[~series.seen] = 0.0
    between = max(_VOXELS_BETWEEN_STEPS // x.size, 1)
    for iteration in range(done, options.iterations):
        relaxation = options.relaxation / (1.0 + options.falloff * iteration)
        for count, tilt in enumerate(order):
            if count and count % between == 0:
                yield Step(None, iteration, (iteration + count / len(order)) / options.iterations)
            series.correct(x, int(tilt), relaxation, options.positivity)
        yield Step(_upright(x), iteration + 1, (iteration + 1) / options.iterations)


def spread_order(views: NDArray[np.int64]) -> NDArray[np.int64]:
    """`views` in an order in which neighbours lie far apart: ranks of the multiples of the golden ratio."""
    ranks = np.argsort(np.argsort(np.arange(len(views)) * _GOLDEN % 1.0))
    return views[ranks]


def _upright(x: Real32) -> Real32:
    return np.ascontiguousarray(x.transpose(0, 2, 1))
