"""Which way a recorded tilt axis lies: along the images' y axis, as the forward model has it, or along x.

Both are tried on images made small: the way that is nearer the truth gives the reconstruction that explains
its own images better. (Profiles and centres of mass, which need no reconstruction, are misled by mass that
enters and leaves the field of view.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SIDE, MOST_IMAGES = 64, 45
OFFSETS_PX = (-4.0, -2.0, 0.0, 2.0, 4.0)  # of the small images; a badly centred axis must not decide
CLEARLY = 0.9  # how much better the x axis must explain the images before they are turned
REST = "a rest of in-plane rotation is not corrected"


@dataclass(frozen=True)
class AxisFinding:
    """‖r‖/‖y‖ of a quick reconstruction with the axis along y and along x."""

    along_y_residual: float
    along_x_residual: float

    @classmethod
    def of(cls, images: Sequence[np.ndarray], angles_deg: np.ndarray) -> AxisFinding:
        """From up to `MOST_IMAGES` images [y, x] spread over the tilts, in the model's units."""
        small = np.array([shrunk(image) for image in images])
        lying = np.array([turned(image) for image in small])
        return cls(_best_residual(small, angles_deg), _best_residual(lying, angles_deg))

    @property
    def along_x(self) -> bool:
        """Whether the images must be turned for the axis to lie along y."""
        return self.along_x_residual < CLEARLY * self.along_y_residual

    @property
    def sentence(self) -> str:
        """What was found and done, for the user."""
        if self.along_x:
            residuals = f"residual {self.along_x_residual:.2f} against {self.along_y_residual:.2f}"
            done = f"The tilt axis lies nearer the images' x axis ({residuals}): they were turned by 90°"
            return f"{done}; {REST}."
        return f"The tilt axis is taken to be the images' y axis: align the series first if not; {REST}."


def turned(image: np.ndarray) -> np.ndarray:
    """The image turned by 90°, so that its x axis becomes the y axis."""
    return np.ascontiguousarray(np.rot90(image))


def shrunk(image: np.ndarray) -> np.ndarray:
    """The image averaged over blocks, so that its longer side is at most about `SIDE` pixels."""
    step = -(-max(image.shape) // SIDE)
    ny, nx = (max(n // step, 1) * step if n >= step else n for n in image.shape)
    if step == 1 or min(image.shape) < step:
        return image
    blocks = image[:ny, :nx].reshape(ny // step, step, nx // step, step)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def _best_residual(images: np.ndarray, angles_deg: np.ndarray) -> float:
    from cryogui.physics.live import LiveModel
    from cryogui.physics.tilt import SingleAxisTilt

    _, ny, nx = images.shape
    live = LiveModel(SingleAxisTilt((nx, ny, nx), (ny, nx), angles_deg), images)
    residuals = []
    for offset in OFFSETS_PX:
        theta = {"tilt_axis_offset": offset}
        live.set_object(live.reconstruct(theta))
        residuals.append(live.misfit(theta).residual)
    return min(residuals)
