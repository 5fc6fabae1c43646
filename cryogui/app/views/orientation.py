"""Where beam, tilt axis and an oblique plane lie in the slices along the axes, and the axes in that plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryogui.analysis.planes import CutPlane
from cryogui.app.views.decorations import Segment
from cryogui.app.views.planes import Vector
from cryogui.app.views.triad import Arrow


def axes_in(across: ArrayLike, down: ArrayLike) -> tuple[Arrow, ...]:
    """The volume's axes in an image with these axes."""
    rows = _frame(across, down)
    return tuple(_arrow(name, rows[:, number]) for number, name in enumerate("xyz"))


def beam_in(across: ArrayLike, down: ArrayLike, beam: Vector | None) -> Arrow | None:
    """The beam in an image with these axes; None where there is none."""
    return None if beam is None else _arrow("beam", _frame(across, down) @ np.array(beam))


def _frame(across: ArrayLike, down: ArrayLike) -> NDArray[np.float64]:
    """The directions to the right, down and into the screen."""
    first, second = np.asarray(across, np.float64), np.asarray(down, np.float64)
    return np.stack([first, second, np.cross(first, second)])


def _arrow(name: str, seen: NDArray[np.float64]) -> Arrow:
    right, down, into = map(float, seen)
    return Arrow(name, right, down, into)


def trace_in(plane: CutPlane, vertical: int, horizontal: int) -> list[Segment]:
    """The line in which an oblique plane cuts the slice that shows these array axes through its point."""
    direction = plane.trace_in(vertical, horizontal)
    if direction is None:
        return []
    start = plane.position[horizontal], plane.position[vertical]
    return _clipped(start, direction, (plane.shape[horizontal], plane.shape[vertical]), "oblique")


def traces_on(plane: CutPlane, colours: Sequence[str]) -> list[Segment]:
    """The lines in which the slices across the array axes z, y and x cut the oblique plane."""
    size = 2 * plane.middle + 1
    segments = []
    for cut, colour in enumerate(colours):
        direction = plane.trace(cut)
        if direction is not None:
            segments += _clipped(plane.to_image(plane.position), direction, (size, size), colour)
    return segments


def tilt_axis_in(shape: tuple[int, ...], vertical: int, horizontal: int) -> list[Segment]:
    """The tilt axis, which runs along y through the volume's centre; a ring where it is seen end on."""
    x, y = shape[horizontal] // 2, shape[vertical] // 2
    if vertical == 1:
        return [Segment(x, -0.5, x, shape[vertical] - 0.5, "muted", True)]
    return [Segment(x, y, x, y, "muted")]


def _clipped(
    point: tuple[float, float], direction: tuple[float, float], size: tuple[int, int], colour: str
) -> list[Segment]:
    """The line through `point` as far as it lies in an image of `size` (width, height)."""
    low, high = -np.inf, np.inf
    for at, step, length in zip(point, direction, size, strict=True):
        if abs(step) < 1e-9:
            continue
        near, far = sorted(((-0.5 - at) / step, (length - 0.5 - at) / step))
        low, high = max(low, near), min(high, far)
    if low >= high:
        return []
    (x, y), (dx, dy) = point, direction
    ends = [float(value) for value in (x + low * dx, y + low * dy, x + high * dx, y + high * dy)]
    return [Segment(ends[0], ends[1], ends[2], ends[3], colour)]
