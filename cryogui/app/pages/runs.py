"""The runs tab: everything that was reconstructed and calibrated, and up to four volumes held against each
other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QFileDialog, QWidget

from cryogui.app.control.calibration import CalibrationController
from cryogui.app.control.reconstruction import ReconstructionController
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.pages.page import Page
from cryogui.app.panels.message_bar import Topic
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.errors import UserError
from cryogui.session import Need, ObjectChoice, Session, Store
from cryogui.session.run_looks import RunsLook

if TYPE_CHECKING:
    from cryogui.app.pages.runs_rows import Row, VolumeRow
    from cryogui.jobs import Filter
    from cryogui.jobs.kept import KeptJob

LIST_LANE = "list of runs"


class RunsPage(Page):
    """The table is drawn from the history and, for what runs in this window, from the queue."""

    name = "runs"
    title = "Runs"
    tooltip = "Every reconstruction and calibration that was made: scores and findings, volumes compared"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
        runs: Runs,
        reconstructing: ReconstructionController,
        calibrating: CalibrationController,
    ) -> None:
        self._runs, self._reconstructing, self._calibrating = runs, reconstructing, calibrating
        self._history: tuple[KeptJob, ...] = ()
        self._rows: list[Row] = []
        self._listed: Filter | None = None
        super().__init__(store, engine, scheduler, screen, adopt)
        runs.kept.connect(self._on_runs_kept)
        runs.listed.connect(self._draw_rows)
        runs.stepped.connect(lambda run: self._draw_rows())
        runs.calibrating.connect(lambda run: self._draw_rows())

    def make(self) -> QWidget:
        """Table and comparison."""
        from cryogui.app.pages.runs_comparison import Comparison
        from cryogui.app.pages.runs_view import RunsView

        self.view = RunsView()
        self.comparison = Comparison(
            self.view, self.store, self.engine, self.screen, self.request, self._runs
        )
        view, table = self.view, self.view.table
        view.wordsChanged.connect(lambda words: self._change("Filter runs", "words", words=words))
        view.kindChosen.connect(lambda kind: self._change("Kind of runs", kind=kind))
        view.everywhereToggled.connect(lambda on: self._change("Listed runs", everywhere=on))
        view.viewChosen.connect(lambda name: self._change("View of runs", view=name))
        view.shownChosen.connect(
            lambda show, reference: self._change("What is shown of runs", show=show, reference=reference)
        )
        view.planeChosen.connect(lambda plane: self._change("Plane of runs", plane=plane))
        view.halvesChosen.connect(lambda on: self._change("Shells of runs", halves=on))
        view.enlargeRequested.connect(lambda on: self._change("Size of runs", enlarged=on))
        view.convergence.quantityChosen.connect(lambda name: self._change("Plotted score", progress=name))
        view.convergence.secondsChosen.connect(lambda on: self._change("Plotted over", in_seconds=on))
        view.exportRequested.connect(self._on_view_export_requested)
        table.compareToggled.connect(self._on_table_compare_toggled)
        table.renameRequested.connect(self._told(self._runs.rename))
        table.deleteRequested.connect(self._on_table_delete_requested)
        table.useRequested.connect(self._on_table_use_requested)
        table.againRequested.connect(self._on_table_again_requested)
        table.resumeRequested.connect(self._on_table_resume_requested)
        table.currentMoved.connect(self._draw_beside)
        return self.view

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """The look at once; the history when it has been read."""
        self.comparison.draw_look(session)
        if needs & {Need.SCENE, Need.FILES} or (needs >= {Need.RUNS_LOOK} and self._is_other_list(session)):
            self._read(session)
        self._draw_rows()

    def _wanted(self, session: Session) -> Filter | None:
        """Which runs are listed; None while the images of the scene are not known yet."""
        from cryogui.jobs import Filter

        model = self.engine.model
        if session.runs.everywhere:
            return Filter()
        if model is None or not model.content_hash:
            return None
        return Filter(content_hash=model.content_hash)

    def _is_other_list(self, session: Session) -> bool:
        return self._listed != self._wanted(session)

    def _read(self, session: Session) -> None:
        """The history in a worker thread: it may be long."""
        wanted = self._listed = self._wanted(session)
        if wanted is None:
            self._history = ()
            return

        def done(found: tuple[KeptJob, ...], newest: bool) -> None:
            self._history = found
            self.comparison.forget_gathered()
            self._draw_rows()

        self.scheduler.request(
            LIST_LANE, wanted, lambda token: self._runs.history.everything(wanted), done, self._take_error,
            "Reading the history of runs",
        )  # fmt: skip

    def _draw_rows(self) -> None:
        if not (self.is_shown and self.is_made):
            return
        from cryogui.app.pages.runs_rows import rows_of

        look = self.store.session.runs
        self._rows = rows_of(self._history, self._runs.jobs)
        chosen = tuple(row.number for row in self._compared())
        listed = [row for row in self._rows if look.kind in ("", row.kept.order.kind)]
        self.view.table.set_rows([row for row in listed if row.contains(look.words)], chosen)

    def _compared(self) -> list[VolumeRow]:
        from cryogui.app.pages.runs_rows import VolumeRow

        known = {row.number: row for row in self._rows if isinstance(row, VolumeRow)}
        return [known[number] for number in self.store.session.runs.chosen if number in known]

    def _draw_beside(self) -> None:
        """What the calibration in question has found, or the reconstructions compared."""
        from cryogui.app.pages.runs_findings import Findings
        from cryogui.app.pages.runs_rows import SpecRow

        current = self.view.table.current
        if isinstance(current, SpecRow):
            self.view.show_findings(Findings.of(current.kept))
        else:
            self.comparison.draw(self._compared())

    def _on_runs_kept(self) -> None:
        if self.is_shown and self.is_made:
            self._read(self.store.session)
        else:
            self._needs |= {Need.SCENE}

    def show_busy(self, is_busy: bool) -> None:
        """The comparison is late."""
        if self.is_made:
            self.comparison.show_busy(is_busy)

    # ---- from the user

    def _change(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self.store.session
        look: RunsLook = replace(session.runs, **changes)
        self.store.update(replace(session, runs=look), step, merge_key and f"runs {merge_key}")

    def _on_table_compare_toggled(self, number: int, on: bool) -> None:
        from cryogui.app.pages.runs_rows import toggled

        self._change("Compare runs", chosen=toggled(self.store.session.runs.chosen, number, on))

    def _on_table_use_requested(self, number: int) -> None:
        row, model = self._row(number), self.engine.model
        if row is None or model is None or not row.has_result or not self._is_of_scene(row):
            return
        from cryogui.app.pages.runs_rows import SpecRow

        if isinstance(row, SpecRow):
            self._calibrating.apply(row.kept)
        else:
            chosen = ObjectChoice("run", run=number)
            self.store.update(self.store.session.with_scene(object=chosen), "Choose object")

    def _is_of_scene(self, row: Row) -> bool:
        """Whether a run is about the images of the scene shown; if it is not, that is told."""
        model, order = self.engine.model, row.kept.order
        if model is not None and order.content_hash == model.content_hash:
            return True
        self.screen.messages.show_error(
            f"'{order.title}' is of {order.place}: show that first.", "", Topic.RUNS
        )
        return False

    def _on_table_again_requested(self, number: int) -> None:
        from cryogui.app.pages.runs_rows import SpecRow, VolumeRow

        row = self._row(number)
        if isinstance(row, VolumeRow):
            self._reconstructing.repeat(row.kept)
        elif isinstance(row, SpecRow) and self._is_of_scene(row):
            self._calibrating.repeat(row.kept.order)

    def _on_table_resume_requested(self, number: int) -> None:
        from cryogui.app.pages.runs_rows import VolumeRow

        row = self._row(number)
        if isinstance(row, VolumeRow):
            self._reconstructing.resume(row.kept)

    def _on_table_delete_requested(self, number: int) -> None:
        """What is gone is gone: it is asked for, in the bar above the panes."""
        row = self._row(number)
        if row is None:
            return
        order = row.kept.order
        made = "its volume" if order.kind == "reconstruction" else "what it has found"
        self.screen.offers.offer(
            f"Delete '{order.title}' of {order.place} and {made}? It cannot be undone.",
            {"Delete": lambda: self._told(self._runs.delete)(number), "Keep": lambda: None},
        )

    def _on_view_export_requested(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self.screen.window, "Runs as a table", "runs.csv", "Tables (*.csv)"
        )
        if path:
            self.export(path)

    def export(self, path: str) -> None:
        """Write the runs listed as CSV, in the background."""
        session = self.store.session
        wanted = self._wanted(session)
        if wanted is not None:
            look = session.runs
            wanted = replace(wanted, text=look.words, kind=look.kind or None)

        def done(result: object, newest: bool) -> None:
            self.screen.messages.retract(Topic.EXPORT)
            self.screen.status.showMessage(f"Written: {path}", 5000)

        def failed(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                self.screen.messages.show_error(*explain(error), Topic.EXPORT)

        self.scheduler.request(
            ("runs as CSV", path), None,
            lambda token: self._runs.history.export_csv(Path(path), wanted), done,
            failed, "Writing the runs",
        )  # fmt: skip

    def _row(self, number: int) -> Row | None:
        return next((row for row in self._rows if row.number == number), None)

    def _told(self, act: Callable[..., None]) -> Callable[..., None]:
        """`act`, whose refusals are told in the bar of messages."""

        def run(*values: Any) -> None:
            try:
                act(*values)
            except UserError as error:
                self.screen.messages.show_error(str(error), error.detail, Topic.RUNS)

        return run
