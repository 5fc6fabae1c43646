"""Look before opening: a limited child process inspects a file, and this process refuses what it rejects."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryogui.errors import UserError
from cryogui.tiers.child import child_environment
from cryogui.tiers.issues import ERROR, Issue

# A backstop for files on a disk that never answers; busy loops end much earlier, by processor time.
CLOCK_SECONDS = 20.0
_CHECK_SECONDS = 0.1
MRC_SUFFIXES = (".mrc", ".map", ".st", ".ali", ".rec", ".mrcs", ".ccp4", ".preali")
HDF5_SUFFIXES = (".h5", ".hdf5", ".hdf", ".he5")


@dataclass(frozen=True)
class FileStamp:
    """What tells a file from another put in its place: device, inode, size and time of change."""

    device: int
    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """The stamp of the file at `path` as it is now."""
        info = path.stat()
        return cls(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns)


@dataclass(frozen=True)
class Inspected:
    """A file that has been looked at: its kind ('hdf5' or 'mrc'), its stamp and the findings."""

    path: Path
    kind: str
    stamp: FileStamp
    issues: tuple[Issue, ...]

    def confirm_unchanged(self) -> None:
        """Raise UserError when the path no longer leads to the file that was inspected."""
        if FileStamp.of(self.path) != self.stamp:
            raise UserError(f"{self.path.name} changed while it was being opened; open it again.")


def inspect_file(path: str | Path, check: Callable[[], None] = lambda: None) -> Inspected:
    """Find out what kind of file this is and inspect it in a child process.

    check: called again and again meanwhile; what it raises ends the child and comes out here.
    Raises UserError when there is no such file or it is of no known kind; bad contents are issues.
    """
    path = Path(path)
    stamp = _stamp(path)
    kind = _kind(path, stamp.size)
    return Inspected(path, kind, stamp, tuple(_run_child(kind, path, check)))


def _stamp(path: Path) -> FileStamp:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UserError(
                f"{path.name or path} is not a file; choose a tier file, an MRC series or an MRC volume."
            )
        with open(path, "rb"):
            return FileStamp.of(path)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}; check the name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path.name} cannot be read ({reason}); check its permissions.") from error


def _kind(path: Path, size: int) -> str:
    """'hdf5' or 'mrc', by signature first and by name where there is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(212)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read ({error.strerror}); choose another file.") from error
    suffixes = path.name.lower().removesuffix(".gz").removesuffix(".bz2")
    if size == 0:
        raise UserError(f"{path.name} is empty; fetch or make the file again.")
    if head.startswith(b"\x89HDF\r\n\x1a\n") or suffixes.endswith(HDF5_SUFFIXES):
        return "hdf5"
    if head[208:212] == b"MAP " or suffixes.endswith(MRC_SUFFIXES):
        return "mrc"
    raise UserError(f"{path.name} is neither an HDF5 tier file nor an MRC file; choose one of these.")


def _run_child(kind: str, path: Path, check: Callable[[], None]) -> list[Issue]:
    command = [sys.executable, "-P", "-m", "cryogui.tiers.inspect_child", kind, os.path.abspath(path)]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, env=child_environment(), stdin=nothing, stdout=pipe, stderr=pipe) as child:
        try:
            found = _output(child, check)
            return [Issue(**fields) for fields in json.loads(found)] if child.returncode == 0 else [BROKEN]
        except (subprocess.TimeoutExpired, ValueError, TypeError):
            return [BROKEN]
        finally:
            child.kill()


def _output(child: subprocess.Popen[bytes], check: Callable[[], None]) -> bytes:
    """What the child prints until it ends. Raises TimeoutExpired after `CLOCK_SECONDS`."""
    deadline = time.monotonic() + CLOCK_SECONDS
    while True:
        check()
        try:
            return child.communicate(timeout=_CHECK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                raise


BROKEN = Issue(
    ERROR, "", "could not be inspected within the limits of time and memory, so it is not safe to open",
    "fetch or make the file again",
)  # fmt: skip
