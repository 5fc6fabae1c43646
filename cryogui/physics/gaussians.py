"""Clouds of isotropic Gaussians: objects whose voxels and projections are known in closed form.

Lengths are in voxels, coordinates are (x, y, z) from the centre of the box, which lies on index n // 2 of
every axis. A voxel holds the integral of the density over its cube and a pixel the integral over its square
and along the beam, both products of differences of error functions. Nothing here interpolates, so these
arrays measure the error of operators that do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numba import njit, prange
from numpy.typing import ArrayLike, NDArray

from cryogui.physics.fourier import PARALLEL_KERNELS

Real: TypeAlias = NDArray[np.float64]
Real32: TypeAlias = NDArray[np.float32]

# profiles end here; what lies beyond is 6e-7 of a Gaussian's mass
REACH_SIGMAS = 5.0


@dataclass(frozen=True)
class GaussianCloud:
    """A density as a sum of isotropic Gaussians.

    centres: [n, 3] (x, y, z) in voxels from the centre; sigma: [n] standard deviations in voxels;
    weight: [n] integrals of the density. Raises ValueError when the shapes do not belong together.
    """

    centres: Real
    sigma: Real
    weight: Real

    def __post_init__(self) -> None:
        n = len(self.centres)
        if self.centres.shape != (n, 3) or self.sigma.shape != (n,) or self.weight.shape != (n,):
            raise ValueError("a cloud needs centres [n, 3], sigma [n] and weight [n]")

    @classmethod
    def of(cls, centres: ArrayLike, sigma: ArrayLike, weight: ArrayLike) -> GaussianCloud:
        """A cloud from anything array-like; a scalar sigma or weight holds for every Gaussian."""
        points = np.asarray(centres, dtype=np.float64).reshape(-1, 3)
        widths, weights = (np.asarray(value, dtype=np.float64) for value in (sigma, weight))
        return cls(points, np.broadcast_to(widths, len(points)), np.broadcast_to(weights, len(points)))

    @classmethod
    def joined(cls, clouds: Sequence[GaussianCloud]) -> GaussianCloud:
        """All Gaussians of several clouds in one."""
        return cls(
            np.concatenate([c.centres for c in clouds]),
            np.concatenate([c.sigma for c in clouds]),
            np.concatenate([c.weight for c in clouds]),
        )

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def mass(self) -> float:
        """The integral of the density."""
        return float(self.weight.sum())

    def weighted(self, factor: ArrayLike) -> GaussianCloud:
        """The same cloud with its weights multiplied by a number, or by one number per Gaussian."""
        return GaussianCloud(self.centres, self.sigma, self.weight * np.asarray(factor, np.float64))

    def moved(self, rotation: ArrayLike | None = None, shift: ArrayLike = 0.0) -> GaussianCloud:
        """The cloud turned about the centre by a 3×3 matrix (columns: where x, y, z go), then shifted."""
        turned = self.centres
        if rotation is not None:
            turned = turned @ np.asarray(rotation, np.float64).T
        return GaussianCloud(turned + np.asarray(shift, np.float64), self.sigma, self.weight)


def voxel_integrals(cloud: GaussianCloud, shape: tuple[int, int, int]) -> Real32:
    """The cloud's integral over every voxel, [z, y, x]; parts outside the box are left out."""
    volume = np.zeros(shape, np.float32)
    centre = np.array(shape[::-1]) // 2
    profile, first, width = _axis_profiles(cloud.centres + centre, cloud.sigma)
    with PARALLEL_KERNELS:
        _add_products(volume, profile, first, width, cloud.weight)
    return volume


