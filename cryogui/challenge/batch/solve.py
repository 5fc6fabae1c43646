"""Carries out one cell, wherever it is called: the same work gives the same bits, here or on a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass

from cryogui import __version__
from cryogui.calibrate import Calibration
from cryogui.errors import UserError
from cryogui.jobs import CalibrationOrder, CalibrationRun, Inputs, Order, Queue, Run
from cryogui.physics.fourier import Real32
from cryogui.spec import Spec

PATIENCE_SECONDS = 1800.0
"""Without a step; a machine that is shared may take long for one."""

_POLL_SECONDS = 0.02


class Lost(Exception):
    """The process of a cell is gone, or had too little memory; another attempt may do better."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a cell. spec: found, or reconstructed under; x_hat [z, y, x]: None for a calibration;
    seconds: that the method or strategy has worked."""

    spec: Spec
    seconds: float
    x_hat: Real32 | None = None


def solve(
    order: Order | CalibrationOrder,
    inputs: Inputs | Calibration,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Carry out an order in a process of its own, in which every library has one thread.

    More would add up sums in another order each time. is_wanted: asked now and then; False ends the work.
    Raises UserError when it cannot be done, `Lost` when that says nothing about the work itself, and
    CancelledError when it is not wanted any more.
    """
    if order.version != __version__:
        raise UserError(
            f"A worker has version {__version__} of cryogui and the batch {order.version}; install the same."
        )
    with closing(Queue(patience=PATIENCE_SECONDS, threads=1)) as queue:
        run: Run | CalibrationRun = queue.submit(order, inputs)  # type: ignore[arg-type]
        while not run.has_ended:
            if not is_wanted():
                raise CancelledError
            queue.poll()
            time.sleep(_POLL_SECONDS)
    if run.was_lost:
        raise Lost(run.reason)
    if run.state != "done":
        raise UserError(run.reason, run.detail)
    return _outcome(run)


def _outcome(run: Run | CalibrationRun) -> Outcome:
    if isinstance(run, CalibrationRun):
        return Outcome(run.result().spec, run.seconds)
    return Outcome(Spec.of({**run.order.spec, **run.found}), run.seconds, run.result().x)
