"""Draws the calibration bar, and in every parameter's row what was found of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.panels.calibration_bar import CalibrationLine, StrategyOption
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.session import Need, SceneKey, Session, Store
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.calibrate import Strategy
    from cryogui.jobs import CalibrationRun

LANE = "strategies"
BEST = "auto"
"""The strategy that is taken where it fits and the user has chosen none."""


class CalibrationPresenter:
    """A calibration that is about another scene is told as well: it holds up the next."""

    def __init__(
        self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen, runs: Runs
    ) -> None:
        self._store, self._engine, self._scheduler = store, engine, scheduler
        self._screen, self._runs = screen, runs
        self._fitting: tuple[Strategy, ...] = ()
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(self._find_strategies)
        runs.calibrating.connect(self._on_runs_calibrating)
        screen.calibration.detailsMade.connect(lambda details: self._draw_details(store.session))

    @property
    def strategy(self) -> str:
        """Key of the strategy that Calibrate takes: the chosen one where it fits; '' for none."""
        chosen, keys = self._store.session.calibration.strategy, [each.key for each in self._fitting]
        return next((key for key in (chosen, BEST, *keys) if key in keys), "")

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring choice and findings up to `session`; those of a new scene when the engine shows it."""
        if Need.CALIBRATION_LOOK in needs:
            self._screen.calibration.set_chosen(self.strategy)
            self._screen.calibration.set_unfolded(session.calibration.unfolded)
            self._draw_details(session)
        if Need.FINDINGS in needs and Need.SCENE not in needs and self._engine.is_revealed:
            self._draw_findings(session)

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        if model is None or model.obstacle is not None:
            self._draw_strategies(())
        else:  # the sliders must not jump: until another scene's are found, those of the one before stay
            self._find_strategies(model)
        self._draw_findings(self._store.session)

    def _find_strategies(self, model: SceneModel) -> None:
        """Once the forward model can be asked; in a lane, as the first time they must be loaded."""
        if model.live is None or model.obstacle is not None:
            return
        scene = self._store.session.scene

        def work(token: Token) -> tuple[Strategy, ...]:
            from cryogui.session.orders import fitting_strategies

            return fitting_strategies(model, scene)

        self._scheduler.request(
            LANE, model.key, work, lambda found, newest: self._draw_strategies(found), self._take_error,
            "Looking for strategies",
        )  # fmt: skip

    def _take_error(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._engine.failed.emit(*explain(error))

    def _draw_strategies(self, fitting: Sequence[Strategy]) -> None:
        options = [StrategyOption(each.key, each.title, each.summary) for each in fitting]
        self._fitting = tuple(fitting)
        self._screen.calibration.set_strategies(options, self.strategy)
        self._draw_details(self._store.session)
        self._screen.actions.allow(calibration=bool(options))

    def _draw_details(self, session: Session) -> None:
        details = self._screen.calibration.details
        strategy = next((each for each in self._fitting if each.key == self.strategy), None)
        if details is None or strategy is None:
            return
        from cryogui.session.methods import values_in

        details.set_strategy(strategy.about, strategy.option_list, values_in(session.calibration, strategy))

    def _draw_findings(self, session: Session) -> None:
        scene = session.scene
        findings = scene.calibrated.findings if scene.calibrated else {}
        self._screen.parameters.set_findings(findings, scene.is_calibrated)
        sentence = scene.calibrated.sentence if scene.calibrated else ""
        self._screen.calibration.set_outcome(sentence, scene.is_calibrated)

    def _on_runs_calibrating(self, run: CalibrationRun) -> None:
        from cryogui.app.calibration_words import progress_words

        running, bar = self._runs.calibration, self._screen.calibration
        if running is None:
            bar.set_line(None)
            return
        is_elsewhere = SceneKey(running.order.path, running.order.scene) != self._store.session.current
        fraction = running.fraction if running.fraction > 0.0 else None
        words = progress_words(running, is_elsewhere, is_held_up=self._runs.current is not None)
        bar.set_line(CalibrationLine(words, fraction))
