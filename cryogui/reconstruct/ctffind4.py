"""CTF fit and Wiener insertion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.stack import TransferStack
from cryogui.physics.thon import ThonRings
from cryogui.reconstruct.ctf_search import CtfSearch, thon_links
from cryogui.reconstruct.options import option
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import method
from cryogui.reconstruct.stacks import thon_rings, used_stack

_FIT_SHARE = 0.9  # of the time, when there is something to fit


@dataclass(frozen=True)
class Ctffind4Options:
    """What is fitted."""

    fit: bool = option(
        True,
        "fit the CTF",
        "Searches for the defocus and astigmatism that explain the Thon rings best; the given values stay "
        "unless others do so significantly better.",
    )
    search_nm: float = option(
        300.0, "search range", "How far from the given defocus to search.", unit="nm", low=10.0, high=5000.0
    )


@method(
    "ctffind4",
    "CTF fit and Wiener insertion (after CTFFIND4)",
    ("particles", "image"),
    row="CTFFIND4",
    is_iterative=False,
)
def ctffind4(problem: Problem, options: Ctffind4Options, start: Start | None) -> Iterator[Step]:
    """Fits the CTF to the Thon rings, then filters every image after Wiener and inserts it into the volume.

    CTFFIND4 (Rohou & Grigorieff, J. Struct. Biol. 192, 216, 2015) determines defocus and astigmatism of a
    micrograph by the correlation of its background-subtracted amplitude spectrum with |CTF|, on a grid and
    then refined. It makes no reconstruction; what is made of its result is left to others.

    Here every image has a base defocus and an astigmatism angle already, and what is searched for is what
    all have in common: a defocus error and the astigmatism. All spectra are judged together, by the
    likelihood of their power (Whittle 1953) instead of a correlation, which also uses how dark the minima
    are. Then each image is multiplied by CTF/(CTF² + N/S), with the noise-to-signal ratio N/S from the same
    spectra, and inserted once, weighted by the mean density of central slices at its frequencies.
    """
    operator, measured = used_stack(problem)
    rings = thon_rings(problem, operator, measured)
    found: dict[str, float] = {}
    if options.fit:
        search = CtfSearch(rings, problem.theta, _limits(rings, problem.theta, 10.0 * options.search_nm))
        for share in search.run():
            yield Step(None, 0, _FIT_SHARE * share)
        found = dict(search.found)
    yield Step(_wiener(rings, operator, measured, {**problem.theta, **found}), 1, 1.0, found)


def _limits(rings: ThonRings, theta: Theta, reach_A: float) -> dict[str, tuple[float, float]]:
    """So far to both sides of what is given, for defocus and astigmatism alike."""
    limits = {}
    for name, link in thon_links(rings.operator.links).items():
        given, reach = theta.get(name, link.reference), reach_A / link.factor
        limits[name] = (given - reach, given + reach)
    return limits


def _wiener(rings: ThonRings, operator: TransferStack, measured: Measured, theta: Theta) -> Real32:
    ratio = (rings.noise / rings.signal(theta)).astype(np.float32)
    weights = 1.0 / (operator.power(theta) + ratio)
    if isinstance(operator, ParticleStack):
        density = operator.x_shape[0] * np.maximum(operator.crossings(operator.y_shape[0]), 1.0)
        weights *= np.where(operator.nyquist, 0.0, 1.0 / density).astype(np.float32)
    return operator.weighted_adjoint(measured, theta, weights)
