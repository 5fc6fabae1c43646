"""Scores what stands for the reconstruction against the truth: x where it was made or loaded, else the quick
reconstruction."""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app import computations
from cryogui.app.engine import LANES, Engine
from cryogui.app.explain import explain
from cryogui.app.pace import REST_MS, Delay
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.session import ObjectChoice, Store
from cryogui.session.guard import guarded_signal

if TYPE_CHECKING:
    from cryogui.scoring import Scores
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import Recipe

LANE = "scores"
REMEMBERED = 50
FOLLOWED_PAUSE = 1.0
"""A volume that is renewed all the time is scored anew after a pause of so many times what that took: the
worker that makes it has need of the processor too."""


def scored_choice(x: ObjectChoice) -> ObjectChoice:
    """Whose scores are told beside the misfit of `x`: its own; with the truth as x those of the quick
    reconstruction."""
    return x if x.source in ("run", "file") else ObjectChoice("quick")


@dataclass(frozen=True)
class Scored:
    """Scores and whose they are.

    volume: what was scored. scores: their consistency is that of the recipe. recipe: what a quick
    reconstruction was made with; None for x itself, whose consistency is what x has under the spec of the
    moment, and NaN here.
    """

    choice: ObjectChoice
    volume: np.ndarray
    scores: Scores
    recipe: Recipe | None


class Scorer:
    """Works in a lane, the newest request wins, and remembers what it has scored of the scene shown."""

    ready = guarded_signal(object)  # Scored

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler) -> None:
        self._store, self._engine, self._scheduler = store, engine, scheduler
        self._known: dict[tuple[bytes, Recipe | None], Scores] = {}
        self._followed: tuple[ObjectChoice, float] = ObjectChoice(), 0.0  # and until when it can wait
        self._soon = Delay(REST_MS, self._score_x)
        engine.scene_shown.connect(lambda model: self._forget())
        engine.object_changed.connect(lambda model: self._soon.start())
        engine.rested.connect(self._score_quick)
        engine.quick_ready.connect(lambda model, seconds: self._score_quick())

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be begun."""
        return self._soon.is_running

    def stop(self) -> None:
        """Begin nothing any more."""
        self._soon.stop()

    def _forget(self) -> None:
        self._soon.stop()
        self._known.clear()

    def _score_x(self) -> None:
        model = self._engine.model
        if model is None or model.x is None or scored_choice(model.x_choice) != model.x_choice:
            return
        choice, until = self._followed
        if model.x_choice == choice and time.monotonic() < until:
            self._soon.start()
        else:
            self._request(model, model.x_choice, model.x, None)

    def _score_quick(self) -> None:
        model, chosen = self._engine.model, scored_choice(self._store.session.scene.object)
        if model is not None and model.quick is not None and chosen.source == "quick":
            self._request(model, chosen, model.quick, model.quick_recipe)

    def _request(
        self, model: SceneModel, choice: ObjectChoice, volume: np.ndarray, recipe: Recipe | None
    ) -> None:
        if not model.has_truth or model.live is None:
            return
        live = model.live

        def work(token: Token) -> tuple[Scores, float]:
            start = time.monotonic()
            key = blake2b(np.ascontiguousarray(volume).data).digest(), recipe
            if key not in self._known:
                token.check()
                while len(self._known) >= REMEMBERED:
                    del self._known[next(iter(self._known))]
                spec = None if recipe is None else recipe.spec
                self._known[key] = computations.score_volume(model, volume, spec, live)
            return self._known[key], time.monotonic() - start

        def done(found: tuple[Scores, float], newest: bool) -> None:
            self._followed = choice, time.monotonic() + FOLLOWED_PAUSE * found[1]
            self.ready.emit(Scored(choice, volume, found[0], recipe))

        self._scheduler.request(LANE, (model.key, choice), work, done, self._take_error, LANES[LANE])

    def _take_error(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._engine.failed.emit(*explain(error))
