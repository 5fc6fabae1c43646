"""Exceptions that nobody caught: logged, told once in the window however often they come, and survived."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from cryogui.app.faults.account import account, defect_sentence, place_of
from cryogui.errors import UserError

log = logging.getLogger(__name__)

QUIET_SECONDS = 5.0
"""A defect that was dismissed is told again when it comes back after a pause: then the user did something."""


class Tell(Protocol):
    """Shows a defect in the window, or how often it has come by now."""

    def __call__(self, sentence: str, detail: str, times: int) -> None: ...


@dataclass
class _Known:
    """One defect, and how often it has come."""

    sentence: str
    detail: str
    times: int = 0
    seen: float = 0.0
    is_dismissed: bool = False


class Defects:
    """Hears of every exception that nobody caught, in whichever thread.

    tell: shows one in the window; called on the window's thread by `deliver`. pace: calls a function on that
    thread a little later, once, however often it is asked. stop: what Ctrl+C in the terminal does.
    """

    def __init__(
        self,
        tell: Tell,
        deliver: Callable[[Callable[[], None]], None],
        pace: Callable[[Callable[[], None]], Callable[[], None]],
        stop: Callable[[], None],
    ) -> None:
        self._tell, self._deliver, self._stop = tell, deliver, stop
        self._known: dict[tuple[str, str, int], _Known] = {}
        self._due: set[tuple[str, str, int]] = set()
        self._ask_for_repeats = pace(self._tell_repeats)

    def install(self) -> None:
        """Become the place where uncaught exceptions go. Qt calls `abort` where there is none."""
        sys.excepthook = self.note
        threading.excepthook = self._note_in_thread
        sys.unraisablehook = self._note_unraisable

    def note(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None = None
    ) -> None:
        """Log the exception, and tell the window; from any thread. Keeps no reference to its frames."""
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._deliver(self._stop)
            return
        place = place_of(error, trace)
        sentence = str(error) if isinstance(error, UserError) else defect_sentence(error)
        detail = account(error.with_traceback(trace))
        self._deliver(lambda: self._count(place, sentence, detail))

    def dismiss(self) -> None:
        """The user has read it: what keeps coming stays away."""
        for known in self._known.values():
            known.is_dismissed = True

    def _note_in_thread(self, hint: Any) -> None:
        """An interrupt of one thread ends that thread and nothing else."""
        if not issubclass(hint.exc_type, KeyboardInterrupt | SystemExit):
            self.note(hint.exc_type, hint.exc_value or hint.exc_type(), hint.exc_traceback)

    def _note_unraisable(self, hint: Any) -> None:
        """What went wrong where nobody can hear of it, as while an object is deleted."""
        self.note(hint.exc_type, hint.exc_value or hint.exc_type(), hint.exc_traceback)

    def _count(self, place: tuple[str, str, int], sentence: str, detail: str) -> None:
        known = self._known.setdefault(place, _Known(sentence, detail))
        now = time.monotonic()
        if known.is_dismissed and now - known.seen > QUIET_SECONDS:
            known.is_dismissed, known.times = False, 0
        known.seen = now
        known.times += 1
        self._log(known)
        if known.times == 1 and not known.is_dismissed:
            self._tell(known.sentence, known.detail, 1)
        else:
            self._due.add(place)
            self._ask_for_repeats()

    def _tell_repeats(self) -> None:
        """A few times a second: a defect in painting comes as fast as the screen, and telling it paints."""
        due, self._due = self._due, set()
        for known in (self._known[place] for place in due):
            if not known.is_dismissed:
                self._tell(known.sentence, known.detail, known.times)

    def _log(self, known: _Known) -> None:
        """In full at first, then at every tenfold: the log is not to fill up with one defect."""
        if known.times == 1:
            log.error("%s\n%s", known.sentence, known.detail)
        elif str(known.times).strip("0") == "1":
            log.error("%s (%d times by now)", known.sentence, known.times)
