"""TIFF files as ImageJ writes them: float32, with the pixel size in nm. Written image by image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cryogui import __version__
from cryogui.errors import UserError
from cryogui.export.paths import Progress

if TYPE_CHECKING:
    from cryogui.export.images import Images

_LARGEST = (1 << 32) - (1 << 20)  # offsets have 32 bits, and the tags need some room
_NO_UNIT = 1  # the unit stands in ImageJ's own metadata


def write(
    path: Path,
    images: np.ndarray | Images,
    edges_A: tuple[float, float, float] | None,
    is_volume: bool,
    progress: Progress,
) -> None:
    """Write images [image, y, x] (ImageJ's time axis) or a volume [z, y, x]; `edges_A` is (z, y, x).

    Raises UserError for more than 4 GB.
    """
    import tifffile

    shape = images.shape
    if 4 * np.prod(shape, dtype=np.int64) > _LARGEST:
        raise UserError("A TIFF file holds at most 4 GB; write these images as MRC.")
    metadata: dict[str, object] = {"axes": "ZYX" if is_volume else "TYX", "Info": f"cryogui {__version__}"}
    resolution = None
    if edges_A is not None:
        depth, height, width = (edge / 10.0 for edge in edges_A)
        metadata["unit"] = "nm"
        resolution = (1.0 / width, 1.0 / height)
        if is_volume:
            metadata["spacing"] = depth
    tifffile.imwrite(
        path,
        _each(images, progress),
        shape=shape,
        dtype=np.float32,
        imagej=True,
        photometric="minisblack",
        resolution=resolution,
        resolutionunit=_NO_UNIT,
        metadata=metadata,
        software=f"cryogui {__version__}",
    )


def _each(images: np.ndarray | Images, progress: Progress) -> Iterator[np.ndarray]:
    count = images.shape[0]
    for index in range(count):
        yield np.ascontiguousarray(images[index], np.float32)
        progress(index + 1, count)
