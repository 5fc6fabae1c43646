"""From where particles are seen: directions on the sphere, how evenly they lie, and what they leave out.

A view along d and one along −d measure the same central slice (Friedel's law), so the sphere is folded to
one hemisphere. It is drawn by Lambert's azimuthal projection, which keeps areas: evenly spread views look
evenly spread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryogui.physics.operators import Cropped, Operator
from cryogui.physics.particles import ParticleStack

GRID = 64  # cells across the disc
PROBES = 2000  # Fourier directions that are looked at
COMPLETE = 0.99  # of all directions
_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Views:
    """Viewing directions of a stack, in the file's order.

    direction [particle, (x, y, z)]: the beam in the volume, folded to z ≥ 0. disc [particle, (x, y)]: the
    same in the unit disc, seen down z. excluded: whether a particle is left out.
    """

    direction: NDArray[np.float64]
    disc: NDArray[np.float64]
    excluded: NDArray[np.bool_]


@dataclass(frozen=True)
class ViewFigures:
    """How well directions cover the sphere.

    count: views used. spacing_deg: mean angle between neighbours if they lay evenly. least, most: density of
    views relative to an even spread. worst: as large as 2·|cos| of the angle between a Fourier direction and
    the nearest view gets, but for the worst 1 % of directions.
    """

    count: int
    spacing_deg: float
    least: float
    most: float
    worst: float

    def complete_to(self, diameter: float) -> float:
        """The finest detail that is sampled without gaps in an object `diameter` across, in its unit.

        A Fourier direction is sampled at resolution d when a slice passes within 1/(2D) of its point at 1/d,
        the criterion of Crowther, DeRosier & Klug (1970); 99 % of the directions have to be.
        """
        return diameter * self.worst


def stack_of(operator: Operator | None) -> ParticleStack | None:
    """The particles within an operator; None for tilt series and images."""
    inner = operator.inner if isinstance(operator, Cropped) else operator
    return inner if isinstance(inner, ParticleStack) else None


def views(stack: ParticleStack, excluded: frozenset[int] = frozenset()) -> Views:
    """The viewing directions of a stack, without the particles `excluded`."""
    beam = stack.rotations[:, 2]
    folded = np.where(beam[:, 2:] < 0, -beam, beam)
    left_out = np.zeros(len(beam), dtype=bool)
    left_out[[index for index in excluded if index < len(beam)]] = True
    return Views(folded, to_disc(folded), left_out)


def to_disc(direction: ArrayLike) -> NDArray[np.float64]:
    """Directions [.., (x, y, z)] with z ≥ 0 in the unit disc: Lambert's azimuthal equal-area projection."""
    d = np.asarray(direction, dtype=np.float64)
    # radius 2·sin(ϑ/2)/√2 in the direction of (x, y); 1 + z never vanishes on this hemisphere
    result: NDArray[np.float64] = d[..., :2] / np.sqrt(1.0 + d[..., 2:])
    return result


def from_disc(place: ArrayLike) -> NDArray[np.float64]:
    """The directions at places [.., (x, y)] of the unit disc: the inverse of `to_disc`."""
    p = np.asarray(place, dtype=np.float64)
    squared = (p**2).sum(axis=-1, keepdims=True)
    return np.concatenate([p * np.sqrt(np.maximum(2.0 - squared, 0.0)), 1.0 - squared], axis=-1)


def density(seen: Views) -> NDArray[np.float32]:
    """How often each part of the disc is seen, relative to an even spread: [GRID, GRID], NaN outside it.

    Directions are spread by a Fisher kernel, the narrower the more views there are. Row 0 is y = −1.
    """
    cells = from_disc(_cells())
    inside = (_cells() ** 2).sum(axis=-1) <= 1.0
    result = np.full((GRID, GRID), np.nan, dtype=np.float32)
    chosen = seen.disc[~seen.excluded]
    if not len(chosen):
        result[inside] = 0.0
        return result
    width = math.radians(float(np.clip(80.0 / len(chosen) ** (1 / 3), 6.0, 20.0)))
    sharpness = 1.0 / width**2
    # views are first counted in the cells, so that a million of them cost no more than a few thousand
    column, row = np.clip(((chosen + 1.0) * (GRID / 2)).astype(int), 0, GRID - 1).T
    counts = np.zeros((GRID, GRID))
    np.add.at(counts, (row, column), 1.0)
    centres, weight = cells[counts > 0], counts[counts > 0]
    # a cell cut by the rim may have its centre beyond it, where z is negative: the other end is meant
    kernel = np.exp(sharpness * (np.abs(cells[inside] @ centres.T) - 1.0))
    even = (1.0 - math.exp(-sharpness)) / sharpness
    result[inside] = kernel @ weight / (weight.sum() * even)
    return result


def view_figures(seen: Views, spread: NDArray[np.float32]) -> ViewFigures:
    """How evenly the views lie; `spread` is their `density`."""
    chosen = seen.direction[~seen.excluded]
    count = len(chosen)
    if not count:
        return ViewFigures(0, 180.0, 0.0, 0.0, 2.0)
    return ViewFigures(
        count=count,
        spacing_deg=math.degrees(math.sqrt(2.0 * math.pi / count)),
        least=float(np.nanmin(spread)),
        most=float(np.nanmax(spread)),
        worst=2.0 * float(np.quantile(nearest_slice(chosen), COMPLETE)),
    )


def nearest_slice(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of evenly spread points of the Fourier unit sphere to the nearest central slice [probe]."""
    probes = _even_directions(PROBES)
    nearest = np.full(PROBES, np.inf)
    for part in _parts(direction):
        np.minimum(nearest, np.abs(probes @ part.T).min(axis=1), out=nearest)
    return nearest


def _cells() -> NDArray[np.float64]:
    """Centres of the disc's cells [row, column, (x, y)]."""
    axis = (np.arange(GRID) + 0.5) * (2.0 / GRID) - 1.0
    return np.stack(np.meshgrid(axis, axis), axis=-1)


def _even_directions(count: int) -> NDArray[np.float64]:
    """Points of a Fibonacci spiral over one hemisphere [point, (x, y, z)]."""
    z = (np.arange(count) + 0.5) / count
    azimuth = np.arange(count) * math.pi * (3.0 - math.sqrt(5.0))
    across = np.sqrt(1.0 - z**2)
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=1)


def _parts(direction: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    for start in range(0, len(direction), _AT_ONCE):
        yield direction[start : start + _AT_ONCE]
