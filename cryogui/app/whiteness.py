"""Holds the residual of all images against white noise of the stated level, whenever the spec has come to
rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.pace import REST_MS, Delay
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.session import Store
from cryogui.session.guard import guarded_signal

if TYPE_CHECKING:
    from cryogui.analysis.whiteness import Whiteness
    from cryogui.session.scene_model import SceneModel

LANE = "whiteness"
TITLE = "Holding the residual against the noise"


class WhitenessMeter:
    """Works in a lane once the misfit has not changed for a while; the newest request wins."""

    ready = guarded_signal(object)  # Whiteness

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler) -> None:
        self._store, self._engine, self._scheduler = store, engine, scheduler
        self._soon = Delay(REST_MS, self._request)
        engine.scene_shown.connect(lambda model: self.stop())
        engine.misfit_ready.connect(lambda misfit, seconds, newest: self._soon.restart())

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be begun."""
        return self._soon.is_running

    def stop(self) -> None:
        """Begin nothing any more."""
        self._soon.stop()

    def _request(self) -> None:
        model, scene = self._engine.model, self._store.session.scene
        if model is None or model.live is None or not model.scene.noise_sigma:
            return
        live, spec, sigma = model.live, scene.spec, model.scene.noise_sigma
        pixel = _pixel(model)

        def work(token: Token) -> Whiteness:
            from cryogui.analysis.whiteness import whiteness

            def residuals() -> Iterator[np.ndarray]:
                used = np.flatnonzero(live.used)
                for number, index in enumerate(used.tolist()):
                    token.progress(number / len(used))
                    yield live.measured.images[index] - live.image(index, spec)

            return whiteness(residuals(), sigma, pixel)

        subject = model.key, scene.object, scene.recipe
        self._scheduler.request(LANE, subject, work, self._take, self._take_error, TITLE)

    def _take(self, found: Whiteness, newest: bool) -> None:
        self.ready.emit(found)

    def _take_error(self, error: BaseException) -> None:
        """Without an image that counts there is nothing to tell."""
        if not isinstance(error, Cancelled | ValueError):
            self._engine.failed.emit(*explain(error))


def _pixel(model: SceneModel) -> tuple[float, float]:
    size = model.scene.pixel_size_A or 1.0
    return size, size
