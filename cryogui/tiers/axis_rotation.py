"""How far a recorded tilt axis lies off the images' y axis, told from the images themselves.

Turned by the right angle, images are explained best by a reconstruction about their y axis. Angle and offset
of the axis are searched together, for a wrong offset looks much like a rotation, on few and small images,
blurred so that interpolating them does not pass for an improvement, and in a round window, so that no angle
has an edge over another.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Residual = Callable[[float, float], float]  # of an angle, °, and an offset, px

SIDE, MOST_IMAGES = 32, 20
SMALLEST_SIDE, FEWEST_IMAGES = 16, 5
SHADOWED = 0.5  # of the usual contrast: less is an image that the holder shadows, which no volume explains
ANGLES_DEG, OFFSETS_PX = np.arange(-20.0, 21.0, 5.0), np.arange(-2.0, 3.0)
FINE_DEG, FINE_PX = 2.0, 0.5
BLUR_PX = 1.0
LEAST_DEG, SIGMAS = 0.5, 4.0  # less is not worth the interpolation, or may be chance


@dataclass(frozen=True)
class Rotation:
    """angle_deg: how far the axis lies off y, clockwise as shown (row 0 on top); error_deg: standard error;
    before, after: ‖r‖/‖y‖ of the small images as they are and turned back."""

    angle_deg: float
    error_deg: float
    before: float
    after: float

    @property
    def is_certain(self) -> bool:
        """Whether the images should be turned."""
        return abs(self.angle_deg) > max(LEAST_DEG, SIGMAS * self.error_deg)

    @classmethod
    def of(cls, images: NDArray[np.float32], tilts_deg: Real) -> Rotation | None:
        """From images [image, y, x] already made small; None where they do not tell an angle in range."""
        contrast = images.std(axis=(1, 2))
        lit = contrast > SHADOWED * np.median(contrast)
        images, tilts_deg = images[lit], tilts_deg[lit]
        if min(images.shape[1:]) < SMALLEST_SIDE or len(images) < FEWEST_IMAGES:
            return None
        residual = _residuals(images, tilts_deg)
        squares = _squares(residual, ANGLES_DEG, OFFSETS_PX)
        row, column = np.unravel_index(squares.argmin(), squares.shape)
        if row in (0, len(ANGLES_DEG) - 1):
            return None
        middle = int(np.clip(column, 1, len(OFFSETS_PX) - 2))
        near = slice(row - 1, row + 2), slice(middle - 1, middle + 2)
        bowl = _refined(_Bowl.through(ANGLES_DEG[near[0]], OFFSETS_PX[near[1]], squares[near]), residual)
        if bowl is None:
            return None
        before = float(np.sqrt(squares[ANGLES_DEG == 0.0].min()))
        error = bowl.angle_error(_independent_pixels(images.shape))
        return cls(bowl.angle, error, before, math.sqrt(bowl.lowest))


@dataclass(frozen=True, eq=False)
class _Bowl:
    """The paraboloid through squared residuals over angle and offset; its lowest point and curvature."""

    angle: float
    offset: float
    lowest: float
    curvature: Real

    @classmethod
    def through(cls, angles: Real, offsets: Real, squares: Real) -> _Bowl | None:
        """By least squares; None where there is no lowest point near by."""
        a, o = (grid.ravel() for grid in np.meshgrid(angles - angles[1], offsets - offsets[1], indexing="ij"))
        terms = np.stack([a * a, a * o, o * o, a, o, np.ones_like(a)], axis=1)
        aa, ao, oo, *slope, level = np.linalg.lstsq(terms, squares.ravel(), rcond=None)[0]
        curvature = np.array([[2 * aa, ao], [ao, 2 * oo]])
        if np.linalg.eigvalsh(curvature)[0] <= 0.0:
            return None
        away = -np.linalg.solve(curvature, slope)
        lowest = float(level + 0.5 * (slope @ away))
        if abs(away[0]) > angles[2] - angles[0] or abs(away[1]) > offsets[2] - offsets[0] or lowest <= 0.0:
            return None
        return cls(float(angles[1] + away[0]), float(offsets[1] + away[1]), lowest, curvature)

    def angle_error(self, count: float) -> float:
        """Standard error if the residual is noise in so many independent pixels (½ count log ‖r‖² is then
        the negative log likelihood)."""
        information = self.curvature * (count / (2.0 * self.lowest))
        return float(np.sqrt(np.linalg.inv(information)[0, 0]))


def _refined(start: _Bowl | None, residual: Residual) -> _Bowl | None:
    """Through finer steps about the lowest point of `start`."""
    if start is None:
        return None
    steps = np.array([-1.0, 0.0, 1.0])
    angles, offsets = start.angle + FINE_DEG * steps, start.offset + FINE_PX * steps
    return _Bowl.through(angles, offsets, _squares(residual, angles, offsets))


def _squares(residual: Residual, angles: Real, offsets: Real) -> Real:
    return np.array([[residual(angle, offset) ** 2 for offset in offsets] for angle in angles])


def rotated(image: NDArray[np.float32], angle_deg: float) -> NDArray[np.float32]:
    """The image(s) [..., y, x] turned counter-clockwise as shown (row 0 on top), by a cubic spline; what
    enters at the edges continues them."""
    from scipy import ndimage

    axes = (image.ndim - 2, image.ndim - 1)
    turned = ndimage.rotate(image, angle_deg, axes=axes, reshape=False, order=3, mode="nearest")
    return np.asarray(turned, dtype=np.float32)


def _residuals(images: NDArray[np.float32], tilts_deg: Real) -> Residual:
    from scipy import ndimage

    from cryogui.physics.live import LiveModel
    from cryogui.physics.tilt import SingleAxisTilt

    _, ny, nx = images.shape
    blurred, window = ndimage.gaussian_filter(images, (0.0, BLUR_PX, BLUR_PX)), _round_window(ny, nx)
    operator = SingleAxisTilt((nx, ny, nx), (ny, nx), tilts_deg)
    models: dict[float, LiveModel] = {}

    def residual(angle_deg: float, offset_px: float) -> float:
        if angle_deg not in models:
            models.clear()
            models[angle_deg] = LiveModel(operator, rotated(blurred, angle_deg) * window)
        live, theta = models[angle_deg], {"tilt_axis_offset": float(offset_px)}
        live.set_object(live.reconstruct(theta))
        return live.misfit(theta).residual

    return residual


def _round_window(ny: int, nx: int) -> NDArray[np.float32]:
    """[y, x]: 1 inside, falling to 0 at the largest circle that fits."""
    y, x = np.arange(ny) - (ny - 1) / 2, np.arange(nx) - (nx - 1) / 2
    inset = (min(ny, nx) / 2 - np.hypot(y[:, None], x)) / (min(ny, nx) / 10)
    return np.clip(inset, 0.0, 1.0).astype(np.float32)


def _independent_pixels(shape: tuple[int, ...]) -> float:
    count, ny, nx = shape
    return count * float(_round_window(ny, nx).sum()) / (4.0 * math.pi * BLUR_PX**2)
