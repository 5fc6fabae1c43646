"""One file for each run, into which Python writes where every thread was when the process crashed.

The file is locked while its process lives, and removed when it ends well. What the next start finds unlocked
belonged to a run that died: with something in it, that run crashed and its file is kept as a report; without,
it was killed, and there is nothing to tell.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_state_path

from cryogui.app.faults.account import versions

log = logging.getLogger(__name__)

KEPT = 5
"""So many reports of crashes are kept, the newest."""

END_OF_HEADER = "-- nothing below this line unless the program crashed\n"


@dataclass(frozen=True)
class Crash:
    """What is known of a run that crashed. when: local time of its start, as text."""

    when: str
    text: str
    path: Path


def faults_folder() -> Path:
    """Where the files of the runs and the reports of crashes are."""
    return user_state_path("cryogui", appauthor=False) / "faults"


class Run:
    """This run's file; at most one in a process."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self._handle = path, handle

    @classmethod
    def begin(cls, folder: Path) -> Run | None:
        """Have crashes of this process told in a new file in `folder`; None where none can be written, and
        crashes are then told on standard error."""
        faulthandler.enable()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"run-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND, 0o600)
        except OSError as error:
            log.info("no file for this run in %s: %s", folder, error)
            return None
        run = cls(path, handle)
        fcntl.flock(handle, fcntl.LOCK_EX)
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        run.write(f"{versions()}\nstarted {started}\n{END_OF_HEADER}")
        faulthandler.enable(handle)
        return run

    def write(self, text: str) -> None:
        """Add to the file: the last words of something that is about to end the process."""
        with contextlib.suppress(OSError):
            os.write(self._handle, text.encode())

    def end(self) -> None:
        """The program ends well: nothing is to be told."""
        faulthandler.enable()
        self.path.unlink(missing_ok=True)
        os.close(self._handle)


def find_crashes(folder: Path) -> list[Crash]:
    """The runs that crashed since this was last asked, oldest first; the files of dead runs are tidied up."""
    found = []
    for path in sorted(folder.glob("run-*.txt")):
        try:
            crash = _take_if_dead(path)
        except OSError as error:  # another start was faster, or it may not be read
            log.info("%s was left alone: %s", path.name, error)
            continue
        if crash is not None:
            found.append(crash)
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return found


def kept_crashes(folder: Path) -> list[Crash]:
    """The reports that are kept, newest first."""
    return [_read(path) for path in sorted(folder.glob("crash-*.txt"), reverse=True)]


def _take_if_dead(path: Path) -> Crash | None:
    """Rename the file of a run that crashed, remove that of one that was killed, leave that of a living one.

    Raises OSError when the file is gone or cannot be read.
    """
    handle = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(handle).st_nlink or not os.fstat(handle).st_size:
            return None  # another start was faster, or its run has just begun
        if not _read(path).text.partition(END_OF_HEADER)[2].strip():
            path.unlink()
            return None
        return _read(path.rename(path.with_name(path.name.replace("run-", "crash-", 1))))
    except BlockingIOError:
        return None  # its process lives
    finally:
        os.close(handle)


def _read(path: Path) -> Crash:
    text = path.read_text(encoding="utf-8", errors="replace")
    started = next((line for line in text.splitlines() if line.startswith("started ")), "")
    return Crash(started.removeprefix("started "), text, path)
