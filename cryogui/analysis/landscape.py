"""The misfit over two parameters, from a coarse grid to a fine one, and lines of equal misfit in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Segments = NDArray[np.float64]
"""Straight pieces [piece, end, (x, y)]."""

SIDE = 25
"""Points along each parameter in the end."""

STRIDES = (6, 3, 1)
"""Every so manyeth point at each stage."""

LINES = 9


@dataclass(frozen=True, eq=False)
class Landscape:
    """The misfit on a grid of two parameters' values.

    xs, ys: values of the parameters, equally spaced over their ranges. values: [y, x], NaN where it is not
    known yet. stride: every so manyeth point is known, in both directions.
    """

    xs: Real
    ys: Real
    values: Real
    stride: int

    @classmethod
    def empty(cls, x_range: tuple[float, float], y_range: tuple[float, float]) -> Landscape:
        """Nothing is known of it."""
        return cls(np.linspace(*x_range, SIDE), np.linspace(*y_range, SIDE), np.full((SIDE, SIDE), np.nan), 0)

    @property
    def known(self) -> Landscape:
        """The grid of the points that are known, for itself."""
        step = self.stride
        return Landscape(self.xs[::step], self.ys[::step], self.values[::step, ::step], 1)

    @property
    def is_complete(self) -> bool:
        """Whether every point is known."""
        return self.stride == STRIDES[-1]

    @property
    def lowest(self) -> tuple[float, float, float]:
        """Where the misfit is smallest among the points known, (x, y), and how small."""
        row, column = np.unravel_index(np.nanargmin(self.values), self.values.shape)
        return float(self.xs[column]), float(self.ys[row]), float(self.values[row, column])

    def at(self, x: float, y: float) -> float:
        """The misfit between the points known, bilinear; (x, y) within the ranges."""
        known = self.known
        column = float(np.interp(x, known.xs, np.arange(known.xs.size)))
        row = float(np.interp(y, known.ys, np.arange(known.ys.size)))
        left, top = min(int(column), known.xs.size - 2), min(int(row), known.ys.size - 2)
        across, down = column - left, row - top
        corners = known.values[top : top + 2, left : left + 2]
        return float(np.array([1 - down, down]) @ corners @ np.array([1 - across, across]))


def refined(
    landscape: Landscape,
    misfit: Callable[[float, float], float],
    progress: Callable[[float], None] = lambda fraction: None,
) -> Landscape:
    """The same at the next finer stage. misfit: of (x, y).

    progress: told the share of this stage that is done; what it raises ends the work.
    """
    stride = next(each for each in STRIDES if landscape.stride == 0 or each < landscape.stride)
    values = landscape.values.copy()
    wanted = [
        (row, column)
        for row in range(0, SIDE, stride)
        for column in range(0, SIDE, stride)
        if np.isnan(values[row, column])
    ]
    for number, (row, column) in enumerate(wanted):
        progress(number / len(wanted))
        values[row, column] = misfit(float(landscape.xs[column]), float(landscape.ys[row]))
    return Landscape(landscape.xs, landscape.ys, values, stride)


def floor(landscape: Landscape) -> Real:
    """The floor of the valley through the lowest point known [point, (x, y)].

    For each value of the parameter along which the misfit changes less, where the other has it least, between
    points by a parabola. It goes on from point to point, so that no valley beyond a ridge is jumped into.
    """
    known = landscape.known
    values, along, across = known.values, known.xs, known.ys
    is_steep = np.ptp(values.min(axis=0)) > np.ptp(values.min(axis=1))
    if is_steep:
        values, along, across = values.T, known.ys, known.xs
    row, column = np.unravel_index(np.argmin(values), values.shape)
    rows = np.full(along.size, row)
    for way in (range(column + 1, along.size), range(column - 1, -1, -1)):
        at = int(row)
        for each in way:
            rows[each] = at = _downhill(values[:, each], at)
    lowest = [_vertex(across, values[:, each], int(at)) for each, at in enumerate(rows)]
    points = np.stack([along, np.array(lowest)], axis=1)
    return points[:, ::-1] if is_steep else points


def _downhill(values: Real, at: int) -> int:
    """The index of the minimum that one comes to from `at`."""
    while True:
        near = range(max(at - 1, 0), min(at + 2, values.size))
        best = min(near, key=lambda each: values[each])
        if values[best] >= values[at]:
            return at
        at = best


def _vertex(places: Real, values: Real, at: int) -> float:
    """Where the parabola through the value at a minimum and its neighbours is least; at an end, the end."""
    if at in (0, values.size - 1):
        return float(places[at])
    before, here, after = values[at - 1 : at + 2]
    bend = before - 2.0 * here + after
    shift = 0.5 * (before - after) / bend if bend > 0.0 else 0.0
    return float(places[at] + shift * (places[1] - places[0]))


def levels(values: Real) -> Real:
    """Misfits for lines of equal misfit: close together near the lowest, as about a minimum they would be
    equally far apart in the plane."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return low + (high - low) * (np.arange(1, LINES + 1) / (LINES + 1)) ** 2


def isolines(landscape: Landscape, level: float) -> Segments:
    """Where the misfit between the points known equals `level`, in the parameters' values.

    Each cell of the grid is cut into two triangles, on which the misfit is taken to be linear: a line crosses
    none of their edges, or two.
    """
    known = landscape.known
    x, y = np.meshgrid(known.xs, known.ys)
    corners = np.stack([x, y, known.values], axis=-1)
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]
    triangles = np.concatenate([np.stack(each, axis=2).reshape(-1, 3, 3) for each in ((a, b, c), (d, c, b))])
    above = triangles[:, :, 2] > level
    triangles, above = triangles[above.any(1) & ~above.all(1)], above[above.any(1) & ~above.all(1)]
    # The corner that lies alone on its side of the level; the line crosses the two edges that meet in it.
    alone = np.where((above.sum(axis=1) == 1)[:, None], above, ~above).argmax(axis=1)
    rows = np.arange(len(triangles))
    peak = triangles[rows, alone]
    ends = []
    for turn in (1, 2):
        other = triangles[rows, (alone + turn) % 3]
        share = (level - peak[:, 2]) / (other[:, 2] - peak[:, 2])
        ends.append(peak[:, :2] + share[:, None] * (other[:, :2] - peak[:, :2]))
    return np.stack(ends, axis=1)
