"""Rotation matrices: uniformly random ones, turns about an axis, point groups."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Real: TypeAlias = NDArray[np.float64]


def uniform_rotations(count: int, rng: np.random.Generator) -> Real:
    """`count` rotation matrices [count, 3, 3], uniform over all orientations (normalised 4-D Gaussians)."""
    q = rng.standard_normal((count, 4))
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), -1, 0)


def turn_about_z(angle_rad: float) -> Real:
    """Counter-clockwise turn about z."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def turns(vectors: ArrayLike) -> Real:
    """Rotations [..., 3, 3] about vectors [..., 3], counter-clockwise by their lengths in rad (Rodrigues)."""
    x, y, z = np.moveaxis(np.asarray(vectors, np.float64), -1, 0)
    angle = np.sqrt(x * x + y * y + z * z)[..., None, None]
    nothing = np.zeros_like(x)
    rows = [[nothing, -z, y], [z, nothing, -x], [-y, x, nothing]]
    cross = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
    half = np.sinc(0.5 * angle / np.pi)
    turned: Real = np.eye(3) + np.sinc(angle / np.pi) * cross + 0.5 * half**2 * (cross @ cross)
    return turned


def turn_vectors(rotations: Real) -> Real:
    """The inverse of `turns`, for rotations [..., 3, 3] by less than half a turn."""
    r = rotations
    sines = 0.5 * np.stack(
        [r[..., 2, 1] - r[..., 1, 2], r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]], axis=-1
    )
    sine = np.linalg.norm(sines, axis=-1, keepdims=True)
    angle = np.arctan2(sine, 0.5 * (np.trace(r, axis1=-2, axis2=-1)[..., None] - 1.0))
    vectors: Real = sines * np.divide(angle, sine, out=np.ones_like(angle), where=sine > 1e-12)
    return vectors


def frame_along(direction: ArrayLike) -> Real:
    """A rotation whose third column is the unit vector along `direction`; the others are any normal pair."""
    axis = np.asarray(direction, np.float64)
    axis = axis / np.linalg.norm(axis)
    helper = np.array([1.0, 0.0, 0.0]) if abs(axis[0]) < 0.8 else np.array([0.0, 1.0, 0.0])
    first = np.cross(helper, axis)
    first /= np.linalg.norm(first)
    return np.stack([first, np.cross(axis, first), axis], axis=1)


def point_group(name: str) -> Real:
    """The operations [k, 3, 3] of a cyclic ('C7') or dihedral ('D7') group, main axis z, two-folds on x.

    Raises ValueError for other names.
    """
    if name[:1] not in ("C", "D") or not name[1:].isdigit() or int(name[1:]) < 1:
        raise ValueError(f"point groups are written C1, C2, … or D1, D2, …, not {name!r}")
    order = int(name[1:])
    turns = np.array([turn_about_z(2 * np.pi * k / order) for k in range(order)])
    if name[0] == "C":
        return turns
    return np.concatenate([turns, turns @ np.diag([1.0, -1.0, -1.0])])


def spread_directions(count: int, rng: np.random.Generator) -> Real:
    """`count` random unit vectors [count, 3] at least 55° apart; up to about ten fit."""
    chosen: list[Real] = []
    while len(chosen) < count:
        candidate = rng.standard_normal(3)
        candidate /= np.linalg.norm(candidate)
        if all(candidate @ other < 0.57 for other in chosen):
            chosen.append(candidate)
    return np.array(chosen)
