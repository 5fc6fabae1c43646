"""Closing the window while runs are under way: what is to become of them is asked, not guessed."""

from __future__ import annotations

from cryogui.app.runs import Runs
from cryogui.app.screen import Screen

CALIBRATING = "A calibration has not ended. It is lost if the window closes; the parameters stay as before."


class ClosingController:
    """Asks in the bar above the panes. A second attempt to close keeps what has been reached.

    keeps: whether runs that are ended by closing leave a checkpoint from which they can go on.
    """

    def __init__(self, screen: Screen, runs: Runs) -> None:
        self._screen, self._runs = screen, runs
        self._is_decided = self._has_asked = False
        self.keeps = True
        screen.window.may_close = self.may_close

    def may_close(self) -> bool:
        """Whether the window may go now; else the user has been asked."""
        if not self._runs.unfinished or self._is_decided or self._has_asked:
            return True
        self._has_asked = True
        reconstructions = len(self._runs.open)
        keeping = {"Keep and close": lambda: self._close(keeps=True)} if reconstructions else {}
        self._screen.offers.offer(
            _sentence(reconstructions) if reconstructions else CALIBRATING,
            {**keeping, "Cancel and close": lambda: self._close(keeps=False), "Stay": self._stay},
        )
        return False

    def _close(self, keeps: bool) -> None:
        self.keeps, self._is_decided = keeps, True
        self._screen.window.close()

    def _stay(self) -> None:
        self._has_asked = False


def _sentence(count: int) -> str:
    runs = "A reconstruction has" if count == 1 else f"{count} reconstructions have"
    return f"{runs} not ended. What is reached can be kept, to go on with when cryogui is opened again."
