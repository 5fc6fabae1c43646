"""MRC2014 files, written image by image with ordinary writes: a full disk is an error and no crash.

(mrcfile itself writes arrays that are in memory, or maps the file, where a full disk ends the process.)
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mrcfile.dtypes import HEADER_DTYPE

from cryogui import __version__
from cryogui.export.paths import Progress

if TYPE_CHECKING:
    from cryogui.export.images import Images

_FLOAT32 = 2
_IMAGE_STACK, _VOLUME = 0, 1  # space groups
_LITTLE_ENDIAN = (0x44, 0x44, 0, 0)
_UNKNOWN_RANGE = (0.0, -1.0, -2.0, -1.0)  # min, max, mean, rms as the format says 'not determined'


class _Statistics:
    """Smallest, largest, mean and rms deviation of values that pass by."""

    def __init__(self) -> None:
        self.low, self.high = math.inf, -math.inf
        self.count, self.sum, self.squares = 0, 0.0, 0.0

    def add(self, image: np.ndarray) -> None:
        values = image.astype(np.float64)
        self.low, self.high = min(self.low, float(values.min())), max(self.high, float(values.max()))
        self.count += values.size
        self.sum += float(values.sum())
        self.squares += float(np.vdot(values, values))

    def figures(self) -> tuple[float, float, float, float]:
        mean = self.sum / self.count
        found = (self.low, self.high, mean, math.sqrt(max(self.squares / self.count - mean**2, 0.0)))
        return found if all(map(math.isfinite, found)) else _UNKNOWN_RANGE


def write(
    path: Path,
    images: np.ndarray | Images,
    edges_A: tuple[float, float, float] | None,
    is_volume: bool,
    progress: Progress,
) -> None:
    """Write images [image, y, x] or a volume [z, y, x] as mode 2; `edges_A` is (z, y, x) of a voxel."""
    statistics = _Statistics()
    count = images.shape[0]
    with open(path, "wb") as file:
        file.write(bytes(HEADER_DTYPE.itemsize))
        for index in range(count):
            image = np.ascontiguousarray(images[index], "<f4")
            statistics.add(image)
            file.write(image.data)
            progress(index + 1, count)
        file.seek(0)
        file.write(_header(images.shape, edges_A, is_volume, statistics.figures()).tobytes())


def _header(
    shape: tuple[int, ...],
    edges_A: tuple[float, float, float] | None,
    is_volume: bool,
    figures: tuple[float, float, float, float],
) -> np.ndarray:
    header = np.zeros((), HEADER_DTYPE.newbyteorder("<"))
    sections, rows, columns = shape
    header["nx"], header["ny"], header["nz"] = columns, rows, sections
    header["mode"] = _FLOAT32
    # A stack's cell is one section deep: its sections do not lie above each other.
    header["mx"], header["my"], header["mz"] = columns, rows, sections if is_volume else 1
    depth, height, width = edges_A or (0.0, 0.0, 0.0)
    header["cella"] = (columns * width, rows * height, int(header["mz"]) * depth)
    header["cellb"] = (90.0, 90.0, 90.0)
    header["mapc"], header["mapr"], header["maps"] = 1, 2, 3
    header["dmin"], header["dmax"], header["dmean"], header["rms"] = figures
    header["ispg"] = _VOLUME if is_volume else _IMAGE_STACK
    header["nversion"] = 20141
    header["map"] = b"MAP "
    header["machst"] = _LITTLE_ENDIAN
    header["nlabl"] = 1
    header["label"][0] = f"Written by cryogui {__version__}".encode()
    return header
