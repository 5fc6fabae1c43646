"""Memory that the program and a worker share. It has no name, so nothing can be left of it however they end.

Linux only, as are the worker's other provisions (`memfd_create`).
"""

from __future__ import annotations

import mmap
import os
import pickle
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cryogui.physics.fourier import Real32

_ALIGNMENT = 64
_HEADER_BYTES = 4096


def pack(value: object) -> int:
    """A descriptor of memory that holds `value`, pickled, with its arrays beside it as they are."""
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    arrays = [buffer.raw() for buffer in buffers]
    index = pickle.dumps((data, [array.nbytes for array in arrays]))
    descriptor = os.memfd_create("cryogui-task")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(len(index).to_bytes(8, "little") + index)
            for array in arrays:
                file.write(bytes(-file.tell() % _ALIGNMENT))
                file.write(array)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def unpack(descriptor: int) -> Any:
    """What `pack` was given. Its arrays are not copied; writing to them changes no one else's."""
    memory = mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
    place = 8 + int.from_bytes(memory[:8], "little")
    data, sizes = pickle.loads(memory[8:place])
    buffers = []
    for size in sizes:
        place += -place % _ALIGNMENT
        buffers.append(memoryview(memory)[place : place + size])
        place += size
    return pickle.loads(data, buffers=buffers)


class Command(IntEnum):
    """What the program asks of a worker."""

    GO_ON = 0
    PAUSE = 1
    CANCEL = 2
    KEEP = 3  # stop, and leave a checkpoint


class Board:
    """What both sides see while a run lasts: the command, the worker's pulse, the newest estimate.

    The estimate has two places, and the worker writes to the one that is not the newest, so that a reader
    has a whole volume unless the worker laps it; it notices that and reads again. One worker writes, any
    thread of the program may read. halves: [2, z, y, x], filled when a run with halves is done.
    """

    def __init__(self, descriptor: int, shape: tuple[int, int, int], has_halves: bool) -> None:
        self.descriptor = descriptor
        memory = mmap.mmap(descriptor, self.size(shape, has_halves))
        self._words: NDArray[np.int64] = np.frombuffer(memory, np.int64, len(_WORDS))
        volumes = np.frombuffer(memory, np.float32, offset=_HEADER_BYTES).reshape(-1, *shape)
        self._estimates, self.halves = volumes[:2], volumes[2:]

    @classmethod
    def create(cls, shape: tuple[int, int, int], has_halves: bool) -> Board:
        """A fresh one. Its memory is taken up as it is written to."""
        descriptor = os.memfd_create("cryogui-board")
        os.ftruncate(descriptor, cls.size(shape, has_halves))
        return cls(descriptor, shape, has_halves)

    @staticmethod
    def size(shape: tuple[int, int, int], has_halves: bool) -> int:
        """Bytes of a board for volumes of this shape."""
        return _HEADER_BYTES + 4 * (4 if has_halves else 2) * int(np.prod(shape, dtype=np.int64))

    @property
    def command(self) -> Command:
        """What the program wants."""
        return Command(int(self._words[_COMMAND]))

    @command.setter
    def command(self, command: Command) -> None:
        self._words[_COMMAND] = command

    @property
    def pulse(self) -> int:
        """Changes whenever the worker has got on."""
        return int(self._words[_PULSE])

    def beat(self) -> None:
        """Tell that the worker has got on."""
        self._words[_PULSE] += 1

    def publish(self, x: Real32, iteration: int) -> None:
        """Show an estimate."""
        number = self.published + 1
        self._words[_BEGUN] = number
        self._estimates[number % 2] = x
        self._words[_ITERATIONS + number % 2] = iteration
        self._words[_PUBLISHED] = number

    @property
    def published(self) -> int:
        """How many estimates have been shown."""
        return int(self._words[_PUBLISHED])

    def newest(self) -> tuple[Real32, int] | None:
        """A copy of the newest estimate, and its iteration; None while there is none."""
        while number := self.published:
            x = self._estimates[number % 2].copy()
            iteration = int(self._words[_ITERATIONS + number % 2])
            if int(self._words[_BEGUN]) <= number + 1:  # nobody has written where this was read
                return x, iteration
            time.sleep(0.001)
        return None


_WORDS = _COMMAND, _PULSE, _BEGUN, _PUBLISHED, _ITERATIONS, _ = range(6)
