"""Up to four runs held against each other: finds what the view in front needs, and draws it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cryogui.analysis.resolution import AGAINST_TRUTH, BETWEEN_HALVES
from cryogui.app.engine import Engine
from cryogui.app.pages.compare_place import OnSlice, planes_of
from cryogui.app.pages.runs_fsc import NOTHING, resolution_text
from cryogui.app.pages.runs_rows import VolumeRow
from cryogui.app.pages.runs_scores import compared
from cryogui.app.pages.runs_slices import RunSlice, found_levels
from cryogui.app.pages.runs_view import RunsView
from cryogui.app.pages.runs_volumes import Gathered, RunVolumes, Wanted
from cryogui.app.panels.convergence import Progressed
from cryogui.app.run_words import newest_scores, score_text
from cryogui.app.runs import Runs
from cryogui.app.screen import Screen
from cryogui.app.views.levels import ARBITRARY, Levels
from cryogui.session import Session, Store

READING = "Reading the runs …"
UNFINISHED = "There is no volume: this run has not ended well, or not yet."
NO_SCENE = "Show a scene with images to compare what was reconstructed from it."

Request = Callable[[object, Callable[[Any], Any], Callable[[Any, bool], None]], None]


class Comparison:
    """request: computes in the page's lane."""

    def __init__(
        self, view: RunsView, store: Store, engine: Engine, screen: Screen, request: Request, runs: Runs
    ) -> None:
        self._view, self._store, self._engine, self._screen = view, store, engine, screen
        self._request = request
        self._volumes = RunVolumes(runs.result)
        self._gathered: Gathered | None = None
        self._asked: Wanted | None = None
        self._found: tuple[object, Levels] | None = None
        self._rows: list[VolumeRow] = []
        engine.scene_shown.connect(lambda model: self._forget())
        view.slices.levelsChanged.connect(self._on_slices_levels_changed)
        for pane in view.slices.panes:
            pane.cursorMoved.connect(self._on_pane_cursor_moved)
            pane.stepped.connect(self._on_pane_stepped)
            pane.hovered.connect(self._on_pane_hovered)

    def _forget(self) -> None:
        self._volumes.forget()
        self.forget_gathered()

    def forget_gathered(self) -> None:
        """The history has changed: a run may have a volume by now."""
        self._gathered = self._asked = None

    # ---- drawing

    def draw_look(self, session: Session) -> None:
        """What is shown of runs, without them."""
        model = self._engine.model
        self._view.set_look(session.runs, () if model is None else planes_of(model.volume_shape))

    def draw(self, rows: list[VolumeRow]) -> None:
        """These runs in the view chosen."""
        self._rows = rows
        view = self._store.session.runs.view
        if not rows:
            self._view.show_message(NOTHING)
        elif view == "convergence":
            self._view.convergence.set_runs([Progressed(row.words[0], row.kept.points) for row in rows])
            self._view.show_view(view)
        elif self._engine.model is None or self._engine.model.obstacle is not None:
            self._view.show_message(NO_SCENE)
        else:
            self._draw_computed()

    def _wanted(self) -> Wanted:
        look, model = self._store.session.runs, self._engine.model
        numbers = tuple(row.number for row in self._rows if row.kept.has_result)
        if look.view == "slices":
            return Wanted(numbers, look.show, look.reference)
        has_truth = model is not None and model.has_truth
        return Wanted(numbers, halves=look.halves if look.view == "fsc" else not has_truth)

    def _draw_computed(self) -> None:
        """At once where all is there, else when it has been computed."""
        wanted, model = self._wanted(), self._engine.model
        assert model is not None
        if self._gathered is not None and self._gathered.wanted == wanted:
            self._draw_gathered(self._gathered)
            return
        if self._gathered is None:
            self._view.show_message(READING)
        if self._asked == wanted:
            return
        self._asked = wanted

        def done(gathered: Gathered, newest: bool) -> None:
            if newest and model is self._engine.model:
                self._gathered = gathered
                self.draw(self._rows)

        self._request(
            (model.key, wanted), lambda token: self._volumes.gather(wanted, model, token.check), done
        )

    def _draw_gathered(self, gathered: Gathered) -> None:
        look = self._store.session.runs
        self._view.show_view(look.view)
        if look.view == "slices":
            self._draw_slices(gathered, self._store.session)
        elif look.view == "fsc":
            titles = {row.number: row.words[0] for row in self._rows}
            words = next(iter(gathered.obstacles.values()), UNFINISHED)
            self._view.fsc.set_shells(gathered.shells, titles, look.halves, self._in_A, words)
        else:
            self._draw_scores(gathered)

    def _draw_slices(self, gathered: Gathered, session: Session) -> None:
        model, look = self._engine.model, session.runs
        assert model is not None
        place = OnSlice.of(model, session, look.plane)
        slices = []
        for row in self._rows:
            volume = gathered.volumes.get(row.number)
            obstacle = gathered.obstacles.get(row.number, UNFINISHED)
            image = None if volume is None else place.cut(volume)
            slices.append(RunSlice(row.words[0], _caption(row), image, obstacle))
        levels = self._levels(gathered, session)
        unit = "" if look.show == "ssim" else ARBITRARY
        self._view.slices.set_slices(slices, levels, look.show == "difference", unit)
        place.dress(self._view.slices.panes, session)
        for pane in self._view.slices.panes:
            pane.set_cursor(*place.cursor(session))

    def _levels(self, gathered: Gathered, session: Session) -> Levels:
        """Those of the user, else found once for what is shown of these runs."""
        chosen = dict(session.scene.levels).get(_levels_name(session))
        if chosen is not None:
            return chosen
        if self._found is None or self._found[0] is not gathered:
            self._found = gathered, found_levels(session.runs.show, list(gathered.volumes.values()))
        return self._found[1]

    def _draw_scores(self, gathered: Gathered) -> None:
        halves = gathered.wanted.halves
        threshold = BETWEEN_HALVES if halves else AGAINST_TRUTH
        name = f"FSC {threshold:g}, " + ("half sets" if halves else "truth")
        shells = [gathered.shells.get(row.number) for row in self._rows]
        resolutions = {name: [resolution_text(each, threshold, self._in_A) for each in shells]}
        self._view.scores.set_cells(*compared(self._rows, resolutions))

    @property
    def _in_A(self) -> bool:
        model = self._engine.model
        return model is not None and bool(model.scene.pixel_size_A)

    def show_busy(self, is_busy: bool) -> None:
        """Say on the panes that they are late."""
        for pane in self._view.slices.panes:
            pane.set_badge("computing" if is_busy else None)

    # ---- from the user

    def _on_slices_levels_changed(self, low: float, high: float) -> None:
        session = self._store.session
        name = _levels_name(session)
        levels = session.scene.with_levels(name, (low, high))
        self._store.update(session.with_scene(levels=levels), "Change contrast", f"contrast {name}")

    def _on_pane_cursor_moved(self, x: float, y: float) -> None:
        self._move(lambda place, session: place.pointed(x, y, session), "Move cursor", "cursor")

    def _on_pane_stepped(self, step: int) -> None:
        self._move(lambda place, session: place.stepped(step, session), "Step", "step")

    def _move(self, change: Callable[[OnSlice, Session], dict[str, Any]], step: str, key: str) -> None:
        model, session = self._engine.model, self._store.session
        if model is not None:
            place = OnSlice.of(model, session, session.runs.plane)
            self._store.update(session.with_scene(**change(place, session)), step, key)

    def _on_pane_hovered(self, x: float, y: float, _: float) -> None:
        """Every run's value under the pointer."""
        model, gathered, session = self._engine.model, self._gathered, self._store.session
        if math.isnan(x) or model is None or gathered is None:
            self._screen.status.set_cursor_text("")
            return
        place, column, row = OnSlice.of(model, session, session.runs.plane), round(x), round(y)
        values = [f"{place.cut(volume)[row, column]:.3g}" for volume in gathered.volumes.values()]
        text = "  ·  ".join((place.where(column, row), *values)).replace("-", "−")
        self._screen.status.set_cursor_text(text)


def _levels_name(session: Session) -> str:
    return f"runs {session.runs.show}"


def _caption(row: VolumeRow) -> str:
    """How good the run is."""
    scores = newest_scores(row.kept.points)
    if scores is None or scores.psnr_db is None:
        return ""
    return f"{score_text('psnr_db', scores.psnr_db)}  ·  {score_text('ssim', scores.ssim)}"
