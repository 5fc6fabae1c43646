"""Turns needs into computations: the image on screen at once, everything else in lanes right behind. No Qt.

Results are told by signals and always belong to the scene shown; `newest` says whether the session has moved
on since they were asked for.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cryogui.app import computations
from cryogui.app.explain import explain
from cryogui.app.library import Library
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.session import Need, SceneState, Session
from cryogui.session.guard import guarded_signal
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel

AT_ONCE_SECONDS = 0.003
"""A visible image faster than this is computed within the frame, without a change of thread."""

LANES = {
    "object": "Setting up the forward model", "picture": "Computing the image",
    "misfit": "Comparing all images", "slice": "Reconstructing a slice", "quick": "Reconstructing",
    "scores": "Scoring", "thumbnails": "Drawing thumbnails", "profiles": "Exploring every parameter",
}  # fmt: skip
"""The engine's lanes, and what the user reads while they take long."""


class Engine:
    """Computes for the scene shown; every method is called on the window's thread."""

    scene_shown = guarded_signal(object)  # SceneModel or None: the screen turns to it
    object_changed = guarded_signal(object)  # SceneModel: it has another x
    picture_ready = guarded_signal(object, bool)  # Picture, newest
    misfit_ready = guarded_signal(object, float, bool)  # Misfit, seconds, newest
    slice_ready = guarded_signal(object, int, bool)  # array, row, newest
    quick_ready = guarded_signal(object, float)  # SceneModel: it has another quick x, seconds it took
    thumbnails_ready = guarded_signal(object)  # list of images
    profile_ready = guarded_signal(str, object, object)  # parameter name, values, residuals
    failed = guarded_signal(str, str)  # sentence, detail for the log
    rested = guarded_signal()  # the quick reconstruction is up to date: time for what is slow
    stopped = guarded_signal(str)  # lane: the user has cancelled what it was asked for

    def __init__(self, library: Library, scheduler: Scheduler) -> None:
        self._library = library
        self._scheduler = scheduler
        self._session = Session()
        self._image_seconds: deque[float] = deque(maxlen=5)
        self._held: set[Need] = set()
        self.model: SceneModel | None = None
        self.is_revealed = True

    def meet(self, needs: Collection[Need], session: Session) -> None:
        """Start whatever `needs` asks for, so that the screen comes to show `session`."""
        self._session = session
        if Need.SCENE in needs:
            self._show(session)
        if self.model is None:
            return
        if Need.EXCLUSION in needs:
            self.model.exclude(session.scene.excluded)
        if Need.OBJECT in needs:
            self._request_object()
        if not self.is_revealed:
            self._held |= {*needs} & {Need.PICTURE, Need.MISFIT, Need.SLICE}
            return
        if Need.PICTURE in needs:
            self._request_picture()
        if Need.MISFIT in needs:
            self._scheduler.cancel("profiles")
            self._request_misfit()
        if Need.SLICE in needs:
            self._request_slice()

    @property
    def library(self) -> Library:
        """The open files, for those who look for volumes."""
        return self._library

    @property
    def answers_at_once(self) -> bool:
        """Whether one image of the scene shown can be computed within the frame."""
        return self.model is not None and self.model.live is not None and self._is_quick(self.model)

    def reveal(self) -> None:
        """Turn the screen to the scene asked for, with whatever of it is ready.

        Until then the screen keeps the scene before, all of it: nothing old stands under a new name. It
        happens by itself with the scene's first picture.
        """
        if not self.is_revealed:
            self._turn()
            self._meet_held()

    def _turn(self) -> None:
        self.is_revealed = True
        self.scene_shown.emit(self.model)
        if self.model is not None and self.model.x is not None:
            self.object_changed.emit(self.model)

    def _meet_held(self) -> None:
        """Start what was asked for while the scene before was still on the screen."""
        held, self._held = self._held, set()
        if self.model is not None:
            self._request_thumbnails(self.model)
            self.meet(held, self._session)

    def rest(self) -> None:
        """The spec has come to rest: reconstruct under it, and explore around it.

        Waits for the object first: while it is being set up, `object_changed` will lead here again.
        """
        model = self.model
        if model is None or model.live is None or not self.is_revealed or self._scheduler.is_busy("object"):
            return
        if model.quick_recipe == self._session.scene.recipe:
            self.rested.emit()
        else:
            self._request_quick()
        self._request_profiles()

    def renew_quick(self) -> None:
        """Make the quick reconstruction anew under the present spec; the first is made as the object."""
        if self.model is not None and self.model.live is None:
            self._request_object()  # which the user had cancelled
        elif self.model is not None and self.model.quick is not None:
            self._request_quick()

    def _show(self, session: Session) -> None:
        for lane in LANES:
            self._scheduler.cancel(lane)
        shown = self._library.model(session.current) if session.current else None
        before, self.model = self.model, shown
        if before is not None and before is not shown:
            before.release()
        self._image_seconds.clear()
        self._held.clear()
        self.is_revealed = False
        if before is None or shown is None:  # there is nothing to keep on the screen meanwhile
            self.reveal()

    def _request_thumbnails(self, model: SceneModel) -> None:
        if model.image_count > 1 and not model.is_sinogram and model.obstacle is None:
            self._request("thumbnails", model.key,
                          lambda token: computations.thumbnails(model, token.progress),
                          lambda images, newest: self.thumbnails_ready.emit(images))  # fmt: skip

    def _request_object(self) -> None:
        model, state = self._shown()
        if state.object.source == "none":
            self._request_first_picture()
            return

        def work(token: Token) -> tuple[LiveModel | None, np.ndarray, np.ndarray | None]:
            live = model.make_live(state.padded, state.switched_off)
            if live is not None:
                live = model.leaving_out(live, state.excluded)
            token.check()
            x, quick = computations.find_object(self._library, model, live, state, token.progress)
            if live is not None:
                live.set_object(x)
                computations.warm_up(live, state)
            return live, x, quick

        def done(result: tuple[LiveModel | None, np.ndarray, np.ndarray | None], newest: bool) -> None:
            live, x, quick = result
            model.install(live, x, self._session.scene.excluded, state.object)
            if quick is not None:
                model.quick, model.quick_recipe = quick, state.recipe
            if self.is_revealed:
                self.object_changed.emit(model)
                self.meet({Need.PICTURE, Need.MISFIT, Need.SLICE}, self._session)
            else:
                self._request_first_picture()

        self._request("object", (*self._subject(), model.quick_recipe), work, done)

    def _request_first_picture(self) -> None:
        if not self.is_revealed:
            self._request_picture()

    def _request_picture(self) -> None:
        model, state = self._shown()
        in_noise = self._session.residual_in_noise
        if self._is_quick(model):
            self._take_picture(computations.picture(model, state, in_noise), True)
            return
        work = computations.picture
        self._request(
            "picture", self._subject(), lambda token: work(model, state, in_noise), self._take_picture
        )

    def _take_picture(self, picture: computations.Picture, newest: bool) -> None:
        if picture.forward is not None:
            self._image_seconds.append(picture.seconds)
        is_first = not self.is_revealed
        if is_first:
            self._turn()
        self.picture_ready.emit(picture, newest)
        if is_first:
            self._meet_held()

    def _is_quick(self, model: SceneModel) -> bool:
        """Whether the visible image can be had within the frame: no disk, a fast model, no long wait."""
        if model.live is None:
            return model.is_in_memory
        fast = min(self._image_seconds, default=float("inf")) <= AT_ONCE_SECONDS
        return fast and (not model.is_sinogram or computations.kernels_come_free(AT_ONCE_SECONDS))

    def _request_misfit(self) -> None:
        model, state = self._shown()
        if model.live is None:
            return

        def work(token: Token) -> tuple[Any, float]:
            start = time.perf_counter()
            misfit = model.live.misfit(state.spec)
            return misfit, time.perf_counter() - start

        self._request("misfit", self._fit_subject(), work,
                      lambda result, newest: self.misfit_ready.emit(*result, newest))  # fmt: skip

    def _request_slice(self) -> None:
        model, state = self._shown()
        if model.live is None or self._session.tab != "live_slice":
            return
        row = round(state.position[1 if model.live.slice_plane == "xz" else 0])
        self._request("slice", self._fit_subject(), lambda token: model.live.slice(state.spec, row),
                      lambda plane, newest: self.slice_ready.emit(plane, row, newest))  # fmt: skip

    def _request_quick(self) -> None:
        model, state = self._shown()
        live = model.live
        assert live is not None

        def work(token: Token) -> tuple[np.ndarray, float]:
            start = time.perf_counter()
            return live.reconstruct(state.spec, token.progress), time.perf_counter() - start

        def done(result: tuple[np.ndarray, float], newest: bool) -> None:
            model.quick, model.quick_recipe = result[0], state.recipe
            self.quick_ready.emit(model, result[1])
            if state.object.source == "quick":
                self._request_object()

        self._request("quick", self._fit_subject(), work, done)

    def _request_profiles(self) -> None:
        model, state = self._shown()
        live = model.live
        assert live is not None

        def done(profiles: list[tuple[str, np.ndarray, np.ndarray]], newest: bool) -> None:
            for name, values, residuals in profiles:
                self.profile_ready.emit(name, values, residuals)

        self._request("profiles", (*self._fit_subject(), state.spec),
                      lambda token: computations.profiles(model, live, state.spec, token.progress),
                      done)  # fmt: skip

    def _shown(self) -> tuple[SceneModel, SceneState]:
        assert self.model is not None
        return self.model, self._session.scene

    def _subject(self) -> tuple[Any, ...]:
        """Scene, object and detector: what a result must share with the session to be shown."""
        model, state = self._shown()
        return model.key, state.object, state.padded, state.switched_off

    def _fit_subject(self) -> tuple[Any, ...]:
        """The same, with the images that count."""
        return *self._subject(), self._session.scene.excluded

    def _request(
        self, lane: str, subject: Any, work: Callable[[Token], Any], done: Callable[[Any, bool], None]
    ) -> None:
        failed = partial(self._take_error, lane)
        self._scheduler.request(lane, subject, work, done, failed, LANES[lane])

    def _take_error(self, lane: str, error: BaseException) -> None:
        self.reveal()
        if isinstance(error, Cancelled):
            self.stopped.emit(lane)
        else:
            self.failed.emit(*explain(error))
