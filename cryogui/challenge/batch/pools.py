"""Where cells are carried out: here, as many at a time as there are workers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from cryogui.calibrate import Calibration
from cryogui.challenge.batch.solve import Lost, Outcome, solve
from cryogui.jobs import CalibrationOrder, Inputs, Order

log = logging.getLogger(__name__)

RETRIES = 2
"""How often a cell whose process was lost is tried again."""

AnyOrder: TypeAlias = Order | CalibrationOrder
AnyInputs: TypeAlias = Inputs | Calibration


@dataclass(frozen=True)
class Pool:
    """submit: has an order carried out, see `solve`; workers: how many are carried out at a time; queued: how
    many of them it pays to have submitted for each worker."""

    submit: Callable[[AnyOrder, AnyInputs], Future[Outcome]]
    workers: Callable[[], int]
    queued: int = 1


@contextmanager
def local_pool(workers: int) -> Iterator[Pool]:
    """Processes of this machine; they end with the context, whatever they are doing."""
    stopping = threading.Event()
    threads = ThreadPoolExecutor(workers, "cell")

    def submit(order: AnyOrder, inputs: AnyInputs) -> Future[Outcome]:
        return threads.submit(_persistently, order, inputs, lambda: not stopping.is_set())

    try:
        yield Pool(submit, lambda: workers)
    finally:
        stopping.set()
        threads.shutdown(cancel_futures=True)


def _persistently(order: AnyOrder, inputs: AnyInputs, is_wanted: Callable[[], bool]) -> Outcome:
    """As `solve`, in another process where one is lost."""
    for attempt in range(1, RETRIES + 1):
        try:
            return solve(order, inputs, is_wanted)
        except Lost as error:
            log.info("%s of %s, attempt %d: %s", order.title, order.scene_name, attempt, error)
    return solve(order, inputs, is_wanted)
