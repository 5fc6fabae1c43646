"""Centres of mass of tilt images: the first of the consistency conditions of Helgason and Ludwig.

A point at (x, y, z) projects to (x·cosθ − z·sinθ + tₐ, y), and so does the specimen's centre of mass, as long
as the frame holds all of the specimen and nothing else. A CTF, even in k, leaves the centre alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32

MASS_SPREAD = 0.1
"""An image that holds more or less of the specimen than this share of it is no witness."""


@dataclass(frozen=True, eq=False)
class Centres:
    """Of every image [tilt].

    x_px, y_px: the centre, in pixels from the middle one (index n // 2); NaN without mass. mass: sum of the
    image. spread_px: root of Σx² over the pixels of an image, which turns noise into an error of the place.
    """

    x_px: NDArray[np.float64]
    y_px: NDArray[np.float64]
    mass: NDArray[np.float64]
    spread_px: float

    def whole(self, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which images [tilt] of those `among` hold as much mass as the others; none where the typical one
        holds none."""
        typical = float(np.median(self.mass[among])) if among.any() else 0.0
        if typical <= 0.0:
            return np.zeros(len(self.mass), dtype=bool)
        return among & (np.abs(self.mass / typical - 1.0) < MASS_SPREAD)

    def can_be_trusted(self, among: NDArray[np.bool_]) -> bool:
        """Whether most images of those `among` hold the same mass; else the specimen leaves the frame, or
        mass from beside it comes in."""
        return bool(among.any()) and float(self.whole(among)[among].mean()) >= 0.5

    def error_px(self, noise_sigma: float) -> NDArray[np.float64]:
        """Standard error [tilt] of a coordinate under white noise of this standard deviation in y."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.abs(noise_sigma * self.spread_px / self.mass)


def centres_of_mass(images: Real32) -> Centres:
    """Of the images [tilt, y, x], whose background is zero."""
    _, ny, nx = images.shape
    columns, rows = images.sum(axis=1, dtype=np.float64), images.sum(axis=2, dtype=np.float64)
    mass = columns.sum(axis=1)
    across, along = np.arange(nx) - nx // 2, np.arange(ny) - ny // 2
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = columns @ across / mass, rows @ along / mass
    return Centres(x, y, mass, float(np.sqrt(ny * np.sum(across.astype(np.float64) ** 2))))
