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
from typing import Any, BinaryIO

import h5py
import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.child import child_environment
from cryogui.tiers.stacks import LazyStack


class _Sink(io.RawIOBase):
    """A file that remembers its first write error instead of raising it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def write(self, data: Any) -> int:
        with self._keeping_the_error():
            self._file.write(data)
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        with self._keeping_the_error():
            self._file.truncate(size)
        return self.tell()

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer)  # type: ignore[attr-defined]
        if self.error is not None and count < len(buffer):
            buffer[count:] = bytes(len(buffer) - count)
            return len(buffer)
        return int(count)

    def flush(self) -> None:
        if not self._file.closed:
            with self._keeping_the_error():
                self._file.flush()

    @contextlib.contextmanager
    def _keeping_the_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.error = self.error or error


class Hdf5Writer:
    """Fills a new HDF5 file and notes in `digests` the digest of every data set it was given."""

    def __init__(self, file: h5py.File, digests: dict[str, str]) -> None:
        self._file = file
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
        self._digests[path] = hashlib.sha256(values.data).hexdigest()

    def images(self, path: str, stack: np.ndarray | LazyStack) -> None:
        """Store a stack [image, y, x] as float32, one chunk per image, written one by one, so that a stack
        larger than memory passes through."""
        chunk = (1, *stack.shape[1:])
        node = self._file.create_dataset(
            path, stack.shape, np.float32, chunks=chunk, shuffle=True, compression="gzip"
        )
        digest = hashlib.sha256()
        for index in range(stack.shape[0]):
            image = np.ascontiguousarray(stack[index], np.float32)
            node[index] = image
            digest.update(image.data)
        self._digests[path] = digest.hexdigest()


def write_atomically(path: str | Path, fill: Callable[[Hdf5Writer], None]) -> None:
    """Write an HDF5 file: `fill` is called with an `Hdf5Writer` on an empty file.

    Raises UserError when the folder cannot be written, the disk is full or the file reads back differently;
    the target, if there was one, is then as it was.
    """
    with _replacing(Path(path)) as temporary:
        sink_error, digests = _fill(temporary, fill)
        if sink_error is not None:
            raise sink_error
        _verify(temporary, digests, Path(path))


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a small file (JSON, a picture) whole or not at all. Raises UserError as `write_atomically`."""
    with _replacing(Path(path)) as temporary, open(temporary, "wb") as file:
        file.write(data)


def _fill(temporary: Path, fill: Callable[[Hdf5Writer], None]) -> tuple[OSError | None, dict[str, str]]:
    digests: dict[str, str] = {}
    with open(temporary, "w+b") as raw:
        sink = _Sink(raw)
        try:
            with h5py.File(sink, "w") as file:
                fill(Hdf5Writer(file, digests))
        except Exception:
            if sink.error is None:
                raise
    return sink.error, digests


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place on success and vanishes otherwise."""
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
