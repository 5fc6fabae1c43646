"""Puts another x in the place of a run that has no volume, so that nothing is computed from what is gone."""

from __future__ import annotations

from cryogui.app.library import Library
from cryogui.app.panels.message_bar import Topic
from cryogui.app.runs import Runs
from cryogui.app.screen import Screen
from cryogui.session import ObjectChoice, SceneKey, Session, Store

NOTE_MS = 8000
NAMES = {
    "truth": "the truth", "quick": "the quick reconstruction", "file": "the volume of a file",
    "none": "empty",
}  # fmt: skip


class LostRunController:
    """A run that is x may fail, be cancelled or be deleted, and a step or a session file may name such a one.

    To be made after whatever else listens to the store: it answers a change with another one.
    """

    def __init__(self, store: Store, library: Library, screen: Screen, runs: Runs) -> None:
        self._store, self._library, self._screen, self._runs = store, library, screen, runs
        self._before: dict[SceneKey, ObjectChoice] = {}
        store.changed.connect(self._on_store_changed)
        runs.kept.connect(self._on_runs_kept)

    def _on_store_changed(self, old: Session, new: Session) -> None:
        if old.current != new.current or old.scene.object != new.scene.object:
            self._remember(old)
            sentence = self._replace()
            if sentence:
                self._screen.messages.show_error(sentence, "", Topic.SCENE)

    def _on_runs_kept(self) -> None:
        """A run has ended or was deleted before the user's eyes: a quiet line will do."""
        sentence = self._replace()
        if sentence:
            self._screen.status.showMessage(sentence, NOTE_MS)

    def _remember(self, session: Session) -> None:
        if session.current is not None and session.scene.object.source not in ("run", "none"):
            self._before[session.current] = session.scene.object

    def _replace(self) -> str:
        """Choose x as it was before, else as for a new scene; returns what to tell, '' if all is well."""
        session = self._store.session
        key, lost = session.current, session.scene.object
        if key is None or lost.source != "run" or self._runs.has_volume(lost.run):
            return ""
        chosen = self._before.get(key) or self._library.model(key).first_state().object
        self._store.update(session.with_scene(object=chosen), None)
        return f"Run {lost.run} has no volume: x is {NAMES[chosen.source]} again."
