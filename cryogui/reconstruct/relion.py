"""Maximum a posteriori reconstruction with a prior from half sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.reconstruct.map_estimate import signal_to_noise
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method
from cryogui.reconstruct.stacks import half_sets, halfway, resolution_words

_INNER, _FINAL = 5, 8


@dataclass(frozen=True)
class RelionOptions:
    """How often the prior is made anew, and how much it is trusted."""

    iterations: int = option(
        4, "iterations", "How often the power of the prior follows from the half maps.", low=1, high=50
    )
    regularisation: float = option(
        4.0,
        "regularisation T",
        "Multiplies the power of the prior: more trusts the data, less smooths; RELION's T.",
        low=0.1,
        high=100.0,
    )


@method(
    "relion",
    "MAP with a prior from half sets (after RELION)",
    ("particles",),
    row="RELION-3D",
    is_iterative=False,
)
def relion(problem: Problem, options: RelionOptions, start: Start | None) -> Iterator[Step]:
    """The most likely volume under a Gaussian prior whose power comes from the correlation of half maps.

    RELION (Scheres, J. Mol. Biol. 415, 406, 2012) maximises the posterior over the volume with the particles'
    poses integrated out, with noise spectra σ²(k) per group of particles and a prior power τ²(k) from the
    'gold-standard' Fourier shell correlation of two half sets that are refined apart. A spherical mask is all
    it knows of the solvent; densities may be negative.

    Here poses are known and kept, so there is nothing to integrate out, and files name no groups: σ²(k) is
    one spectrum, taken from the power between Thon rings; residuals would understate it, as tens of particles
    are fitted too closely. RELION divides on an oversampled grid and corrects the gridding by iteration; here
    the same equations are solved by conjugate gradients, so that the support bridges gaps between few central
    slices. In each iteration both half maps are improved, then τ² = T·FSC/(1 − FSC) over the data's
    precision. At the end all particles are joined.
    """
    first, second = half_sets(problem)
    halves = (first, second)
    shells = first.shells
    maps = [np.zeros_like(first.back_projected) for _ in halves]
    prior = first.precision.copy()
    total = options.iterations * len(halves) * _INNER + _FINAL
    done, note = 0, ""
    for iteration in range(options.iterations):
        for which, half in enumerate(halves):
            for x in half.estimates(maps[which], prior, _INNER):
                maps[which] = x
                done += 1
                yield Step(halfway(*maps), iteration, done / total, note=note)
        fsc = shells.correlation(*maps)
        precision = 0.5 * (first.precision + second.precision)
        prior = precision / (options.regularisation * signal_to_noise(fsc))
        note = resolution_words(fsc, problem)
    start_map = halfway(*maps)
    for x in first.joined(second).estimates(start_map, prior, _FINAL):
        done += 1
        yield Step(x, options.iterations, done / total, note=note)
