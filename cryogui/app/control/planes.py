"""How slices of the volume are made: averaged, and at any angle. Every change is a step of the scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cryogui.analysis.planes import angles_of
from cryogui.app.engine import Engine
from cryogui.app.screen import Screen
from cryogui.session import Store
from cryogui.session.looks import Oblique

FIRST_TILT_DEG = 30.0
"""An oblique slice that has never been turned shows at once that it is none of the others."""


class PlaneController:
    """The line of controls over the slices."""

    def __init__(self, store: Store, engine: Engine, screen: Screen) -> None:
        self._store, self._engine = store, engine
        controls = screen.ortho.controls
        controls.slabChanged.connect(self._on_controls_slab_changed)
        controls.obliqueToggled.connect(self._on_controls_oblique_toggled)
        controls.anglesChanged.connect(self._on_controls_angles_changed)
        controls.beamRequested.connect(self._on_controls_beam_requested)

    def _on_controls_slab_changed(self, slices: int) -> None:
        self._update("Slab", "slab", slab=slices)

    def _on_controls_oblique_toggled(self, shown: bool) -> None:
        oblique = self._store.session.scene.oblique
        if oblique == Oblique():
            oblique = replace(oblique, tilt_deg=FIRST_TILT_DEG)
        self._update("Oblique slice", oblique=replace(oblique, shown=shown))

    def _on_controls_angles_changed(self, rot: float, tilt: float, psi: float) -> None:
        shown = self._store.session.scene.oblique.shown
        self._update("Turn oblique slice", "oblique angles", oblique=Oblique(shown, rot, tilt, psi))

    def _on_controls_beam_requested(self) -> None:
        """The plane of the image on show: perpendicular to its beam, with its axes."""
        model, scene = self._engine.model, self._store.session.scene
        if model is not None and model.scene.y is not None:
            rows = np.array(model.frame(scene.image_index).rotation)
            rot, tilt, psi = (round(angle, 4) for angle in angles_of(rows))
            self._update("Oblique slice across the beam", oblique=Oblique(True, rot, tilt, psi))

    def _update(self, step: str, merge_key: str | None = None, **changes: object) -> None:
        if self._store.session.current is not None:
            self._store.update(self._store.session.with_scene(**changes), step, merge_key)
