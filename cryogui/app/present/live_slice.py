"""Draws the live slice beside the object's, with one contrast until the user chooses another."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.screen import Screen
from cryogui.app.views.levels import percentile_levels
from cryogui.session import Need, Session, Store
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import Levels


class LiveSlicePresenter:
    """The live-slice tab. Its contrast is found in the scene's first object, then kept."""

    def __init__(self, store: Store, engine: Engine, screen: Screen) -> None:
        self._store, self._engine, self._screen = store, engine, screen
        self._found: Levels | None = None
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.slice_ready.connect(self._on_engine_slice_ready)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring contrast and cursor up to `session`; slices come from the engine."""
        if Need.SCENE in needs or self._engine.model is None or not self._engine.is_revealed:
            return
        if Need.LEVELS in needs:
            self._draw_levels(session)
        if Need.CURSOR in needs:
            self._screen.live_slice.set_position(session.scene.position)

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        self._found = None
        self._screen.live_slice.clear()

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        view, session = self._screen.live_slice, self._store.session
        view.set_object(model.x, model.live.slice_plane if model.live else "xz")
        view.set_position(session.scene.position)
        if self._found is None and model.x is not None:
            self._found = percentile_levels(model.x, 1.0, 99.9)
            self._draw_levels(session)

    def _draw_levels(self, session: Session) -> None:
        """The same for both panes, so that the eye compares fairly."""
        if self._found is None:
            return
        chosen, view = dict(session.scene.levels), self._screen.live_slice
        for pane in (view.live, view.object):
            pane.set_levels(*chosen.get(pane.name, self._found))

    def _on_engine_slice_ready(self, plane: np.ndarray, row: int, newest: bool) -> None:
        model = self._engine.model
        assert model is not None
        self._screen.live_slice.set_slice(plane, row, model.scene.pixel_size_A)
