"""Three single-particle specimens, folded from residue chains: lengths in Å, about the origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.chains import Real, Region, ellipsoid, folded_chains
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.rotations import point_group, spread_directions, turn_about_z, uniform_rotations

PARTICLE_SIGMA_A = 2.5
# specimens are built inside this distance from the centre
PARTICLE_RADIUS_A = 78.0


def barrel(rng: np.random.Generator) -> GaussianCloud:
    """Four rings of seven wedge-shaped subunits around a channel, dihedral symmetry D7."""
    chains = []
    for low, high in ((1.5, 25.0), (27.0, 56.0)):
        sites = np.array([44.0, 0.0, 0.5 * (low + high)]) + rng.uniform(-12, 12, (2, 3))
        chains.append(folded_chains(_barrel_subunit(low, high), sites, rng))
    unit = np.concatenate(chains) @ turn_about_z(rng.uniform(0, 2 * np.pi)).T
    copies = [unit @ operation.T for operation in point_group("D7")]
    return GaussianCloud.of(np.concatenate(copies), PARTICLE_SIGMA_A, 1.0)


def _barrel_subunit(low: float, high: float) -> Region:
    """A seventh of a ring about the x axis, between two heights, its outer edge rounded."""

    def inside(points: Real) -> NDArray[np.bool_]:
        x, y, z = points.T
        radius = np.hypot(x, y)
        rounded = (radius / 70.0) ** 4 + (z / 56.0) ** 4 < 1.0
        wedge = np.abs(np.arctan2(y, x)) < np.pi / 7 - 1.5 / np.maximum(radius, 1.0)
        kept: NDArray[np.bool_] = rounded & wedge & (z > low) & (z < high) & (radius > 17.0)
        return kept

    return inside


def two_lobed_granule(rng: np.random.Generator) -> GaussianCloud:
    """A ribosome-like particle: nucleic-acid duplexes and protein folds in a large and a small lobe."""
    lobes = (([70.0, 64.0, 48.0], [0.0, 0.0, -27.0], 14), ([60.0, 46.0, 26.0], [6.0, 0.0, 50.0], 7))
    chains = []
    for axes, centre, domains in lobes:
        jitter = rng.uniform(0.92, 1.04, 3)
        region = _ball_clipped(ellipsoid(np.array(axes) * jitter, centre))
        sites = np.array(centre) + rng.uniform(-0.8, 0.8, (domains, 3)) * axes
        chains.append(folded_chains(region, sites, rng, duplex=0.55))
    turned = np.concatenate(chains) @ uniform_rotations(1, rng)[0].T
    return GaussianCloud.of(turned, PARTICLE_SIGMA_A, 1.0)


def asymmetric_assembly(rng: np.random.Generator) -> GaussianCloud:
    """Globular subunits of different sizes around a body, with clefts between them; one is nucleic acid."""
    radii = np.append(36.0, rng.uniform(25.0, 36.0, 7))
    reach = np.append(0.0, PARTICLE_RADIUS_A - radii[1:])
    directions = np.concatenate([[[0.0, 0.0, 0.0]], spread_directions(7, rng)])
    centres = directions * reach[:, None]
    chains = []
    for number, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        sites = centre + rng.uniform(-0.5, 0.5, (2 if radius < 32 else 3, 3)) * radius
        region = _ball_clipped(_subunit(number, centres, radii))
        chains.append(folded_chains(region, sites, rng, duplex=float(number == 1)))
    return GaussianCloud.of(np.concatenate(chains), PARTICLE_SIGMA_A, 1.0)


def _subunit(number: int, centres: Real, radii: Real) -> Region:
    """One ball of several, with a narrow cleft where it meets the others."""

    def inside(points: Real) -> NDArray[np.bool_]:
        distance = np.linalg.norm(points[:, None] - centres, axis=-1) / radii
        own = distance[:, number]
        others = np.delete(distance, number, axis=1).min(axis=1)
        kept: NDArray[np.bool_] = (own < 1.0) & (own < others - 0.06)
        return kept

    return inside


def _ball_clipped(region: Region) -> Region:
    ball = ellipsoid([PARTICLE_RADIUS_A] * 3)
    return lambda points: region(points) & ball(points)