def linear_projections(
    cloud: GaussianCloud, rows_x: Real, rows_y: Real, shifts_px: Real, shape: tuple[int, int]
) -> Real32:
    """Pixel-integrated projections [image, y, x] under linear maps of the cloud onto the image plane.

    Image i maps a point c to (rows_x[i]·c, rows_y[i]·c) + shifts_px[i] around pixel (nx // 2, ny // 2); both
    rows must be orthogonal to each other, as those of a rotation, a tilt or a tilt with shrinkage are, or the
    projected Gaussians would not be products. What falls outside the image is left out.
    """
    if np.abs(np.einsum("ij,ij->i", rows_x, rows_y)).max(initial=0.0) > 1e-9:
        raise ValueError("the two rows of a projection must be orthogonal")
    rows = np.stack([rows_x, rows_y], axis=1)
    origin = np.asarray(shifts_px, np.float64) + np.array([shape[1] // 2, shape[0] // 2])
    images = np.zeros((len(rows), *shape), np.float32)
    longest = float(np.sqrt((rows**2).sum(-1)).max(initial=0.0) * cloud.sigma.max(initial=0.0))
    with PARALLEL_KERNELS:
        _project(images, cloud.centres, cloud.sigma, cloud.weight, rows, origin, _profile_length(longest))
    return images


def gaussian_tilt_projection(
    cloud: GaussianCloud,
    shape: tuple[int, int],
    tilt_deg: ArrayLike,
    *,
    thickness: ArrayLike = 1.0,
    offset_px: float = 0.0,
) -> Real32:
    """Exact projections [tilt, y, x] of a cloud tilted about y by `tilt_deg`.

    A point lands on x' = x·cosθ − s·z·sinθ + offset with s the thickness factor (mass conserved), y' = y.
    """
    tilt = np.radians(np.atleast_1d(np.asarray(tilt_deg, np.float64)))
    s = np.broadcast_to(np.asarray(thickness, np.float64), tilt.shape)
    rows_x = np.stack([np.cos(tilt), np.zeros_like(tilt), -s * np.sin(tilt)], axis=1)
    rows_y = np.broadcast_to([0.0, 1.0, 0.0], rows_x.shape)
    shifts = np.broadcast_to([offset_px, 0.0], (len(tilt), 2))
    return linear_projections(cloud, rows_x, rows_y, shifts, shape)


def gaussian_particle_projection(
    cloud: GaussianCloud, shape: tuple[int, int], rotations: ArrayLike, shifts_px: ArrayLike = 0.0
) -> Real32:
    """Exact projections [particle, y, x] along the third row of each rotation matrix [particle, 3, 3].

    The first two rows are the image's x and y axes in volume coordinates, components in order x, y, z;
    `shifts_px` [particle, 2] = (x, y) moves the particle towards +x, +y.
    """
    matrices = np.asarray(rotations, np.float64).reshape(-1, 3, 3)
    shifts = np.broadcast_to(np.asarray(shifts_px, np.float64), (len(matrices), 2))
    return linear_projections(cloud, matrices[:, 0], matrices[:, 1], shifts, shape)


def _profile_length(sigma: float) -> int:
    return 2 * math.ceil(REACH_SIGMAS * sigma) + 2


def _axis_profiles(positions: Real, sigma: Real) -> tuple[Real32, NDArray[np.int64], NDArray[np.int64]]:
    """Per Gaussian and axis: integrals over its window's voxels, the window's first index and length."""
    length = _profile_length(float(sigma.max(initial=0.0)))
    profile = np.zeros((len(sigma), 3, length), np.float32)
    first = np.zeros((len(sigma), 3), np.int64)
    width = np.zeros((len(sigma), 3), np.int64)
    with PARALLEL_KERNELS:
        _fill_profiles(profile, first, width, positions, sigma)
    return profile, first, width


@njit(inline="always")
def _fill_profile(out: Any, position: Any, sigma: Any) -> Any:
    """Writes the integrals of a 1-D Gaussian over unit pixels into `out`; returns first index and length."""
    reach = REACH_SIGMAS * sigma
    start = math.floor(position - reach + 0.5)
    count = math.floor(position + reach + 0.5) - start + 1
    scale = 1.0 / (math.sqrt(2.0) * sigma)
    below = math.erf((start - 0.5 - position) * scale)
    for j in range(count):
        above = math.erf((start + j + 0.5 - position) * scale)
        out[j] = 0.5 * (above - below)
        below = above
    return start, count


@njit(cache=True, parallel=True, fastmath=True)
def _fill_profiles(profile: Any, first: Any, width: Any, positions: Any, sigma: Any) -> None:
    for i in prange(len(sigma)):
        for axis in range(3):
            start, count = _fill_profile(profile[i, axis], positions[i, axis], sigma[i])
            first[i, axis] = start
            width[i, axis] = count


@njit(cache=True, parallel=True, fastmath=True)
def _add_products(volume: Any, profile: Any, first: Any, width: Any, weight: Any) -> None:
    """One thread per plane and Gaussians in order, so that the sum does not depend on the threads."""
    nz, ny, nx = volume.shape
    for z in prange(nz):
        plane = volume[z]
        for i in range(len(weight)):
            dz = z - first[i, 2]
            if dz < 0 or dz >= width[i, 2]:
                continue
            depth = np.float32(weight[i] * profile[i, 2, dz])
            x0 = first[i, 0]
            for y in range(max(first[i, 1], 0), min(first[i, 1] + width[i, 1], ny)):
                height = depth * profile[i, 1, y - first[i, 1]]
                for x in range(max(x0, 0), min(x0 + width[i, 0], nx)):
                    plane[y, x] += height * profile[i, 0, x - x0]


@njit(cache=True, parallel=True, fastmath=True)
def _project(images: Any, centres: Any, sigma: Any, weight: Any, rows: Any, origin: Any, length: Any) -> None:
    """One thread per image; `length` holds the longest profile."""
    count, ny, nx = images.shape
    for n in prange(count):
        image = images[n]
        profile = np.empty((2, length), np.float32)
        first = np.empty(2, np.int64)
        width = np.empty(2, np.int64)
        for i in range(len(weight)):
            for axis in range(2):
                row = rows[n, axis]
                position = origin[n, axis]
                position += row[0] * centres[i, 0] + row[1] * centres[i, 1] + row[2] * centres[i, 2]
                stretch = math.sqrt(row[0] ** 2 + row[1] ** 2 + row[2] ** 2)
                first[axis], width[axis] = _fill_profile(profile[axis], position, stretch * sigma[i])
            x0, y0 = first[0], first[1]
            for y in range(max(y0, 0), min(y0 + width[1], ny)):
                height = np.float32(weight[i]) * profile[1, y - y0]
                for x in range(max(x0, 0), min(x0 + width[0], nx)):
                    image[y, x] += height * profile[0, x - x0]
