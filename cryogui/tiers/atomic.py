"""Writing HDF5 files whole or not at all.

A file is written beside its target, forced to the disk, read back by a fresh process (which shares no
buffer with this one) and only then put in the target's place. HDF5 never sees a failing disk: when a write
fails the error is kept, the library is told all is well and the file is thrown away, because the library
itself may crash the whole program on a full disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from cryogui.errors import UserError
from cryogui.files import replacing
from cryogui.tiers.check_hdf5_data import MAX_CHUNK_BYTES
from cryogui.tiers.child import child_environment
from cryogui.tiers.stacks import LazyStack


class _Sink(io.RawIOBase):
    """A file that keeps its first write error to itself, with what could not be written.

    The library reads back what it wrote, so it must find that even where the disk did not take it.
    """

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._place = 0
        self._unwritten: list[tuple[int, bytes]] = []
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place}.get(whence)
        self._place = offset + (os.fstat(self._file.fileno()).st_size if start is None else start)
        return self._place

    def tell(self) -> int:
        return self._place

    def write(self, data: Any) -> int:
        block = memoryview(data).cast("B")
        try:
            self._file.seek(self._place)
            done = 0
            while done < len(block):
                done += self._file.write(block[done:]) or 0
        except OSError as error:
            self.error = self.error or error
            self._unwritten.append((self._place, bytes(block)))
        self._place += len(block)
        return len(block)

    def truncate(self, size: int | None = None) -> int:
        try:
            self._file.truncate(self._place if size is None else size)
        except OSError as error:
            self.error = self.error or error
        return self._place

    def readinto(self, buffer: Any) -> int:
        block = memoryview(buffer).cast("B")
        self._file.seek(self._place)
        count = self._file.readinto(block) or 0
        if self.error is not None:
            block[count:] = bytes(len(block) - count)
            count = len(block)
            for start, data in self._unwritten:
                first, last = max(start, self._place), min(start + len(data), self._place + count)
                if first < last:
                    block[first - self._place : last - self._place] = data[first - start : last - start]
        self._place += count
        return count

    def stop_on_error(self) -> None:
        """Raise the error, if there was one."""
        if self.error is not None:
            raise self.error


class Hdf5Writer:
    """Fills a new HDF5 file and notes in `digests` the digest of every data set it was given."""

    def __init__(self, file: h5py.File, sink: _Sink, digests: dict[str, str]) -> None:
        self._file = file
        self._sink = sink
        self._digests = digests

    def attributes(self, group: str, values: Mapping[str, Any]) -> None:
        """Set attributes of `group` (made when missing); lists and mappings are stored as JSON, None is
        left out."""
        node = self._file.require_group(group)
        for name, value in values.items():
            if isinstance(value, list | tuple | dict):
                value = json.dumps(value, ensure_ascii=False)
            if value is not None:
                node.attrs[name] = value

    def dataset(self, path: str, data: np.ndarray, dtype: Any = np.float32) -> None:
        """Store an array of at least one axis, shuffled and gzipped."""
        values = np.ascontiguousarray(data, dtype)
        self._file.create_dataset(path, data=values, chunks=True, shuffle=True, compression="gzip")
        self._sink.stop_on_error()
        self._digests[path] = hashlib.sha256(values.data).hexdigest()

    def images(self, path: str, stack: np.ndarray | LazyStack) -> None:
        """Store a stack [image, y, x] as float32, written image by image, so that a stack larger than memory
        passes through. One chunk per image, or a few where images are larger than readers may unpack."""
        _, ny, nx = stack.shape
        chunk = (1, min(ny, max(MAX_CHUNK_BYTES // (4 * nx), 1)), nx)
        node = self._file.create_dataset(
            path, stack.shape, np.float32, chunks=chunk, shuffle=True, compression="gzip"
        )
        digest = hashlib.sha256()
        for index in range(stack.shape[0]):
            image = np.ascontiguousarray(stack[index], np.float32)
            node[index] = image
            self._sink.stop_on_error()
            digest.update(image.data)
        self._digests[path] = digest.hexdigest()


def write_atomically(path: str | Path, fill: Callable[[Hdf5Writer], None]) -> None:
    """Write an HDF5 file: `fill` is called with an `Hdf5Writer` on an empty file.

    Raises UserError when the folder cannot be written, the disk is full or the file reads back differently;
    the target, if there was one, is then as it was.
    """
    with replacing(Path(path)) as temporary:
        _verify(temporary, _fill(temporary, fill), Path(path))


def _fill(temporary: Path, fill: Callable[[Hdf5Writer], None]) -> dict[str, str]:
    """Write the file; returns the digests of its data sets. Raises OSError when a write failed."""
    digests: dict[str, str] = {}
    with open(temporary, "w+b", buffering=0) as raw:
        sink = _Sink(raw)
        with h5py.File(sink, "w") as file:
            fill(Hdf5Writer(file, sink, digests))
        sink.stop_on_error()
    return digests


def _verify(temporary: Path, digests: Mapping[str, str], target: Path) -> None:
    """Read the file back in a fresh process and compare the digest of every data set."""
    command = [sys.executable, "-P", "-m", "cryogui.tiers.digest", str(temporary)]
    child = subprocess.run(command, capture_output=True, text=True, env=child_environment())
    if child.returncode != 0 or json.loads(child.stdout) != dict(digests):
        raise UserError(
            f"{target.name} was not written: the file read back differently; check the disk and try again.",
            child.stderr,
        )
