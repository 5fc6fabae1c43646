"""Keeping pace with the screen: one computation a frame, a rest after the last change, the time taken."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal

REST_MS = 300


class Bridge(QObject):
    """Calls functions on the window's thread, from any thread, by a queued signal."""

    _called = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        # Queued on the window's own thread too: a job that ends at once must not arrive during its request.
        self._called.connect(self._on_called, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]

    def deliver(self, call: Callable[[], None]) -> None:
        """Have `call` called soon on the thread this object lives in."""
        self._called.emit(call)

    def _on_called(self, call: Callable[[], None]) -> None:
        call()


class Delay:
    """Calls a function once, some time after the last `restart`; 0 ms means: with the events at hand done."""

    def __init__(self, milliseconds: int, call: Callable[[], None]) -> None:
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(call)

    def restart(self) -> None:
        """Count from now."""
        self._timer.start()

    def start(self) -> None:
        """Count from now unless counting already."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Do not call."""
        self._timer.stop()

    @property
    def is_running(self) -> bool:
        """Whether a call is ahead."""
        return self._timer.isActive()


class FrameClock:
    """Time from the first slider move of a frame to the panes repainted, told to `tell` in seconds."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._changed: float | None = None
        self._drawn = False

    def note_change(self) -> None:
        """A slider has moved."""
        if self._changed is None:
            self._changed = time.perf_counter()

    def forget(self) -> None:
        """What has changed is no slider's doing: loading is not timed."""
        self._changed, self._drawn = None, False

    def note_drawn(self) -> None:
        """The panes have new pictures and wait to be painted."""
        self._drawn = True

    def note_painted(self) -> None:
        """A repaint of the window is complete."""
        if self._drawn and self._changed is not None:
            seconds, self._changed, self._drawn = time.perf_counter() - self._changed, None, False
            self._tell(seconds)
