"""Maximum a posteriori reconstruction with a prior from half sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.reconstruct.half_maps import HalfMaps
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method

_INNER, _FINAL = 5, 8
_ROUND = 2 * _INNER  # iterations, of both halves together


@dataclass(frozen=True)
class RelionOptions:
    """How often the prior is made anew, how much it is trusted, and whether poses are."""

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
    refine_angle_deg: float = option(
        0.0,
        "angular error",
        "How wrong the given orientations are expected to be, rms: they are refined within about twice that, "
        "0 keeps them. Takes some 8 iterations to settle.",
        unit="deg",
        low=0.0,
        high=15.0,
    )
    refine_shift_px: float = option(
        0.0,
        "shift error",
        "How wrong the given shifts are expected to be, rms: they are refined alike, 0 keeps them.",
        unit="px",
        low=0.0,
        high=10.0,
    )


@method("relion", "MAP with a prior from half sets (after RELION)", ("particles",), row="RELION-3D")
def relion(problem: Problem, options: RelionOptions, start: Start | None) -> Iterator[Step]:
    """The most likely volume under a Gaussian prior whose power comes from the correlation of half maps.

    RELION (Scheres, J. Mol. Biol. 415, 406, 2012) maximises the posterior over the volume with the particles'
    poses integrated out, with noise spectra σ²(k) per group of particles and a prior power τ²(k) from the
    'gold-standard' Fourier shell correlation of two half sets that are refined apart. A spherical mask is all
    it knows of the solvent; densities may be negative.

    Here poses are known, so there is nothing to integrate out, and files name no groups: σ²(k) is one
    spectrum, taken from the power between Thon rings; residuals would understate it, as tens of particles
    are fitted too closely. RELION divides on an oversampled grid and corrects the gridding by iteration; here
    the same equations are solved by conjugate gradients, so that the support bridges gaps between few central
    slices. In each iteration both half maps are improved, then τ² = T·FSC/(1 − FSC) over the data's
    precision. At the end all particles are joined.

    Poses can be refined, as in RELION's last, local searches: with a normal prior about the given pose,
    against the map of the particle's own half, as far as the halves agree, with coarse shells averaged over
    both lest they turn apart (its --low_resol_join_halves). RELION weighs all poses of a grid about the given
    one by their probability, and makes the grid finer as it goes on; here each particle takes the most likely
    pose alone, by two Gauss-Newton steps in each iteration from the second on. That needs poses that are near
    enough for it, and follows noise a little where they were exact. The volume is made with the refined
    poses; residuals shown for it are those under the given ones. The note says how far poses have moved.
    """
    halves = HalfMaps(
        problem, options.regularisation, np.deg2rad(options.refine_angle_deg), options.refine_shift_px
    )
    rounds, done = options.iterations * _ROUND, 0
    if start is not None and start.state:
        halves.restore(start.state)
        done = start.iteration

    def step(x: Real32 | None = None, state: Mapping[str, NDArray[Any]] | None = None) -> Step:
        return Step(x, done, done / (rounds + _FINAL), note=halves.note, state=state)

    yield step()
    for _ in halves.prepare():
        yield step()
    while done < rounds:
        for _ in halves.improve(_INNER):
            done += 1
            yield step(halves.mean)
        halves.compare()
        if done > _ROUND:
            for _ in halves.refine_poses():
                yield step()
        yield step(halves.mean, halves.state)
    for x in halves.joined(_FINAL):
        done += 1
        yield step(x)
