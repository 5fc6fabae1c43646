"""Taking, renaming, deleting, restoring and comparing snapshots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cryogui.app.engine import Engine
from cryogui.app.library import Library
from cryogui.app.panels.message_bar import Topic
from cryogui.app.present.pictures import PicturePresenter
from cryogui.app.present.snapshots import thumbnail_of
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.session import Snapshot, Store
from cryogui.session.fitting import fitted
from cryogui.session.looks import Compared
from cryogui.session.snapshots import (
    proposed_name,
    restored,
    snapshot_named,
    taken,
    unique_name,
    with_renamed,
    with_snapshot,
    without_snapshot,
)


class SnapshotController:
    """Every change of the list is a step. A snapshot gets the picture and the figure of its own state, also
    when they are still being computed as it is taken."""

    def __init__(
        self,
        store: Store,
        library: Library,
        engine: Engine,
        scheduler: Scheduler,
        pictures: PicturePresenter,
        screen: Screen,
    ) -> None:
        self._store, self._library, self._engine, self._scheduler = store, library, engine, scheduler
        self._pictures, self._screen = pictures, screen
        self._developing = ""
        screen.actions.take_snapshot.triggered.connect(lambda: self.take())
        screen.snapshots.restoreRequested.connect(self.restore)
        screen.snapshots.renameRequested.connect(self._on_panel_rename_requested)
        screen.snapshots.deleteRequested.connect(self._on_panel_delete_requested)
        screen.snapshots.compareRequested.connect(self.compare)
        engine.picture_ready.connect(lambda picture, newest: self._develop(newest))
        engine.misfit_ready.connect(lambda misfit, seconds, newest: self._develop(newest))

    def take(self) -> None:
        """Keep the scene as it is now, under a name that says what sets it apart."""
        model, session = self._engine.model, self._store.session
        if model is None or session.current is None:
            return
        proposed = proposed_name(session.scene, model.scene.ranges, model.scene.true_spec)
        name = unique_name(proposed, [shot.name for shot in session.snapshots])
        self._developing = name
        shot = self._developed(taken(session, name, b"", None))
        self._store.update(with_snapshot(session, shot), "Take snapshot")

    def _developed(self, shot: Snapshot) -> Snapshot:
        """The snapshot with the picture and the figure on the screen."""
        misfit = None if self._scheduler.is_busy("misfit") else self._pictures.residual
        return replace(shot, thumbnail=thumbnail_of(self._screen), misfit=misfit)

    def _develop(self, newest: bool) -> None:
        """The screen has caught up with the session: if that is still as it was kept, so is the picture."""
        session = self._store.session
        shot = snapshot_named(session, self._developing) if self._developing else None
        if shot is None or (shot.key, shot.state) != (session.current, session.scene):
            self._developing = ""
        elif newest:
            self._store.update(with_snapshot(session, self._developed(shot)), None)

    def restore(self, name: str) -> None:
        """Turn to the snapshot's scene as it was, in one step."""
        session = self._store.session
        shot = snapshot_named(session, name)
        if shot is None:
            return
        file = self._library.files.get(shot.key.path)
        if file is None or shot.key.scene >= len(file.models):
            self._screen.messages.show_error(_why_not(shot, file is not None), "", Topic.SCENE)
            return
        state = fitted(shot.state, self._library.model(shot.key))
        self._screen.messages.retract(Topic.SCENE)
        self._store.update(restored(session, shot, state), "Restore snapshot")

    def _on_panel_rename_requested(self, old: str, new: str) -> None:
        session = self._store.session
        others = [shot.name for shot in session.snapshots if shot.name != old]
        name = unique_name(new, others)
        if self._developing == old:
            self._developing = name
        self._store.update(with_renamed(session, old, name), "Rename snapshot")

    def _on_panel_delete_requested(self, name: str) -> None:
        self._store.update(without_snapshot(self._store.session, name), "Delete snapshot")

    def compare(self, name: str) -> None:
        """The forward image under the present spec beside that under the snapshot's."""
        session = self._store.session
        sides = Compared("forward"), Compared("forward", "snapshot", name)
        look = replace(session.compare, a=sides[0], b=sides[1])
        self._store.update(replace(session, compare=look, tab="compare"), "Compare with snapshot")


def _why_not(shot: Snapshot, file_is_open: bool) -> str:
    file = Path(shot.key.path).name
    if file_is_open:
        return f"{file} has no scene {shot.key.scene + 1} any more: ‘{shot.name}’ cannot be restored."
    return f"{file} is not open: open it, then restore ‘{shot.name}’ again."
