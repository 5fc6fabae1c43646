"""The only place where the session changes; remembers every step, so that all of them can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cryogui.session.guard import guarded_signal
from cryogui.session.state import Session

HISTORY_LIMIT = 500


@dataclass(frozen=True)
class Step:
    """One undoable step: its name as shown in the menu, and the session to return to."""

    name: str
    session: Session


class Store:
    """Holds the session; `changed(old, new)` after every change, whose listeners do not stop each other.

    Steps with the same `merge_key` that follow each other become one (a slider drag is one step), until
    `seal` is called. Opening and closing files is not undone: a step restores everything but the files.
    """

    changed = guarded_signal(Session, Session)

    def __init__(self, session: Session | None = None) -> None:
        self._session = session or Session()
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._merge_key: str | None = None

    @property
    def session(self) -> Session:
        """The present session."""
        return self._session

    @property
    def steps(self) -> tuple[tuple[str, Session, Session], ...]:
        """Every step that `undo` would take back, oldest first: its name, the session before and after."""
        after = [step.session for step in self._past[1:]] + [self._session]
        return tuple((step.name, step.session, new) for step, new in zip(self._past, after, strict=False))

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back, or None."""
        return self._past[-1].name if self._past else None

    @property
    def redo_name(self) -> str | None:
        """What `redo` would bring back, or None."""
        return self._future[-1].name if self._future else None

    def update(self, session: Session, step_name: str | None, merge_key: str | None = None) -> None:
        """Make `session` the present one.

        step_name: how the undo menu calls it; None for a change that is not a step of its own (files
        opened or closed, one frame of a sweep).
        """
        if session == self._session:
            return
        if step_name is not None:
            if merge_key is None or merge_key != self._merge_key:
                self._past.append(Step(step_name, self._session))
                del self._past[:-HISTORY_LIMIT]
            self._merge_key = merge_key
            self._future.clear()
        self._become(session)

    def seal(self) -> None:
        """End the running merge: the next step is one of its own even with the same key."""
        self._merge_key = None

    def forget(self) -> None:
        """Forget every step: what they were about is gone."""
        self._past.clear()
        self._future.clear()
        self.seal()

    def amend(self, change: Callable[[Session], Session]) -> None:
        """Put every session to which a step leads through `change`: what was only tried out meanwhile must
        not come back with a step that was about something else."""
        for steps in (self._past, self._future):
            steps[:] = [replace(step, session=change(step.session)) for step in steps]

    def undo(self) -> None:
        """Take back the last step; nothing when there is none."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Bring back the last step taken back; nothing when there is none."""
        self._travel(self._future, self._past)

    def _travel(self, source: list[Step], target: list[Step]) -> None:
        if not source:
            return
        self.seal()
        step = source.pop()
        target.append(Step(step.name, self._session))
        restored = step.session.with_files(self._session.files)
        if restored.current is None and self._session.current is not None:
            restored = restored.showing(self._session.current, self._session.scene)
        self._become(restored)

    def _become(self, session: Session) -> None:
        old, self._session = self._session, session
        self.changed.emit(old, session)
