"""Calibrating by machine: one calibration at a time, whose spec the sliders follow while it improves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.panels.message_bar import Topic
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.app.sweep import Sweep
from cryogui.errors import UserError
from cryogui.session import SceneKey, SceneState, Session, Store
from cryogui.session.findings import Calibrated
from cryogui.session.state import Recipe
from cryogui.spec import Spec

if TYPE_CHECKING:
    from cryogui.app.panels.strategy_details import StrategyDetails
    from cryogui.calibrate import Calibration, Strategy
    from cryogui.jobs import CalibrationOrder, CalibrationRun, KeptCalibration
    from cryogui.session.scene_model import SceneModel

NOTE_MS = 5000
UNDER_WAY = "A calibration is under way: wait for it, or cancel it (Esc)."


@dataclass(eq=False)
class _Followed:
    """A calibration whose spec is on show. before: the spec to return to; tried: those shown since."""

    run: CalibrationRun
    key: SceneKey
    before: Spec
    shown: Spec
    tried: set[Spec] = field(default_factory=set)


class CalibrationController:
    """While a calibration runs, the spec on show is only tried out: it is no step of the history. At its end
    there is one, or everything is as before. Whoever moves a parameter meanwhile ends it, and goes on from
    the values on show.

    strategy: tells the key of the strategy to take.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        runs: Runs,
        sweep: Sweep,
        strategy: Callable[[], str],
    ) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self._runs, self._sweep, self._strategy = runs, sweep, strategy
        self._followed: _Followed | None = None
        self._is_preparing = self._is_own = False
        screen.calibration.strategyChosen.connect(self._on_calibration_strategy_chosen)
        screen.calibration.calibrateRequested.connect(self.calibrate)
        screen.calibration.cancelRequested.connect(self.cancel)
        screen.calibration.unfoldRequested.connect(self._on_calibration_unfold_requested)
        screen.calibration.detailsMade.connect(self._on_calibration_details_made)
        screen.actions.calibrate.triggered.connect(self.calibrate)
        screen.window.closing.connect(self._restore)
        runs.calibrating.connect(self._on_runs_calibrating)
        store.changed.connect(self._on_store_changed)

    @property
    def is_following(self) -> bool:
        """Whether the spec on show changes by itself."""
        return self._followed is not None

    # ---- what is set

    def _change(self, step: str, **changes: Any) -> None:
        session = self._store.session
        look = replace(session.calibration, **changes)
        self._store.update(replace(session, calibration=look), step)

    def _on_calibration_strategy_chosen(self, key: str) -> None:
        self._change("Choose strategy", strategy=key)

    def _on_calibration_unfold_requested(self, unfolded: bool) -> None:
        self._change("Unfold strategy" if unfolded else "Fold strategy", unfolded=unfolded)

    def _on_calibration_details_made(self, details: StrategyDetails) -> None:
        details.optionChanged.connect(self._on_details_option_changed)
        details.optionSettled.connect(self._store.seal)
        details.defaultsRequested.connect(self._on_details_defaults_requested)

    def _on_details_option_changed(self, name: str, value: Any) -> None:
        from cryogui.calibrate import find_strategy
        from cryogui.session.methods import with_value

        session, strategy = self._store.session, find_strategy(self._strategy())
        look = with_value(session.calibration, strategy, name, value)
        step = f"Change {next(each.label for each in strategy.option_list if each.name == name)}"
        self._store.update(replace(session, calibration=look), step, f"strategy option {name}")

    def _on_details_defaults_requested(self) -> None:
        session = self._store.session
        look = session.calibration.with_options(self._strategy(), {})
        self._store.update(replace(session, calibration=look), "Reset options")

    # ---- starting and ending

    def calibrate(self) -> None:
        """Find the parameters that are not locked, from the present spec on."""
        from cryogui.calibrate import find_strategy
        from cryogui.session.methods import values_in
        from cryogui.session.orders import new_calibration

        model, key = self._engine.model, self._strategy()
        if self._is_under_way() or model is None or not key:
            return
        strategy, session = find_strategy(key), self._store.session
        options = values_in(session.calibration, strategy)
        order = new_calibration(model, session.scene, strategy, options, session.scene.locked)
        self._start(model, order, strategy)

    def repeat(self, order: CalibrationOrder) -> None:
        """Carry out an order again, on the scene shown: from its start, with what was locked and left out.

        Going back there is a step of its own.
        """
        from cryogui.calibrate import find_strategy

        model = self._engine.model
        if self._is_under_way() or model is None:
            return
        try:
            strategy = find_strategy(order.method)
        except UserError as error:
            self._refuse(error)
            return
        session = self._store.session
        began = session.with_scene(
            spec=order.spec, locked=order.locked, excluded=order.excluded, switched_off=order.switched_off,
            padded=order.padded,
        )  # fmt: skip
        self._store.update(began, f"Start of {order.title}")
        self._start(model, replace(order, path=model.key.path, scene=model.key.scene), strategy)

    def apply(self, kept: KeptCalibration) -> None:
        """Set what a calibration of the scene shown has found, but for what is locked; one step."""
        from cryogui.app.calibration_words import outcome_words

        model, estimate, order = self._engine.model, kept.estimate, kept.order
        if model is None or estimate is None:
            return
        self._sweep.stop()
        scene, ranges = self._store.session.scene, model.scene.ranges
        free = [name for name in estimate.spec if name in scene.spec and name not in scene.locked]
        spec = scene.spec.replace(**{name: ranges[name].clip(estimate.spec[name]) for name in free})
        told = Calibrated.of(estimate, outcome_words(order.title, order.spec, estimate))
        recipe = Recipe(estimate.spec, order.excluded, order.switched_off, order.padded)
        found = self._store.session.with_scene(spec=spec, calibrated=told, calibrated_for=recipe)
        self._store.update(found, f"Apply {order.title}")

    def _is_under_way(self) -> bool:
        """Whether there is a calibration already, which is then told."""
        if not self._is_preparing and self._runs.calibration is None:
            return False
        self._screen.status.showMessage(UNDER_WAY, NOTE_MS)
        return True

    def _start(self, model: SceneModel, order: CalibrationOrder, strategy: Strategy) -> None:
        from cryogui.session.orders import prepared_calibration

        self._screen.messages.retract(Topic.CALIBRATION)
        self._sweep.stop()
        self._is_preparing = True
        self._scheduler.request(
            ("order", id(order)), None, lambda token: prepared_calibration(model, order, strategy),
            self._submit, self._refuse, f"Preparing {order.title}",
        )  # fmt: skip

    def _submit(self, prepared: tuple[CalibrationOrder, Calibration], newest: bool) -> None:
        order, calibration = prepared
        self._is_preparing = False
        try:
            run = self._runs.calibrate(order, calibration)
        except UserError as error:
            self._refuse(error)
            return
        self._followed = _Followed(run, SceneKey(order.path, order.scene), order.spec, order.spec)
        self._abandon_unless_shown(self._store.session)

    def cancel(self) -> None:
        """End the calibration; the spec is at once as it was before."""
        self._restore()
        run = self._runs.calibration
        if run is not None:
            self._runs.cancel(run)

    def _on_runs_calibrating(self, run: CalibrationRun) -> None:
        followed = self._followed
        if followed is None or followed.run is not run:
            return
        if run.state == "done":
            self._take_over(followed)
        elif run.has_ended:
            self._restore()
            if run.state == "failed":
                sentence = f"'{run.order.title}' failed: {run.reason}"
                self._screen.messages.show_error(sentence, run.detail, Topic.CALIBRATION)
        elif run.estimate is not None:
            self._show(followed, run.estimate.spec)

    def _take_over(self, followed: _Followed) -> None:
        """Its result is one step."""
        from cryogui.app.calibration_words import outcome_words

        order, estimate = followed.run.order, followed.run.result()
        self._restore()
        sentence = outcome_words(order.title, order.spec, estimate)
        session = self._store.session
        state = session.state_of(followed.key)
        if state is not None:
            found = state.with_calibrated(estimate.spec, Calibrated.of(estimate, sentence))
            self._store.update(session.with_state(followed.key, found), f"Calibrate by {order.method}")
        self._screen.status.showMessage(sentence, NOTE_MS)

    # ---- the spec that is tried out

    def _show(self, followed: _Followed, spec: Spec) -> None:
        state = self._store.session.state_of(followed.key)
        if state is not None and spec != followed.shown:
            followed.shown = spec
            followed.tried.add(spec)
            self._set(followed.key, replace(state, spec=spec))

    def _set(self, key: SceneKey, state: SceneState) -> None:
        self._is_own = True
        try:
            self._store.update(self._store.session.with_state(key, state), None)
        finally:
            self._is_own = False

    def _restore(self) -> None:
        """Follow no more; the spec is what it was before."""
        followed, self._followed = self._followed, None
        if followed is None:
            return
        state = self._store.session.state_of(followed.key)
        if state is not None:
            self._set(followed.key, replace(state, spec=followed.before))
        self._store.amend(lambda session: _without(session, followed))

    def _on_store_changed(self, old: Session, new: Session) -> None:
        if not self._is_own:
            self._abandon_unless_shown(new)

    def _abandon_unless_shown(self, session: Session) -> None:
        """The user has moved a parameter, or closed the file: that stands, and the calibration ends."""
        followed = self._followed
        if followed is None:
            return
        state = session.state_of(followed.key)
        if state is None or state.spec != followed.shown:
            self._followed = None
            self._store.amend(lambda each: _without(each, followed))
            self._runs.cancel(followed.run)

    def _refuse(self, error: BaseException) -> None:
        self._is_preparing = False
        if not isinstance(error, Cancelled):
            self._screen.messages.show_error(*explain(error), Topic.CALIBRATION)


def _without(session: Session, followed: _Followed) -> Session:
    """The session, with the spec from before in place of one that was only tried out."""
    state = session.state_of(followed.key)
    if state is None or state.spec not in followed.tried:
        return session
    return session.with_state(followed.key, replace(state, spec=followed.before))
