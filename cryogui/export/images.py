"""Images, series and volumes as float32 data with their pixel size, in formats other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np

from cryogui.export.paths import Progress, ending_of, no_progress
from cryogui.files import replacing

Kind: TypeAlias = Literal["series", "volume"]
PixelSize: TypeAlias = float | tuple[float, float, float] | None
"""In Å: the edge of a pixel or voxel, its edges along (z, y, x), or not known."""

_MRC, _TIFF = (".mrc", ".mrcs", ".map", ".st"), (".tif", ".tiff")
IMAGE_ENDINGS = (*_MRC, *_TIFF)


class Images(Protocol):
    """A stack [image, y, x] that is read or computed one image at a time."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Images, rows, columns."""

    def __getitem__(self, index: int) -> np.ndarray:
        """One image [y, x]."""


def write_image(
    path: Path,
    images: np.ndarray | Images,
    pixel_size_A: PixelSize = None,
    kind: Kind = "series",
    progress: Progress = no_progress,
) -> None:
    """Write an image [y, x], a series [image, y, x] or a volume [z, y, x] as float32; row 0 stays first.

    The ending chooses MRC (mode 2, with the voxel size) or TIFF (as ImageJ writes it, in nm). One image is in
    memory at a time. Raises UserError for another ending, and when the file cannot be written.
    """
    from cryogui.export import mrc, tiff  # they bring libraries that nobody waits for until they are used

    ending = ending_of(path, IMAGE_ENDINGS)
    stack = images[None] if isinstance(images, np.ndarray) and images.ndim == 2 else images
    write = mrc.write if ending in _MRC else tiff.write
    with replacing(path) as temporary:
        write(temporary, stack, _edges(pixel_size_A), kind == "volume", progress)


def _edges(pixel_size_A: PixelSize) -> tuple[float, float, float] | None:
    """(z, y, x) of a voxel in Å."""
    if isinstance(pixel_size_A, tuple) or pixel_size_A is None:
        return pixel_size_A
    return pixel_size_A, pixel_size_A, pixel_size_A
