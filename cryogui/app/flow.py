"""From a changed session to a complete screen, at the screen's own pace.

What can be drawn is drawn at once. Computing begins at once too, unless what was computed last still waits to
be painted; slow work begins when the user has come to rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cryogui.app.collector import collect_old
from cryogui.app.engine import Engine
from cryogui.app.pace import REST_MS, Delay, FrameClock
from cryogui.app.panels.message_bar import Topic
from cryogui.app.screen import Screen
from cryogui.session import Need, Session, Store, resolve
from cryogui.session.guard import guarded

FRAME_PATIENCE_MS = 50
"""A window that is not painted (hidden, minimised) still computes, after this long."""

SCENE_PATIENCE_MS = 150
"""A scene that takes longer is turned to before it is ready."""


class Drawn(Protocol):
    """Something that draws what has changed of the session."""

    def draw(self, needs: frozenset[Need], session: Session) -> None: ...


class Flow:
    """Store → needs → presenters and engine.

    is_held: whether the user is moving something, so that slow work must wait.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        screen: Screen,
        presenters: Sequence[Drawn],
        is_held: Callable[[], bool],
    ) -> None:
        self._store, self._engine, self._screen = store, engine, screen
        self._presenters, self._is_held = presenters, is_held
        self._needs: frozenset[Need] = frozenset()
        self._clock = FrameClock(screen.status.set_frame_time)
        self._frame = Delay(FRAME_PATIENCE_MS, self._meet)
        self._rest = Delay(REST_MS, self._on_rest)
        self._clean_up = Delay(0, collect_old)
        self._scene_patience = Delay(SCENE_PATIENCE_MS, engine.reveal)
        store.changed.connect(self._on_store_changed)
        engine.object_changed.connect(lambda model: self._rest.restart())
        engine.picture_ready.connect(lambda picture, newest: self._clock.note_drawn())
        screen.window.painted.connect(self._on_window_painted)
        screen.parameters.editFinished.connect(lambda name: self._rest.restart())

    def begin(self) -> None:
        """Draw the session as it is."""
        for presenter in self._presenters:
            presenter.draw(frozenset(Need), self._store.session)
        self._engine.meet({Need.SCENE}, self._store.session)

    def stop(self) -> None:
        """Start nothing any more."""
        for delay in (self._frame, self._rest, self._clean_up, self._scene_patience):
            delay.stop()

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be computed or begun."""
        return self._frame.is_running or self._rest.is_running

    def _on_store_changed(self, old: Session, new: Session) -> None:
        needs = resolve(old, new)
        if set(old.files) - set(new.files):
            self._clean_up.restart()
        if Need.SCENE in needs:
            self._clock.forget()
            self._scene_patience.start()
        elif Need.SPEC in needs:
            self._clock.note_change()
        if needs & {Need.SCENE, Need.OBJECT, Need.SPEC}:
            self._screen.messages.retract(Topic.SCENE)
        for presenter in self._presenters:
            guarded(presenter.draw)(needs, new)
        self._needs |= needs
        if Need.SCENE in needs or not self._frame.is_running:
            guarded(self._meet)()
        if Need.RECONSTRUCTION in needs:
            self._rest.restart()

    def _meet(self) -> None:
        """Compute what has become necessary since the last frame, for the newest session only."""
        self._frame.stop()
        needs, self._needs = self._needs, frozenset()
        if needs:
            self._frame.restart()
            self._engine.meet(needs, self._store.session)

    def _on_window_painted(self) -> None:
        """A frame is complete: compute the next, if anything has changed meanwhile."""
        self._clock.note_painted()
        self._meet()

    def _on_rest(self) -> None:
        """Slow work starts when the spec has come to rest, never while a slider is held or swept."""
        if not self._is_held():
            self._engine.rest()
