"""Carries out orders, each in a worker process of its own, and watches over them."""

from __future__ import annotations

from psygnal import Signal

from cryogui.jobs.history import History, Kept
from cryogui.jobs.inputs import Inputs
from cryogui.jobs.order import Order
from cryogui.jobs.run import Run

PATIENCE_SECONDS = 120.0


class Queue:
    """Runs that wait, run and have ended, in order.

    Nothing happens by itself: call `poll` some ten times a second while `is_busy`, always on the thread that
    everything else here is called on. Signals are emitted on that thread, from `poll` or whatever else was
    called. No method blocks, except `close`.

    changed(run): its state is another, or it is new. stepped(run): it has got on: fraction, points, note …
    moved(): the waiting runs are in another order, or a run was dropped.

    history: where runs are kept, with their results and checkpoints; None keeps nothing. at_once: how many
    run at the same time. patience: seconds without a step after which a run is given up. memory_bytes: what
    one worker may use; None for what the machine has free. modules: further modules that register methods.
    """

    changed = Signal(Run)
    stepped = Signal(Run)
    moved = Signal()

    def __init__(
        self,
        history: History | None = None,
        *,
        at_once: int = 1,
        patience: float = PATIENCE_SECONDS,
        memory_bytes: int | None = None,
        modules: tuple[str, ...] = (),
    ) -> None:
        raise NotImplementedError

    @property
    def runs(self) -> tuple[Run, ...]:
        """Those that run, those that wait in their order, and those that have ended, newest first."""
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        """Whether any run has not ended."""
        raise NotImplementedError

    def submit(self, order: Order, inputs: Inputs, continuing: Kept | None = None) -> Run:
        """Take on an order; it starts at once or when its turn comes.

        continuing: an interrupted run of the history that goes on where its checkpoint was; its order.
        """
        raise NotImplementedError

    def cancel(self, run: Run) -> None:
        """End a run: within two seconds its process is gone and its state 'cancelled'."""
        raise NotImplementedError

    def pause(self, run: Run) -> None:
        """Have a running run rest after the step it is at; its state becomes 'paused' at once."""
        raise NotImplementedError

    def resume(self, run: Run) -> None:
        """Let a paused run go on."""
        raise NotImplementedError

    def move(self, run: Run, place: int) -> None:
        """Put a waiting run at `place` (0 is next) among those that wait."""
        raise NotImplementedError

    def drop(self, run: Run) -> None:
        """Forget a run that has ended, and its arrays; the history keeps it."""
        raise NotImplementedError

    def poll(self) -> None:
        """Take in what the workers say, start what can start, and give up what hangs."""
        raise NotImplementedError

    def close(self, keep_checkpoints: bool = False) -> None:
        """End everything; returns when no process is left.

        keep_checkpoints: runs that can go on later are left 'interrupted' with what they have reached; else
        all are 'cancelled'.
        """
        raise NotImplementedError
