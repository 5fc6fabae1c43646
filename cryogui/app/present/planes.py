"""Draws slabs, the oblique slice, and where beam and tilt axis lie in the slices of the volume."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from cryogui.analysis.planes import CutPlane
from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.app.views.volume_data import voxel_edges
from cryogui.session import Need, Session, Store
from cryogui.session.scene_model import SceneModel

LANE = "oblique"
NEEDS = frozenset({Need.PLANES, Need.CURSOR, Need.TAB})


class PlanePresenter:
    """The oblique slice is cut beside the window, where the newest wins; all else is drawn at once."""

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen) -> None:
        self._store, self._engine, self._scheduler, self._screen = store, engine, scheduler, screen
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(lambda model: self._draw(model, self._store.session))

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the slices up to `session`."""
        model = self._engine.model
        if NEEDS & {*needs} and Need.SCENE not in needs and model is not None and self._engine.is_revealed:
            self._draw(model, session)

    def show_late(self, is_late: bool) -> None:
        """Say that the oblique slice is being cut for longer than the eye forgives."""
        self._screen.ortho.panes["oblique"].set_badge("computing" if is_late else None)

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        ortho = self._screen.ortho
        ortho.set_cut(None)
        ortho.set_cut_image(None)
        ortho.set_tilt_axis(model is not None and model.scene.tilt_angles_deg is not None)
        ortho.controls.set_has_images(model is not None and model.scene.y is not None)
        if model is None:
            ortho.set_beam(None)
        else:
            self._draw(model, self._store.session)

    def _draw(self, model: SceneModel, session: Session) -> None:
        scene, ortho = session.scene, self._screen.ortho
        ortho.set_thickness(scene.slab)
        ortho.controls.set_slab(scene.slab)
        ortho.controls.set_oblique(scene.oblique.shown, scene.oblique.angles)
        has_beam = model.scene.y is not None and not model.is_sinogram
        ortho.set_beam(model.frame(scene.image_index).rotation[2] if has_beam else None)
        volume = ortho.volume
        if not scene.oblique.shown or volume is None or min(volume.shape) < 2:
            self._scheduler.cancel(LANE)
            ortho.set_cut(None)
            return
        cut = CutPlane(*scene.oblique.angles, scene.position, volume.shape, _edges(model), scene.slab)
        ortho.set_cut(cut)
        if session.tab == "volume":
            self._request(model, cut, volume)

    def _request(self, model: SceneModel, cut: CutPlane, volume: np.ndarray) -> None:
        def take(image: np.ndarray, newest: bool) -> None:
            if self._screen.ortho.cut is not None:
                self._screen.ortho.set_cut_image(image)

        subject = (model.key, id(volume), cut.shape)
        self._scheduler.request(LANE, subject, lambda token: cut.cut(volume, token.check), take, self._fail)

    def _fail(self, error: BaseException) -> None:
        self._screen.messages.show_error(*explain(error), Topic.SCENE)


def _edges(model: SceneModel) -> tuple[float, float, float]:
    return voxel_edges(model.scene.voxel_size_A or model.scene.pixel_size_A) or (1.0, 1.0, 1.0)
