"""The process that looks at a file first: limited in memory and time, and expendable.

Run as `python -m cryogui.tiers.inspect_child KIND PATH`; prints the findings as JSON. If it crashes, hangs or
runs out of memory, only it is lost and the file is refused. Imports h5py and numpy, no Qt and no numba.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys

from cryogui.tiers.check_hdf5 import check_hdf5
from cryogui.tiers.check_mrc import check_mrc

MEMORY_BYTES = 192 << 20
CPU_SECONDS = 1.2


def limit_self() -> None:
    """Allow `MEMORY_BYTES` more memory and `CPU_SECONDS` more processor time, no writing, no core dump.

    Processor time, not time on the clock: a busy computer must not get a good file refused. The alarm's
    default action ends the process even inside a library that never returns to Python.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock is the limit there
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # /proc is Linux; macOS does not honour this limit
        with open("/proc/self/statm") as statm:
            used = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, used + MEMORY_BYTES))


def main(kind: str, path: str) -> None:
    """Inspect one file; `kind` is 'hdf5' or 'mrc'."""
    limit_self()
    issues = check_hdf5(path) if kind == "hdf5" else check_mrc(path)
    print(json.dumps([issue.as_dict() for issue in issues]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
