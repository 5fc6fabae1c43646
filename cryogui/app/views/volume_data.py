"""What is drawn of one volume in 3-D: voxels few enough, and surfaces on demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.app.views.levels import Levels, percentile_levels

FINE, COARSE = 128, 64
"""Voxels along the longest axis of which a surface is made: at rest, and while it moves."""

_COARSEST = 32
_MOST_FACES = 250_000

VoxelSize = float | tuple[float, float, float]  # edge in Å, or edges along z, y, x


def voxel_edges(size: VoxelSize | None) -> tuple[float, float, float] | None:
    """A voxel's edges along z, y and x in Å; None where they are not known."""
    if size is None:
        return None
    z, y, x = np.broadcast_to(size, 3)
    return float(z), float(y), float(x)


@dataclass(frozen=True)
class Grid:
    """Where voxels lie: their number and their edges (relative, the shortest is 1), both along z, y, x."""

    shape: tuple[int, ...]
    edges: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @classmethod
    def of(cls, shape: tuple[int, ...], edges: tuple[float, float, float] | None) -> Grid:
        """The grid of a volume with these voxels; of cubes where the voxels are not known."""
        z, y, x = edges or (1.0, 1.0, 1.0)
        least = min(z, y, x)
        return cls(shape, (z / least, y / least, x / least))

    @property
    def scale(self) -> NDArray[np.float32]:
        """The edges along x, y, z."""
        return np.array(self.edges[::-1], dtype=np.float32)

    @property
    def corners(self) -> NDArray[np.float64]:
        """The box's eight corners (x, y, z); bits 1, 2 and 4 of a corner's number are its far x, y and z."""
        far = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float64)
        return far * self.size - 0.5 * self.scale

    @property
    def size(self) -> NDArray[np.float32]:
        """The volume's edges along x, y, z."""
        return np.array(self.shape[::-1], dtype=np.float32) * self.scale


@dataclass(frozen=True, eq=False)
class Surface:
    """A triangle mesh in voxels of the original volume, axes in order x, y, z."""

    vertices: NDArray[np.float32]
    faces: NDArray[np.uint32]
    normals: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Drawable:
    """A volume [z, y, x] binned by `factor`, and the levels to show it with."""

    voxels: NDArray[np.float32]
    factor: int
    levels: Levels

    def at(self, fraction: float) -> float:
        """The value at `fraction` of the way between the levels."""
        low, high = self.levels
        return low + fraction * (high - low)


def binned(volume: NDArray[np.float32], limit: int) -> tuple[NDArray[np.float32], int]:
    """Block means, so that no axis is longer than `limit`; and the block's edge in voxels."""
    factor = -(-max(volume.shape) // limit)
    if factor <= 1:
        return volume, 1
    result: NDArray[np.floating] = volume
    for axis, length in enumerate(volume.shape):
        starts = np.arange(0, length, factor)
        counts = np.diff(np.append(starts, length)).astype(np.float32)
        shape = [-1 if a == axis else 1 for a in range(3)]
        result = np.add.reduceat(result, starts, axis=axis) / counts.reshape(shape)
    return np.ascontiguousarray(result, dtype=np.float32), factor


def finite(volume: NDArray[np.float32]) -> NDArray[np.float32]:
    """The volume with nothing where it holds no numbers."""
    return np.nan_to_num(np.asarray(volume, dtype=np.float32), posinf=0.0, neginf=0.0)


def drawable(volume: NDArray[np.float32], limit: int) -> Drawable:
    """The volume as the graphics card takes it: finite, binned, with levels from its projected maxima."""
    voxels, factor = binned(finite(volume), limit)
    return Drawable(voxels, factor, percentile_levels(voxels.max(axis=0), 2.0, 99.8))


def surface(source: Drawable, fraction: float, limit: int = FINE) -> Surface | None:
    """The isosurface at `fraction` of the way between the levels; None where nothing reaches it.

    It is taken from at most `limit` voxels an axis, from fewer when noise would shatter it into specks.
    """
    from skimage.measure import marching_cubes

    low, level = source.levels[0], source.at(fraction)
    voxels, factor = binned(source.voxels, limit)
    # A border of background closes the surface where the object leaves the box.
    padded = np.pad(voxels, 1, constant_values=min(low, float(voxels.min())))
    if not padded.min() < level < padded.max():
        return None
    vertices, faces, normals, _ = marching_cubes(padded, level)
    if len(faces) > _MOST_FACES and limit > _COARSEST:
        return surface(source, fraction, limit // 2)
    total = factor * source.factor
    in_original = (vertices - 1.0) * total + (total - 1) / 2
    return Surface(
        np.ascontiguousarray(in_original[:, ::-1], dtype=np.float32),
        np.ascontiguousarray(faces, dtype=np.uint32),
        np.ascontiguousarray(normals[:, ::-1], dtype=np.float32),
    )
