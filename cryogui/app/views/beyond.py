"""The pyqtgraph part of an image that is another one from some column on, in other colours."""

from __future__ import annotations

import pyqtgraph as pg

from cryogui.app.views.colormaps import Beyond
from cryogui.app.views.screen_image import ScreenImage


class BeyondItem(ScreenImage):
    """Lies over the image item it follows: the same values and levels in other colours."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()

    def follow(self, item: pg.ImageItem, beyond: Beyond | None) -> None:
        """Draw the columns of `item` that are beyond; none of them where it is None."""
        columns = None if beyond is None or item.image is None else item.image[:, beyond.column :]
        has_some = columns is not None and columns.size > 0
        self.setVisible(has_some)
        if beyond is not None and has_some:
            self.setPos(beyond.column - 0.5, -0.5)
            self.setImage(columns, autoLevels=False, levels=item.levels, lut=beyond.table)
