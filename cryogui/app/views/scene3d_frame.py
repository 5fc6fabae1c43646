"""What stands around a volume: its box, the tilt axis and the beam."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import scene

from cryogui.app import theme
from cryogui.app.views.volume_data import Grid


class Frame:
    """Lines around the volume; `places` says where the words for them belong."""

    def __init__(self, parent: Any) -> None:
        self._box = scene.visuals.Line(parent=parent, connect="segments", antialias=True)
        self._axes = scene.visuals.Line(parent=parent, connect="segments", antialias=True)
        self._axes.visible = False
        self._grid: Grid | None = None

    def set_tilt_axis(self, shown: bool) -> None:
        """Whether to draw the tilt axis and the beam."""
        self._axes.visible = shown

    def fit(self, grid: Grid) -> None:
        """Stand around this volume."""
        if grid != self._grid:
            self._grid = grid
            self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme."""
        if self._grid is None:
            return
        # Translucent, so that edges before a bright surface do not look black.
        self._box.set_data(pos=box(self._grid), color=theme.on_canvas("muted", 0.35).getRgbF())
        self._axes.set_data(pos=tilt_axis_and_beam(self._grid), color=theme.on_canvas("xy", 0.5).getRgbF())

    def set_solid(self, solid: bool) -> None:
        """Hidden behind a solid surface, shining through a cloud of rays."""
        for lines in (self._box, self._axes):
            lines.set_gl_state("translucent", depth_test=solid, depth_mask=False)
            lines.order = 3  # after all they may shine through

    @property
    def places(self) -> dict[str, NDArray[np.float32]]:
        """Points (x, y, z) of the grid beside which 'tilt axis' and 'beam' are written."""
        if self._grid is None or not self._axes.visible:
            return {}
        points = tilt_axis_and_beam(self._grid)
        return {"tilt axis": points[1], "beam": points[2]}


def box(grid: Grid) -> NDArray[np.float32]:
    """The twelve edges of the volume, as pairs of points."""
    pairs = [(a, a | bit) for a in range(8) for bit in (1, 2, 4) if not a & bit]
    return np.asarray(grid.corners[np.array(pairs).ravel()], dtype=np.float32)


def tilt_axis_and_beam(grid: Grid) -> NDArray[np.float32]:
    """The tilt axis along y through the centre, and an arrow along +z where the beam enters."""
    longest = float(grid.size.max())
    x, y, z = (grid.size - grid.scale) / 2
    reach, head = 0.14 * longest, 0.035 * longest
    tip = -0.5 * grid.scale[2] - 0.25 * reach
    points = [
        (x, -reach, z), (x, 2 * y + reach, z),
        (x, y, tip - 1.6 * reach), (x, y, tip),
        (x - head, y, tip - head), (x, y, tip), (x + head, y, tip - head), (x, y, tip),
    ]  # fmt: skip
    return np.array(points, dtype=np.float32)
