"""Choosing a method, running it, and what is done with the runs of this window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.panels.message_bar import Topic
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.errors import UserError
from cryogui.session import Need, ObjectChoice, SceneKey, Session, Store
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.app.panels.run_details import RunDetails
    from cryogui.jobs import Inputs, Kept, Order, Run
    from cryogui.reconstruct import Method

NOTE_MS = 5000


class ReconstructionController:
    """The reconstruction bar and what unfolds below it.

    copy: what puts the command line of the chosen reconstruction on the clipboard.
    """

    def __init__(
        self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen, runs: Runs
    ) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self._runs = runs
        self._reconstructing: Session | None = None  # as it was made by asking for a quick reconstruction
        self._shown: Run | None = None  # that was made the object while it ran
        self._previews = 0
        self.copy: Callable[[], None] = lambda: None
        self._connect(screen)
        engine.stopped.connect(self._on_engine_stopped)
        engine.object_changed.connect(self._find_content)
        runs.stepped.connect(self._show_run)
        runs.ended.connect(self._on_runs_ended)
        runs.troubled.connect(
            lambda sentence, detail: screen.messages.show_error(sentence, detail, Topic.HISTORY)
        )

    def _connect(self, screen: Screen) -> None:
        bar, actions = screen.reconstruction, screen.actions
        bar.objectChosen.connect(self._on_bar_object_chosen)
        bar.methodChosen.connect(self._on_bar_method_chosen)
        bar.runRequested.connect(self.run)
        bar.pauseRequested.connect(self.pause)
        bar.cancelRequested.connect(self.cancel)
        bar.unfoldRequested.connect(self._unfold)
        bar.detailsMade.connect(self._on_bar_details_made)
        actions.run.triggered.connect(self.run)
        actions.pause_run.triggered.connect(self.pause)
        actions.follow_run.toggled.connect(self._follow)
        actions.unfold_runs.toggled.connect(self._unfold)

    def _on_bar_details_made(self, details: RunDetails) -> None:
        details.optionChanged.connect(self._on_details_option_changed)
        details.optionSettled.connect(self._store.seal)
        details.defaultsRequested.connect(self._on_details_defaults_requested)
        details.halvesToggled.connect(lambda on: self._change("Half sets", half_sets=on))
        details.followToggled.connect(self._follow)
        details.copyRequested.connect(lambda: self.copy())
        details.plot.quantityChosen.connect(lambda name: self._change("Plotted score", progress=name))
        details.plot.secondsChosen.connect(lambda on: self._change("Plotted over", in_seconds=on))
        details.queue.cancelRequested.connect(self._with_run(self._runs.cancel))
        details.queue.pauseRequested.connect(self._with_run(self._runs.pause_or_continue))
        details.queue.dropRequested.connect(self._with_run(self._runs.drop))
        details.queue.moveRequested.connect(self._on_queue_move_requested)

    # ---- what is set

    def _change(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self._store.session
        look = replace(session.reconstruction, **changes)
        self._store.update(replace(session, reconstruction=look), step, merge_key)

    def _on_bar_object_chosen(self, choice: ObjectChoice) -> None:
        self._store.update(self._store.session.with_scene(object=choice), "Choose object")

    def _on_bar_method_chosen(self, key: str) -> None:
        """A method with options shows them."""
        unfolded = self._store.session.reconstruction.unfolded
        self._change("Choose method", method=key, unfolded=unfolded or bool(key))

    def _unfold(self, unfolded: bool) -> None:
        self._change("Unfold reconstruction" if unfolded else "Fold reconstruction", unfolded=unfolded)

    def _follow(self, follows: bool) -> None:
        self._shown = None
        self._change("Show runs" if follows else "Do not show runs", follows=follows)

    def _on_details_option_changed(self, name: str, value: Any) -> None:
        from cryogui.session.methods import with_value

        method = self._method()
        if method is None:
            return
        session = self._store.session
        try:
            look = with_value(session.reconstruction, method, name, value)
        except UserError as error:
            self._refuse(error)
            return
        step = f"Change {next(each.label for each in method.option_list if each.name == name)}"
        self._store.update(replace(session, reconstruction=look), step, f"option {name}")

    def _on_details_defaults_requested(self) -> None:
        session = self._store.session
        look = session.reconstruction.with_options(session.reconstruction.method, {})
        self._store.update(replace(session, reconstruction=look), "Reset options")

    def _method(self) -> Method | None:
        """The method chosen; None for the quick one. Raises UserError where there is none of that name."""
        from cryogui.reconstruct import find_method

        key = self._store.session.reconstruction.method
        return find_method(key) if key else None

    # ---- running

    def run(self) -> None:
        """Reconstruct under the present parameters by the method chosen."""
        self._screen.messages.retract(Topic.RUNS)
        try:
            method, model = self._method(), self._engine.model
        except UserError as error:
            self._refuse(error)
            return
        if method is None:
            self._run_quick()
        elif model is not None and model.obstacle is None:
            from cryogui.session.orders import new_order

            session = self._store.session
            tier = self._engine.library.files[model.key.path].tier.tier
            order = new_order(model, session.scene, method, session.reconstruction, tier)
            self.submit(model, order, method)

    def submit(self, model: SceneModel, order: Order, method: Method, continuing: Kept | None = None) -> None:
        """Have an order carried out, as soon as what it needs has been gathered."""
        from cryogui.session.orders import prepared

        def done(found: tuple[Order, Inputs], newest: bool) -> None:
            model.content_hash = found[0].content_hash
            try:
                self._runs.submit(*found, continuing)
            except UserError as error:
                self._refuse(error)

        self._scheduler.request(
            ("order", id(order)), None, lambda token: prepared(model, order, method), done, self._refuse,
            f"Preparing {order.title}",
        )  # fmt: skip

    def resume(self, kept: Kept) -> None:
        """Go on where a run was interrupted."""
        self.repeat(kept, continuing=True)

    def repeat(self, kept: Kept, continuing: bool = False) -> None:
        """Carry out the order of a kept run again, or go on with it."""
        from cryogui.reconstruct import find_method

        self._screen.messages.retract(Topic.RUNS)
        model = self._model_of(kept.order)
        try:
            method = find_method(kept.order.method)
            if model is None:
                raise UserError(f"'{kept.order.title}' was made from {kept.order.place}: open that first.")
        except UserError as error:
            self._refuse(error)
        else:
            self.submit(model, kept.order, method, kept if continuing else None)

    def _model_of(self, order: Order) -> SceneModel | None:
        """The open scene that an order is about: that of the same file, or another with the same images."""
        models = [model for file in self._engine.library.files.values() for model in file.models]
        there = [model for model in models if model.key == (order.path, order.scene)]
        same = [model for model in models if model.content_hash == order.content_hash]
        return next(iter(there + same), None)

    def _find_content(self, model: SceneModel) -> None:
        """By their content images are known again: what was made of them can be listed."""
        live = model.live
        if live is None or model.content_hash:
            return
        images = live.measured.images

        def work(token: Token) -> str:
            from cryogui.tiers import content_hash

            return content_hash(images)

        def done(found: str, newest: bool) -> None:
            model.content_hash = found
            self._runs.kept.emit()

        self._scheduler.request(("content", model.key), None, work, done, self._refuse)

    def _run_quick(self) -> None:
        """Reconstruct under the present spec and use the result as the object."""
        before = self._store.session
        if before.current is None:
            return
        asked = before.with_scene(object=ObjectChoice("quick"))
        self._reconstructing = asked if asked != before else None
        self._store.update(asked, "Reconstruct")
        self._engine.renew_quick()

    def _on_engine_stopped(self, lane: str) -> None:
        """A reconstruction that was cancelled is not used as the object: x stays what it was."""
        if lane in ("object", "quick") and self._store.session == self._reconstructing:
            self._store.undo()
        self._reconstructing = None

    def pause(self) -> None:
        """Have what runs rest, or go on."""
        run = self._runs.current
        if run is not None:
            self._runs.pause_or_continue(run)

    def cancel(self) -> None:
        """End what runs."""
        run = self._runs.current
        if run is not None:
            self._runs.cancel(run)

    def _with_run(self, act: Callable[[Run], None]) -> Callable[[int], None]:
        def on_number(number: int) -> None:
            run = self._runs.find(number)
            if run is not None:
                act(run)

        return on_number

    def _on_queue_move_requested(self, number: int, places: int) -> None:
        self._with_run(lambda run: self._runs.move(run, places))(number)

    # ---- the run as the object

    def _show_run(self, run: Run) -> None:
        """While runs are to be shown: the first estimate makes the run the object, later ones renew it."""
        session = self._store.session
        if run.number is None or session.current != SceneKey(run.order.path, run.order.scene):
            return
        if run is not self._shown and session.reconstruction.follows and run.previews:
            self._shown = run
            chosen = ObjectChoice("run", run=run.number)
            self._store.update(session.with_scene(object=chosen), "Show the run")
        elif session.scene.object.run == run.number and run.previews != self._previews:
            self._engine.meet({Need.OBJECT}, self._store.session)
        self._previews = run.previews

    def _on_runs_ended(self, run: Run) -> None:
        """What went wrong is told once, beside the list that keeps telling it."""
        if self._store.session.scene.object.run == run.number and run.state == "done":
            self._engine.meet({Need.OBJECT}, self._store.session)
        if run.state == "failed":
            sentence = f"The reconstruction '{run.order.title}' failed: {run.reason}"
            self._screen.messages.show_error(sentence, run.detail, Topic.RUNS)
        elif run.state == "done" and run.reason:
            sentence = f"'{run.order.title}' is done, but lasts only as long as this window: {run.reason}"
            self._screen.messages.show_error(sentence, run.detail, Topic.RUNS)
        elif run.state == "done":
            self._screen.status.showMessage(f"{run.order.title} is done.", NOTE_MS)

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._screen.messages.show_error(*explain(error), Topic.RUNS)
