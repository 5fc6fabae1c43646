"""Session files, the files opened last, and bringing back what an earlier program had open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog

from cryogui.app.control.files import FileController
from cryogui.app.explain import explain
from cryogui.app.library import Library
from cryogui.app.pace import Delay
from cryogui.app.panels.message_bar import Topic
from cryogui.app.recent import RecentFiles
from cryogui.app.recovery import Keeper, discard, last_session
from cryogui.app.scheduler import Scheduler, Token
from cryogui.app.screen import Screen
from cryogui.errors import UserError
from cryogui.session import Session, Store
from cryogui.session.document import SUFFIX, Document, is_session_file, load, save
from cryogui.session.fitting import restored

log = logging.getLogger(__name__)

AUTOSAVE_MS = 1500
NOTE_MS = 5000
SESSION_FILES = f"Sessions (*{SUFFIX})"


class SessionController:
    """Saves and restores sessions. Nothing is kept on the disk by itself until `keep_in` is called."""

    def __init__(
        self, store: Store, library: Library, scheduler: Scheduler, files: FileController, screen: Screen
    ) -> None:
        self._store, self._library, self._scheduler = store, library, scheduler
        self._files, self._screen = files, screen
        self._path: Path | None = None
        self._keeper: Keeper | None = None
        self._last: Path | None = None
        self._recent: RecentFiles | None = None
        self._otherwise: Callable[[], None] = lambda: None
        self._autosave = Delay(AUTOSAVE_MS, self._keep)
        actions = screen.actions
        screen.window.filesDropped.connect(self.open)
        screen.window.filesChosen.connect(self.open)
        actions.save_session.triggered.connect(self._on_actions_save_session)
        actions.save_session_as.triggered.connect(self._on_actions_save_session_as)
        actions.reopen.triggered.connect(self._on_actions_reopen)
        actions.recentChosen.connect(lambda path: self.open([path]))
        store.changed.connect(self._on_store_changed)

    # ---- opening

    def open(self, paths: Iterable[str | Path], scene: int = 0) -> None:
        """Open data files, and sessions, which bring their own files."""
        asked = [Path(path) for path in paths]
        data = [path for path in asked if not is_session_file(path)]
        if data:
            self._files.open(data, scene)
        for path in asked:
            if is_session_file(path):
                self.restore(path, partial(self._note_path, path))

    def restore(
        self, path: Path, then: Callable[[], None] = lambda: None, refused: Callable[[], None] = lambda: None
    ) -> None:
        """Bring back the session saved at `path`, in the background; `then` is called when it is there."""
        self._screen.messages.retract(Topic.FILES)

        def take(document: Document, newest: bool) -> None:
            self._files.gather(document.session.files, lambda: self._show(document, then))

        def refuse(error: BaseException) -> None:
            self._screen.messages.show_error(*explain(error), Topic.FILES)
            refused()

        self._scheduler.request(
            "session", str(path), lambda token: load(path), take, refuse, "Opening the session"
        )

    def _show(self, document: Document, then: Callable[[], None]) -> None:
        models = {model.key: model for file in self._library.files.values() for model in file.models}
        session = restored(document.session, models, tuple(self._library.files), self._store.session)
        self._store.update(session, "Open session")
        self._screen.window.restore_layout(document.layout)
        then()

    def _note_path(self, path: Path) -> None:
        self._path = path
        self._add_recent(str(path.resolve()))

    # ---- saving

    def save(self, path: Path) -> None:
        """Write the session to `path` in the background, and go on saving there."""
        session, layout = self._store.session, self._screen.window.layout_state()

        def done(result: object, newest: bool) -> None:
            self._note_path(path)
            self._screen.status.showMessage(f"Session saved as {path.name}", NOTE_MS)

        self._scheduler.request(
            "save session", str(path), lambda token: save(path, session, layout), done, self._refuse,
            "Saving the session",
        )  # fmt: skip

    def _refuse(self, error: BaseException) -> None:
        self._screen.messages.show_error(*explain(error), Topic.FILES)

    def _on_actions_save_session(self) -> None:
        if self._path is not None:
            self.save(self._path)
        else:
            self._on_actions_save_session_as()

    def _on_actions_save_session_as(self) -> None:
        proposed = self._path or Path(self._proposed_name())
        chosen, _ = QFileDialog.getSaveFileName(
            self._screen.window, "Save session", str(proposed), SESSION_FILES
        )
        if chosen:
            self.save(Path(chosen) if is_session_file(chosen) else Path(chosen + SUFFIX))

    def _proposed_name(self) -> str:
        current = self._store.session.current
        return (Path(current.path).stem if current else "session") + SUFFIX

    # ---- keeping by itself

    def keep_in(self, folder: Path) -> None:
        """From now on keep the session in `folder`, and the list of files opened last. Raises OSError."""
        self._keeper = Keeper(folder)
        self._last = last_session(folder)
        self._recent = RecentFiles(folder / "recent.json")
        self._draw_recent()
        if orphans := self._keeper.orphans():
            self._offer(orphans)

    @property
    def has_last(self) -> bool:
        """Whether there is a session to reopen."""
        return self._last is not None and self._last.exists()

    def go_on(self, otherwise: Callable[[], None]) -> None:
        """Go on where the last program left off, or `otherwise` where there is nothing of it.

        While something is offered, that waits for the user's choice.
        """
        self._otherwise = otherwise
        if self._screen.offers.isHidden():
            self._go_on()

    def _go_on(self) -> None:
        if self._last is not None and self.has_last:
            self.restore(self._last, refused=self._otherwise)
        else:
            self._otherwise()

    def close(self) -> None:
        """Keep the newest state as the last session, at an ordinary end."""
        self._autosave.stop()
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        if not self._store.session.files:
            keeper.forget()
            return
        try:
            keeper.write(self._store.session, self._screen.window.layout_state())
        except UserError as error:
            log.warning("the session could not be kept: %s", error)
        keeper.end()

    def _offer(self, orphans: list[Path]) -> None:
        """Offer what a program that died has left; after that, what another one has."""
        if not orphans:
            if not self._store.session.files:
                self._go_on()
            return
        newest, *others = orphans

        def restored() -> None:
            self._keep(and_discard=newest)
            self._offer(others)

        def forgo() -> None:
            discard(newest)
            self._offer(others)

        when = datetime.fromtimestamp(newest.stat().st_mtime).strftime("%d %B, %H:%M")
        self._screen.offers.offer(
            f"cryogui ended unexpectedly on {when}. What was open then can be brought back.",
            {"Restore": lambda: self.restore(newest, restored), "Discard": forgo},
        )

    def _on_store_changed(self, old: Session, new: Session) -> None:
        if self._keeper is not None:
            self._autosave.start()
        if old.files != new.files:
            for path in set(new.files) - set(old.files):
                self._add_recent(path)

    def _keep(self, and_discard: Path | None = None) -> None:
        """Keep the session as it is now; only then discard what it was brought back from."""
        keeper, session = self._keeper, self._store.session
        if keeper is None or not session.files:
            return
        layout = self._screen.window.layout_state()

        def work(token: Token) -> None:
            keeper.write(session, layout)
            if and_discard is not None:
                discard(and_discard)

        lane = ("keep", and_discard)
        self._scheduler.request(lane, None, work, lambda result, newest: None, self._refuse)

    def _add_recent(self, path: str) -> None:
        recent = self._recent
        if recent is not None:
            self._scheduler.request(
                ("recent", path), None, lambda token: recent.add(path),
                lambda result, newest: self._draw_recent(), self._refuse,
            )  # fmt: skip

    def _draw_recent(self) -> None:
        if self._recent is not None:
            self._screen.actions.set_recent(self._recent.paths())
        self._screen.actions.reopen.setEnabled(self.has_last)

    def _on_actions_reopen(self) -> None:
        if self._last is not None:
            self.restore(self._last)
