"""Calibrating in the worker: a strategy driven step by step, told of and stopped."""

from __future__ import annotations

import math
from multiprocessing.connection import Connection
from typing import Any

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate
from cryogui.calibrate.registry import find_strategy
from cryogui.errors import UserError
from cryogui.jobs.driver import Driver
from cryogui.jobs.messages import Calibrated, Finished, Task
from cryogui.jobs.order import CalibrationOrder
from cryogui.jobs.shared import Board, Command
from cryogui.reconstruct.options import restored


class CalibrationWork(Driver):
    """Carries out a calibration; what it knows by now goes with every message."""

    def __init__(
        self, task: Task[CalibrationOrder, Calibration], board: Board, connection: Connection
    ) -> None:
        super().__init__(board, connection, task.seconds)
        self._calibration = task.inputs
        self._strategy = find_strategy(task.order.method)
        self._options: Any = restored(self._strategy.options, task.order.options)
        self._strategy.require_use(self._calibration)
        self._estimate: Estimate | None = None

    def carry_out(self) -> None:
        self._board.beat()
        for estimate in self._driven(self._strategy.run(self._calibration, self._options)):
            self._require_sound(estimate)
            self._estimate = estimate
            self._heed(estimate.fraction, estimate.note)
        if self._estimate is None:
            raise RuntimeError("the strategy ended without an estimate")
        self._say(1.0, self._estimate.note)
        self._send(Finished())

    def _progress(self, fraction: float, note: str) -> Calibrated:
        return Calibrated(fraction, self._seconds, note, self._estimate)

    def _before_stopping(self, command: Command) -> None:
        """Nothing: a calibration is short, and begun anew."""

    def _require_sound(self, estimate: Estimate) -> None:
        """Raises UserError for a spec that is not finite, RuntimeError for one that is not what was asked."""
        start = self._calibration.start
        if estimate.spec.keys() != start.keys():
            raise RuntimeError("the strategy's spec has other parameters than the scene")
        if not all(map(math.isfinite, estimate.spec.values())):
            raise UserError(
                f"{self._strategy.title} diverged: its last spec is not finite; choose another strategy."
            )
        for name, value in start.items():
            if name not in self._calibration.free and estimate.spec[name] != value:
                raise RuntimeError(f"the strategy changed '{name}', which is not free")
