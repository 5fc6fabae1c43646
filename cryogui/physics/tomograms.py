"""Three tomographic specimens, put together from bodies that do not touch: lengths in Å, about the origin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.bodies import actin, bead, granule, membrane, microtubule, ring_complex, solid
from cryogui.physics.chains import Real, ellipsoid
from cryogui.physics.gaussians import GaussianCloud
from cryogui.physics.rotations import frame_along, spread_directions, uniform_rotations

TOMOGRAM_SIGMA_A = 12.5
# specimens are built inside this distance from the tilt axis, and along it
TOMOGRAM_RADIUS_A = 412.0


class _Stage:
    """Where bodies have been put: finds free places for spheres inside the region every tilt sees."""

    def __init__(self, rng: np.random.Generator, half_thickness: float = TOMOGRAM_RADIUS_A) -> None:
        self.rng = rng
        self.half_thickness = half_thickness
        self.parts: list[GaussianCloud] = []
        self._centres = np.empty((0, 3))
        self._radii = np.empty(0)

    def free(self, points: Real, radius: float, end_margin: float | None = None) -> NDArray[np.bool_]:
        """Which of `points` [n, 3] can hold a sphere; `end_margin` is what it may keep from the ends in y."""
        x, y, z = points.T
        room: NDArray[np.bool_] = np.hypot(x, z) <= TOMOGRAM_RADIUS_A - radius
        room &= np.abs(z) <= self.half_thickness - radius
        room &= np.abs(y) <= TOMOGRAM_RADIUS_A - (radius if end_margin is None else end_margin)
        inside = np.flatnonzero(room)
        gap = ((points[inside, None] - self._centres) ** 2).sum(axis=-1) - (radius + self._radii) ** 2
        room[inside] = (gap > 0.0).all(axis=1)
        return room

    def occupy(self, points: Real, radius: float) -> None:
        """Marks spheres around `points` [n, 3] as taken."""
        self._centres = np.concatenate([self._centres, points])
        self._radii = np.concatenate([self._radii, np.full(len(points), radius)])

    def place(self, radius: float, make: Callable[[], GaussianCloud], tries: int = 200) -> bool:
        """Puts what `make` returns into a free sphere; returns False where nothing is free any more."""
        candidates = self.rng.uniform(-1, 1, (tries, 3)) * (TOMOGRAM_RADIUS_A - radius)
        free = np.flatnonzero(self.free(candidates, radius))
        if not len(free):
            return False
        centre = candidates[free[0]]
        self.occupy(centre[None], radius)
        self.parts.append(make().moved(shift=centre))
        return True

    def scatter(self, count: int, radii: tuple[float, float], density: float) -> None:
        """Small globular proteins and complexes, as many of `count` as find room."""
        for radius in self.rng.uniform(*radii, count):
            self.place(radius + 8.0, partial(_globule, radius, density, self.rng))

    def cloud(self) -> GaussianCloud:
        """Everything placed so far."""
        return GaussianCloud.joined(self.parts)


def _globule(radius: float, density: float, rng: np.random.Generator) -> GaussianCloud:
    shape = ellipsoid(radius * rng.uniform(0.7, 1.0, 3))
    body = solid(shape, radius, TOMOGRAM_SIGMA_A, density, rng, texture=0.4)
    return body.moved(uniform_rotations(1, rng)[0])


def vesicles(rng: np.random.Generator) -> GaussianCloud:
    """Vesicles of several sizes with granules in them, round fiducials and small complexes outside."""
    stage, sigma = _Stage(rng), TOMOGRAM_SIGMA_A
    for radius in (255.0, 205.0, 165.0, 125.0):
        stage.place(radius, partial(_vesicle, radius, rng), tries=20_000)
    for _ in range(8):
        stage.place(52.0, partial(bead, rng.uniform(34, 42), sigma, 0.8, rng))
    stage.place(115.0, partial(granule, 110.0, sigma, 0.6, rng))
    stage.scatter(40, (22.0, 40.0), 0.5)
    return stage.cloud()


def _vesicle(radius: float, rng: np.random.Generator) -> GaussianCloud:
    """A bilayer with proteins standing on it and granules inside."""
    sigma = TOMOGRAM_SIGMA_A
    axes = (radius - 58.0) * rng.uniform(0.85, 1.0, 3)
    parts = [membrane(axes, sigma, 0.75, rng)]
    for direction in spread_directions(6, rng):
        on_surface = direction / np.linalg.norm(direction / axes)
        head = solid(ellipsoid([24.0, 24.0, 18.0]), 24.0, sigma, 0.6, rng)
        parts.append(head.moved(frame_along(direction), on_surface + 42.0 * direction))
    inside, room = _Stage(rng), float(axes.min()) - 42.0
    for size in rng.uniform(0.30, 0.52, 9) * room:
        centres = uniform_rotations(100, rng)[:, 0] * (room - size) * rng.random((100, 1)) ** (1 / 3)
        for centre in centres[inside.free(centres, size)][:1]:
            inside.occupy(centre[None], size)
            parts.append(solid(ellipsoid([size] * 3), size, sigma, 0.65, rng, 0.5).moved(shift=centre))
    return GaussianCloud.joined(parts).moved(uniform_rotations(1, rng)[0])


def crowded_cytosol(rng: np.random.Generator) -> GaussianCloud:
    """Ribosome-like granules, proteasome- and chaperonin-like rings, and small proteins between them."""
    stage, sigma = _Stage(rng), TOMOGRAM_SIGMA_A
    for _ in range(8):
        stage.place(130.0, partial(granule, 128.0, sigma, 0.6, rng), tries=2000)
    for rings, radius in ((4, 108.0), (4, 108.0), (2, 84.0), (2, 84.0), (2, 84.0)):
        stage.place(radius, partial(ring_complex, rings, sigma, 0.7, rng))
    stage.scatter(60, (34.0, 54.0), 0.6)
    stage.scatter(260, (20.0, 32.0), 0.55)
    return stage.cloud()


def filaments_in_lamella(rng: np.random.Generator) -> GaussianCloud:
    """A thinned slab: microtubules and actin roughly along the tilt axis, a cisterna, granules, proteins."""
    stage, sigma = _Stage(rng, half_thickness=230.0), 16.0
    _add_cisterna(stage, rng)
    for radius, build, density in [(126.0, microtubule, 0.75)] * 3 + [(46.0, actin, 0.75)] * 14:
        for _ in range(200):
            path = _gentle_path(stage.half_thickness - radius, rng)
            if stage.free(path, radius, end_margin=0.0).all():
                stage.occupy(path, radius)
                stage.parts.append(build(path, sigma, density))
                break
    for _ in range(5):
        stage.place(120.0, partial(granule, 118.0, TOMOGRAM_SIGMA_A, 0.6, rng))
    stage.scatter(60, (34.0, 52.0), 0.6)
    stage.scatter(150, (20.0, 32.0), 0.55)
    return stage.cloud()


def _add_cisterna(stage: _Stage, rng: np.random.Generator) -> None:
    """A long flat membrane sac on one side of the slab."""
    side = rng.choice([-1.0, 1.0])
    centre = np.array([side * rng.uniform(190, 250), rng.uniform(-60, 60), rng.uniform(-40, 40)])
    sac = membrane([85.0, 290.0, 120.0], TOMOGRAM_SIGMA_A, 0.7, rng)
    stage.parts.append(sac.moved(shift=centre))
    along = np.linspace(-260, 260, 9)[:, None] * [0.0, 1.0, 0.0]
    stage.occupy(centre + along, 130.0)


def _gentle_path(half_depth: float, rng: np.random.Generator) -> Real:
    """A slightly bent polyline [n, 3] through the slab, within 40° of the tilt axis."""
    heading = np.radians(rng.uniform(-40, 40))
    along = np.array([np.tan(heading), 1.0, rng.uniform(-0.12, 0.12)])
    across = np.array([np.cos(heading), -np.sin(heading), 0.0])
    half_length = rng.uniform(0.9, 1.0) * (TOMOGRAM_RADIUS_A - 10.0)
    middle = rng.uniform(-1, 1, 3) * [300.0, 0.0, half_depth]
    t = np.linspace(-1, 1, 25)[:, None]
    path: Real = middle + half_length * t * along + rng.uniform(-35, 35) * (t**2 - 0.4) * across
    return path
