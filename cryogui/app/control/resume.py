"""Reconstructions that ended with an earlier window: what they have reached is offered, not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cryogui.app.engine import Engine
from cryogui.app.runs import Runs
from cryogui.app.screen import Screen

if TYPE_CHECKING:
    from cryogui.jobs import Kept


class ResumeController:
    """Offers each interrupted run of the scene shown once; the runs tab goes on listing it."""

    def __init__(self, engine: Engine, runs: Runs, screen: Screen, resume: Callable[[Kept], None]) -> None:
        self._engine, self._runs, self._screen, self._resume = engine, runs, screen, resume
        self._offered: set[int] = set()
        runs.kept.connect(self._look)

    def _look(self) -> None:
        model = self._engine.model
        if model is None or not self._screen.offers.isHidden():
            return
        found = self._runs.of_data(model.content_hash)
        if self._runs.history.is_read_only:
            return
        for kept in found:
            if kept.state == "interrupted" and kept.number not in self._offered:
                self._offer(kept)
                return

    def _offer(self, kept: Kept) -> None:
        self._offered.add(kept.number)
        at = self._runs.history.reached(kept.number) if kept.has_checkpoint else None
        reached = f" after {at.iteration} iterations" if at is not None else ""
        self._screen.offers.offer(
            f"The reconstruction '{kept.order.title}' of {kept.order.place} was interrupted{reached}.",
            {
                "Resume": lambda: self._choose(lambda: self._resume(kept)),
                "Not now": lambda: self._choose(None),
            },
        )

    def _choose(self, act: Callable[[], None] | None) -> None:
        """What was chosen is done, and the next is offered."""
        if act is not None:
            act()
        self._look()
