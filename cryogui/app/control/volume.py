"""What the user does to the 3-D view: every change is a step that can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryogui.app.screen import Screen
from cryogui.session import Store
from cryogui.session.looks import Camera, ClipPlane, Layers


class VolumeController:
    """Mode, threshold, layers, clipping plane, camera and size of the 3-D view."""

    def __init__(self, store: Store, screen: Screen) -> None:
        self._store, self._screen = store, screen
        volume = screen.volume
        volume.modeChanged.connect(self._on_mode_changed)
        volume.thresholdChanged.connect(self._on_threshold_changed)
        volume.layersChanged.connect(self._on_layers_changed)
        volume.clipChanged.connect(self._on_clip_changed)
        volume.cameraChanged.connect(self._on_camera_changed)
        volume.enlargedChanged.connect(self._on_enlarged_changed)
        screen.actions.enlarge_volume.toggled.connect(self._on_enlarged_changed)

    def _change(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self._store.session
        self._store.update(replace(session, volume=replace(session.volume, **changes)), step, merge_key)

    def _on_mode_changed(self, mode: Any) -> None:
        self._change("3-D mode", mode=mode)

    def _on_threshold_changed(self, threshold: float) -> None:
        self._change("Threshold", "threshold", threshold=threshold)

    def _on_layers_changed(self, layers: Layers) -> None:
        if layers.shown == self._store.session.volume.layers.shown:
            self._change("Opacity of layers", "opacity", layers=layers)
        else:
            self._change("Layers in 3-D", layers=layers)

    def _on_clip_changed(self, clip: ClipPlane) -> None:
        before = self._store.session.volume.clip
        is_drag = replace(before, position=clip.position) == clip
        self._change("Clipping plane", "clipping plane" if is_drag else None, clip=clip)

    def _on_camera_changed(self, camera: Camera) -> None:
        self._change("Turn 3-D view", "camera", camera=camera)

    def _on_enlarged_changed(self, enlarged: bool) -> None:
        """A large view that cannot be seen would be no answer to the key: its tab comes forward."""
        session = self._store.session
        tab = "volume" if enlarged else session.tab
        changed = replace(session, tab=tab, volume=replace(session.volume, enlarged=enlarged))
        self._store.update(changed, "Size of 3-D")
