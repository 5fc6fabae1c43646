"""Progress of whatever takes longer than a second, and the one key that stops it."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt6.QtCore import QTimer

from cryogui.app.present.preparing import Preparing
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Activity, Scheduler
from cryogui.app.screen import Screen
from cryogui.app.sweep import Sweep

PATIENCE_SECONDS = 1.0
POLL_MS = 100
"""Workers only note how far they are; the window looks this often, and only while something runs."""


class ActivityController:
    """Shows the longest computation in the status line; Cancel ends a sweep first, then a calibration, then
    what is shown, then the reconstruction that runs.

    cancel_calibration: ends the one that runs or waits.
    """

    def __init__(
        self, scheduler: Scheduler, sweep: Sweep, screen: Screen, preparing: Preparing, runs: Runs
    ) -> None:
        self._scheduler, self._sweep, self._screen = scheduler, sweep, screen
        self._preparing, self._runs = preparing, runs
        self._shown: list[Activity] = []
        self.cancel_calibration: Callable[[], None] = lambda: None
        self._timer = QTimer()
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._draw)
        sweep.runningChanged.connect(lambda name: self._draw())
        runs.listed.connect(self._draw)
        runs.calibrating.connect(lambda run: self._draw())
        screen.actions.cancel.triggered.connect(self.cancel)
        screen.status.cancelRequested.connect(self.cancel)
        screen.window.closing.connect(self._timer.stop)

    def note_busy(self, lane: Hashable, is_busy: bool) -> None:
        """A lane has got work, or has none any more."""
        if is_busy:
            self._timer.start()
        else:
            self._draw()

    def cancel(self) -> None:
        """Stop the sweep, the computation shown, or the reconstruction; what is on the screen stays."""
        if self._sweep.running:
            self._sweep.stop()
        elif self._runs.calibration is not None:
            self.cancel_calibration()
        elif self._shown:
            self._scheduler.stop(self._shown[0].lane)
        elif self._runs.current is not None:
            self._runs.cancel(self._runs.current)
        self._draw()

    def _draw(self) -> None:
        running = self._scheduler.activities()
        self._shown = [activity for activity in running if activity.seconds > PATIENCE_SECONDS]
        if not running:
            self._timer.stop()
        if self._shown:
            first, more = self._shown[0], len(self._shown) - 1
            what = self._preparing.title_of(first.lane, first.title)
            title = f"{what}, and {more} more" if more else what
            self._screen.status.set_activity(title, first.fraction)
        else:
            self._screen.status.set_activity("")
        runs = bool(self._sweep.running or self._shown or self._runs.unfinished)
        self._screen.actions.allow(running=runs)
