"""What drives the work in the worker: one step after the other, told of, paused and stopped between two."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import TypeVar

from cryogui.jobs.allowance import Allowance
from cryogui.jobs.messages import Message, Progress
from cryogui.jobs.shared import Board, Command

MESSAGE_SECONDS, MESSAGE_SHARE = 0.05, 0.02
_PAUSE_SECONDS = 0.02

S = TypeVar("S")


class Stopping(Exception):
    """The program wants the work to end here."""


class Driver(ABC):
    """Carries out one task, whatever its kind.

    board: where commands are read; connection: takes the messages. seconds: of work that was done before.
    """

    def __init__(self, board: Board, connection: Connection, seconds: float) -> None:
        self._board, self._connection = board, connection
        self._seconds = seconds
        self._message = Allowance(MESSAGE_SHARE, MESSAGE_SECONDS)

    @abstractmethod
    def carry_out(self) -> None:
        """All that was ordered. Raises Stopping when told to stop, and whatever the work raises."""

    @abstractmethod
    def _progress(self, fraction: float, note: str) -> Progress:
        """What there is to say, for the whole work is this far."""

    @abstractmethod
    def _before_stopping(self, command: Command) -> None:
        """What is left to do when the program has told to stop in this way."""

    def _driven(self, steps: Iterator[S]) -> Iterator[S]:
        """The steps of a generator; only its own time counts, and each step is a sign of life."""
        while True:
            begin = time.perf_counter()
            step = next(steps, None)
            self._seconds += time.perf_counter() - begin
            self._board.beat()
            if step is None:
                return
            yield step
            self._board.beat()

    def _heed(self, fraction: float, note: str) -> None:
        """Say how far the work is, and do what the program wants. Raises Stopping."""
        if self._message.is_due(self._seconds):
            self._say(fraction, note)
        while self._board.command is Command.PAUSE:
            time.sleep(_PAUSE_SECONDS)
        command = self._board.command
        if command is Command.GO_ON:
            return
        self._before_stopping(command)
        self._say(fraction, note)
        raise Stopping

    def _say(self, fraction: float, note: str) -> None:
        with self._message.spending():
            self._send(self._progress(min(max(fraction, 0.0), 1.0), note))

    def _send(self, message: Message) -> None:
        self._connection.send(message)
