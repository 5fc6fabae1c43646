"""Defects and crashes as the user meets them: one bar, with details to copy, and the log in the Help menu."""

from __future__ import annotations

from collections.abc import Callable

from cryogui.app.faults.defects import Defects
from cryogui.app.faults.logbook import log_path, log_tail
from cryogui.app.faults.runs import faults_folder, find_crashes, kept_crashes
from cryogui.app.pace import Bridge, Delay
from cryogui.app.panels.message_bar import Topic
from cryogui.app.screen import Screen

REPEATS_MS = 250
"""How often at most the count of a defect that keeps coming is drawn."""

CRASHED = "cryogui ended unexpectedly in the run started {}; Details has what is known."


class FaultController:
    """Shows what went wrong in the message bar. Nothing here ends the window."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._bridge = Bridge()
        self._delays: list[Delay] = []
        self.defects = Defects(self._tell, self._bridge.deliver, self._pace, self._close_window)
        screen.messages.dismissed.connect(self.defects.dismiss)
        screen.window.closing.connect(self._stop)
        screen.actions.show_log.triggered.connect(self._on_actions_show_log)

    def install(self) -> None:
        """From now on every exception that nobody catches comes here."""
        self.defects.install()

    def offer_crashes(self) -> None:
        """Tell of the runs that crashed since the last start."""
        for crash in find_crashes(faults_folder()):
            self._screen.messages.show_error(CRASHED.format(crash.when), crash.text, Topic.LAST_RUN)

    def _tell(self, sentence: str, detail: str, times: int) -> None:
        self._screen.messages.show_error(sentence, detail, Topic.PROGRAM, times)

    def _pace(self, call: Callable[[], None]) -> Callable[[], None]:
        delay = Delay(REPEATS_MS, call)
        self._delays.append(delay)
        return delay.start

    def _stop(self) -> None:
        """Nothing is counted any more in a window that has gone."""
        for delay in self._delays:
            delay.stop()

    def _close_window(self) -> None:
        self._screen.window.close()

    def _on_actions_show_log(self) -> None:
        from cryogui.app.panels.log_view import LogView

        log = log_path()
        crashes = [
            (f"Crash, run of {each.when}", each.text, each.path) for each in kept_crashes(faults_folder())
        ]
        LogView([("All runs", log_tail(log), log), *crashes], self._screen.window).show()
