"""Image stacks that are read one image at a time, for files larger than memory."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from typing import BinaryIO

import h5py
import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.chunk_guard import guard_chunks


class LazyStack:
    """Images [image, y, x] on disk; `stack[i]` reads one as float32, nothing is kept.

    Raises UserError for an image that cannot be read. Safe to use from several threads.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        shape: tuple[int, int, int],
        read_image: Callable[[int], np.ndarray],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.shape = shape
        self.close = close
        self._read_image = read_image

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def nbytes(self) -> int:
        """Size of the whole stack in memory, were it read."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def __getitem__(self, index: int) -> np.ndarray:
        count = self.shape[0]
        if not -count <= index < count:
            raise IndexError(f"image {index} of {count}")
        try:
            return np.ascontiguousarray(self._read_image(index % count), np.float32)
        except (OSError, ValueError, zlib.error) as error:
            what = f"Image {index % count} cannot be read; the file is damaged or no longer there."
            raise UserError(what, repr(error)) from error

    def read(self) -> np.ndarray:
        """All images, float32."""
        images = np.empty(self.shape, np.float32)
        for index in range(len(self)):
            images[index] = self[index]
        return images

    def map(
        self, change: Callable[[np.ndarray], np.ndarray], image_shape: tuple[int, int] | None = None
    ) -> LazyStack:
        """The same stack with `change(image)` applied to each image as it is read.

        `image_shape` is that of the changed images, where it is another.
        """
        shape = (self.shape[0], *(image_shape or self.shape[1:]))
        return LazyStack(shape, lambda index: change(self[index]), self.close)


def hdf5_stack(dataset: h5py.Dataset) -> LazyStack:
    """A data set [image, y, x] as a lazy stack."""

    def read_image(index: int) -> np.ndarray:
        guard_chunks(dataset, index)
        image: np.ndarray = dataset[index]
        return image

    return LazyStack(dataset.shape, read_image)


def raw_stack(file: BinaryIO, offset: int, shape: tuple[int, int, int], dtype: np.dtype) -> LazyStack:
    """Images stored one after the other from byte `offset` of an open file.

    Read, not mapped: mapped pages would count as this program's memory while the user browses.
    """
    lock = threading.Lock()
    image_bytes = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize

    def read_image(index: int) -> np.ndarray:
        with lock:
            file.seek(offset + index * image_bytes)
            data = file.read(image_bytes)
        return np.frombuffer(data, dtype).reshape(shape[1:])

    return LazyStack(shape, read_image, file.close)
