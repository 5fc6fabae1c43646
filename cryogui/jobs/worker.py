"""The process that carries out one task: `python -m cryogui.jobs.worker CONNECTION TASK BOARD LEASH`.

The arguments are descriptors it inherits. It is expendable: whatever happens to it, only its run is lost. It
gives way to the window, may use so much memory and no more, and does not outlive the program that started it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import os
import resource
import select
import sys
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.errors import UserError
from cryogui.jobs.messages import NO_MEMORY, Failed, Message, Stopped, Task, tells_of_shortage
from cryogui.jobs.order import CalibrationOrder
from cryogui.jobs.shared import Board, unpack

if TYPE_CHECKING:
    from cryogui.jobs.driver import Driver

NICENESS = 10
_MEMORY_SHARE = 0.9


def main(connection: int, task: int, board: int, leash: int) -> None:
    """Carry out the task and say what came of it."""
    _die_with_the_program(leash)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    said = Connection(connection, readable=False)
    last = _carried_out(unpack(task), board, said)
    with contextlib.suppress(BrokenPipeError):
        if last is not None:
            said.send(last)
    os._exit(0)  # nothing is left to tidy up, and a library's own ending might hang


def _carried_out(task: Task[Any, Any], board: int, connection: Connection) -> Message | None:
    """Do the work; returns what there is to say about its end, if it did not come to a good one."""
    try:
        from cryogui.jobs.driver import Stopping

        shape = task.inputs.problem.operator.x_shape
        for module in task.modules:
            import_module(module)
        _start_threads()
        _limit_memory(task.memory_bytes)
        try:
            _driver(task, Board(board, shape, task.has_halves), connection).carry_out()
        except Stopping:
            return Stopped()
    except UserError as error:
        return Failed(str(error), error.detail)
    except Exception as error:
        detail = traceback.format_exc()
        if tells_of_shortage(detail):
            return Failed(NO_MEMORY, detail)
        return Failed(f"The {task.order.noun} '{task.order.method}' has a defect: {error!r}.", detail)
    return None


def _driver(task: Task[Any, Any], board: Board, connection: Connection) -> Driver:
    """What carries out the task; imported here, as only one of them is needed."""
    if isinstance(task.order, CalibrationOrder):
        from cryogui.jobs.calibration_work import CalibrationWork

        return CalibrationWork(task, board, connection)
    from cryogui.jobs.work import Work

    return Work(task, board, connection)


def _die_with_the_program(leash: int) -> None:
    """Have the kernel end this process, whatever it is doing, when the other end of the pipe is closed.

    SIGIO, which a pipe sends when its writer goes, ends a process that does not handle it. The kernel's own
    tie to a parent (PR_SET_PDEATHSIG) is to the thread that started the process, which may end earlier.
    """
    fcntl.fcntl(leash, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(leash, fcntl.F_SETFL, fcntl.fcntl(leash, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([leash], [], [], 0)[0]:  # it went before this was arranged
        os._exit(1)


def _start_threads() -> None:
    """Have every library set up its threads and their buffers: a limit on memory counts their stacks too, and
    a library that is denied them may end the process instead of raising an error."""
    import numpy as np
    import scipy.fft

    from cryogui.physics.fourier import WORKERS
    from cryogui.reconstruct.step_kernels import overlap

    square = np.ones((64, 64), np.float32)
    scipy.fft.rfft2(square @ square, workers=WORKERS)
    overlap(square.ravel(), square.ravel())


def _limit_memory(allowed: int | None) -> None:
    """Allow so many bytes more than are used now, or most of what the machine has free, so that asking for
    too much is an error here and not the end of other programs."""
    used = _kilobytes("/proc/self/status", "VmData") << 10
    if allowed is None:
        allowed = int(_MEMORY_SHARE * _free_bytes())
    resource.setrlimit(resource.RLIMIT_DATA, (used + allowed, used + allowed))


def _free_bytes() -> int:
    """What can still be allocated: of the machine's memory, and of the container's where there is a limit."""
    free = _kilobytes("/proc/meminfo", "MemAvailable") << 10
    group = Path("/sys/fs/cgroup")
    with contextlib.suppress(OSError, ValueError):  # no limit reads 'max'
        limit, current = (int((group / name).read_text()) for name in ("memory.max", "memory.current"))
        free = min(free, max(limit - current, 0))
    return free


def _kilobytes(path: str, name: str) -> int:
    for line in Path(path).read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise RuntimeError(f"{path} does not tell {name}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
