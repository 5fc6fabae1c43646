"""The runs tab: everything that was reconstructed, and up to four runs held against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QFileDialog, QWidget

from cryogui.app.control.reconstruction import ReconstructionController
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.pages.page import Page
from cryogui.app.panels.message_bar import Topic
from cryogui.app.runs import Runs, as_now
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.errors import UserError
from cryogui.session import Need, ObjectChoice, Session, Store
from cryogui.session.run_looks import RunsLook

if TYPE_CHECKING:
    from cryogui.app.pages.runs_rows import Row
    from cryogui.jobs import Filter, Kept

LIST_LANE = "list of runs"


class RunsPage(Page):
    """The table is drawn from the history and, for what runs in this window, from the queue."""

    name = "runs"
    title = "Runs"
    tooltip = "Every reconstruction that was made: scores, and up to four of them compared"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
        runs: Runs,
        reconstructing: ReconstructionController,
    ) -> None:
        self._runs, self._reconstructing = runs, reconstructing
        self._history: list[Kept] = []
        self._listed: Filter | None = None
        super().__init__(store, engine, scheduler, screen, adopt)
        runs.kept.connect(self._on_runs_kept)
        runs.listed.connect(self._draw_rows)
        runs.stepped.connect(lambda run: self._draw_rows())

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
        table.againRequested.connect(self._with_kept(self._reconstructing.repeat))
        table.resumeRequested.connect(self._with_kept(self._reconstructing.resume))
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
            self._history = []
            return

        def done(found: list[Kept], newest: bool) -> None:
            self._history = found
            self.comparison.forget_gathered()
            self._draw_rows()

        self.scheduler.request(
            LIST_LANE, wanted, lambda token: self._runs.history.list(wanted), done, self._take_error,
            "Reading the history of runs",
        )  # fmt: skip

    def _draw_rows(self) -> None:
        if not (self.is_shown and self.is_made):
            return
        from cryogui.app.pages.runs_rows import rows_of

        look = self.store.session.runs
        rows = rows_of(self._history, self._runs.all)
        known = {row.number: row for row in rows}
        chosen = tuple(number for number in look.chosen if number in known)
        self.view.table.set_rows([row for row in rows if _contains(row, look.words)], chosen)
        self.comparison.draw([known[number] for number in chosen], self._history)

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
        kept = self._kept(number)
        model = self.engine.model
        if kept is None or model is None or not kept.has_result:
            return
        if kept.order.content_hash != model.content_hash:
            sentence = f"'{kept.order.title}' is of {kept.order.place}: show that first."
            self.screen.messages.show_error(sentence, "", Topic.RUNS)
            return
        chosen = ObjectChoice("run", run=number)
        self.store.update(self.store.session.with_scene(object=chosen), "Choose object")

    def _on_table_delete_requested(self, number: int) -> None:
        """What is gone is gone: it is asked for, in the bar above the panes."""
        kept = self._kept(number)
        if kept is None:
            return
        self.screen.offers.offer(
            f"Delete '{kept.order.title}' of {kept.order.place} and its volume? It cannot be undone.",
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
            wanted = replace(wanted, text=session.runs.words)

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

    def _kept(self, number: int) -> Kept | None:
        found = next((kept for kept in self._history if kept.number == number), None)
        return None if found is None else as_now(found, self._runs.find(number))

    def _with_kept(self, act: Callable[[Kept], None]) -> Callable[[int], None]:
        def on_number(number: int) -> None:
            kept = self._kept(number)
            if kept is not None:
                act(kept)

        return on_number

    def _told(self, act: Callable[..., None]) -> Callable[..., None]:
        """`act`, whose refusals are told in the bar of messages."""

        def run(*values: Any) -> None:
            try:
                act(*values)
            except UserError as error:
                self.screen.messages.show_error(str(error), error.detail, Topic.RUNS)

        return run


def _contains(row: Row, words: str) -> bool:
    text = " ".join(row.words).lower()
    return all(word in text for word in words.lower().split())
