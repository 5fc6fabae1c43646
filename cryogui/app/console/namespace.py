"""A namespace of names that are looked up when they are used, and a way to the window's thread and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class LiveNames(dict[str, Any]):
    """A namespace with names that are looked up anew each time they are used.

    A name that is assigned hides the live one, and `del` brings that back.
    """

    def __init__(self, live: Mapping[str, Callable[[], Any]], fixed: Mapping[str, Any]) -> None:
        super().__init__(fixed)
        self._live = dict(live)

    def __missing__(self, name: str) -> Any:
        return self._live[name]()

    @property
    def known(self) -> frozenset[str]:
        """Every name."""
        return frozenset({*self, *self._live})


class WindowThread:
    """Has functions run on the window's thread, asked from any other. deliver: as in `Scheduler`."""

    def __init__(self, deliver: Callable[[Callable[[], None]], None]) -> None:
        self._deliver = deliver

    def do(self, task: Callable[[], T]) -> T:
        """The result of `task`, or what it raises; waits in steps, so that an interrupt is heeded."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(task())
            except Exception as error:
                future.set_exception(error)

        self._deliver(run)
        while not future.done():
            try:
                future.exception(timeout=0.05)
            except NotYet:
                continue
        return future.result()


def read_only(array: Any) -> Any:
    """The same values, which cannot be made writeable again; what is no array as it is."""
    return np.asarray(memoryview(array.data).toreadonly()) if isinstance(array, np.ndarray) else array
