"""Runs for scenes that have none, each after a calibration if one is wanted, through the window's queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.errors import UserError
from cryogui.session import SceneState, Store
from cryogui.session.findings import Calibrated
from cryogui.session.guard import guarded_signal

if TYPE_CHECKING:
    from cryogui.calibrate import Calibration, Strategy
    from cryogui.jobs import CalibrationOrder, CalibrationRun, Inputs, Order, Run
    from cryogui.reconstruct import Method
    from cryogui.session.scene_model import SceneModel


@dataclass(eq=False)
class _Missing:
    """One scene that is to be answered. job: what is under way for it."""

    model: SceneModel
    tier: str
    method: Method
    job: CalibrationRun | Run | None = None


class MissingRuns:
    """changed(): it is further. failed(error): a scene will have no run."""

    changed = guarded_signal()
    failed = guarded_signal(object)

    def __init__(self, store: Store, scheduler: Scheduler, runs: Runs) -> None:
        self._store, self._scheduler, self._runs = store, scheduler, runs
        self._open: list[_Missing] = []
        self._asked = 0
        runs.calibrating.connect(self._on_runs_calibrating)
        runs.ended.connect(self._on_runs_ended)

    @property
    def words(self) -> str:
        """What is under way; '' for nothing."""
        done = self._asked - len(self._open)
        return f"Reconstructing what is missing: {done} of {self._asked} done …" if self._open else ""

    def make(self, models: Sequence[SceneModel], tier: str, method: str, strategy: str) -> None:
        """Have every one of these scenes reconstructed by a method, under its present spec or, where a
        strategy is named, under what that finds from there."""
        from cryogui.calibrate import find_strategy
        from cryogui.reconstruct import find_method

        begun = [_Missing(model, tier, find_method(method)) for model in models]
        self._open += begun
        self._asked = len(self._open)
        for each in begun:
            if strategy:
                self._calibrate(each, find_strategy(strategy))
            else:
                self._reconstruct(each)

    def _state(self, missing: _Missing) -> SceneState:
        return self._store.session.state_of(missing.model.key) or missing.model.first_state()

    def _calibrate(self, missing: _Missing, strategy: Strategy) -> None:
        from cryogui.session.methods import values_in
        from cryogui.session.orders import new_calibration, prepared_calibration

        state = self._state(missing)
        options = values_in(self._store.session.calibration, strategy)
        order = new_calibration(missing.model, state, strategy, options, state.locked)

        def done(found: tuple[CalibrationOrder, Calibration], newest: bool) -> None:
            try:
                missing.job = self._runs.calibrate(*found)
            except UserError as error:
                self._give_up(missing, error)

        self._scheduler.request(
            ("order", id(missing)), None, lambda token: prepared_calibration(missing.model, order, strategy),
            done, lambda error: self._give_up(missing, error), f"Preparing {order.title}",
        )  # fmt: skip

    def _on_runs_calibrating(self, run: CalibrationRun) -> None:
        """The spec found is the scene's from now on, one step to undo."""
        missing = self._of(run)
        if missing is None or not run.has_ended:
            return
        if run.state != "done":
            self._give_up(
                missing, UserError(f"'{run.order.title}' has not ended well: {run.reason or run.state}")
            )
            return
        from cryogui.app.calibration_words import outcome_words

        estimate = run.result()
        sentence = outcome_words(run.order.title, run.order.spec, estimate)
        state = self._state(missing).with_calibrated(estimate.spec, Calibrated.of(estimate, sentence))
        key = missing.model.key
        if key.path in self._store.session.files:
            session = self._store.session.with_state(key, state)
            self._store.update(session, f"Calibrate by {run.order.method}")
            self._reconstruct(missing)
        else:
            self._drop(missing)

    def _reconstruct(self, missing: _Missing) -> None:
        from cryogui.session.orders import new_order, prepared

        session = self._store.session
        look = replace(session.reconstruction, method=missing.method.key)
        order = new_order(missing.model, self._state(missing), missing.method, look, missing.tier)

        def done(found: tuple[Order, Inputs], newest: bool) -> None:
            missing.model.content_hash = found[0].content_hash
            try:
                missing.job = self._runs.submit(*found)
            except UserError as error:
                self._give_up(missing, error)

        self._scheduler.request(
            ("order", id(missing)), None, lambda token: prepared(missing.model, order, missing.method), done,
            lambda error: self._give_up(missing, error), f"Preparing {order.title}",
        )  # fmt: skip

    def _on_runs_ended(self, run: Run) -> None:
        missing = self._of(run)
        if missing is not None:
            self._drop(missing)

    def _of(self, run: CalibrationRun | Run) -> _Missing | None:
        return next((each for each in self._open if each.job is run), None)

    def _drop(self, missing: _Missing) -> None:
        self._open.remove(missing)
        self.changed.emit()

    def _give_up(self, missing: _Missing, error: BaseException) -> None:
        self._drop(missing)
        if not isinstance(error, Cancelled):
            self.failed.emit(error)
