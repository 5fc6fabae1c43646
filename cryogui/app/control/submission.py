"""Submitting the file shown: runs that answer its scenes, those still to be made, the file and its scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QFileDialog

from cryogui.app.control.missing_runs import MissingRuns
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.runs import Runs
from cryogui.app.scheduler import Cancelled, Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.app.standings import Standings
from cryogui.session import Store

if TYPE_CHECKING:
    from cryogui.app.library import OpenFile
    from cryogui.app.panels.submit_dialog import SubmitDialog
    from cryogui.challenge.answering import Candidate, Scored
    from cryogui.tiers.submissions import Submission

FILES = "Submissions (*.h5 *.hdf5)"
LANE = "answers"


class SubmitController:
    """The dialog is made when it is first opened; it is about the file that was shown then."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        runs: Runs,
        standings: Standings,
        missing: MissingRuns,
    ) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self._runs, self._standings, self._missing = runs, standings, missing
        self.dialog: SubmitDialog | None = None
        self._file: OpenFile | None = None
        self._found: list[tuple[Candidate, ...]] = []
        self._picked: dict[int, int] = {}  # the run's number by scene, where the user has chosen
        self._named = ""  # by the user
        self._submission: Path | None = None  # written or checked, and sound
        self._busy = ""
        screen.actions.submit.triggered.connect(self.show)
        screen.actions.check_submission.triggered.connect(self._on_actions_check_submission)
        runs.kept.connect(self._read)
        missing.changed.connect(self._draw)
        missing.failed.connect(self._refuse)
        engine.object_changed.connect(lambda model: self._offer())
        store.changed.connect(lambda old, new: self._on_store_changed())

    def show(self) -> None:
        """Open the dialog about the file shown."""
        from cryogui.app.panels.submit_dialog import SubmitDialog

        model = self._engine.model
        if model is None:
            return
        if self.dialog is None:
            dialog = self.dialog = SubmitDialog(self._screen.window)
            dialog.runChosen.connect(self._on_dialog_run_chosen)
            dialog.reconstructRequested.connect(self._on_dialog_reconstruct_requested)
            dialog.algorithmEdited.connect(self._on_dialog_algorithm_edited)
            dialog.writeRequested.connect(self._on_dialog_write_requested)
            dialog.checkRequested.connect(self._on_dialog_check_requested)
            dialog.scoreRequested.connect(self._on_dialog_score_requested)
        file = self._engine.library.files[model.key.path]
        if file is not self._file:
            self._turn_to(file)
        self._offer()
        self._read()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _turn_to(self, file: OpenFile) -> None:
        assert self.dialog is not None
        self._file, self._found, self._picked = file, [() for _ in file.models], {}
        self._named, self._submission = "", None
        self.dialog.set_scores(())
        self.dialog.set_outcome("", "muted")

    def _on_store_changed(self) -> None:
        """The file may have been closed."""
        if self._file is not None and self._file.path not in self._store.session.files:
            self._file, self._submission = None, None
            if self.dialog is not None:
                self.dialog.close()

    # ---- what there is

    def _offer(self) -> None:
        """Methods and strategies that fit the scene shown."""
        from cryogui.session.orders import fitting_strategies, offered

        model = self._engine.model
        if self.dialog is None or model is None:
            return
        state = self._store.session.scene
        fitting = [each.method for each in offered(model, state.spec) if not each.obstacle]
        strategies = fitting_strategies(model, state)
        self.dialog.set_offers(
            [(method.key, method.title) for method in fitting],
            [(each.key, each.title) for each in strategies],
        )
        self._draw()

    def _read(self) -> None:
        """Which runs of the history answer, in a worker thread: it reads images."""
        file = self._file
        if file is None or self.dialog is None:
            return

        def work(token: Token) -> list[tuple[Candidate, ...]]:
            from cryogui.challenge.answering import candidates

            return [candidates(self._runs.history, model.scene) for model in file.models]

        def done(found: list[tuple[Candidate, ...]], newest: bool) -> None:
            if file is self._file:
                self._found = found
                self._draw()

        self._scheduler.request(LANE, file.path, work, done, self._refuse, "Looking for runs that answer")

    def _chosen(self) -> list[Candidate | None]:
        """The run for each scene: the one picked, else the newest."""
        chosen: list[Candidate | None] = []
        for scene, found in enumerate(self._found):
            picked = [each for each in found if each.number == self._picked.get(scene)]
            chosen.append(next(iter((*picked, *found)), None))
        return chosen

    def _complete(self) -> list[Candidate]:
        """A run for every scene; none where one lacks."""
        chosen = [each for each in self._chosen() if each is not None]
        return chosen if len(chosen) == len(self._found) else []

    @property
    def _algorithm(self) -> str:
        from cryogui.challenge.answering import algorithm_of

        there = [each for each in self._chosen() if each is not None]
        return self._named or (algorithm_of(there) if there else "")

    def _draw(self) -> None:
        from cryogui.app.submit_words import about_words, scene_line
        from cryogui.challenge.answering import calibration_of

        dialog, file = self.dialog, self._file
        if dialog is None or file is None:
            return
        chosen, complete = self._chosen(), self._complete()
        lines = [
            scene_line(model.scene, found, each)
            for model, found, each in zip(file.models, self._found, chosen, strict=True)
        ]
        dialog.set_lines(about_words(file.tier, len([each for each in chosen if each])), lines)
        dialog.set_names(self._algorithm, calibration_of(complete) if complete else "")
        busy = self._busy or self._missing.words
        is_whole = bool(complete and self._algorithm.strip())
        dialog.set_possible(not complete, is_whole, self._submission is not None, busy)

    # ---- from the user

    def _on_dialog_run_chosen(self, scene: int, at: int) -> None:
        self._picked[scene] = self._found[scene][at].number
        self._submission = None
        self._draw()

    def _on_dialog_algorithm_edited(self, name: str) -> None:
        self._named, self._submission = name, None
        self._draw()

    def _on_dialog_reconstruct_requested(self, method: str, strategy: str) -> None:
        if self._file is None:
            return
        models = [
            model for model, each in zip(self._file.models, self._chosen(), strict=True) if each is None
        ]
        self._missing.make(models, self._file.tier.tier, method, strategy)
        self._draw()

    def _on_dialog_write_requested(self) -> None:
        assert self._file is not None and self.dialog is not None
        proposed = Path(self._file.path).with_name(f"{Path(self._file.path).stem}_submission.h5")
        path, _ = QFileDialog.getSaveFileName(self.dialog, "Write submission", str(proposed), FILES)
        if path:
            self.write(Path(path) if Path(path).suffix else Path(path).with_suffix(".h5"))

    def write(self, path: Path) -> None:
        """Write what is chosen, and check it."""
        from cryogui.challenge.answering import write_answers

        tier, chosen, name = self._tier_path(), self._complete(), " ".join(self._algorithm.split())
        work = partial(write_answers, path, tier, chosen, self._runs.history, name)
        self._begin(f"Writing {path.name} …", work, partial(self._take_submission, path, "written and"))

    def _on_actions_check_submission(self) -> None:
        self.show()
        self._on_dialog_check_requested()

    def _on_dialog_check_requested(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self.dialog, "Check submission", "", FILES)
        if path:
            self.check(Path(path))

    def check(self, path: Path) -> None:
        """Hold anybody's submission against the tier."""
        from cryogui.challenge.answering import checked

        work = partial(checked, path, self._tier_path())
        self._begin(f"Checking {path.name} …", work, partial(self._take_submission, path, ""))

    def _take_submission(self, path: Path, verb: str, submission: Submission) -> None:
        from cryogui.app.submit_words import checked_words

        assert self.dialog is not None
        self._submission = path
        self.dialog.set_scores(())
        self.dialog.set_outcome(*checked_words(path, verb, submission))

    def _on_dialog_score_requested(self) -> None:
        from cryogui.challenge.answering import scored

        if self._submission is not None:
            path = self._submission
            self._begin(f"Scoring {path.name} …", partial(scored, path, self._tier_path()), self._take_scores)

    def _take_scores(self, found: Scored) -> None:
        from cryogui.app.submit_words import score_rows, scored_words

        assert self.dialog is not None
        if found.has_truth:
            self._standings.add(found.entry)
        self.dialog.set_scores(score_rows(found.entry))
        self.dialog.set_outcome(*scored_words(found, self._tier_path()))

    # ---- within

    def _tier_path(self) -> Path:
        assert self._file is not None
        return Path(self._file.path)

    def _begin(self, words: str, work: Callable[[], Any], take: Callable[[Any], None]) -> None:
        """In a worker thread; what comes of it is told in the dialog."""
        file, self._busy = self._file, words

        def done(result: Any, newest: bool) -> None:
            self._busy = ""
            if file is self._file and file is not None:
                take(result)
            self._draw()

        self._submission = None if "Scoring" not in words else self._submission
        self._draw()
        self._scheduler.request(
            ("submission", words), None, lambda token: work(), done, self._refuse, words.removesuffix(" …")
        )

    def _refuse(self, error: BaseException) -> None:
        self._busy = ""
        self._draw()
        if self.dialog is not None and not isinstance(error, Cancelled):
            self.dialog.set_outcome(explain(error)[0], "bad")
