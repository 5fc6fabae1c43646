"""What a command prints: kept apart by thread, and handed to the window in portions."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TextIO

PORTION = 100_000
"""Characters shown at a time; a command that prints faster loses the rest, and is told how much."""


class _Router:
    """Stands in for standard output or error while commands run: what their threads write goes to them, and
    everybody else's where it always went."""

    def __init__(self, original: TextIO) -> None:
        self.original = original
        self.sinks: dict[int, Callable[[str], None]] = {}

    def write(self, text: str) -> int:
        """Hand on what is written."""
        sink = self.sinks.get(threading.get_ident())
        if sink is None:
            return self.original.write(text)
        sink(text)
        return len(text)

    def isatty(self) -> bool:
        """No: nothing is to page or colour its output."""
        return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)


_lock = threading.Lock()


@contextlib.contextmanager
def captured(output: Callable[[str], None], error: Callable[[str], None]) -> Iterator[None]:
    """While it lasts, what this thread prints goes to `output` and `error`."""
    me = threading.get_ident()
    with _lock:
        for name, sink in (("stdout", output), ("stderr", error)):
            router = getattr(sys, name)
            if not isinstance(router, _Router):
                router = _Router(router)
                setattr(sys, name, router)
            router.sinks[me] = sink
    try:
        yield
    finally:
        with _lock:
            for name in ("stdout", "stderr"):
                router = getattr(sys, name)
                if isinstance(router, _Router):
                    router.sinks.pop(me, None)
                    if not router.sinks:
                        setattr(sys, name, router.original)


class Spool:
    """Collects texts of several kinds from any thread; `wake` is called when there is something to take."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._texts: list[tuple[str, Any]] = []
        self._size = self._lost = 0

    def write(self, text: str, kind: Any) -> None:
        """Add a text, or as much of it as fits into this portion."""
        with self._lock:
            wakes = not self._size and not self._lost
            kept = text[: PORTION - self._size]
            self._lost += len(text) - len(kept)
            self._size += len(kept)
            if kept:
                self._texts.append((kept, kind))
        if wakes:
            self._wake()

    def take(self) -> list[tuple[str, Any]]:
        """Everything since the last time, texts of one kind joined."""
        with self._lock:
            texts, self._texts = self._texts, []
            lost, self._size, self._lost = self._lost, 0, 0
        joined: list[tuple[str, Any]] = []
        for text, kind in texts:
            if joined and joined[-1][1] == kind:
                joined[-1] = (joined[-1][0] + text, kind)
            else:
                joined.append((text, kind))
        return [*joined, (f"\n… {lost:,} characters more\n", "note")] if lost else joined
