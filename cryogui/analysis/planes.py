"""Planes cut through a volume: neighbouring slices averaged, and slices at any angle.

Angles are the rot, tilt and psi of the 3DEM convention: the rows of Rz(psi)·Ry(tilt)·Rz(rot) are the plane's
horizontal axis, its vertical axis and its normal in volume coordinates (x, y, z). With rot = psi = 0 and the
stage tilt angle as tilt the plane is that of the tilt image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 64
"""Between two questions whether the slice is still wanted."""

Point = tuple[float, float, float]


def slab_range(at: int, thickness: int, length: int) -> range:
    """The slices averaged at `at`: `thickness` of them about it, those within a volume of `length`."""
    start = at - thickness // 2
    return range(max(start, 0), min(start + thickness, length))


def slab(volume: NDArray[np.float32], axis: int, at: int, thickness: int) -> NDArray[np.float32]:
    """The mean of the slices about index `at` of `axis`; with thickness 1 the slice itself, not copied."""
    chosen = slab_range(at, thickness, volume.shape[axis])
    part = volume[(slice(None),) * axis + (slice(chosen.start, chosen.stop),)]
    if len(chosen) == 1:
        return part.squeeze(axis)
    if axis == 2:  # short runs along the last axis, which einsum adds up several times as fast as mean
        return np.asarray(np.einsum("zyx->zy", part) / np.float32(len(chosen)))
    return np.asarray(part.mean(axis=axis, dtype=np.float32))


def rotation(rot_deg: float, tilt_deg: float, psi_deg: float) -> NDArray[np.float64]:
    """The rows (horizontal axis, vertical axis, normal) of a plane; exact at multiples of 90°."""
    turn, roll = _about_z(rot_deg), _about_z(psi_deg)
    c, s = _cos_sin(tilt_deg)
    return roll @ np.array([[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]]) @ turn


def angles_of(rows: NDArray[np.float64]) -> tuple[float, float, float]:
    """The (rot, tilt, psi) in degrees of a plane with these rows.

    Of the two that there are, the one with the smaller turns about the beam: a stage tilt stays one.
    """
    normal = rows[2]
    tilt = float(np.rad2deg(np.arctan2(np.hypot(normal[0], normal[1]), normal[2])))
    is_along_z = np.hypot(normal[0], normal[1]) < 1e-9
    rot = 0.0 if is_along_z else float(np.rad2deg(np.arctan2(normal[1], normal[0])))
    rest = rows @ rotation(rot, tilt, 0.0).T
    psi = float(np.rad2deg(np.arctan2(rest[0, 1], rest[0, 0])))
    if abs(rot) + abs(psi) > 180.0 and not is_along_z:
        rot, tilt, psi = _wrapped(rot + 180.0), -tilt, _wrapped(psi + 180.0)
    return rot, tilt, psi


def _wrapped(angle: float) -> float:
    """The same angle within −180° … 180°."""
    return (angle + 180.0) % 360.0 - 180.0


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    angle = np.deg2rad(angle_deg)
    return float(np.round(np.cos(angle), 15)), float(np.round(np.sin(angle), 15))


def _about_z(angle_deg: float) -> NDArray[np.float64]:
    c, s = _cos_sin(angle_deg)
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


@dataclass(frozen=True)
class CutPlane:
    """A plane through the point `position` (z, y, x, in voxels) of a volume, seen as a square image.

    Its pixels are as long as a voxel's shortest edge, its middle pixel is the foot of the volume's centre: a
    point moved within the plane leaves the image where it is. The image holds the volume at any angle.

    shape: of the volume [z, y, x]; edges: of a voxel along z, y, x, in any unit. thickness: layers averaged.
    """

    rot_deg: float
    tilt_deg: float
    psi_deg: float
    position: Point
    shape: tuple[int, int, int]
    edges: Point = (1.0, 1.0, 1.0)
    thickness: int = 1

    @cached_property
    def rows(self) -> NDArray[np.float64]:
        """Horizontal axis, vertical axis and normal, in components x, y, z."""
        return rotation(self.rot_deg, self.tilt_deg, self.psi_deg)

    @property
    def middle(self) -> int:
        """Row and column of the middle pixel; the image has 2·middle + 1 of either."""
        corner = [n // 2 * edge for n, edge in zip(self.shape, self._relative_edges, strict=True)]
        return ceil(float(np.linalg.norm(corner)))

    @property
    def common(self) -> tuple[float, float, float, float]:
        """The part of the image (left, top, width, height) in which a slice along the axes fits."""
        edge = max(n * edge for n, edge in zip(self.shape, self._relative_edges, strict=True))
        start = self.middle - edge // 2 - 0.5
        return start, start, edge, edge

    def to_image(self, position: Point) -> tuple[float, float]:
        """Where a point of the volume falls in the image, seen along the normal: (x, y)."""
        across, down, _ = self.rows @ self._from_centre(position)
        return float(across) + self.middle, float(down) + self.middle

    def from_image(self, x: float, y: float) -> Point:
        """The point (z, y, x) of the plane at a place of the image; it may lie outside the volume."""
        offset = float(self.rows[2] @ self._from_centre(self.position))
        vx, vy, vz = self.rows.T @ np.array([x - self.middle, y - self.middle, offset])
        z, y, x = (
            value / edge + n // 2
            for value, edge, n in zip((vz, vy, vx), self._relative_edges, self.shape, strict=True)
        )
        return float(z), float(y), float(x)

    def stepped(self, layers: float) -> Point:
        """The point so many layers along the normal."""
        steps = layers * self.rows[2][::-1] / np.array(self._relative_edges)
        z, y, x = np.array(self.position) + steps
        return float(z), float(y), float(x)

    def trace(self, cut: int) -> tuple[float, float] | None:
        """The direction of the line in which this plane cuts that across array axis `cut`; (x, y) components.

        In the image of this plane, of length 1; None for planes that are parallel.
        """
        across, down, _ = self.rows[:, 2 - cut]
        length = float(np.hypot(across, down))
        return None if length < 1e-6 else (-float(down) / length, float(across) / length)

    def trace_in(self, vertical: int, horizontal: int) -> tuple[float, float] | None:
        """The same line in the slice that shows these two array axes: (horizontal, vertical), in voxels."""
        normal = self.rows[2][::-1] * np.array(self._relative_edges)
        across, down = normal[horizontal], normal[vertical]
        length = float(np.hypot(across, down))
        return None if length < 1e-6 else (-float(down) / length, float(across) / length)

    def cut(
        self, volume: NDArray[np.float32], check: Callable[[], None] = lambda: None
    ) -> NDArray[np.float32]:
        """The image [row, column], interpolated between the eight voxels around; NaN outside the volume.

        check: raises when the image is no longer wanted.
        """
        from cryogui.analysis.plane_kernels import cut_rows

        edges = np.array(self._relative_edges)
        # The steps in voxels (z, y, x) for a pixel across, a pixel down and a layer along the normal.
        across, down, along = (row[::-1] / edges for row in self.rows)
        offset = float(self.rows[2] @ self._from_centre(self.position))
        size = 2 * self.middle + 1
        start = np.array([n // 2 for n in self.shape]) - self.middle * (across + down) + offset * along
        out = np.empty((size, size), np.float32)
        for first in range(0, size, ROWS_AT_ONCE):
            check()
            block = out[first : first + ROWS_AT_ONCE]
            cut_rows(volume, start + first * down, across, down, along, self.thickness, block)
        return out

    @cached_property
    def _relative_edges(self) -> Point:
        least = min(self.edges)
        z, y, x = self.edges
        return z / least, y / least, x / least

    def _from_centre(self, position: Point) -> NDArray[np.float64]:
        """A point (z, y, x) as x, y, z from the volume's centre, in pixels of the image."""
        z, y, x = (
            (at - n // 2) * edge
            for at, n, edge in zip(position, self.shape, self._relative_edges, strict=True)
        )
        return np.array([x, y, z])
