"""The valley mode: while one slider moves, those that make up for it follow along the floor of the misfit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.present.valley import Ground, Move, ValleyPresenter, Valleys
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.session import Session, Store
from cryogui.spec import Spec, SpecRanges

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel

LANE = "valley"


@dataclass(eq=False)
class _Drag:
    """One parameter being moved. ground: as it was before; known: where the floor was last; expected: the
    spec as the drag has made it. is_held: it has not been let go; is_open: somebody still follows."""

    name: str
    ground: Ground
    live: LiveModel
    ranges: SpecRanges
    valleys: Valleys
    known: Spec
    expected: Spec
    is_held: bool = True
    is_open: bool = False


class ValleyController:
    """Moves the partners of the parameter that the user moves, as part of the same step.

    A spec that anything else has set meanwhile stands: nothing follows then.
    """

    def __init__(
        self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen, valleys: ValleyPresenter
    ) -> None:
        self._store, self._engine, self._scheduler = store, engine, scheduler
        self._valleys = valleys
        self._drag: _Drag | None = None
        screen.actions.valley.toggled.connect(self._on_actions_valley_toggled)
        store.changed.connect(self._on_store_changed)

    def _on_actions_valley_toggled(self, on: bool) -> None:
        session = self._store.session
        look = replace(session.calibration, valley=on)
        self._store.update(replace(session, calibration=look), "Valley mode")

    # ---- the parameter that is moved

    def expect(self, name: str, spec: Spec) -> None:
        """The user is about to move a parameter, so that the spec will be this."""
        if not self._store.session.calibration.valley:
            return
        if not self._goes_on(name):
            self._drag = self._new_drag(name)
        if self._drag is not None:
            self._drag.expected, self._drag.is_held = spec, True

    def _goes_on(self, name: str) -> bool:
        """Whether this is still the same drag, over the same ground."""
        drag, now = self._drag, self._valleys.ground
        if drag is None or now is None or drag.name != name or not (drag.is_held or drag.is_open):
            return False
        return replace(now, spec=drag.ground.spec) == drag.ground

    def _new_drag(self, name: str) -> _Drag | None:
        self._scheduler.cancel(LANE)
        ground, model = self._valleys.ground, self._engine.model
        if ground is None or model is None or name not in ground.free:
            return None
        known = self._valleys.known(ground)
        return _Drag(
            name, ground, self._valleys.live(ground), model.scene.ranges, known, ground.spec, ground.spec
        )

    def follow(self) -> None:
        """It has been moved: have its partners follow."""
        drag = self._drag
        if drag is None:
            return
        drag.is_open = True
        known, valleys, value = drag.known, drag.valleys, drag.expected[drag.name]

        def work(token: Token) -> tuple[Valleys, Spec]:
            from cryogui.calibrate import valley

            ground = drag.ground
            found = valleys or valley.valleys(drag.live, ground.spec, ground.free, drag.ranges)
            return found, valley.on_floor(drag.live, found[drag.name], known, value, drag.ranges, token.check)

        self._scheduler.request(
            LANE, id(drag), work, lambda found, newest: self._take(drag, found, newest), self._take_error,
            "Following the valley",
        )  # fmt: skip

    def finish(self) -> None:
        """It has been let go: the step is complete once those that follow have arrived."""
        if self._drag is not None:
            self._drag.is_held = False
        if self._drag is None or not self._drag.is_open:
            self._store.seal()

    def _take(self, drag: _Drag, found: tuple[Valleys, Spec], newest: bool) -> None:
        if drag is not self._drag:
            return
        valleys, floor = found
        drag.valleys, drag.known, drag.is_open = valleys, floor, not newest
        valley = valleys[drag.name]
        scene = self._store.session.scene
        drag.expected = scene.spec.replace(**{name: floor[name] for name in valley.partners})
        step = f"Change {drag.ranges[drag.name].description.label}"
        self._store.update(self._store.session.with_scene(spec=drag.expected), step, f"spec {drag.name}")
        self._valleys.show_move(Move(drag.name, valley, drag.ground.spec))
        if not (drag.is_held or drag.is_open):
            self._store.seal()

    def _take_error(self, error: BaseException) -> None:
        self._give_up()
        if not isinstance(error, Cancelled):
            self._engine.failed.emit(*explain(error))

    def _on_store_changed(self, old: Session, new: Session) -> None:
        """What is not from this drag, a lock among it, ends it."""
        drag = self._drag
        if drag is None:
            return
        ground, scene = drag.ground, new.scene
        is_other = new.current != ground.key or scene.spec != drag.expected
        if is_other or {*ground.free} & scene.locked or not new.calibration.valley:
            self._give_up()

    def _give_up(self) -> None:
        self._drag = None
        self._scheduler.cancel(LANE)
        self._valleys.show_move(None)
