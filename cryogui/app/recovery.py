"""Keeps what the user is doing on the disk, so that neither a crash nor an ordinary end loses it.

Every running program has a file of its own, locked for as long as the program lives; the system lifts the
lock however the program ends. A file without its lock belongs to a program that died: it is offered. At an
ordinary end the file becomes the last session. No Qt; any number of programs may run at once.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from cryogui.session import Session
from cryogui.session.document import SUFFIX, save

BACKUPS = 3
BACKUP_AGE_SECONDS = 300.0
"""A backup is made when the newest one is at least this old: each is worth having."""

MOST_ORPHANS = 5


class Keeper:
    """One program's place in `folder`; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{SUFFIX}"
        self._lock = FileLock(_lock_of(self.path))
        self._lock.acquire(timeout=0)
        self._writing = threading.Lock()
        self._backed_up = time.time()

    def write(self, session: Session, layout: bytes) -> None:
        """Keep `session`. Raises UserError when it cannot be written."""
        with self._writing:
            if self.path.exists() and time.time() - self._backed_up > BACKUP_AGE_SECONDS:
                self._backed_up = time.time()
                _rotate(self.path)
            save(self.path, session, layout)

    def end(self) -> None:
        """The program ends as it should: what was kept becomes the last session."""
        if self.path.exists():
            last = last_session(self._folder)
            _rotate(last)
            os.replace(self.path, last)
        self._release()

    def forget(self) -> None:
        """The program ends with nothing open: there is nothing to come back to."""
        self._release()

    def _release(self) -> None:
        discard(self.path)
        self._lock.release()
        Path(_lock_of(self.path)).unlink(missing_ok=True)

    def orphans(self) -> list[Path]:
        """What programs that died have left, newest first; more than a few are thrown away."""
        left = [path for path in sorted(self._folder.glob(f"*-*{SUFFIX}"), reverse=True) if _is_orphan(path)]
        for path in left[MOST_ORPHANS:]:
            discard(path)
        return left[:MOST_ORPHANS]


def last_session(folder: Path) -> Path:
    """Where the session of the program that ended last is kept; there may be none."""
    return folder / f"last{SUFFIX}"


def discard(path: Path) -> None:
    """Remove a session with its backups and its lock."""
    for each in (path, *(_backup(path, number) for number in range(1, BACKUPS + 1))):
        each.unlink(missing_ok=True)
    if _is_free(path):
        Path(_lock_of(path)).unlink(missing_ok=True)


def _is_orphan(path: Path) -> bool:
    return path.name != last_session(path.parent).name and _is_free(path)


def _is_free(path: Path) -> bool:
    """Whether no living program holds the lock."""
    lock = FileLock(_lock_of(path))
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    lock.release()
    return True


def _rotate(path: Path) -> None:
    """Make `path` its newest backup, and each backup an older one."""
    for number in range(BACKUPS, 0, -1):
        source = path if number == 1 else _backup(path, number - 1)
        with suppress(FileNotFoundError):
            os.replace(source, _backup(path, number))


def _backup(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _lock_of(path: Path) -> str:
    return str(path.with_name(f".{path.name}.lock"))
