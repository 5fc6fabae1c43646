"""Reconstructing in the worker: a method driven step by step, shown, scored, kept and stopped."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from cryogui.errors import UserError
from cryogui.jobs.allowance import Allowance
from cryogui.jobs.driver import Driver
from cryogui.jobs.inputs import Inputs
from cryogui.jobs.judge import Judge, Point
from cryogui.jobs.messages import Finished, Iterated, Task
from cryogui.jobs.order import Order
from cryogui.jobs.results import Reconstructed, write_checkpoint, write_results
from cryogui.jobs.run import Result
from cryogui.jobs.shared import Board, Command
from cryogui.physics.fourier import Real32
from cryogui.reconstruct.options import restored
from cryogui.reconstruct.problem import Problem, Start, Step
from cryogui.reconstruct.registry import find_method

PREVIEW_SECONDS, CHECKPOINT_SECONDS = 0.2, 15.0
PREVIEW_SHARE, CHECKPOINT_SHARE = 0.05, 0.05


class Work(Driver):
    """Carries out a reconstruction; the estimate is shown on the board."""

    def __init__(self, task: Task[Order, Inputs], board: Board, connection: Connection) -> None:
        super().__init__(board, connection, task.seconds)
        self._task = task
        self._method = find_method(task.order.method)
        self._options: Any = restored(self._method.options, task.order.options)
        self._problem = task.inputs.problem
        self._method.require_fit(self._problem)
        if task.order.halves and self._problem.used.sum() < 2:
            raise UserError("Half sets need two images at least; reconstruct without them.")
        self._judge = Judge(self._problem, task.inputs.x_true)
        self._preview = Allowance(PREVIEW_SHARE, PREVIEW_SECONDS)
        self._checkpoint = Allowance(CHECKPOINT_SHARE, CHECKPOINT_SECONDS)
        self._points: list[Point] = []
        self._found: dict[str, float] = {}
        self._x = None if task.start is None else task.start.x
        self._iteration = 0 if task.start is None else task.start.iteration
        # where it can be gone on from, and after how many seconds
        self._last = None if task.start is None else (task.start, task.seconds)
        self._share, self._done = 1.0 / (3 if task.order.halves else 1), 0.0
        self._warning = ""

    def carry_out(self) -> None:
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
        return self._driven(self._method.run(problem, self._options, start))

    def _follow(self, x: Real32) -> None:
        """What is done after an iteration, as far as there is time."""
        self._score(x, is_last=False)
        if self._preview.is_due(self._seconds):
            with self._preview.spending():
                self._show(x)
        if self._checkpoint.is_due(self._seconds):
            self._keep()

    def _before_stopping(self, command: Command) -> None:
        if command is Command.KEEP:
            self._keep()

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

    def _progress(self, fraction: float, note: str) -> Iterated:
        whole = self._done + self._share * fraction
        points, self._points = tuple(self._points), []
        return Iterated(whole, self._seconds, note, self._iteration, dict(self._found), points)
