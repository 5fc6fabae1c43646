"""A card whose image is drawn with levels of black and white and a colour map, which the user may change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QWidget

from cryogui.app import theme
from cryogui.app.views import colormaps
from cryogui.app.views.colour_bar import ColourBar
from cryogui.app.views.decorated import DecoratedCard
from cryogui.app.views.levels import Levels, percentile_levels, symmetric_levels

_BAR_NEEDS = (130, 170)  # width and height of the card at interface scale 1


class TonedCard(DecoratedCard):
    """Contrast and colours of one image: `set_…` is silent, `choose_…` is what the user does."""

    levelsChanged = pyqtSignal(float, float)  # by the user
    invertedChanged = pyqtSignal(bool)  # by the user
    coloursChanged = pyqtSignal(str)  # by the user
    logCountsChanged = pyqtSignal(bool)  # by the user

    def __init__(self, title: str, accent: str | None, is_diverging: bool, parent: QWidget | None) -> None:
        super().__init__(title, accent, is_diverging, parent)
        self.is_diverging, self.is_inverted, self.colours = is_diverging, False, ""
        self.log_counts = False  # of the histogram
        self._levels: Levels | None = None
        self._image: NDArray[np.float32] | None = None
        self._wants_bar = True
        self.colour_bar = ColourBar(self.table, is_diverging)
        self.colour_bar.hide()
        self.colour_bar.levelsDragged.connect(lambda low, high: self.choose_levels((low, high)))
        self.body.addWidget(self.colour_bar)

    def _redraw_levels(self, levels: Levels) -> None:
        """Draw with another black and white."""

    def _recolour(self) -> None:
        """Draw with the present `table`."""

    @property
    def image(self) -> NDArray[np.float32] | None:
        """The image on show."""
        return self._image

    @property
    def levels(self) -> Levels | None:
        """Values shown as black and white; None before the first image."""
        return self._levels

    def set_levels(self, low: float, high: float) -> None:
        """Show `low` as black and `high` as white from now on, whatever image comes."""
        self._levels = (float(low), float(high))
        self.colour_bar.set_levels(self._levels)
        self._redraw_levels(self._levels)

    def auto_levels(self) -> None:
        """Levels from the image on show: percentiles, or symmetric about zero for a diverging map."""
        if self._image is not None:
            self.choose_levels(self._find_levels(self._image))

    def _find_levels(self, image: NDArray[np.float32]) -> Levels:
        return symmetric_levels(image) if self.is_diverging else percentile_levels(image)

    def choose_levels(self, chosen: Levels) -> None:
        """Set levels as the user does: with a signal, so that linked panes follow."""
        self.set_levels(*chosen)
        self.levelsChanged.emit(*chosen)

    def adjust_levels(self, black: float, white: float) -> None:
        """Move black and white by fractions of the distance between them, as keys do."""
        if self._levels is not None:
            low, high = self._levels
            low, high = low + black * (high - low), high + white * (high - low)
            if high > low:
                self.choose_levels((low, high))

    def set_inverted(self, on: bool) -> None:
        """Draw with the ends of the colour map swapped, or as they are."""
        if on != self.is_inverted:
            self.is_inverted = on
            self._recolour()
            self.colour_bar.update()

    def invert(self) -> None:
        """Swap the ends of the colour map as the user does: panes of the same contrast follow."""
        self.set_inverted(not self.is_inverted)
        self.invertedChanged.emit(self.is_inverted)

    def set_colours(self, name: str) -> None:
        """Draw with the colour map called `name`; '' is the pane's own, grey or diverging."""
        if name != self.colours:
            self.colours = name
            self._recolour()
            self.colour_bar.update()

    def choose_colours(self, name: str) -> None:
        """Another colour map as the user chooses it: panes of the same contrast follow."""
        self.set_colours(name)
        self.coloursChanged.emit(name)

    def table(self) -> colormaps.Table:
        """The colours of the image's values, from black to white."""
        return self.table_of(self.is_diverging)

    def table_of(self, is_diverging: bool) -> colormaps.Table:
        """The colours that an image about zero, or one that is not, has in this pane."""
        table = colormaps.table(self.colours or ("diverging" if is_diverging else "grey"))
        return table[::-1].copy() if self.is_inverted else table

    def set_diverging(self, on: bool) -> None:
        """Whether the image is one about zero, whose own map is the diverging one."""
        if on != self.is_diverging:
            self.is_diverging = self._state.is_residual = on
            self.colour_bar.set_keeps_zero(on)
            self._recolour()
            self.colour_bar.update()

    def choose_log_counts(self, on: bool) -> None:
        """Histograms of this pane with the logarithm of counts, or not, as the user wants them."""
        self.log_counts = on
        self.logCountsChanged.emit(on)

    # ---- colour bar

    @property
    def unit(self) -> str:
        """The unit of the image's values; '' where it has none."""
        return self.colour_bar.unit

    def set_unit(self, text: str) -> None:
        """The unit of the image's values, for example 'σ' or 'log₁₀'; '' for none."""
        self.colour_bar.set_unit(text)

    def set_colour_bar(self, shown: bool) -> None:
        """Whether the pane has a colour bar, where it has room for one."""
        self._wants_bar = shown
        self._fit_bar()

    def _fit_bar(self) -> None:
        """In a small pane the image matters."""
        has_room = self.width() >= theme.px(_BAR_NEEDS[0]) and self.height() >= theme.px(_BAR_NEEDS[1])
        self.colour_bar.setVisible(self._wants_bar and has_room and self._image is not None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another size may have room for the colour bar."""
        super().resizeEvent(event)
        self._fit_bar()

    def changeEvent(self, event: QEvent | None) -> None:
        """The residual map has another centre in another theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._recolour()
