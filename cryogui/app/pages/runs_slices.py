"""The same slice of up to four runs side by side: one cursor, one zoom, one contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import Levels, percentile_levels, symmetric_levels
from cryogui.app.views.linked import link_views
from cryogui.app.views.tiles import Tiles
from cryogui.session.run_looks import MOST_COMPARED, ShownOfRun


@dataclass(frozen=True, eq=False)
class RunSlice:
    """One pane: title, caption, and the slice [y, x], or in its place the reason why there is none."""

    title: str
    caption: str
    image: NDArray[np.float32] | None
    obstacle: str = ""


class RunSlices(Tiles):
    """Setters are silent."""

    levelsChanged = pyqtSignal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = tuple(
            ImagePane(f"run {number + 1}", name=f"run_{number + 1}") for number in range(MOST_COMPARED)
        )
        for pane in self.panes:
            pane.set_help("A slice of the run, through the cursor.")
            pane.setVisible(False)
            pane.levelsChanged.connect(partial(self._on_levels_changed, pane))
            self.add(pane)
        link_views(self.panes)

    def set_slices(self, slices: Sequence[RunSlice], levels: Levels, is_diverging: bool, unit: str) -> None:
        """Show these, all with the same black and white."""
        for number, pane in enumerate(self.panes):
            pane.setVisible(number < len(slices))
            if number >= len(slices):
                pane.set_image(None)
                continue
            shown = slices[number]
            pane.set_title(shown.title)
            pane.set_caption(shown.caption)
            pane.set_message(shown.obstacle)
            pane.set_diverging(is_diverging)
            pane.set_unit(unit)
            pane.set_levels(*levels)
            pane.set_image(shown.image)

    def _on_levels_changed(self, source: ImagePane, low: float, high: float) -> None:
        for pane in self.panes:
            if pane is not source:
                pane.set_levels(low, high)
        self.levelsChanged.emit(low, high)


def found_levels(show: ShownOfRun, volumes: Sequence[np.ndarray]) -> Levels:
    """Black and white for what is shown of the runs, from the first of them; of similarity 0 to 1."""
    if show == "ssim" or not volumes:
        return 0.0, 1.0
    if show == "difference":
        widest = max((symmetric_levels(volume) for volume in volumes), key=lambda levels: levels[1])
        return widest
    if show == "error":
        return 0.0, max(percentile_levels(volume, 0.0, 99.8)[1] for volume in volumes)
    return percentile_levels(volumes[0], 1.0, 99.9)
