"""The small picture of a snapshot: up to three images side by side, as a PNG of a few kilobytes.

Every pixel is one byte, an index into grey or residual colours, so that even noise stays below
`LARGEST_BYTES`. What lies around the images is transparent: they look alike in both themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QBuffer, QByteArray
from PyQt6.QtGui import QImage, qRgba

from cryogui.app.views import colormaps
from cryogui.app.views.levels import Levels

TILE_PX, GAP_PX = 64, 4
LARGEST_BYTES = 12_000
_SHADES = 80  # of each map


@dataclass(frozen=True)
class Tile:
    """One image [y, x] with the values shown as black and white."""

    image: NDArray[np.float32]
    levels: Levels
    is_diverging: bool = False


def thumbnail(tiles: Sequence[Tile]) -> bytes:
    """A PNG of the tiles in a row; b'' when there are none."""
    if not tiles:
        return b""
    width = len(tiles) * (TILE_PX + GAP_PX) - GAP_PX
    canvas = np.zeros((TILE_PX, width), np.uint8)
    for number, tile in enumerate(tiles):
        shades = _shades(tile)
        ny, nx = shades.shape
        top = (TILE_PX - ny) // 2
        left = number * (TILE_PX + GAP_PX) + (TILE_PX - nx) // 2
        canvas[top : top + ny, left : left + nx] = shades
    return _png(canvas)


def _shades(tile: Tile) -> NDArray[np.uint8]:
    """The tile in its size on the canvas: indices into its part of the colour table."""
    scale = TILE_PX / max(tile.image.shape)
    ny, nx = (max(1, round(n * scale)) for n in tile.image.shape)
    small = _resized(_resized(tile.image, ny, 0), nx, 1)
    low, high = tile.levels
    shade = np.clip((np.nan_to_num(small) - low) / (high - low), 0.0, 1.0) * (_SHADES - 1)
    first = 1 + (_SHADES if tile.is_diverging else 0)
    return (shade.round() + first).astype(np.uint8)


def _resized(image: NDArray[np.float32], length: int, axis: int) -> NDArray[np.float32]:
    """`image` with `length` samples along one axis: means over what each covers, or repeated samples."""
    count = image.shape[axis]
    edges = np.arange(length) * count // length
    if length > count:
        return np.take(image, edges, axis)
    covered = np.diff(edges, append=count).astype(np.float32)
    sums = np.add.reduceat(image, edges, axis)
    means: NDArray[np.float32] = sums / (covered[:, None] if axis == 0 else covered)
    return means


def _png(canvas: NDArray[np.uint8]) -> bytes:
    height, width = canvas.shape
    pixels = canvas.tobytes()  # which the image only refers to
    image = QImage(pixels, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(_colours())
    png = QByteArray()
    buffer = QBuffer(png)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 0)  # 0 compresses most
    return png.data()


def _colours() -> list[int]:
    """Transparent, then greys, then residual colours."""
    rows = [colormaps.table(name) for name in ("grey", "diverging")]
    picks = np.linspace(0, 255, _SHADES).round().astype(int)
    shades = np.concatenate([table[picks] for table in rows])
    return [0, *(qRgba(int(red), int(green), int(blue), 255) for red, green, blue in shades)]
