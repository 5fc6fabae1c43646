"""Writing files whole or not at all: beside the target, forced to the disk, then put in its place."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryogui.errors import UserError


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a small file (JSON, a picture) whole or not at all. Raises UserError as `replacing`."""
    with replacing(Path(path)) as temporary, open(temporary, "wb") as file:
        file.write(data)


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` that takes its place on success and vanishes otherwise.

    Raises UserError when the folder cannot be written, the disk is full, or the target is no plain file; what
    was there is then as it was.
    """
    target = Path(os.path.realpath(target))  # what a link points to is renewed, and the link stays one
    temporary = _made_beside(target)
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


def require_writable(target: Path) -> None:
    """Raises UserError, as `replacing` would, if `target` cannot be written; asked before long work."""
    _made_beside(Path(os.path.realpath(target))).unlink()


def _made_beside(target: Path) -> Path:
    """An empty temporary file in the folder of `target`. Raises UserError when there can be none."""
    if target.exists() and not target.is_file():
        # A folder cannot be replaced; a device or a pipe could be, and would be lost to the whole system.
        raise UserError(f"{target.name or target} is not a plain file; name a file to write.", str(target))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise _cannot_write(target, error) from error
    return Path(name)


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
        errno.ENOENT: f"the folder does not exist; make {target.parent} first or choose another",
        errno.EACCES: "writing is not permitted there; choose another folder",
        errno.EROFS: "the disk is read-only; choose another folder",
    }
    reason = reasons.get(error.errno or 0, f"{error.strerror or error}; choose another folder")
    return UserError(f"{target.name} could not be written: {reason}.", f"{target}: {error!r}")
