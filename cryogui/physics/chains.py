"""Residue chains: α helices, β strands and nucleic-acid duplexes, and regions folded out of them.

Lengths are in Å; a chain is its residues' positions [n, 3].
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryogui.physics.rotations import uniform_rotations

Real: TypeAlias = NDArray[np.float64]
Region: TypeAlias = Callable[[Real], NDArray[np.bool_]]

# α helix, β strand and A-form duplex: textbook geometry
HELIX_RISE_A, HELIX_RADIUS_A, HELIX_TURN_RAD = 1.5, 2.3, math.radians(100.0)
STRAND_RISE_A, STRAND_PLEAT_A = 3.3, 0.9
DUPLEX_RISE_A, DUPLEX_RADIUS_A, DUPLEX_TURN_RAD, DUPLEX_GROOVE_RAD = 2.8, 8.5, 2 * math.pi / 11, 2.6
HELIX_SPACING_A, STRAND_SPACING_A, DUPLEX_SPACING_A = 9.8, 4.8, 21.0
SHEET_FRACTION = 0.25
LOOP_STEP_A, LONGEST_LOOP_A = 3.5, 16.0
SHORTEST_ROD_A = 8.0


def ellipsoid(semi_axes: ArrayLike, centre: ArrayLike = 0.0) -> Region:
    """The region inside an ellipsoid along the axes."""
    axes, middle = np.asarray(semi_axes, np.float64), np.asarray(centre, np.float64)

    def inside(points: Real) -> NDArray[np.bool_]:
        within: NDArray[np.bool_] = (((points - middle) / axes) ** 2).sum(-1) <= 1.0
        return within

    return inside


def folded_chains(inside: Region, sites: Real, rng: np.random.Generator, duplex: float = 0.0) -> Real:
    """Points [n, 3] of residue chains that fill a region, one fold per domain.

    Every point belongs to the domain of its nearest site. A domain is a serpentine of parallel rods in a
    direction of its own: α helices with the odd β sheet between them, or, for a fraction `duplex` of the
    domains, nucleic-acid duplexes.
    """
    frames = uniform_rotations(len(sites), rng)
    is_duplex = rng.permutation(len(sites)) < round(duplex * len(sites))
    chains: list[Real] = []
    for number, (site, frame) in enumerate(zip(sites, frames, strict=True)):

        def mine(points: Real, number: int = number) -> NDArray[np.bool_]:
            distance = ((points[:, None] - sites) ** 2).sum(-1)
            kept: NDArray[np.bool_] = inside(points) & (distance.argmin(1) == number)
            return kept

        rods = _rods(mine, site, frame, bool(is_duplex[number]), rng)
        chains += rods if is_duplex[number] else rods + _loops(rods)
    return np.concatenate(chains)


def _rods(
    inside: Region, site: Real, frame: Real, duplex: bool, rng: np.random.Generator, reach: float = 60.0
) -> list[Real]:
    """Parallel rods on a lattice around `site`, along the frame's third column, cut to the region."""
    rods: list[Real] = []
    row_spacing = (DUPLEX_SPACING_A if duplex else HELIX_SPACING_A) * math.sqrt(3) / 2
    rows = int(reach / row_spacing)
    for row in range(-rows, rows + 1):
        make, spacing = _row_kind(duplex, rng)
        half = int(reach / spacing)
        columns = np.arange(-half, half + 1) + 0.5 * (row % 2)
        for column in columns if row % 2 else columns[::-1]:
            local = make(2 * reach) + np.array([column * spacing, row * row_spacing, 0.0])
            points = local @ frame.T + site
            kept = points[inside(points)]
            if len(kept) and np.ptp((kept - site) @ frame[:, 2]) > SHORTEST_ROD_A:
                rods.append(kept if len(rods) % 2 else kept[::-1])
    return rods


def _row_kind(duplex: bool, rng: np.random.Generator) -> tuple[Callable[[float], Real], float]:
    """What one row of the lattice is made of, and how far apart its rods stand."""
    if duplex:
        return duplex_points, DUPLEX_SPACING_A
    if rng.random() < SHEET_FRACTION:
        return strand_points, STRAND_SPACING_A
    return helix_points, HELIX_SPACING_A


def _loops(rods: list[Real]) -> list[Real]:
    """Straight connections from each rod's end to the next one's start, where they are near."""
    loops = []
    for before, after in pairwise(rods):
        gap = after[0] - before[-1]
        steps = int(np.linalg.norm(gap) / LOOP_STEP_A)
        if steps > 1 and np.linalg.norm(gap) < LONGEST_LOOP_A:
            loops.append(before[-1] + np.linspace(0, 1, steps + 1)[1:-1, None] * gap)
    return loops


def helix_points(length: float) -> Real:
    """Residues of an α helix along z, centred."""
    k = np.arange(int(length / HELIX_RISE_A))
    turn = k * HELIX_TURN_RAD
    z = (k - k.mean()) * HELIX_RISE_A
    return np.stack([HELIX_RADIUS_A * np.cos(turn), HELIX_RADIUS_A * np.sin(turn), z], axis=1)


def strand_points(length: float) -> Real:
    """Residues of a β strand along z, pleated, centred."""
    k = np.arange(int(length / STRAND_RISE_A))
    z = (k - k.mean()) * STRAND_RISE_A
    return np.stack([0 * z, STRAND_PLEAT_A * (-1.0) ** k, z], axis=1)


def duplex_points(length: float) -> Real:
    """A double helix along z: per base pair two points on each backbone and two bases inside."""
    k = np.arange(int(length / DUPLEX_RISE_A))
    z = (k - k.mean()) * DUPLEX_RISE_A
    turn = k * DUPLEX_TURN_RAD
    parts = [
        (radius, turn + strand * DUPLEX_GROOVE_RAD, z + along)
        for strand in (0, 1)
        for radius, along in ((DUPLEX_RADIUS_A, -0.7), (DUPLEX_RADIUS_A, 0.7), (3.0, 0.0))
    ]
    points = np.stack([np.stack([r * np.cos(a), r * np.sin(a), h], axis=1) for r, a, h in parts], axis=1)
    return points.reshape(-1, 3)
