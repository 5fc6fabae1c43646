"""Plays one parameter from end to end of its range and back to where it was."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from cryogui.spec import Parameter

PERIOD_SECONDS = 5.0
FRAME_MS = 16


class Sweep(QObject):
    """One sweep at a time; follows the clock, so a slow machine sees fewer frames and not a longer sweep."""

    runningChanged = pyqtSignal(str)  # the parameter's name, or '' when it has ended

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._step)
        self._parameter: Parameter | None = None
        self._start_value = 0.0
        self._started = 0.0
        self._set_value: Callable[[str, float], None] = lambda name, value: None

    @property
    def running(self) -> str:
        """The name of the parameter being swept, or ''."""
        return self._parameter.name if self._parameter else ""

    def start(self, parameter: Parameter, value: float, set_value: Callable[[str, float], None]) -> None:
        """Sweep `parameter`, which stands at `value` now and will again at the end."""
        self.stop()
        self._parameter, self._start_value, self._set_value = parameter, value, set_value
        self._started = time.monotonic()
        self._timer.start()
        self.runningChanged.emit(parameter.name)

    def stop(self) -> None:
        """End the sweep now and put the parameter back; nothing when none is running."""
        if self._parameter is None:
            return
        name, self._parameter = self._parameter.name, None
        self._timer.stop()
        self._set_value(name, self._start_value)
        self.runningChanged.emit("")

    def _step(self) -> None:
        assert self._parameter is not None
        elapsed = (time.monotonic() - self._started) / PERIOD_SECONDS
        if elapsed >= 1.0:
            self.stop()
        else:
            value = position(self._parameter, self._start_value, elapsed)
            self._set_value(self._parameter.name, value)


def position(parameter: Parameter, start: float, elapsed: float) -> float:
    """Where a sweep stands after the fraction `elapsed` of its period: a sine's pace through `start`.

    It rises to the maximum, falls to the minimum and returns, resting at neither end.
    """
    span = parameter.width
    phase = math.acos(1.0 - 2.0 * (start - parameter.minimum) / span)
    return parameter.minimum + span * 0.5 * (1.0 - math.cos(phase + 2.0 * math.pi * elapsed))
