"""What a tomogram shows: membranes, filaments, granules, rings, fiducials, as clouds of Gaussians.

Lengths are in Å. Weights are chosen so that the density comes out near `density` where nothing overlaps, so
scenes can be put together from parts that do not know each other. Every part lies about the origin.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryogui.physics.chains import Real, Region, ellipsoid
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.rotations import frame_along, uniform_rotations

LEAFLET_DISTANCE_A = 40.0
RING_RADIUS_A, RING_CHANNEL_A, RING_HEIGHT_A, RING_FOLD = 66.0, 22.0, 40.0, 7


def solid(
    inside: Region, reach: float, sigma: float, density: float, rng: np.random.Generator, texture: float = 0.0
) -> GaussianCloud:
    """A region filled with Gaussians on a jittered grid; `texture`: spread of their weights, 0 to 1."""
    spacing = 1.4 * sigma
    axis = np.arange(-reach, reach + spacing, spacing)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    points = grid + rng.uniform(-0.2, 0.2, grid.shape) * spacing
    points = points[inside(points)]
    weight = density * spacing**3 * np.clip(1.0 + texture * rng.standard_normal(len(points)), 0.1, 2.0)
    return GaussianCloud.of(points, sigma, weight)


def bead(radius: float, sigma: float, density: float, rng: np.random.Generator) -> GaussianCloud:
    """A round fiducial."""
    return solid(ellipsoid([radius] * 3), radius, sigma, density, rng)


def granule(radius: float, sigma: float, density: float, rng: np.random.Generator) -> GaussianCloud:
    """A ribosome-like particle: a large and a small lobe with a cleft between them and a coarse texture."""
    large = ellipsoid(np.array([0.84, 0.78, 0.60]) * radius, [0.0, 0.0, -0.34 * radius])
    small = ellipsoid(np.array([0.74, 0.52, 0.32]) * radius, [0.08 * radius, 0.0, 0.60 * radius])
    body = solid(lambda p: large(p) | small(p), radius, sigma, density, rng, texture=0.7)
    return body.moved(uniform_rotations(1, rng)[0])


def ring_complex(rings: int, sigma: float, density: float, rng: np.random.Generator) -> GaussianCloud:
    """A hollow stack of seven-fold rings, like a proteasome (4) or a chaperonin (2)."""
    half_height = 0.5 * RING_HEIGHT_A * rings

    def inside(points: Real) -> NDArray[np.bool_]:
        x, y, z = points.T
        radius = np.hypot(x, y)
        # distance from the middle of a subunit, around the ring and along the axis: 0 there, 1 at its border
        around = 2 * np.abs(np.mod(np.arctan2(y, x) * RING_FOLD / (2 * np.pi), 1.0) - 0.5)
        along = 2 * np.abs(np.mod((z + half_height) / RING_HEIGHT_A, 1.0) - 0.5)
        surface = RING_RADIUS_A - 8.0 * around**4 - 10.0 * along**4
        kept: NDArray[np.bool_] = (radius < surface) & (radius > RING_CHANNEL_A) & (np.abs(z) < half_height)
        return kept

    body = solid(inside, max(RING_RADIUS_A, half_height), sigma, density, rng, texture=0.3)
    return body.moved(uniform_rotations(1, rng)[0])


def membrane(
    semi_axes: ArrayLike, sigma: float, density: float, rng: np.random.Generator, roughness: float = 0.05
) -> GaussianCloud:
    """A closed bilayer: two leaflets of dense points along a gently deformed ellipsoid about the origin."""
    axes = np.asarray(semi_axes, np.float64)
    waves = [(rng.standard_normal(3) * 1.6, rng.uniform(0, 2 * np.pi)) for _ in range(4)]

    def surface(directions: Real) -> Real:
        ripple = sum(np.sin(directions @ wave + phase) for wave, phase in waves)
        radius = (1.0 + roughness * ripple) / np.linalg.norm(directions / axes, axis=1)
        points: Real = directions * radius[:, None]
        return points

    count = int(4 * np.pi * float(np.mean(axes)) ** 2 / (0.9 * sigma) ** 2)
    u = fibonacci_sphere(count)
    normal, stretch = _surface_normals(surface, u)
    area = 4 * np.pi / count * stretch
    texture = np.clip(1.0 + 0.25 * rng.standard_normal(count), 0.3, 1.7)
    weight = density * math.sqrt(2 * np.pi) * sigma * area * texture
    leaflets = []
    for side in (-0.5 * LEAFLET_DISTANCE_A, 0.5 * LEAFLET_DISTANCE_A):
        points = surface(u) + side * normal
        # the outer leaflet has more area for as many points
        wider = (1.0 + side / np.linalg.norm(surface(u), axis=1)) ** 2
        leaflets.append(GaussianCloud.of(points, sigma, weight * wider))
    return GaussianCloud.joined(leaflets)


def _surface_normals(surface: Callable[[Real], Real], u: Real) -> tuple[Real, Real]:
    """Outward unit normals, and the surface area per solid angle, at directions `u`, by small differences."""
    step = 1e-4
    first = np.cross(u, np.where(np.abs(u[:, :1]) < 0.8, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]]))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(u, first)
    slopes = [
        (surface(_unit(u + step * t)) - surface(_unit(u - step * t))) / (2 * step) for t in (first, second)
    ]
    normal = np.cross(slopes[0], slopes[1])
    stretch = np.linalg.norm(normal, axis=1)
    return normal / stretch[:, None], stretch


def _unit(vectors: Real) -> Real:
    unit: Real = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def fibonacci_sphere(count: int) -> Real:
    """`count` directions spread evenly over the sphere (golden-angle spiral)."""
    k = np.arange(count) + 0.5
    z = 1.0 - 2.0 * k / count
    turn = np.pi * (1.0 + math.sqrt(5.0)) * k
    ring = np.sqrt(1.0 - z**2)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), z], axis=1)


def microtubule(path: Real, sigma: float, density: float) -> GaussianCloud:
    """Thirteen protofilaments of 40 Å monomers, three-start, 112 Å from the polyline `path` [n, 3]."""
    return _filament(path, sigma, density, radius=112.0, rise=40.0, starts=13, shift=3 * 40.0 / 13, twist=0.0)


def actin(path: Real, sigma: float, density: float) -> GaussianCloud:
    """Actin along a polyline: one subunit every 27.5 Å, turned by −166.6°, 25 Å from the axis."""
    twist = math.radians(-166.6)
    return _filament(path, sigma, density, radius=25.0, rise=27.5, starts=1, shift=0.0, twist=twist)


def _filament(
    path: Real,
    sigma: float,
    density: float,
    *,
    radius: float,
    rise: float,
    starts: int,
    shift: float,
    twist: float,
) -> GaussianCloud:
    """Monomers around `path`: `starts` of them every `rise`, each start `shift` further along."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    level, start = np.mgrid[0 : int(travelled[-1] / rise), 0:starts].reshape(2, -1)
    along = level * rise + start * shift
    axis = np.stack([np.interp(along, travelled, path[:, i]) for i in range(3)], axis=1)
    turn = level * twist + start * 2 * np.pi / starts
    frame = frame_along(path[-1] - path[0])
    around = np.cos(turn)[:, None] * frame[:, 0] + np.sin(turn)[:, None] * frame[:, 1]
    points, inside = axis + radius * around, along < travelled[-1]
    return GaussianCloud.of(points[inside], sigma, density * (math.sqrt(2 * np.pi) * sigma) ** 3)
