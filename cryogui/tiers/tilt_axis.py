"""How a recorded tilt axis lies: along the images' y axis, as the forward model has it, or how else.

The x axis and the y axis are both tried on images made small: the way that is nearer the truth gives the
reconstruction that explains its own images better. (Profiles and centres of mass, which need no
reconstruction, are misled by mass that enters and leaves the field of view.) What then remains of a rotation
is found in the same way, see `axis_rotation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cryogui.tiers import axis_rotation
from cryogui.tiers.axis_rotation import Rotation, rotated

SIDE, MOST_IMAGES = 64, 45
OFFSETS_PX = (-4.0, -2.0, 0.0, 2.0, 4.0)  # of the small images; a badly centred axis must not decide
CLEARLY = 0.9  # how much better the x axis must explain the images before they are turned
ASSUMED = "The tilt axis is taken to be the images' y axis: align the series first if not."


@dataclass(frozen=True)
class AxisFinding:
    """‖r‖/‖y‖ of a quick reconstruction with the axis along y and along x, and how far the axis lies off the
    better of them; None where that cannot be told."""

    along_y_residual: float
    along_x_residual: float
    rotation: Rotation | None

    @classmethod
    def of(cls, images: Sequence[np.ndarray], angles_deg: np.ndarray) -> AxisFinding:
        """From up to `MOST_IMAGES` images [y, x] spread over the tilts, in the model's units."""
        small = np.array([shrunk(image) for image in images])
        lying = np.array([turned(image, 90.0) for image in small])
        along_y, along_x = _best_residual(small, angles_deg), _best_residual(lying, angles_deg)
        upright = lying if _is_clear(along_x, along_y) else small
        few = spread(len(upright), axis_rotation.MOST_IMAGES)
        smaller = np.array([shrunk(image, axis_rotation.SIDE) for image in upright[few]])
        return cls(along_y, along_x, Rotation.of(smaller, angles_deg[few]))

    @property
    def along_x(self) -> bool:
        """Whether the images must be turned by 90° for the axis to lie nearer y than x."""
        return _is_clear(self.along_x_residual, self.along_y_residual)

    @property
    def angle_deg(self) -> float:
        """How far the images must be turned for the axis to lie along y, counter-clockwise as shown (row 0
        on top); what is not certain is left."""
        rest = self.rotation.angle_deg if self.rotation and self.rotation.is_certain else 0.0
        return 90.0 * self.along_x + rest

    @property
    def sentence(self) -> str:
        """What was found and done, for the user."""
        if not self.angle_deg:
            return ASSUMED
        found = []
        if self.along_x:
            residuals = f"residual {self.along_x_residual:.2f} against {self.along_y_residual:.2f}"
            found.append(f"nearer the images' x axis ({residuals})")
        if self.rotation and self.rotation.is_certain:
            r, axis = self.rotation, "it" if self.along_x else "the images' y axis"
            off = f"{abs(r.angle_deg):.1f} ± {r.error_deg:.1f}° off {axis}"
            found.append(f"{off} (residual {r.after:.3f} against {r.before:.3f})")
        return f"The tilt axis lies {' and '.join(found)}: {_how_turned(self.angle_deg)}."


def stated_sentence(angle_deg: float) -> str:
    """What was done at the user's word, for the notes."""
    if angle_deg == 0.0:
        return "The tilt axis is taken to be the images' y axis, as stated."
    return f"The tilt axis is stated to lie off the images' y axis: {_how_turned(angle_deg)}."


def _how_turned(angle_deg: float) -> str:
    way = "counter-clockwise" if angle_deg > 0 else "clockwise"
    return f"the images were turned by {abs(round(angle_deg, 1)):g}° {way}"


def turned(image: np.ndarray, angle_deg: float) -> np.ndarray:
    """The image [y, x] turned counter-clockwise as shown (row 0 on top): whole quarters by moving pixels,
    with sides exchanged where they are odd, and the rest within the frame by interpolation."""
    quarters = round(angle_deg / 90.0)
    rest = angle_deg - 90.0 * quarters
    quartered = np.ascontiguousarray(np.rot90(image, quarters))
    return rotated(quartered, rest) if rest else quartered


def turned_shape(ny: int, nx: int, angle_deg: float) -> tuple[int, int]:
    """Of an image [y, x] after `turned`."""
    return (nx, ny) if round(angle_deg / 90.0) % 2 else (ny, nx)


def spread(count: int, most: int) -> list[int]:
    """At most `most` indices, evenly spread."""
    return sorted({int(index) for index in np.linspace(0, count - 1, most)})


def shrunk(image: np.ndarray, side: int = SIDE) -> np.ndarray:
    """The image averaged over blocks, so that its longer side is at most about `side` pixels."""
    step = -(-max(image.shape) // side)
    ny, nx = (max(n // step, 1) * step if n >= step else n for n in image.shape)
    if step == 1 or min(image.shape) < step:
        return image
    blocks = image[:ny, :nx].reshape(ny // step, step, nx // step, step)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def _is_clear(along_x: float, along_y: float) -> bool:
    return along_x < CLEARLY * along_y


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
