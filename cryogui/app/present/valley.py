"""Draws in every parameter's row who follows it in the valley mode, and has that found out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.pace import REST_MS, Delay
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.session import Need, SceneKey, Session, Store
from cryogui.spec import Spec

if TYPE_CHECKING:
    from cryogui.calibrate.valley import Valley
    from cryogui.physics.live import LiveModel

LANE = "valleys"
_GROUND = {Need.SCENE, Need.SPEC, Need.LOCKS, Need.EXCLUSION, Need.BLOCKS, Need.CALIBRATION_LOOK}

Valleys = Mapping[str, "Valley"]


@dataclass(frozen=True)
class Ground:
    """All that the valleys about a spec depend on. free: the parameters that may move; objects: how many x
    there have been."""

    key: SceneKey
    spec: Spec
    free: tuple[str, ...]
    excluded: frozenset[int]
    objects: int


@dataclass(frozen=True)
class Move:
    """A parameter that has been moved with those that follow it. start: the spec from before."""

    name: str
    valley: Valley
    start: Spec


class ValleyPresenter:
    """Asks for the valleys whenever the sliders have come to rest."""

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self._found: tuple[Ground, Valleys] | None = None
        self._move: Move | None = None
        self._objects = 0
        self._later = Delay(REST_MS, self._ask)
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.scene_shown.connect(lambda model: self._draw())

    @property
    def is_waiting(self) -> bool:
        """Whether the valleys will be asked for."""
        return self._later.is_running

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._later.stop()

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring button and rows up to `session`."""
        if Need.CALIBRATION_LOOK in needs:
            self._screen.actions.valley.setChecked(session.calibration.valley)
        if set(needs) & _GROUND:
            self._renew()

    def show_move(self, move: Move | None) -> None:
        """Tell in the row of the parameter moved who has followed; None for nobody any more."""
        if move is not None or self._move is not None:
            self._move = move
            self._draw()

    # ---- the valleys

    @property
    def ground(self) -> Ground | None:
        """What valleys would be asked for now; None where there is no forward model."""
        model, session = self._engine.model, self._store.session
        if model is None or model.live is None or session.current is None or not self._engine.is_revealed:
            return None
        scene = session.scene
        free = tuple(name for name in model.acting if name not in scene.locked)
        return Ground(session.current, scene.spec, free, scene.excluded, self._objects)

    def live(self, ground: Ground) -> LiveModel:
        """The forward model of the scene shown, with the images that count; there must be one."""
        model = self._engine.model
        assert model is not None and model.live is not None
        return model.leaving_out(model.live, ground.excluded)

    def known(self, ground: Ground) -> Valleys:
        """The valleys, if they have been found already."""
        return self._found[1] if self._found is not None and self._found[0] == ground else {}

    def _on_engine_object_changed(self, model: object) -> None:
        self._objects += 1
        self._renew()

    def _renew(self) -> None:
        self._scheduler.cancel(LANE)
        self._later.stop()
        if self._store.session.calibration.valley:
            self._later.restart()
        self._draw()

    def _ask(self) -> None:
        ground, model = self.ground, self._engine.model
        if ground is None or model is None or self.known(ground):
            return
        live, ranges = self.live(ground), model.scene.ranges

        def work(token: Token) -> Valleys:
            from cryogui.calibrate.valley import valleys

            return valleys(live, ground.spec, ground.free, ranges)

        def done(found: Valleys, newest: bool) -> None:
            self._found = ground, found
            self._draw()

        self._scheduler.request(LANE, ground, work, done, self._take_error, "Looking for valleys")

    def _take_error(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._engine.failed.emit(*explain(error))

    # ---- the rows

    def _draw(self) -> None:
        """The last valleys found of the scene stay until there are others."""
        from cryogui.app.valley_words import who_did, who_would

        session, model = self._store.session, self._engine.model
        if not session.calibration.valley or model is None:
            self._screen.parameters.set_following(None)
            return
        words, ranges, found = {}, model.scene.ranges, self._found
        if found is not None and found[0].key == session.current:
            words = {name: who_would(valley, ranges) for name, valley in found[1].items()}
        if self._move is not None:
            words[self._move.name] = who_did(self._move.valley, self._move.start, session.scene.spec, ranges)
        self._screen.parameters.set_following(words)
