"""Writing files whole or not at all.

A file is written beside its target, forced to the disk, read back by a fresh process (which shares no
buffer with this one) and only then put in the target's place. HDF5 never sees a failing disk: when a write
fails the error is kept, the library is told all is well and the file is thrown away, because the library
itself may crash the whole program on a full disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from cryogui.errors import UserError
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
    with _replacing(Path(path)) as temporary:
        _verify(temporary, _fill(temporary, fill), Path(path))


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a small file (JSON, a picture) whole or not at all. Raises UserError as `write_atomically`."""
    with _replacing(Path(path)) as temporary, open(temporary, "wb") as file:
        file.write(data)


def _fill(temporary: Path, fill: Callable[[Hdf5Writer], None]) -> dict[str, str]:
    """Write the file; returns the digests of its data sets. Raises OSError when a write failed."""
    digests: dict[str, str] = {}
    with open(temporary, "w+b", buffering=0) as raw:
        sink = _Sink(raw)
        with h5py.File(sink, "w") as file:
            fill(Hdf5Writer(file, sink, digests))
        sink.stop_on_error()
    return digests


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place on success and vanishes otherwise."""
    target = Path(os.path.realpath(target))  # what a link points to is renewed, and the link stays one
    if target.exists() and not target.is_file():
        # A folder cannot be replaced; a device or a pipe could be, and would be lost to the whole system.
        raise UserError(f"{target.name or target} is not a plain file; name a file to write.", str(target))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _cannot_write(target, error) from error
    temporary = Path(name)
    try:
        yield temporary
        _copy_permissions(target, temporary)
        _sync(temporary)
        os.replace(temporary, target)
        _sync(target.parent)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _copy_permissions(target: Path, temporary: Path) -> None:
    """Give the new file the old one's mode, or the usual one (temporary files are private)."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    temporary.chmod(mode)


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows has no handle on a folder to flush
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(target: Path, error: OSError) -> UserError:
    reasons = {
        errno.ENOSPC: "the disk is full; free some space or choose another folder",
        errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
        errno.EFBIG: "the file would be larger than is allowed here; choose another folder",
        errno.ENOENT: "the folder does not exist; make it first or choose another",
        errno.EACCES: "writing is not permitted there; choose another folder",
        errno.EROFS: "the disk is read-only; choose another folder",
    }
    reason = reasons.get(error.errno or 0, f"{error.strerror or error}; choose another folder")
    return UserError(f"{target.name} could not be written: {reason}.", f"{target}: {error!r}")


def _verify(temporary: Path, digests: Mapping[str, str], target: Path) -> None:
    """Read the file back in a fresh process and compare the digest of every data set."""
    command = [sys.executable, "-P", "-m", "cryogui.tiers.digest", str(temporary)]
    child = subprocess.run(command, capture_output=True, text=True, env=child_environment())
    if child.returncode != 0 or json.loads(child.stdout) != dict(digests):
        raise UserError(
            f"{target.name} was not written: the file read back differently; check the disk and try again.",
            child.stderr,
        )
