"""Zoom, inversion and colours of every image pane as steps that can be undone."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PyQt6.QtWidgets import QWidget

from cryogui.app.present.looks import LookPresenter
from cryogui.app.views.image_pane import ImagePane
from cryogui.session import Session, Store
from cryogui.session.looks import PaneLook

PAUSE_SECONDS = 1.0
"""Zooming and panning of one pane that goes on after a longer pause is another step."""


class LookController:
    """Takes panes on when they are made. A pane and its companions change together, in one step."""

    def __init__(
        self, store: Store, looks: LookPresenter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._looks, self._clock = store, looks, clock
        self._moved_at, self._moves = -PAUSE_SECONDS, 0

    def adopt(self, content: QWidget) -> None:
        """Keep the looks of all image panes within `content` from now on, and draw those kept before."""
        found = [content] if isinstance(content, ImagePane) else content.findChildren(ImagePane)
        for pane in found:
            pane.viewChanged.connect(partial(self._on_pane_view_changed, pane))
            pane.invertedChanged.connect(partial(self._on_pane_inverted_changed, pane))
            pane.coloursChanged.connect(partial(self._on_pane_colours_changed, pane))
            pane.logCountsChanged.connect(partial(self._on_pane_log_counts_changed, pane))
        self._looks.take(found, self._store.session)

    def _on_pane_view_changed(self, pane: ImagePane, _: object) -> None:
        now = self._clock()
        if now - self._moved_at > PAUSE_SECONDS:
            self._moves += 1
        self._moved_at = now
        self._note(pane, "Zoom", f"zoom {pane.name} {self._moves}")

    def _on_pane_inverted_changed(self, pane: ImagePane, _: object) -> None:
        self._note(pane, "Invert")

    def _on_pane_colours_changed(self, pane: ImagePane, _: object) -> None:
        self._note(pane, "Recolour")

    def _on_pane_log_counts_changed(self, pane: ImagePane, _: object) -> None:
        self._note(pane, "Histogram of")

    def _note(self, pane: ImagePane, verb: str, merge_key: str | None = None) -> None:
        session = self._store.session
        for each in (pane, *pane.companions):
            session = with_look_of(each, session)
        self._store.update(session, f"{verb} {pane.name.replace('_', ' ')}", merge_key)


def with_look_of(pane: ImagePane, session: Session) -> Session:
    """The session with the look of `pane` as it is now."""
    part, shape = pane.part, pane.part_of
    view = None if part is None else (part.left(), part.top(), part.width(), part.height())
    view_of = None if part is None or shape is None else (shape[0], shape[1])
    look = PaneLook(pane.is_inverted, pane.colours, view, view_of, pane.log_counts)
    return session if look == session.look(pane.name) else session.with_look(pane.name, **vars(look))
