"""A card with one image: zoom, contrast, colour map and cursor, all of which outlive the image shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QStackedWidget, QWidget

from cryogui.app import theme
from cryogui.app.views import colormaps
from cryogui.app.views.card import Card
from cryogui.app.views.decorations import Decorations, Line
from cryogui.app.views.levels import Levels, percentile_levels, symmetric_levels
from cryogui.app.views.outline import mask_outline
from cryogui.app.views.pane_menu import pane_menu

if TYPE_CHECKING:
    from cryogui.app.views.canvas import ImageCanvas

_MANUAL = (
    "Wheel zooms, left drag pans, click sets the cursor in every pane (Shift+drag moves it), "
    "Ctrl+wheel steps. Arrow keys move the cursor by a pixel. Right click for view and contrast."
)


class ImagePane(Card):
    """Shows images [y, x] with the row-major origin at the top left, or bottom left when flipped.

    Positions in and out are pixels of the image, with integers at pixel centres. Setters emit nothing.
    """

    cursorMoved = pyqtSignal(float, float)
    hovered = pyqtSignal(float, float, float)  # x, y, value; all nan when the pointer leaves
    stepped = pyqtSignal(int)  # Ctrl+wheel: next (+1) or previous (−1) slice or image
    levelsChanged = pyqtSignal(float, float)  # by the user, or found for the first image
    viewChanged = pyqtSignal(QRectF)  # by zooming and panning
    invertedChanged = pyqtSignal(bool)  # by the user

    least_width = 100

    def __init__(
        self,
        title: str,
        cmap: Literal["grey", "diverging"] = "grey",
        accent: str | None = None,
        parent: QWidget | None = None,
        name: str = "",
    ) -> None:
        super().__init__(title, accent, parent)
        self.name = name  # by which the session knows this pane
        self.is_diverging, self.is_inverted, self.is_false_colour = cmap == "diverging", False, False
        self._levels: Levels | None = None
        self._image: NDArray[np.float32] | None = None
        self._state = Decorations(is_residual=self.is_diverging)
        self._canvas: ImageCanvas | None = None
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.setAccessibleName(title)
        self.body.addWidget(self._pages, 1)
        self.setAccessibleName(title)
        self.setMinimumHeight(110)

    # ---- the image

    def set_image(
        self, image: ArrayLike | None, pixel_size: float | None = None, keep_view: bool = True
    ) -> None:
        """Show `image` [y, x]; None shows the message instead. The view resets only for a new shape.

        `pixel_size` in Å sets the scale bar; None leaves it as it was.
        """
        if image is None:
            self._image = None
            self._pages.setCurrentWidget(self._message)
            return
        array = np.asarray(image, dtype=np.float32)
        if pixel_size is not None:
            self.set_scale_bar(pixel_size)
        canvas = self._shown_canvas()
        is_same_grid = canvas.shape == array.shape
        self._image = array
        if self._levels is None:
            self.auto_levels()
        canvas.set_image(array, self._levels or (0.0, 1.0))
        if not (keep_view and is_same_grid):
            canvas.view_all()

    @property
    def image(self) -> NDArray[np.float32] | None:
        """The image on show."""
        return self._image

    def set_message(self, text: str) -> None:
        """The words shown while there is no image, for example 'no truth in this file'."""
        self._message.setText(text)

    def _shown_canvas(self) -> ImageCanvas:
        if self._canvas is None:
            self._canvas = self._new_canvas()
        self._pages.setCurrentWidget(self._canvas)
        return self._canvas

    def _new_canvas(self) -> ImageCanvas:
        from cryogui.app.views.canvas import ImageCanvas

        canvas = ImageCanvas(self._state)
        canvas.setAccessibleName(self.accessibleName())
        canvas.setAccessibleDescription(_MANUAL)
        canvas.set_flip_y(self._state.flip_y)
        canvas.set_table(self._table())
        canvas.placed.connect(self._on_placed)
        canvas.nudged.connect(self._on_nudged)
        canvas.hovered.connect(self._on_hovered)
        canvas.left.connect(lambda: self.hovered.emit(np.nan, np.nan, np.nan))
        canvas.stepped.connect(self.stepped)
        canvas.menuRequested.connect(self._show_menu)
        canvas.viewMoved.connect(lambda: self.viewChanged.emit(self.view_rect()))
        self._pages.addWidget(canvas)
        return canvas

    # ---- view

    def view_all(self) -> None:
        """Show the whole image."""
        if self._canvas is not None:
            self._canvas.view_all()
            self.viewChanged.emit(self.view_rect())

    def zoom(self, factor: float) -> None:
        """Magnify about the middle of the view; below 1 shrinks."""
        if self._canvas is not None:
            self._canvas.view.scaleBy((1 / factor, 1 / factor))
            self.viewChanged.emit(self.view_rect())

    def view_rect(self) -> QRectF:
        """The part of the image plane in view, in image pixels; empty before the first image."""
        return QRectF() if self._canvas is None else QRectF(self._canvas.view.viewRect())

    def set_view(self, rect: QRectF) -> None:
        """Show this part of the image plane."""
        if self._canvas is not None and not rect.isEmpty():
            self._canvas.view.setRange(rect, padding=0.0)

    def set_flip_y(self, flipped: bool) -> None:
        """Draw row 0 at the bottom, as IMOD does."""
        self._state.flip_y = flipped
        if self._canvas is not None:
            self._canvas.set_flip_y(flipped)

    # ---- contrast and colour

    @property
    def levels(self) -> Levels | None:
        """Values shown as black and white; None before the first image."""
        return self._levels

    def set_levels(self, low: float, high: float) -> None:
        """Show `low` as black and `high` as white from now on, whatever image comes."""
        self._levels = (float(low), float(high))
        if self._canvas is not None:
            self._canvas.set_levels(self._levels)

    def auto_levels(self) -> None:
        """Levels from the image on show: percentiles, or symmetric about zero for a diverging map."""
        if self._image is None:
            return
        find = symmetric_levels if self.is_diverging else percentile_levels
        self.choose_levels(find(self._image))

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
        self.is_inverted = on
        self._recolour()

    def invert(self) -> None:
        """Swap the ends of the colour map as the user does: panes of the same contrast follow."""
        self.set_inverted(not self.is_inverted)
        self.invertedChanged.emit(self.is_inverted)

    def false_colour(self, on: bool) -> None:
        """Grey data in false colour, or back; a diverging map has its colours already."""
        self.is_false_colour = on
        self._recolour()

    def _table(self) -> colormaps.Table:
        name = "diverging" if self.is_diverging else "false" if self.is_false_colour else "grey"
        table = colormaps.table(name)
        return table[::-1].copy() if self.is_inverted else table

    def _recolour(self) -> None:
        if self._canvas is not None:
            self._canvas.set_table(self._table())

    def changeEvent(self, event: QEvent | None) -> None:
        """The residual map has another centre in another theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._recolour()

    # ---- what is drawn over the image

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the corner, for example 'computing'; None removes it."""
        self._decorate("badge", text)

    def set_cursor(self, x: float | None, y: float | None = None) -> None:
        """Place the cross; None hides it."""
        self._decorate("cursor", None if x is None or y is None else (float(x), float(y)))

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Lines across the image: ('h' or 'v', position, palette colour name)."""
        self._decorate("lines", tuple(lines))

    def set_tilt_axis(self, x: float | None) -> None:
        """Draw the tilt axis, a thin line along y at column `x`; None removes it."""
        self._decorate("tilt_axis", x)

    def set_overlay_outline(self, outline: ArrayLike | None) -> None:
        """Dash the border of a mask [y, x] (bool) or a polygon [point, 2] of (x, y); None removes it."""
        if outline is None:
            self._decorate("outline", ())
            return
        array = np.asarray(outline)
        polygons = mask_outline(array) if array.dtype == bool else (array,)
        self._decorate("outline", tuple(tuple((float(x), float(y)) for x, y in p) for p in polygons))

    def set_axes_triad(self, horizontal: str, vertical: str) -> None:
        """Name the two axes of the image, drawn as arrows in the corner."""
        self._decorate("axes", (horizontal, vertical))

    def set_scale_bar(self, angstrom_per_pixel: float | None) -> None:
        """Draw a scale bar for this pixel size; None removes it."""
        self._decorate("angstrom_per_pixel", angstrom_per_pixel)

    def _decorate(self, name: str, value: object) -> None:
        if getattr(self._state, name) != value:
            setattr(self._state, name, value)
            if self._canvas is not None:
                self._canvas.refresh()

    # ---- from the user

    def _on_placed(self, x: float, y: float) -> None:
        if self._image is None:
            return
        rows, columns = self._image.shape
        x, y = min(max(x, 0.0), columns - 1.0), min(max(y, 0.0), rows - 1.0)
        self.set_cursor(x, y)
        self.cursorMoved.emit(x, y)

    def _on_nudged(self, dx: int, dy: int) -> None:
        if self._image is None:
            return
        rows, columns = self._image.shape
        x, y = self._state.cursor or (columns // 2, rows // 2)
        self._on_placed(round(x) + dx, round(y) + dy)

    def _on_hovered(self, x: float, y: float) -> None:
        if self._image is None:
            return
        column, row = round(x), round(y)
        rows, columns = self._image.shape
        if 0 <= row < rows and 0 <= column < columns:
            self.hovered.emit(x, y, float(self._image[row, column]))
        else:
            self.hovered.emit(np.nan, np.nan, np.nan)

    def _show_menu(self, where: QPointF) -> None:
        menu = pane_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where.toPoint())


def link_views(panes: Sequence[ImagePane]) -> None:
    """Zooming or panning one pane moves the others; for panes whose images share a pixel grid.

    Inverting one inverts the others that show the same values as black and white.
    """
    for source in panes:
        for target in panes:
            if target is not source:
                source.viewChanged.connect(target.set_view)
                source.invertedChanged.connect(partial(_invert_alike, source, target))


def _invert_alike(source: ImagePane, target: ImagePane, on: bool) -> None:
    if source.levels == target.levels and source.is_diverging == target.is_diverging:
        target.set_inverted(on)
