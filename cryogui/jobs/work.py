"""The work itself, in the worker: a method driven step by step, shown, scored, kept and stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from cryogui.errors import UserError
from cryogui.jobs.allowance import Allowance
from cryogui.jobs.judge import Judge, Point
from cryogui.jobs.messages import Finished, Message, Progress, Task
from cryogui.jobs.results import Reconstructed, write_checkpoint, write_results
from cryogui.jobs.run import Result
from cryogui.jobs.shared import Board, Command
from cryogui.physics.fourier import Real32
from cryogui.reconstruct.options import restored
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import find_method

PREVIEW_SECONDS, MESSAGE_SECONDS, CHECKPOINT_SECONDS = 0.2, 0.05, 15.0
PREVIEW_SHARE, MESSAGE_SHARE, CHECKPOINT_SHARE = 0.05, 0.02, 0.05
_PAUSE_SECONDS = 0.02


class Stopping(Exception):
    """The program wants the work to end here."""


class Work:
    """Carries out one task.

    board: where the estimate is shown and commands are read; connection: takes the messages.
    """

    def __init__(self, task: Task, board: Board, connection: Connection) -> None:
        self._task, self._board, self._connection = task, board, connection
        self._method = find_method(task.order.method)
        self._options: Any = restored(self._method.options, task.order.options)
        self._problem = task.inputs.problem
        self._method.require_fit(self._problem)
        if task.order.halves and self._problem.used.sum() < 2:
            raise UserError("Half sets need two images at least; reconstruct without them.")
        self._judge = Judge(self._problem, task.inputs.x_true)
        self._preview = Allowance(PREVIEW_SHARE, PREVIEW_SECONDS)
        self._message = Allowance(MESSAGE_SHARE, MESSAGE_SECONDS)
        self._checkpoint = Allowance(CHECKPOINT_SHARE, CHECKPOINT_SECONDS)
        self._seconds = task.seconds
        self._points: list[Point] = []
        self._found: dict[str, float] = {}
        self._x = None if task.start is None else task.start.x
        self._iteration = 0 if task.start is None else task.start.iteration
        # where it can be gone on from, and after how many seconds
        self._last = None if task.start is None else (task.start, task.seconds)
        self._share, self._done = 1.0 / (3 if task.order.halves else 1), 0.0
        self._warning = ""

    def carry_out(self) -> None:
        """All that was ordered. Raises Stopping when told to stop, and whatever the method raises."""
        self._board.beat()
        x = self._whole()
        halves = self._halves() if self._task.order.halves else None
        path = self._task.result_path
        if path is not None:
            self._board.beat()
            self._say(0.0, "keeping the result")
            try:
                done = Reconstructed(self._task.order, Result(x, halves), self._found)
                write_results(path, [done])
            except UserError as error:
                self._warning = str(error)
        self._send(Finished(self._warning))

    def _whole(self) -> Real32:
        """The reconstruction from all images that count, with all that is said of it along the way."""
        with self._checkpoint.spending():
            pass  # the first is due after the interval, not at once
        note = ""
        for step in self._steps(self._problem, self._task.start):
            note = step.note
            self._found.update(step.found)
            if step.x is not None:
                self._x = step.x
                if step.state is not None:
                    self._last = Start(step.x, step.iteration, step.state), self._seconds
                if step.iteration != self._iteration:
                    self._iteration = step.iteration
                    self._follow(step.x)
            self._heed(step.fraction, note)
        x = self._checked(self._x)
        self._score(x, is_last=True)
        self._show(x)
        self._say(1.0, note)
        self._done = self._share
        return x

    def _halves(self) -> tuple[Real32, Real32]:
        """The reconstructions from either half of the images; they stay on the board."""
        for number, problem in enumerate(self._problem.halves()):
            x = None
            for step in self._steps(problem, None):
                x = step.x if step.x is not None else x
                self._heed(step.fraction, f"half {number + 1} of 2")
            self._board.halves[number] = self._checked(x)
            self._done += self._share
        first, second = self._board.halves
        return first, second

    def _steps(self, problem: Problem, start: Start | None) -> Iterator[Step]:
        """The method's steps; between two of them commands are heeded, and only its own time counts."""
        steps = self._method.run(problem, self._options, start)
        while True:
            begin = time.perf_counter()
            step = next(steps, None)
            self._seconds += time.perf_counter() - begin
            self._board.beat()
            if step is None:
                return
            yield step
            self._board.beat()

    def _follow(self, x: Real32) -> None:
        """What is done after an iteration, as far as there is time."""
        self._score(x, is_last=False)
        if self._preview.is_due(self._seconds):
            with self._preview.spending():
                self._show(x)
        if self._checkpoint.is_due(self._seconds):
            self._keep()

    def _heed(self, fraction: float, note: str) -> None:
        """Say how far the work is, and do what the program wants. Raises Stopping."""
        if self._message.is_due(self._seconds):
            self._say(fraction, note)
        while self._board.command is Command.PAUSE:
            time.sleep(_PAUSE_SECONDS)
        if self._board.command is Command.GO_ON:
            return
        if self._board.command is Command.KEEP:
            self._keep()
        self._say(fraction, note)
        raise Stopping

    def _score(self, x: Real32, is_last: bool) -> None:
        point = self._judge.point(x, self._iteration, self._seconds, self._found, is_last)
        if point is not None:
            self._points.append(point)

    def _show(self, x: Real32) -> None:
        if x.shape != self._problem.operator.x_shape:
            raise ValueError(f"an estimate of shape {x.shape}, not {self._problem.operator.x_shape}")
        self._board.publish(x, self._iteration)

    def _keep(self) -> None:
        """Leave a checkpoint. A disk that takes none does not end the run."""
        path = self._task.checkpoint_path
        if path is None or self._last is None or not self._method.is_iterative or self._warning:
            return
        with self._checkpoint.spending():
            try:
                write_checkpoint(path, *self._last)
            except UserError as error:
                self._warning = str(error)

    def _checked(self, x: Real32 | None) -> Real32:
        """The method's last estimate, made sure to be one."""
        if x is None:
            raise RuntimeError("the method ended without an estimate")
        if not np.isfinite(x).all():
            raise UserError(
                f"{self._method.title} diverged: its last estimate is not finite; choose gentler options."
            )
        return x

    def _say(self, fraction: float, note: str) -> None:
        with self._message.spending():
            found: Mapping[str, float] = dict(self._found)
            whole = self._done + self._share * min(max(fraction, 0.0), 1.0)
            points, self._points = tuple(self._points), []
            self._send(Progress(self._iteration, whole, self._seconds, note, found, points))

    def _send(self, message: Message) -> None:
        self._connection.send(message)
