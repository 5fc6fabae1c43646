"""One cursor for all views: where a point of the volume falls in an image, and back.

Axes and signs are those of the forward models: an image's x and y axes are the first two rows of its
rotation (components x, y, z); a stage tilt θ about y has rows (cosθ, 0, −sinθ) and (0, 1, 0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.session.state import Position


@dataclass(frozen=True)
class Frame:
    """How one image sees the volume.

    rotation: rows are the image's x, y and beam axes in volume coordinates (x, y, z).
    volume_shape: (nz, ny, nx); image_shape: (ny, nx); shift_px: (x, y) of the particle in the image.
    """

    rotation: tuple[tuple[float, float, float], ...]
    volume_shape: tuple[int, int, int]
    image_shape: tuple[int, int]
    shift_px: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of_tilt(
        cls, angle_deg: float, volume_shape: tuple[int, int, int], image_shape: tuple[int, int]
    ) -> Frame:
        """The frame of a stage tilt about y."""
        c, s = float(np.cos(np.deg2rad(angle_deg))), float(np.sin(np.deg2rad(angle_deg)))
        return cls(((c, 0.0, -s), (0.0, 1.0, 0.0), (s, 0.0, c)), volume_shape, image_shape)

    def to_image(self, position: Position) -> tuple[float, float]:
        """Where the point (z, y, x) of the volume lies in the image, as (x, y) in pixels."""
        x, y, _ = np.asarray(self.rotation) @ self._centred(position)
        ny, nx = self.image_shape
        return float(x) + nx // 2 + self.shift_px[0], float(y) + ny // 2 + self.shift_px[1]

    def from_image(self, x: float, y: float, position: Position) -> Position:
        """The point (z, y, x) seen at (x, y) of the image, at the depth along the beam `position` has.

        Clamped to the volume.
        """
        ny, nx = self.image_shape
        rotation = np.asarray(self.rotation)
        depth = rotation[2] @ self._centred(position)
        in_image = np.array([x - nx // 2 - self.shift_px[0], y - ny // 2 - self.shift_px[1], depth])
        vx, vy, vz = rotation.T @ in_image
        return clamp(
            (vz + self.volume_shape[0] // 2, vy + self.volume_shape[1] // 2, vx + self.volume_shape[2] // 2),
            self.volume_shape,
        )

    def _centred(self, position: Position) -> NDArray[np.float64]:
        z, y, x = (p - n // 2 for p, n in zip(position, self.volume_shape, strict=True))
        return np.array([x, y, z])


def clamp(position: Position, shape: tuple[int, int, int]) -> Position:
    """`position` moved into a volume of `shape`."""
    z, y, x = (float(min(max(p, 0), n - 1)) for p, n in zip(position, shape, strict=True))
    return z, y, x


def centre(shape: tuple[int, int, int]) -> Position:
    """The centre voxel, index n // 2 on every axis."""
    nz, ny, nx = shape
    return float(nz // 2), float(ny // 2), float(nx // 2)
