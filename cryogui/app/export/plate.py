"""What is drawn: one image with its contrast, colours and marks as a value, and the choices of the user."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, QSizeF
from PyQt6.QtGui import QImage, QPainter

from cryogui.app import theme
from cryogui.app.views.colormaps import Beyond, Table
from cryogui.app.views.decorations import Decorations
from cryogui.app.views.levels import Levels, shades

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane

VALUES = {
    "measured": "y", "forward": "ŷ", "residual": "r", "xy": "x", "xz": "x", "yz": "x",
    "oblique": "x", "live_slice": "x", "object_slice": "x",
}  # fmt: skip
"""What the values of a pane are called, by the pane's name."""


@dataclass(frozen=True)
class Look:
    """What the user chooses about a picture.

    scale: 1 draws about as large as on the screen; every pixel of the image is drawn at least once.
    """

    scale: int = 2
    visible_part: bool = False
    scale_bar: bool = True
    colour_bar: bool = True
    words: bool = True
    marks: bool = False  # cursor, lines, tilt axis, outline and axes
    white_page: bool = True

    @property
    def paper(self) -> theme.Palette:
        """Colours of the page and the words on it."""
        return theme.LIGHT if self.white_page else theme.DARK


@dataclass(frozen=True, eq=False)
class Plate:
    """One image [y, x] as it is to be drawn; black and white are its `levels`.

    value, unit: what the colour bar says. view: the part in sight on the screen, in pixels of the image.
    pixel_aspect: width over height of a pixel. beyond: columns that are another image, with its colours.
    """

    name: str
    title: str
    image: NDArray[np.float32]
    levels: Levels
    table: Table
    decorations: Decorations
    caption: str = ""
    value: str = ""
    unit: str = ""
    view: QRectF | None = None
    pixel_aspect: float = 1.0
    beyond: Beyond | None = None

    @classmethod
    def of(cls, pane: ImagePane, caption: str = "") -> Plate | None:
        """What `pane` shows now; None while it shows no image."""
        if pane.image is None or pane.levels is None:
            return None
        title, marks = " ".join(pane.title_label.text().split()), replace(pane.decorations, badge=None)
        return cls(
            pane.name, title, pane.image, pane.levels, pane.table(), marks, caption,
            VALUES.get(pane.name, ""), pane.unit, pane.view_rect(), pane.pixel_aspect, pane.beyond,
        )  # fmt: skip

    @property
    def whole(self) -> QRectF:
        """What the image covers, with integers at pixel centres."""
        rows, columns = self.image.shape
        return QRectF(-0.5, -0.5, columns, rows)

    @property
    def pixel(self) -> QSizeF:
        """Width and height of a pixel, the shorter of which is 1."""
        return QSizeF(max(1.0, self.pixel_aspect), max(1.0, 1.0 / self.pixel_aspect))

    def extent(self, look: Look) -> QSizeF:
        """Width and height of what is drawn of it, in lengths of a pixel's shorter side."""
        part, pixel = self.part(look), self.pixel
        return QSizeF(part.width() * pixel.width(), part.height() * pixel.height())

    def part(self, look: Look) -> QRectF:
        """What is drawn of it: all, or the pixels in sight."""
        if not look.visible_part or self.view is None:
            return self.whole
        seen = self.view.intersected(self.whole)
        if seen.width() < 1 or seen.height() < 1:
            return self.whole
        left, top = math.floor(seen.left() + 0.5) - 0.5, math.floor(seen.top() + 0.5) - 0.5
        right, bottom = math.ceil(seen.right() + 0.5) - 0.5, math.ceil(seen.bottom() + 0.5) - 0.5
        return QRectF(left, top, right - left, bottom - top)

    def marks(self, look: Look) -> Decorations:
        """What is drawn over it."""
        kept, part = self.decorations, self.part(look)
        bar = kept.angstrom_per_pixel if look.scale_bar else None
        if not look.marks:
            return Decorations(flip_y=kept.flip_y, angstrom_per_pixel=bar, is_residual=kept.is_residual)
        return replace(
            kept,
            angstrom_per_pixel=bar,
            cursor=kept.cursor if kept.cursor and part.contains(*kept.cursor) else None,
            lines=tuple(line for line in kept.lines if _crosses(part, line[0], line[1])),
            tilt_axis=kept.tilt_axis if _crosses(part, "v", kept.tilt_axis) else None,
            # An SVG cannot cut these off at the edge.
            outline=kept.outline if part == self.whole else (),
            segments=kept.segments if part == self.whole else (),
            rings=tuple(ring for ring in kept.rings if all(part.contains(x, y) for x, y in ring)),
        )

    def raster(self, look: Look) -> QImage:
        """The part that is drawn, pixel by pixel, with the first row where the picture has it."""
        part = self.part(look)
        left, top = round(part.left() + 0.5), round(part.top() + 0.5)
        image = self.image[top : top + round(part.height()), left : left + round(part.width())]
        indices = shades(image, self.levels)
        if self.decorations.flip_y:
            indices = indices[::-1]
        result = _coloured(indices, self.table)
        if self.beyond is not None and self.beyond.column - left < indices.shape[1]:
            first = max(self.beyond.column - left, 0)
            result = result.convertToFormat(QImage.Format.Format_RGB32)
            painter = QPainter(result)
            painter.drawImage(first, 0, _coloured(indices[:, first:], self.beyond.table))
            painter.end()
        return result


def _coloured(indices: NDArray[np.uint8], table: Table) -> QImage:
    rows, columns = indices.shape
    result = QImage(indices.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8)
    result.setColorTable([0xFF000000 | r << 16 | g << 8 | b for r, g, b in table.tolist()])
    return result.copy()  # the bytes go with this function


def _crosses(part: QRectF, kind: str, place: float | None) -> bool:
    if place is None:
        return False
    low, high = (part.left(), part.right()) if kind == "v" else (part.top(), part.bottom())
    return low <= place <= high
