"""A card with one image: zoom, contrast, colour map and cursor, all of which outlive the image shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QStackedWidget, QWidget

from cryogui.app import theme
from cryogui.app.views.colormaps import Beyond
from cryogui.app.views.contrast_panel import ContrastPanel
from cryogui.app.views.levels import Levels
from cryogui.app.views.pane_menu import pane_menu
from cryogui.app.views.toned import TonedCard

if TYPE_CHECKING:
    from cryogui.app.views.canvas import ImageCanvas

Shape = tuple[int, ...]

_MANUAL = (
    "Wheel zooms, left drag pans, click sets the cursor in every pane (Shift+drag moves it),\n"
    "Ctrl+wheel steps. Arrow keys move the cursor by a pixel. Right click for view and contrast."
)


class ImagePane(TonedCard):
    """Shows images [y, x] with the row-major origin at the top left, or bottom left when flipped.

    Positions in and out are pixels of the image, with integers at pixel centres. Setters emit nothing.
    """

    cursorMoved = pyqtSignal(float, float)
    hovered = pyqtSignal(float, float, float)  # x, y, value; all nan when the pointer leaves
    stepped = pyqtSignal(int)  # Ctrl+wheel: next (+1) or previous (−1) slice or image
    viewChanged = pyqtSignal(QRectF)  # by zooming and panning
    exportRequested = pyqtSignal()
    scriptRequested = pyqtSignal()
    dividerMoved = pyqtSignal(float)  # x of the line between two images in one pane, by the user

    least_width = 75

    def __init__(
        self,
        title: str,
        cmap: Literal["grey", "diverging"] = "grey",
        accent: str | None = None,
        parent: QWidget | None = None,
        name: str = "",
    ) -> None:
        super().__init__(title, accent, cmap == "diverging", parent)
        self.name = name  # by which the session knows this pane
        self.companions: tuple[ImagePane, ...] = ()  # that are zoomed and coloured together with this one
        # The part of the image plane chosen, and the shape it was chosen for.
        self._part: QRectF | None = None
        self._part_of: Shape | None = None
        self._whole: QRectF | None = None
        self._pixel_aspect = 1.0
        self._beyond: tuple[int, bool] | None = None
        self._canvas: ImageCanvas | None = None
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.setAccessibleName(title)
        self.body.insertWidget(self.body.indexOf(self.colour_bar), self._pages, 1)
        self.colour_bar.clicked.connect(self.show_contrast)
        self.colour_bar.setAccessibleName(f"colour bar of {title}")
        self.setAccessibleName(title)
        self.setMinimumHeight(110)

    # ---- the image

    def set_image(
        self, image: ArrayLike | None, pixel_size: float | None = None, keep_view: bool = True
    ) -> None:
        """Show `image` [y, x]; None shows the message instead.

        Zoom stays, but for an image of another shape than it was chosen for: that is shown whole.
        `pixel_size` in Å sets the scale bar; None leaves it as it was.
        """
        if image is None:
            self._image = None
            self._pages.setCurrentWidget(self._message)
            self._fit_bar()
            return
        array = np.asarray(image, dtype=np.float32)
        if pixel_size is not None:
            self.set_scale_bar(pixel_size)
        canvas = self._shown_canvas()
        is_same_grid = canvas.shape == array.shape
        self._image = array
        if self._levels is None:
            self.set_levels(*self._find_levels(array))
        canvas.set_image(array, self._levels or (0.0, 1.0))
        self._fit_bar()
        if not keep_view:
            self._part = None
        if not (keep_view and is_same_grid):
            self._show_part()

    def set_beyond(self, beyond: tuple[int, bool] | None) -> None:
        """The column from which on the image is another one, and whether that is one about zero."""
        if beyond != self._beyond:
            self._beyond = beyond
            self._recolour()

    @property
    def beyond(self) -> Beyond | None:
        """The columns that are another image, with its colours."""
        return None if self._beyond is None else Beyond(self._beyond[0], self.table_of(self._beyond[1]))

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
        canvas.setAccessibleDescription(_MANUAL.replace("\n", " "))
        canvas.setToolTip(_MANUAL)
        canvas.set_flip_y(self._state.flip_y)
        canvas.set_table(self.table(), self.beyond)
        canvas.set_whole(self._whole)
        canvas.set_pixel_aspect(self._pixel_aspect)
        canvas.placed.connect(self._on_placed)
        canvas.nudged.connect(self._on_nudged)
        canvas.hovered.connect(self._on_hovered)
        canvas.left.connect(lambda: self.hovered.emit(np.nan, np.nan, np.nan))
        canvas.stepped.connect(self.stepped)
        canvas.dividerMoved.connect(self.dividerMoved)
        canvas.menuRequested.connect(self._show_menu)
        canvas.viewMoved.connect(self._note_moved)
        self._pages.addWidget(canvas)
        self.setTabOrder(canvas, self.colour_bar)
        return canvas

    @property
    def has_keyboard(self) -> bool:
        """Whether keys go to the image."""
        focus = self.window().focusWidget()
        return focus is not None and self._pages.isAncestorOf(focus)

    def take_keyboard(self) -> None:
        """Keys go to the image, from the message in its place as soon as it is there."""
        page = self._pages.currentWidget()
        assert page is not None
        page.setFocus()

    # ---- view

    def view_all(self) -> None:
        """Show the whole image, as the user does; nothing happens while there is none."""
        if self._image is not None:
            self.set_view(None)
            self.viewChanged.emit(self.view_rect())

    def zoom(self, factor: float) -> None:
        """Magnify about the middle of the view, as the user does; below 1 shrinks. As `view_all`."""
        if self._canvas is not None and self._image is not None:
            self._canvas.view.magnify(factor)
            self._note_moved()

    def rect_before(self) -> QRectF:
        """What was in view before the user last zoomed or panned."""
        return QRectF() if self._canvas is None else self._canvas.view.rect_before

    def set_whole(self, rect: QRectF | None) -> None:
        """The part of the image plane that 'view all' shows; None for all of the image."""
        if rect != self._whole:
            self._whole = rect
            if self._canvas is not None:
                self._canvas.set_whole(rect)
                self._show_part()

    def set_pixel_aspect(self, width_over_height: float) -> None:
        """Draw pixels in their true proportion: this much wider than high."""
        self._pixel_aspect = width_over_height
        if self._canvas is not None:
            self._canvas.set_pixel_aspect(width_over_height)

    @property
    def pixel_aspect(self) -> float:
        """Width over height of a pixel as it is drawn."""
        return self._pixel_aspect

    def view_rect(self) -> QRectF:
        """The part of the image plane in view, in image pixels; empty before the first image."""
        return QRectF() if self._canvas is None else QRectF(self._canvas.view.viewRect())

    @property
    def part(self) -> QRectF | None:
        """The part of the image plane chosen by zooming and panning; None while the whole is shown."""
        return self._part

    @property
    def part_of(self) -> Shape | None:
        """Rows and columns of the image that `part` was chosen for."""
        return self._part_of

    def set_view(self, part: QRectF | None, shape: Shape | None = None) -> None:
        """Show this part of the image plane; None shows the whole.

        shape: rows and columns of the image it is a part of, that on show unless given. An image of another
        shape is shown whole.
        """
        shape = shape or (None if self._image is None else self._image.shape)
        if (part, shape) != (self._part, self._part_of) and (part is None or not part.isEmpty()):
            self._part, self._part_of = (None if part is None else QRectF(part)), shape
            self._show_part()

    def _show_part(self) -> None:
        if self._canvas is None or self._canvas.shape is None:
            return
        if self._part is None or self._part_of not in (None, self._canvas.shape):
            self._canvas.view_all()
        else:
            self._part_of = self._canvas.shape
            self._canvas.view.setRange(self._part, padding=0.0)

    def _note_moved(self) -> None:
        """The user has zoomed or panned."""
        assert self._canvas is not None
        self._part, self._part_of = QRectF(self._canvas.view.targetRect()), self._canvas.shape
        self.viewChanged.emit(self.view_rect())

    def set_flip_y(self, flipped: bool) -> None:
        """Draw row 0 at the bottom, as IMOD does."""
        self._state.flip_y = flipped
        if self._canvas is not None:
            self._canvas.set_flip_y(flipped)

    # ---- what is drawn again

    def _redraw_levels(self, levels: Levels) -> None:
        if self._canvas is not None:
            self._canvas.set_levels(levels)

    def _recolour(self) -> None:
        if self._canvas is not None:
            self._canvas.set_table(self.table(), self.beyond)

    def _refresh(self) -> None:
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

    def show_contrast(self) -> None:
        """Open the histogram with everything about contrast and colours."""
        if self._image is not None:
            is_beside_bar = self.colour_bar.isVisible()
            ContrastPanel(self).pop_up(self.colour_bar if is_beside_bar else self._pages)

    def _show_menu(self, where: QPointF) -> None:
        menu = pane_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where.toPoint())
