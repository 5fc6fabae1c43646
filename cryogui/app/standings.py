"""The entries of the challenge as one window knows them: read, added and removed beside it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.session.guard import guarded_signal

if TYPE_CHECKING:
    from cryogui.challenge.ledger import Entry, Ledger

LANE = "leaderboard"


class Standings:
    """entries: newest first, as they were last read. changed(): they are others now. failed(error)."""

    changed = guarded_signal()
    failed = guarded_signal(object)

    def __init__(self, scheduler: Scheduler, runs: Runs) -> None:
        self._scheduler, self._runs = scheduler, runs
        self.entries: tuple[Entry, ...] = ()
        self._changes = count()

    def read(self) -> None:
        """Look at the history: other programs add to it too."""

        def done(found: tuple[Entry, ...], newest: bool) -> None:
            if found != self.entries:
                self.entries = found
                self.changed.emit()

        self._request(LANE, lambda ledger: ledger.entries(), done, "Reading the leaderboard")

    def add(self, entry: Entry) -> None:
        """Keep one more entry."""
        self._change(lambda ledger: ledger.add(entry), "Keeping an entry")

    def remove(self, entries: Sequence[Entry]) -> None:
        """Forget these."""
        self._change(lambda ledger: ledger.remove(entries), "Removing entries")

    def _change(self, act: Callable[[Ledger], None], title: str) -> None:
        """In a lane of its own: no later change takes its place."""
        self._request((LANE, next(self._changes)), act, lambda result, newest: self.read(), title)

    def _request(
        self, lane: Hashable, act: Callable[[Ledger], Any], done: Callable[[Any, bool], None], title: str
    ) -> None:
        def work(token: Token) -> Any:
            from cryogui.challenge.ledger import Ledger

            return act(Ledger(self._runs.history))

        def failed(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                self.failed.emit(error)

        self._scheduler.request(lane, None, work, done, failed, title)
