"""Runs carried out while the command waits, with their progress on one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryogui.commands.output import count, say
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.jobs import History, Inputs, Kept, Order, Queue, Run

_POLL_SECONDS = 0.02


@contextmanager
def queue_for(history: History | None, keep_checkpoints: bool = False) -> Iterator[Queue]:
    """A queue that ends with its processes, whatever happens.

    keep_checkpoints: a run that is ended so, by Ctrl+C say, can be resumed; else it is cancelled.
    """
    from cryogui.jobs import Queue

    queue = Queue(history)
    try:
        yield queue
    finally:
        queue.close(keep_checkpoints)


def carried_out(queue: Queue, order: Order, inputs: Inputs, continuing: Kept | None = None) -> Run:
    """The run when it is done. Raises UserError when it is not done well."""
    run = queue.submit(order, inputs, continuing)
    while not run.has_ended:
        queue.poll()
        count(_progress(run), is_last=run.has_ended)
        time.sleep(_POLL_SECONDS)
    if run.state != "done":
        if run.detail:
            say(run.detail)
        raise UserError(f"{order.scene_name}: {run.reason}", run.detail)
    if run.reason:
        say(run.reason)
    return run


def _progress(run: Run) -> str:
    left = "" if run.seconds_left is None else f", {run.seconds_left:.0f} s left"
    note = run.note and f", {run.note}"
    return f"{run.order.scene_name}: {run.order.title} {100 * run.fraction:.0f} %{left}{note}"
