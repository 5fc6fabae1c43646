"""Draws the reconstruction bar: methods, options, and how far the runs are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cryogui.app.engine import Engine
from cryogui.app.panels.reconstruction import MethodOption, RunLine
from cryogui.app.runs import Runs
from cryogui.app.screen import Screen
from cryogui.session import Need, Session, Store
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.app.panels.run_details import RunDetails
    from cryogui.jobs import Run
    from cryogui.reconstruct import Method

_TONES = {"failed": "bad", "interrupted": "warn"}
PREPARING = "The forward model is still being prepared."


class ReconstructionPresenter:
    """The details show the run that goes on, until the user chooses another in the list."""

    def __init__(self, store: Store, engine: Engine, screen: Screen, runs: Runs) -> None:
        self._store, self._engine, self._screen, self._runs = store, engine, screen, runs
        self._chosen: Run | None = None
        self._methods: tuple[Method, ...] = ()
        screen.reconstruction.detailsMade.connect(self._on_bar_details_made)
        engine.scene_shown.connect(self._draw_methods)
        engine.object_changed.connect(self._draw_methods)
        runs.listed.connect(self._on_runs_listed)
        runs.stepped.connect(self._on_runs_stepped)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring bar and details up to `session`."""
        if Need.RECONSTRUCTION_LOOK not in needs:
            return
        look, bar, actions = session.reconstruction, self._screen.reconstruction, self._screen.actions
        bar.set_method(look.method)
        bar.set_unfolded(look.unfolded)
        actions.unfold_runs.setChecked(look.unfolded)
        actions.follow_run.setChecked(look.follows)
        if bar.details is not None:
            self._draw_form(bar.details, session)
            bar.details.plot.set_axes_of(look.progress, look.in_seconds)

    # ---- methods

    def _draw_methods(self, model: SceneModel | None) -> None:
        """The quick method first; the others once the forward model can be asked whether they fit."""
        bar, session = self._screen.reconstruction, self._store.session
        if model is None or model.obstacle is not None:
            self._methods = ()
            bar.set_methods([], "")
            return
        quick = MethodOption(
            "", "quick", f"{model.quick_method.capitalize()}; follows the parameters by itself"
        )
        bar.set_methods([quick, *self._registered(model, session)], session.reconstruction.method)
        if bar.details is not None:
            self._draw_form(bar.details, session)

    def _registered(self, model: SceneModel, session: Session) -> list[MethodOption]:
        if model.live is None:
            return []
        from cryogui.session.orders import offered

        found = offered(model, session.scene.spec)
        self._methods = tuple(each.method for each in found)
        return [
            MethodOption(each.method.key, _titled(each.method), each.method.about, each.obstacle)
            for each in found
        ]

    def _draw_form(self, details: RunDetails, session: Session) -> None:
        look = session.reconstruction
        method = next((each for each in self._methods if each.key == look.method), None)
        if method is None:
            details.set_method("", "", (), {})
        else:
            from cryogui.session.methods import values_in

            values: Mapping[str, Any] = values_in(look, method)
            details.set_method(_titled(method), method.about, method.option_list, values)
        details.set_switches(look.half_sets, look.follows)

    # ---- runs

    def _on_bar_details_made(self, details: RunDetails) -> None:
        details.queue.runChosen.connect(self._on_queue_run_chosen)
        self._draw_runs()

    def _on_queue_run_chosen(self, number: int) -> None:
        self._chosen = self._runs.find(number)
        self._draw_runs()

    def _on_runs_listed(self) -> None:
        """A run that begins is looked at."""
        current = self._runs.current
        if self._chosen not in self._runs.all or (current is not None and current.iteration == 0):
            self._chosen = None
        self._draw_line()
        self._draw_runs()

    def _on_runs_stepped(self, run: Run) -> None:
        if run is self._runs.current:
            self._draw_line()
        self._draw_runs()

    @property
    def shown(self) -> Run | None:
        """The run whose scores are on show: the one chosen, the one that goes on, or the last."""
        return self._chosen or self._runs.current or next(iter(self._runs.all), None)

    def _draw_line(self) -> None:
        from cryogui.app.run_words import line_of

        runs = self._runs.all
        run = self._runs.current or next(iter(runs), None)
        if run is None:
            self._screen.reconstruction.set_run(None)
            return
        waiting = sum(each.state == "queued" for each in runs) - (run.state == "queued")
        fraction = None if run.has_ended else run.fraction
        line = RunLine(line_of(run, waiting), fraction, run.state == "paused", _TONES.get(run.state))
        self._screen.reconstruction.set_run(line)
        self._screen.actions.allow(run=run.state in ("running", "paused"))

    def _draw_runs(self) -> None:
        details = self._screen.reconstruction.details
        if details is None:
            return
        from cryogui.app.panels.convergence import Progressed
        from cryogui.app.panels.run_queue_buttons import QueueEntry
        from cryogui.app.run_words import figures_of, newest_scores, progress_words

        shown = self.shown
        details.queue.set_entries(
            [
                QueueEntry(run.number or 0, run.order.title, progress_words(run), run.state, run.reason)
                for run in self._runs.all
            ],
            None if shown is None else shown.number,
        )
        points = () if shown is None else shown.points
        details.scores.set_figures(figures_of(newest_scores(points)))
        details.plot.set_runs([] if shown is None else [Progressed(shown.order.title, points)])


def _titled(method: Method) -> str:
    """The method's title, with the row of the published table that it answers to where that is another."""
    if not method.row or method.row in method.title:
        return method.title
    return f"{method.title}  ({method.row})"
