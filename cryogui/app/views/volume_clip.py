"""The plane that opens a volume: where it lies, which part it leaves, and the outline of the cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.app.views.volume_data import Grid
from cryogui.session.looks import ClipPlane

_AXES = "xyz"


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through `point` (x, y, z in the units of a grid); what `normal` points to is kept."""

    point: NDArray[np.float64]
    normal: NDArray[np.float64]


def plane(clip: ClipPlane, grid: Grid, line_of_sight: NDArray[np.float64]) -> Plane:
    """Where `clip` lies in a volume that is seen along `line_of_sight`, a unit vector away from the eye."""
    if clip.direction == "camera":
        direction = np.asarray(line_of_sight, dtype=np.float64)
    else:
        direction = np.eye(3)[_AXES.index(clip.direction)]
    depths = grid.corners @ direction
    middle = (grid.size - grid.scale) / 2.0
    depth = depths.min() + min(max(clip.position, 0.0), 1.0) * (depths.max() - depths.min())
    point = middle + (depth - middle @ direction) * direction
    return Plane(point, -direction if clip.flipped else direction)


def section(cut: Plane, grid: Grid) -> NDArray[np.float64]:
    """Corners [n, (x, y, z)] of the polygon in which the plane cuts the volume's box, in order round it.

    Empty where it passes by.
    """
    corners = grid.corners
    ends = [(a, a | bit) for a in range(8) for bit in (1, 2, 4) if not a & bit]
    heights = (corners - cut.point) @ cut.normal
    tiny = 1e-9 * float(grid.size.max())
    points = [
        corners[a] + (corners[b] - corners[a]) * heights[a] / (heights[a] - heights[b])
        for a, b in ends
        if heights[a] * heights[b] < 0.0
    ]
    points += [corner for corner, height in zip(corners, heights, strict=True) if abs(height) <= tiny]
    if len(points) < 3:
        return np.empty((0, 3))
    found = np.array(points)
    return found[np.argsort(_angles(found - found.mean(axis=0), cut.normal))]


def _angles(arms: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Directions of `arms` within the plane across `normal`."""
    right = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    return np.arctan2(arms @ np.cross(normal, right), arms @ right)


def place_text(clip: ClipPlane, grid: Grid | None) -> str:
    """The slice the plane lies in, or how deep it is along the line of sight."""
    if clip.direction == "camera" or grid is None:
        return f"{100 * clip.position:.0f} %"
    count = grid.shape[::-1][_AXES.index(clip.direction)]
    return f"{clip.direction} {min(int(clip.position * count), count - 1)}"
