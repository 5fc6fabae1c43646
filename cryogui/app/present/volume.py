"""Draws the 3-D view: x and what it is compared with, as the session wants them looked at."""

from __future__ import annotations

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.app.views.volume_layers import Volumes
from cryogui.session import Need, Session, Store
from cryogui.session.scene_model import SceneModel

LANE = "truth in 3-D"


class VolumePresenter:
    """Hands volumes to the 3-D view as they come. The truth is read when a layer first needs it."""

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        self._truth: tuple[SceneModel, np.ndarray] | None = None  # as far as it has been read
        self._unreadable: SceneModel | None = None  # whose truth could not be read
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.quick_ready.connect(self._on_engine_quick_ready)

    def draw(self, needs: frozenset[Need], session: Session) -> None:
        """Bring the view up to `session`."""
        view = self._screen.volume
        if Need.FLIP in needs:
            view.set_flip_y(session.flip_y)
        if Need.VOLUME_LOOK in needs:
            view.set_look(session.volume)
            self._screen.actions.enlarge_volume.setChecked(session.volume.enlarged)
            self._read_truth()
        if (
            needs & {Need.VOLUME_LOOK, Need.RUNS_LOOK, Need.CHALLENGE_LOOK, Need.TAB}
            and self._engine.is_revealed
        ):
            self._share_room()

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        self._truth = None
        self._screen.volume.set_geometry(model is not None and model.scene.tilt_angles_deg is not None)
        self._draw_volumes()

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        self._draw_volumes()

    def _on_engine_quick_ready(self, model: SceneModel, seconds: float) -> None:
        self._draw_volumes()

    def _draw_volumes(self) -> None:
        model, view = self._engine.model, self._screen.volume
        if model is None or model.x is None:
            view.set_volumes(Volumes())
        else:
            pixel_size = model.scene.voxel_size_A or model.scene.pixel_size_A
            truth, has_truth = self._truth_of(model), self._has_truth(model)
            view.set_volumes(Volumes(model.x, truth, model.quick, has_truth), pixel_size)
        self._share_room()
        self._read_truth()

    def _share_room(self) -> None:
        """Images over slices and 3-D, or 3-D alone; a flat volume has slices only."""
        model, session, screen = self._engine.model, self._store.session, self._screen
        is_flat = model is not None and model.x is not None and min(model.x.shape) < 2
        enlarged = session.volume.enlarged and not is_flat
        screen.volume.setVisible(not is_flat)
        screen.ortho.show_alone(screen.volume if enlarged else None)
        has_images = model is None or model.scene.y is not None
        alone = {"volume": enlarged, "runs": session.runs.enlarged, "challenge": session.challenge.enlarged}
        screen.window.show_images(has_images and not alone.get(session.tab, False))

    # ---- the truth, which may still be on the disk

    def _has_truth(self, model: SceneModel) -> bool:
        """A file of volumes holds what it holds, and no truth of anything."""
        return model.has_truth and model.scene.y is not None and model is not self._unreadable

    def _truth_of(self, model: SceneModel) -> np.ndarray | None:
        return self._truth[1] if self._truth is not None and self._truth[0] is model else None

    def _read_truth(self) -> None:
        """Only where a layer shows it: a volume can be large."""
        model, shown = self._engine.model, self._store.session.volume.layers.shown
        if model is None or model.x is None or self._truth_of(model) is not None:
            return
        if not self._has_truth(model) or not shown & {"truth", "difference"}:
            return

        def done(truth: np.ndarray, newest: bool) -> None:
            if model is self._engine.model:
                self._truth = model, truth
                self._draw_volumes()

        def failed(error: BaseException) -> None:
            self._unreadable = model
            self._draw_volumes()
            self._engine.failed.emit(*explain(error))

        self._scheduler.request(LANE, model.key, lambda token: model.scene.x_true, done, failed)
