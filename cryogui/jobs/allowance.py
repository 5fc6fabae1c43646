"""How much of a run's time may go into anything but the method's own work."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Allowance:
    """Lets a kind of work (scoring, previews, checkpoints) take `share` of the time, not oftener than every
    `interval` seconds; cost: seconds that the first time is expected to take."""

    def __init__(self, share: float, interval: float = 0.0, cost: float = 0.0) -> None:
        self._share, self._interval = share, interval
        self._spent, self._last_cost = 0.0, cost
        self._last_end = -math.inf

    def is_due(self, worked: float) -> bool:
        """Whether the work may be done now; worked: seconds that the method has worked so far."""
        if time.monotonic() - self._last_end < self._interval:
            return False
        return self._spent + self._last_cost <= self._share * worked

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Around the work itself."""
        start = time.monotonic()
        yield
        self._last_end = time.monotonic()
        self._last_cost = self._last_end - start
        self._spent += self._last_cost
