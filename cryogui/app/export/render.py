"""Plates side by side on one sheet, rendered as PNG, as SVG, or as the frame of a movie."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, QSizeF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from cryogui import __version__
from cryogui.app.export.paint import paint_plate, size_of, words_font
from cryogui.app.export.plate import Look, Plate
from cryogui.errors import UserError

DOTS_PER_INCH = 96
LONGEST_SIDE = 16384
"""Of a picture, in pixels: other programs give up beyond."""

_MARGIN, _BETWEEN = 12.0, 16.0
_TARGET, _LARGEST = 512, 960  # length of an image's longer side: aimed at, and at most
_GAUGE = 150.0  # length of the line that shows how far a movie has come


@dataclass(frozen=True)
class Banner:
    """The line above the frames of a movie: what changes, and how far it has come (0 … 1)."""

    text: str
    fraction: float


@dataclass(frozen=True, eq=False)
class Sheet:
    """Plates in a row, all their images at the same magnification, under a banner if there is one.

    target: about how long the longer side of each image is to be.
    """

    plates: Sequence[Plate]
    look: Look
    banner: Banner | None = None
    target: int = _TARGET

    @property
    def magnification(self) -> float:
        """Length of a pixel's shorter side: whole where images are small, so that pixels are alike."""
        longest = self._longest
        return max(1, round(self.target / longest)) if longest <= _LARGEST else _LARGEST / longest

    @property
    def ratio(self) -> float:
        """Pixels of the picture for each unit of length: no pixel of a large image is left out."""
        return self.look.scale * max(1.0, 1.0 / self.magnification)

    @property
    def _longest(self) -> float:
        extents = [plate.extent(self.look) for plate in self.plates]
        return max(max(extent.width(), extent.height()) for extent in extents)

    @property
    def banner_height(self) -> float:
        """What the banner takes."""
        return math.ceil(QFontMetricsF(words_font(True)).height()) + 10.0 if self.banner else 0.0

    @property
    def size(self) -> QSizeF:
        """Width and height of everything."""
        sizes = [size_of(plate, self.look, self.magnification) for plate in self.plates]
        width = sum(size.width() for size in sizes) + _BETWEEN * (len(sizes) - 1)
        height = max(size.height() for size in sizes) + self.banner_height
        margin = _MARGIN if self.has_margin else 0.0
        return QSizeF(width + 2 * margin, height + 2 * margin)

    @property
    def has_margin(self) -> bool:
        """A bare image is drawn to the picture's edge."""
        look = self.look
        return look.words or look.colour_bar or self.banner is not None or len(self.plates) > 1

    def paint(self, painter: QPainter) -> None:
        """Draw it all, with the upper left corner at the origin."""
        painter.fillRect(QRectF(QPointF(), self.size), QColor(_page(self.look)))
        margin = _MARGIN if self.has_margin else 0.0
        left, top = margin, margin + self.banner_height
        if self.banner is not None:
            room = QRectF(margin, margin, self.size.width() - 2 * margin, self.banner_height - 10)
            _paint_banner(painter, room, self.banner, self.look)
        for plate in self.plates:
            size = size_of(plate, self.look, self.magnification)
            paint_plate(painter, QRectF(QPointF(left, top), size), plate, self.look)
            left += size.width() + _BETWEEN


def as_image(sheet: Sheet, multiple: int = 1) -> QImage:
    """The sheet as pixels, its sides a multiple of so many. Raises UserError when there would be too many."""
    exact = sheet.size * sheet.ratio
    size = QSize(*(math.ceil(side / multiple) * multiple for side in (exact.width(), exact.height())))
    if max(size.width(), size.height()) > LONGEST_SIDE:
        raise UserError(
            f"The picture would be {size.width()} × {size.height()} pixels, too many for most programs: "
            "choose a smaller scale or the visible part."
        )
    image = new_image(size)
    image.fill(QColor(_page(sheet.look)))
    painter = QPainter(image)
    painter.scale(sheet.ratio, sheet.ratio)
    sheet.paint(painter)
    painter.end()
    return image


def as_frame(sheet: Sheet) -> NDArray[np.uint8]:
    """The sheet as an array [y, x, 3] with even sides, as movies want them."""
    image = as_image(sheet, 2).convertToFormat(QImage.Format.Format_RGB888)
    rows, columns, stride = image.height(), image.width(), image.bytesPerLine()
    data = image.constBits()
    assert data is not None
    flat = np.frombuffer(data.asstring(rows * stride), np.uint8).reshape(rows, stride)
    return flat[:, : 3 * columns].reshape(rows, columns, 3).copy()


def as_png(sheet: Sheet) -> bytes:
    """The sheet as a PNG file."""
    return png_of(as_image(sheet))


def as_svg(sheet: Sheet) -> bytes:
    """The sheet as an SVG file: images pixel by pixel without loss, everything else as lines and words."""
    return svg_of(sheet.size, ", ".join(plate.title for plate in sheet.plates), sheet.paint)


def svg_of(size: QSizeF, title: str, paint: Callable[[QPainter], None]) -> bytes:
    """An SVG file of what `paint` draws on an area of `size`."""
    from PyQt6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(DOTS_PER_INCH)
    generator.setSize(size.toSize())
    generator.setViewBox(QRectF(QPointF(), size))
    generator.setTitle(title)
    generator.setDescription(f"cryogui {__version__}")
    painter = QPainter(generator)
    paint(painter)
    painter.end()
    # Qt names its default font as other programs do not.
    return bytes(data.data()).replace(b'"Sans Serif"', b'"sans-serif"')


def png_of(image: QImage) -> bytes:
    """An image as a PNG file, with the program's name in it."""
    image.setText("Software", f"cryogui {__version__}")
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def new_image(size: QSize) -> QImage:
    """A white image to draw on with a painter that is scaled.

    Words are measured in points: the image has the screen's density, however large it is drawn.
    """
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(DOTS_PER_INCH / 0.0254))
    image.setDotsPerMeterY(round(DOTS_PER_INCH / 0.0254))
    image.fill(Qt.GlobalColor.white)
    return image


def _page(look: Look) -> str:
    return "#ffffff" if look.white_page else look.paper.card


def _paint_banner(painter: QPainter, room: QRectF, banner: Banner, look: Look) -> None:
    """Words at the left, at the right a line with a dot on it."""
    painter.setFont(words_font(True))
    painter.setPen(QColor(look.paper.text))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), banner.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    y, right = room.center().y(), room.right() - 5
    left = max(right - _GAUGE, room.left() + painter.fontMetrics().horizontalAdvance(banner.text) + 20)
    if left < right - 30:
        painter.setPen(QPen(QColor(look.paper.track), 3, cap=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.paper.accent))
        painter.drawEllipse(QPointF(left + banner.fraction * (right - left), y), 4.5, 4.5)
