"""The first process of a run: sets the limits, starts the program, ends what it leaves, copies the output.

Run as `python launcher.py ORDER`, where ORDER is JSON: `command`, `output` (the path that the program writes
to), `result` (the descriptor that its content goes to), `most_bytes` (of it), `limits` (name of an RLIMIT_ ->
value). Imports nothing but the standard library: it is a single file in the sandbox.

In the sandbox it is process 1 of its own process namespace, which the processes in there can neither end nor
trace; whatever they do to it, all that it can do is to write to `result`.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import stat
import sys
from collections.abc import Mapping

DONE, EXIT_STATUS, CPU_TIME, NO_OUTPUT, REFUSED, TOO_LARGE = 0, 80, 81, 82, 83, 84
"""What the launcher's exit status says."""

_NICENESS = 10
_BLOCK_BYTES = 1 << 20


def main(order: str) -> int:
    """Carry out the order; returns the exit status."""
    told = json.loads(order)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would let the program end process 1
    _close_all_but(told["result"])
    os.nice(_NICENESS)
    set_limits(told["limits"])
    status = _run(told["command"])
    _end_what_is_left()
    if os.WIFSIGNALED(status):
        known = {signal.SIGXCPU: CPU_TIME, signal.SIGXFSZ: TOO_LARGE}
        return known.get(signal.Signals(os.WTERMSIG(status)), EXIT_STATUS)
    if os.WEXITSTATUS(status) != 0:
        return EXIT_STATUS
    return copy_out(told["output"], told["result"], told["most_bytes"])


def set_limits(limits: Mapping[str, int]) -> None:
    """Set limits by name, never above what the process may set; nothing inherits more."""
    for name, value in limits.items():
        which = getattr(resource, f"RLIMIT_{name}")
        most = resource.getrlimit(which)[1]
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(which, (value, value))


def copy_out(path: str, result: int, most_bytes: int) -> int:
    """Copy the file at `path` to the descriptor `result`; returns `DONE` or what is wrong with it.

    Only a regular file that has no other name is taken, and it is never waited for: what is a link, a pipe,
    a folder or a device is refused.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return NO_OUTPUT if error.errno == errno.ENOENT else REFUSED
    try:
        info = os.fstat(file)
        if not stat.S_ISREG(info.st_mode) or info.st_nlink != 1:
            return REFUSED
        left = most_bytes
        while block := os.read(file, min(_BLOCK_BYTES, left + 1)):
            left -= len(block)
            if left < 0:
                return TOO_LARGE
            while block:
                block = block[os.write(result, block) :]
        return DONE
    finally:
        os.close(file)


def _close_all_but(result: int) -> None:
    """Leave the program nothing to inherit."""
    os.closerange(3, result)
    os.closerange(result + 1, 1024)
    os.set_inheritable(result, False)


def _run(command: list[str]) -> int:
    """Start the program and wait for it, and for whatever else ends meanwhile; returns its wait status."""
    program = os.fork()
    if program == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.execv(command[0], command)
        finally:
            os._exit(127)
    while True:
        ended, status = os.wait()
        if ended == program:
            return status


def _end_what_is_left() -> None:
    """End every other process of the namespace; outside of one the supervisor does that."""
    if os.getpid() != 1:
        return
    try:
        os.kill(-1, signal.SIGKILL)
        while True:
            os.wait()
    except (ProcessLookupError, ChildProcessError):  # there were none, or no more
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
