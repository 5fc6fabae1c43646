"""The same slice of up to four runs side by side: one cursor, one zoom, one contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QWidget

from cryogui.app import theme
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import Levels, percentile_levels, symmetric_levels
from cryogui.app.views.linked import link_views
from cryogui.session.run_looks import MOST_COMPARED, ShownOfRun


@dataclass(frozen=True, eq=False)
class RunSlice:
    """One pane: title, caption, and the slice [y, x], or in its place the reason why there is none."""

    title: str
    caption: str
    image: NDArray[np.float32] | None
    obstacle: str = ""


class RunSlices(QWidget):
    """Setters are silent."""

    levelsChanged = pyqtSignal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = tuple(
            ImagePane(f"run {number + 1}", name=f"run_{number + 1}") for number in range(MOST_COMPARED)
        )
        self._shown = 0
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for pane in self.panes:
            pane.set_help("A slice of the run, through the cursor.")
            pane.setVisible(False)
            pane.levelsChanged.connect(partial(self._on_levels_changed, pane))
        link_views(self.panes)
        self._arrange()
        self._fit()

    def set_slices(self, slices: Sequence[RunSlice], levels: Levels, is_diverging: bool, unit: str) -> None:
        """Show these, all with the same black and white."""
        self._shown = len(slices)
        self._arrange()
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

    def _arrange(self) -> None:
        """As many columns as make the panes largest."""
        count = max(self._shown, 1)
        columns = columns_for(count, self.width(), self.height())
        if columns == self._columns and self._grid.count():
            return
        self._columns = columns
        for number, pane in enumerate(self.panes):
            self._grid.addWidget(pane, number // columns, number % columns)
        for at in range(MOST_COMPARED):
            self._grid.setColumnStretch(at, int(at < columns))
            self._grid.setRowStretch(at, int(at * columns < count))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another shape may hold larger panes."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._grid.setSpacing(theme.px(7))


def columns_for(count: int, width: int, height: int) -> int:
    """In how many columns so many square panes are largest."""

    def size(columns: int) -> float:
        rows = -(-count // columns)
        return min(width / columns, height / rows)

    return max(range(1, count + 1), key=lambda columns: (size(columns), columns))


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
