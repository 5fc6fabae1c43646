"""The sandbox made by bubblewrap: what a program in it sees, and what it is started with.

It sees no file of this machine but the system's programs and libraries, Python, cryogui and its packages, all
read-only and at neutral paths. There is no /proc: it would name the folders that everything comes from
(mountinfo), and the same is refused as a system call (`seccomp`). Nothing inside is writable but memory.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cryogui.challenge.sandbox import launcher
from cryogui.challenge.sandbox.limits import Limits
from cryogui.challenge.sandbox.python_folders import python_folders
from cryogui.tiers.child import PACKAGE_ROOT

ALGORITHM, EXTRA = "/algorithm", "/opt/extra"
INPUT, OUTPUT = "/data/input.h5", "/out/output.h5"
_LAUNCHER = "/opt/launcher.py"
_NOBODY = "65534"
_SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/proc/cpuinfo", "/proc/meminfo")


def find_bubblewrap() -> str | None:
    """The path of bwrap; that it is there does not mean that it works."""
    return shutil.which("bwrap")


def shown_folders(folders: Mapping[Path, str]) -> list[tuple[Path, str]]:
    """Every folder of this machine that a program sees, with the path that it sees it at."""
    return [(Path("/usr"), "/usr"), *python_folders().shown, *folders.items()]


def python_command(script: str, *arguments: str) -> list[str]:
    """The command that runs a script inside."""
    return [python_folders().python, "-s", "-B", script, *arguments]


def bubblewrap_command(
    order: str, folders: Mapping[Path, str], files: Mapping[int, str], filter_file: int, limits: Limits
) -> list[str]:
    """The command that carries out a launcher's order in a sandbox.

    folders: shown besides Python's, read-only, at these paths. files: descriptors whose content is shown as
    read-only files at these paths. filter_file: the descriptor of the system call filter.
    """
    python, bwrap = python_folders(), find_bubblewrap()
    assert bwrap is not None  # the probe has used it
    return [
        bwrap, "--unshare-all", "--unshare-user", "--disable-userns", "--uid", _NOBODY, "--gid", _NOBODY,
        "--cap-drop", "ALL", "--seccomp", str(filter_file), "--hostname", "sandbox", "--new-session",
        "--die-with-parent", "--as-pid-1", "--clearenv", *_environment(EXTRA in folders.values()),
        *_system(), *_shown(folders), *_masks(python.hidden),
        *(word for number, path in files.items() for word in ("--ro-bind-data", str(number), path)),
        "--ro-bind", launcher.__file__, _LAUNCHER,
        "--dev", "/dev", *_memory("/dev/shm", limits.scratch_bytes), "--remount-ro", "/dev",
        *_memory("/tmp", limits.scratch_bytes), *_memory("/out", 2 * limits.output_bytes),
        "--chdir", "/tmp", "--remount-ro", "/",
        "--", python.python, "-I", "-S", "-B", _LAUNCHER, order,
    ]  # fmt: skip


def _environment(has_extra: bool) -> Iterator[str]:
    python = python_folders()
    values = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([*([EXTRA] if has_extra else []), *python.search]),
        "LD_LIBRARY_PATH": python.libraries,
    }
    for name in filter(values.get, values):
        yield from ("--setenv", name, values[name])


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _SYSTEM_FOLDERS:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for name in _SYSTEM_FILES:
        yield from ("--ro-bind-try", name, name)


def _shown(folders: Mapping[Path, str]) -> Iterator[str]:
    for folder, place in (*python_folders().shown, *folders.items()):
        yield from ("--ro-bind", str(folder), place)


def _masks(paths: Sequence[str]) -> Iterator[str]:
    """An empty file or folder over each."""
    empty = str(PACKAGE_ROOT / "cryogui" / "py.typed")
    for path in paths:
        yield from ("--ro-bind", empty, path) if path.endswith(".pth") else ("--tmpfs", path)


def _memory(path: str, size: int) -> tuple[str, ...]:
    """A folder in memory of so many bytes."""
    return ("--size", str(size), "--tmpfs", path)
