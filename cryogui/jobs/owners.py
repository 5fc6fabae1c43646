"""Tells which programs that have put runs into the history are still there.

Each holds the lock of a file of its own while it lives; the system lifts it however the program ends.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout


class Owner:
    """This program, towards all that use the history whose owners are in `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = uuid.uuid4().hex
        self._path = _path(folder, self.name)
        self._lock = FileLock(self._path)
        self._lock.acquire(timeout=0)

    def leave(self) -> None:
        """The program uses the history no more."""
        self._path.unlink(missing_ok=True)
        self._lock.release()


def has_gone(folder: Path, name: str) -> bool:
    """Whether the owner of that name has ended, well or not; what is left of it is then removed."""
    path = _path(folder, name)
    if not path.is_file():
        return True
    try:
        with FileLock(path, timeout=0):
            with suppress(PermissionError):
                path.unlink(missing_ok=True)
            return True
    except (Timeout, PermissionError):  # where nothing may be written that cannot be told
        return False


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"
