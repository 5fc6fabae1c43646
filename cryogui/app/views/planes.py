"""The slices along the axes of a volume: which axes they show, which they cut, how they are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.analysis.planes import slab, slab_range

AXES = "zyx"
"""Of a volume's array, in order."""

Vector = tuple[float, float, float]  # components x, y, z unless said otherwise


@dataclass(frozen=True)
class Plane:
    """One slice direction: its name, the axes it shows (array indices), the axis it cuts."""

    name: str
    vertical: int
    horizontal: int
    cut: int

    def slice(self, volume: NDArray[np.float32], at: int, thickness: int = 1) -> NDArray[np.float32]:
        """The slice [vertical, horizontal] at `at` along the cut axis, or the mean of those about it."""
        image = slab(volume, self.cut, at, thickness)
        return np.ascontiguousarray(image if self.vertical < self.horizontal else image.T)

    @property
    def axes(self) -> tuple[Vector, Vector]:
        """The directions of its horizontal and its vertical axis, in components x, y, z."""
        return _unit(self.horizontal), _unit(self.vertical)

    def pixel_aspect(self, edges: Vector | None) -> float:
        """Width over height of a pixel, from a voxel's edges along z, y and x; 1 where they are not known."""
        return edges[self.horizontal] / edges[self.vertical] if edges else 1.0


def _unit(axis: int) -> Vector:
    """The direction of array axis `axis`."""
    x, y, z = (float(2 - axis == number) for number in range(3))
    return x, y, z


# yz lies with z along the horizontal, so that its rows continue those of xy beside it.
PLANES = (Plane("xy", 1, 2, 0), Plane("xz", 0, 2, 1), Plane("yz", 1, 0, 2))
PLANE_CUTTING = {plane.cut: plane.name for plane in PLANES}
SHOWN_AXES = {plane.name: (plane.horizontal, plane.vertical) for plane in PLANES}
OBLIQUE = "oblique"


def slab_text(at: int, thickness: int, length: int) -> str:
    """'48', '48 ± 2', or '0 … 3' where the slices averaged do not lie evenly about the one at `at`."""
    slices = slab_range(at, thickness, length)
    if len(slices) == 1:
        return str(at)
    if at - slices[0] == slices[-1] - at:
        return f"{at} ± {at - slices[0]}"
    return f"{slices[0]} … {slices[-1]}"
