"""One plane of the reconstruction under the present spec, beside the same plane of the object x."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import ARBITRARY
from cryogui.app.views.linked import link_views

_TITLES = "live reconstruction", "object x"
_CUT_AXIS = {"xz": 1, "xy": 0}


class LiveSliceView(QWidget):
    """Live slice, the object's slice, and nothing else: the eye compares them while a slider moves."""

    rowStepped = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = ImagePane(_TITLES[0], accent="xz", name="live_slice")
        self.object = ImagePane(_TITLES[1], name="object_slice")
        self.live.set_help("One plane of x ≈ H(θ)⁺ y, made again at every move of a parameter.")
        self.object.set_help("The same plane of the object x, to compare with.")
        self._x: np.ndarray | None = None
        self._plane, self._row = "xz", 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        for pane in (self.live, self.object):
            pane.set_unit(ARBITRARY)
            pane.stepped.connect(self.rowStepped)
            row.addWidget(pane, 1)
        link_views([self.live, self.object])

    def set_object(self, x: np.ndarray | None, plane: str) -> None:
        """The object [z, y, x] to compare with; `plane` ('xz' or 'xy') is the one the live slice lies in."""
        self._x, self._plane = x, plane
        theme.set_role(self.live, accent=plane)
        for pane in (self.live, self.object):
            pane.set_axes_triad("x", "z" if plane == "xz" else "y")
        if self.live.image is not None:
            self._draw_object()

    def set_slice(self, image: np.ndarray, row: int, pixel_size: float | None) -> None:
        """The live slice at `row` along the axis it cuts."""
        self._row = row
        where = f"{self._plane}   {'y' if self._plane == 'xz' else 'z'} = {row}"
        for pane, title in zip((self.live, self.object), _TITLES, strict=True):
            pane.set_title(f"{title}   {where}")
        self.object.set_scale_bar(pixel_size)
        self._draw_object()
        self.live.set_image(image, pixel_size)

    @property
    def plane(self) -> str:
        """The plane the slices lie in: 'xz' or 'xy'."""
        return self._plane

    def set_position(self, position: tuple[float, float, float]) -> None:
        """The linked cursor (z, y, x)."""
        z, y, x = position
        for pane in (self.live, self.object):
            pane.set_cursor(x, z if self._plane == "xz" else y)

    def set_message(self, text: str) -> None:
        """The words shown while there is no slice."""
        for pane in (self.live, self.object):
            pane.set_message(text)

    def set_flip_y(self, flipped: bool) -> None:
        """Origin at the bottom left."""
        for pane in (self.live, self.object):
            pane.set_flip_y(flipped)

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the live pane's corner."""
        self.live.set_badge(text)

    def clear(self) -> None:
        """No slice and no object."""
        self._x = None
        for pane, title in zip((self.live, self.object), _TITLES, strict=True):
            pane.set_image(None)
            pane.set_title(title)

    def _draw_object(self) -> None:
        if self._x is None:
            self.object.set_image(None)
            return
        axis = _CUT_AXIS[self._plane]
        self.object.set_image(np.take(self._x, min(self._row, self._x.shape[axis] - 1), axis=axis))
