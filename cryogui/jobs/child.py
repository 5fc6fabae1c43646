"""A worker process as the program holds it: started, listened to, told what to do, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from multiprocessing import Pipe
from typing import Any

from cryogui.jobs.messages import NO_MEMORY, Message, Task, tells_of_shortage
from cryogui.jobs.shared import Board, pack
from cryogui.tiers.child import child_environment

_LAST_WORDS_BYTES = 20_000


class Child:
    """The process that carries out `task`. Raises OSError or MemoryError when it cannot be started."""

    def __init__(self, task: Task[Any, Any]) -> None:
        with contextlib.ExitStack() as lent, contextlib.ExitStack() as kept:
            task_descriptor = pack(task)
            lent.callback(os.close, task_descriptor)
            self.board = Board.create(task.inputs.problem.operator.x_shape, task.has_halves)
            lent.callback(os.close, self.board.descriptor)
            leash, held = os.pipe()
            lent.callback(os.close, leash)
            kept.callback(os.close, held)
            self._connection, said = Pipe(duplex=False)
            lent.callback(said.close)
            kept.callback(self._connection.close)
            self._stderr = kept.enter_context(tempfile.TemporaryFile())
            inherited = (said.fileno(), task_descriptor, self.board.descriptor, leash)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cryogui.jobs.worker", *map(str, inherited)],
                env=child_environment(task.threads),
                stdin=subprocess.DEVNULL,
                stdout=self._stderr,
                stderr=self._stderr,
                pass_fds=inherited,
                start_new_session=True,  # a Ctrl-C in the terminal is for the program, not its workers
            )
            self._kept = kept.pop_all()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def messages(self) -> list[Message]:
        """What it has said since the last time."""
        found: list[Message] = []
        with contextlib.suppress(EOFError, OSError):  # it has gone, perhaps in the middle of a word
            while self._connection.poll():
                found.append(self._connection.recv())
        return found

    @property
    def has_gone(self) -> bool:
        """Whether the process has ended. What it said before may still be waiting."""
        return self._process.poll() is not None

    @property
    def how_it_ended(self) -> str:
        """One sentence about a process that ended without saying why."""
        code = self._process.returncode
        if code == -signal.SIGKILL:
            return (
                "The worker was killed from outside: by the system if memory ran out, else by a person or "
                "another program; run it again, smaller if memory is short."
            )
        if tells_of_shortage(self.last_words):
            return NO_MEMORY
        if code < 0:
            return f"The worker crashed ({signal.Signals(-code).name}); run it again."
        return f"The worker ended unexpectedly (exit status {code}); try again or choose another method."

    @property
    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        self._stderr.seek(max(self._stderr.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES, 0))
        return self._stderr.read().decode(errors="replace").strip()

    def end(self) -> None:
        """Make sure that the process is gone, with any it has started, and close what led to it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._kept.close()
