"""The pyqtgraph item of an image, which makes its picture as the screen wants it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PyQt6.QtGui import QImage

from cryogui.app.views import colormaps
from cryogui.app.views.colormaps import Table
from cryogui.app.views.levels import shades


class ScreenImage(pg.ImageItem):
    """A float32 image [y, x] in the screen's own format, as Qt draws colour tables ten times as slowly."""

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self.setLookupTable(colormaps.table("grey"))

    def setLookupTable(self, lut: Table, update: bool = True) -> None:
        """Draw with this colour table."""
        red, green, blue = lut.astype(np.uint32).T
        self._colours = 0xFF000000 | red << 16 | green << 8 | blue
        super().setLookupTable(lut, update)

    def render(self) -> None:
        """Make the picture, which pyqtgraph asks for before it paints."""
        if self.autoDownsample or np.isnan(self.image).any():
            super().render()  # which leaves holes without value, and shrinks what Qt could not hold
            return
        low, high = self.levels
        pixels = self._colours.take(shades(self.image, (float(low), float(high))))
        self.qimage = pg.functions.ndarray_to_qimage(pixels, QImage.Format.Format_RGB32)
        self._renderRequired = self._unrenderable = False
