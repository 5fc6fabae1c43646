"""Runs carried out while the command waits, with their progress on one line."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeVar

from cryogui.commands.output import count, say
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.jobs import History, Job, Queue
    from cryogui.tiers import Scene

    J = TypeVar("J", bound=Job)

_POLL_SECONDS = 0.02


def history_for(args: argparse.Namespace) -> AbstractContextManager[History | None]:
    """The history, unless `--no-history` is given or it would keep nothing."""
    from cryogui.jobs import History

    if args.no_history:
        return nullcontext()
    try:
        history = History()
    except UserError as error:
        say(str(error))
        return nullcontext()
    if history.trouble:
        say(history.trouble)
    if history.is_read_only:
        history.close()
        return nullcontext()
    return closing(history)


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


def each_in_turn(scenes: Iterable[Scene], done: Callable[[Scene], J]) -> list[J]:
    """What `done` gives for each scene; when one fails, the sentence tells what became of those before."""
    runs: list[J] = []
    for scene in scenes:
        try:
            runs.append(done(scene))
        except UserError as error:
            raise UserError(f"{error}{_what_is_left(runs)}", error.detail) from error
    return runs


def carried_out(queue: Queue, run: J) -> J:
    """A run that was submitted, when it is done. Raises UserError when it is not done well."""
    while not run.has_ended:
        queue.poll()
        count(_progress(run), is_last=run.has_ended)
        time.sleep(_POLL_SECONDS)
    if run.state != "done":
        if run.detail:
            say(run.detail)
        raise UserError(f"{run.order.scene_name}: {run.reason}", run.detail)
    if run.reason:
        say(run.reason)
    return run


def _what_is_left(done: Sequence[Job]) -> str:
    """What has become of the scenes before one that failed: nothing is written unless all are done."""
    if not done:
        return ""
    names = ", ".join(run.order.scene_name for run in done)
    if any(run.number is None for run in done):
        return f" What was done before ({names}) is not kept, as there is no history."
    return f" What was done before ({names}) is in the history."


def _progress(run: Job) -> str:
    left = "" if run.seconds_left is None else f", {run.seconds_left:.0f} s left"
    note = run.note and f", {run.note}"
    return f"{run.order.scene_name}: {run.order.title} {100 * run.fraction:.0f} %{left}{note}"
