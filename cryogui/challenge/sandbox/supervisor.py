"""The process that watches a run from outside: `python -m cryogui.challenge.sandbox.supervisor`.

Reads an order from its standard input (one line of JSON), starts the command, ends it and everything it has
started when a limit is passed, when it ends, or when standard input is closed because the program that wanted
it has gone, and prints a verdict as JSON. Whatever loses its parent becomes its child, so nothing gets away.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cryogui.challenge.sandbox.processes import descendants, memory_bytes

TIME, MEMORY, PROCESSES, OUTPUT = "time limit", "memory limit", "process limit", "output too large"
STOPPED = "stopped"

_LOOK_SECONDS = 0.05
_ENDING_SECONDS = 60.0
_TAIL_BYTES = 4096
_BLOCK_BYTES = 1 << 16
_PR_SET_CHILD_SUBREAPER = 36


class Supervisor:
    """One command under watch.

    order: `command`, `environment`, `folder` (to start in), `inherited` (descriptors), `limits` (the fields
    of `Limits`), `watched` (a folder it may fill up to the limit of its output, or None) and `ending` (a
    command that ends what the kernel does not know as started by it, or None).
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._limits, self._watched, self._ending = order["limits"], order["watched"], order["ending"]
        self._tail = b""
        self._process = subprocess.Popen(
            order["command"],
            env=order["environment"],
            cwd=order["folder"],
            pass_fds=order["inherited"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._deadline = time.monotonic() + self._limits["seconds"]

    def watch(self) -> dict[str, Any]:
        """Wait for the end; returns `failed` (a limit, or None), the command's exit `status` (None: it was
        ended) and the `tail` of what it printed."""
        try:
            failed = self._failure()
        finally:
            status = self._process.poll()
            if self._ending:
                subprocess.run(self._ending, capture_output=True, timeout=_ENDING_SECONDS, check=False)
            _end_all(self._process.pid)
        self._drain()
        tail = self._tail.decode("utf-8", "replace")
        return {"failed": failed, "status": status, "tail": tail}

    def _failure(self) -> str | None:
        """The limit that was passed, None when the command ended by itself."""
        assert self._process.stdout is not None
        next_look = 0.0
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            ready.register(sys.stdin, selectors.EVENT_READ)
            while self._process.poll() is None:
                now = time.monotonic()
                if now >= next_look:
                    if failed := self._passed(now):
                        return failed
                    next_look = time.monotonic() + _LOOK_SECONDS
                for key, _ in ready.select(max(next_look - time.monotonic(), 0.0)):
                    if key.fileobj is sys.stdin:
                        return STOPPED
                    if not self._read():
                        ready.unregister(self._process.stdout)
        return None

    def _passed(self, now: float) -> str | None:
        """The limit that is passed now, if any."""
        if now > self._deadline:
            return TIME
        processes = descendants(os.getpid())
        if sum(process.threads for process in processes) > self._limits["processes"]:
            return PROCESSES
        allowed = self._limits["memory_bytes"]
        if memory_bytes(processes, allowed) > allowed:
            return MEMORY
        if self._watched and _folder_bytes(self._watched) > self._limits["output_bytes"]:
            return OUTPUT
        return None

    def _read(self) -> bool:
        """Take what was printed, keep its end; False when nothing more will come."""
        assert self._process.stdout is not None
        block = os.read(self._process.stdout.fileno(), _BLOCK_BYTES)
        self._tail = (self._tail + block)[-_TAIL_BYTES:]
        return bool(block)

    def _drain(self) -> None:
        """What is left in the pipe; nobody is left to print more."""
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        with contextlib.suppress(BlockingIOError):
            while self._read():
                pass


def _end_all(group: int) -> None:
    """End every descendant: first the process group, which nothing that starts others can outrun, then, all
    stopped before the first is ended, what has left it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    while found := descendants(os.getpid()):
        for way in (signal.SIGSTOP, signal.SIGKILL):
            for process in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, way)
        time.sleep(0.001)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _folder_bytes(folder: str) -> int:
    """What the files in a folder take, wherever a link may point to; each counts for a block at least."""
    total = 0
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                total += max(os.lstat(Path(place, name)).st_blocks * 512, 4096)
    return total


def main() -> None:
    """Carry out the order on standard input and print the verdict."""
    order = json.loads(sys.stdin.readline())
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "orphaned processes cannot be taken over")
    verdict = Supervisor(order).watch()
    with contextlib.suppress(BrokenPipeError):  # who wanted it has gone
        print(json.dumps(verdict), flush=True)


if __name__ == "__main__":
    main()
