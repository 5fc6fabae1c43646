"""The processes below one, as the kernel tells, and what they use together."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PPID, _THREADS, _RSS = 1, 17, 21  # fields of /proc/PID/stat, counted behind the name


@dataclass(frozen=True)
class Process:
    """One process; resident_bytes counts pages that it shares with others in full."""

    pid: int
    parent: int
    threads: int
    resident_bytes: int


def descendants(ancestor: int) -> list[Process]:
    """Every process that `ancestor`, or one of these, has started and that has not been waited for."""
    children: dict[int, list[Process]] = {}
    for process in _all():
        children.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    to_visit = [ancestor]
    while to_visit:
        below = children.pop(to_visit.pop(), [])
        found += below
        to_visit += [process.pid for process in below]
    return found


def memory_bytes(processes: Iterable[Process], enough: int) -> int:
    """Memory of the processes together. Shared pages are counted once, which takes long, only where counting
    them for each process gives more than `enough`."""
    processes = list(processes)
    most = sum(process.resident_bytes for process in processes)
    return most if most <= enough else sum(map(_proportional, processes))


def _all() -> Iterator[Process]:
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            stat = file.read()
            fields = stat[stat.rindex(b")") + 1 :].split()  # the name may hold spaces and brackets
            pages = int(fields[_RSS])
            yield Process(int(name), int(fields[_PPID]), int(fields[_THREADS]), pages * _PAGE_BYTES)


def _proportional(process: Process) -> int:
    """Its memory with its part of what it shares; what is resident where that may not be read."""
    with contextlib.suppress(OSError), open(f"/proc/{process.pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return process.resident_bytes
