"""Volumes in 3-D: clouds of rays and isosurfaces in layers, or one sentence that says why there is none."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QEvent, QTimer
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QWidget

from cryogui.app.views import volume_clip, volume_data
from cryogui.app.views.opengl import OpenGL, probe
from cryogui.app.views.volume_card import VolumeCard
from cryogui.app.views.volume_controls import PRESET_KEYS
from cryogui.app.views.volume_data import Grid, VoxelSize
from cryogui.app.views.volume_layers import DrawnLayer, Order, Volumes
from cryogui.app.views.volume_words import box_text, legend
from cryogui.app.views.volume_worker import LayerWorker, scene_class
from cryogui.session.looks import Camera, LayerName, VolumeLook

log = logging.getLogger(__name__)

_REFINE_MS = 250  # after the threshold has last moved
_SOFTWARE_LIMIT, _HARDWARE_LIMIT = 160, 512  # voxels along the longest axis


class VolumeView3D(VolumeCard):
    """Shows volumes [z, y, x] of one shape. Nothing is prepared or drawn while hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volumes, self._words_without_volume = Volumes(), "no volume"
        self._opengl: OpenGL | None = None
        self._scene: Any = None  # Scene3D, once there is something to draw
        self._voxel: tuple[float, float, float] | None = None
        self._shows_tilt_axis = self._is_stale = self._is_shut_down = False
        self._worker = LayerWorker(self)
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(_REFINE_MS)
        self._worker.ready.connect(self._on_worker_ready)
        self._worker.late.connect(lambda: self.set_badge("computing"))
        self._refine.timeout.connect(self._request)
        self.threshold_bar.thresholdMoved.connect(self._on_threshold_moved)
        self._show_controls()
        self.show_message(self._words_without_volume)

    @property
    def drawing(self) -> QWidget | None:
        """The picture itself, without what controls it; None while there is none."""
        is_drawn = self._scene is not None and self._pages.currentWidget() is not self._message
        return self._scene.widget if is_drawn and self._scene is not None else None

    # ---- setters, silent

    def set_volumes(self, volumes: Volumes, pixel_size: VoxelSize | None = None) -> None:
        """Show these, or the message where there are none.

        pixel_size: in Å, a voxel's edge or its edges along (z, y, x). The work is done beside the window's
        thread, and only while the view is visible.
        """
        self._voxel = volume_data.voxel_edges(pixel_size)
        self._volumes = volumes
        if volumes.shape is None:
            self.show_message(self._words_without_volume)
        elif min(volumes.shape) < 2:
            self._volumes = Volumes()
            self.show_message("a single slice has no third dimension")
        self._show_controls()
        self._request()

    def set_message(self, text: str) -> None:
        """The words shown while there is no volume."""
        self._words_without_volume = text
        if self._volumes.shape is None:
            self.show_message(text)

    def set_look(self, look: VolumeLook) -> None:
        """How everything is drawn, and where it is seen from."""
        if look == self._look:
            return
        before, self._look = self._look, look
        self._show_controls()
        if self._scene is not None:
            self._scene.set_camera(look.camera)
            self._scene.set_clip(look.clip)
            self._scene.set_layers(look.layers)
        if _prepared_alike(before, look):
            return
        self._request()

    def set_flip_y(self, flipped: bool) -> None:
        """Whether y points up, as it then does in the slices."""
        self._flips_y = flipped
        if self._scene is not None:
            self._scene.set_flip_y(flipped)

    def set_geometry(self, tilt_axis: bool = False) -> None:
        """Whether to draw the tilt axis and the beam, which only a tilt series has."""
        self._shows_tilt_axis = tilt_axis
        if self._scene is not None:
            self._scene.set_tilt_axis(tilt_axis)

    def shutdown(self) -> None:
        """Stop the worker and give back the graphics context. Call once, before the window goes."""
        self._is_shut_down = True
        self._refine.stop()
        self._worker.shutdown()
        if self._scene is not None:
            self.show_message("")
            self._scene.close()
            self._scene = None

    def _show_controls(self) -> None:
        shape = self._volumes.shape
        grid = None if shape is None else Grid.of(shape, self._voxel)
        self.show_controls(self._volumes.offered, volume_clip.place_text(self._look.clip, grid))

    # ---- preparing beside the window

    @property
    def is_idle(self) -> bool:
        """Whether everything asked for is on the screen, as far as it can be."""
        return self._worker.is_idle and not self._refine.isActive()

    @property
    def _names(self) -> tuple[LayerName, ...]:
        return self._volumes.drawn(self._look.layers.shown)

    def _request(self, draft: bool = False) -> None:
        """Draw the present state soon, or when the view is next seen."""
        self._is_stale = not self.isVisible()
        if self._is_shut_down or self._is_stale or self._volumes.shape is None or not self._can_draw():
            self._worker.cancel()
        elif not self._names:
            self._worker.cancel()
            self.show_message("no layer is shown")
        else:
            surfaces = self._look.mode == "isosurface"
            self._worker.order(
                Order(self._volumes, self._names, surfaces, self._look.threshold, self._limit(), draft)
            )

    def _limit(self) -> int:
        """Voxels along the longest axis that this machine turns fluently."""
        assert self._opengl is not None
        most = _SOFTWARE_LIMIT if self._opengl.is_software else _HARDWARE_LIMIT
        return min(most, self._opengl.max_texture)

    def _on_worker_ready(self, order: Order, layers: tuple[DrawnLayer, ...] | None) -> None:
        self.set_badge(None)
        wants_surfaces = self._look.mode == "isosurface"
        if order.volumes is not self._volumes or order.with_surfaces != wants_surfaces:
            return  # what is wanted now has been ordered, or there is nothing to draw
        if layers is None:
            self.show_message("this volume could not be prepared for 3-D; the log tells why")
        elif self.isVisible():
            self._draw(layers)
        else:
            self._is_stale = True

    # ---- drawing

    def _can_draw(self) -> bool:
        """Ask once whether there is OpenGL; where there is none, say so in its place."""
        self._opengl = self._opengl or probe()
        if self._opengl.missing is not None:
            self.show_message(self._opengl.missing)
        return self._opengl.missing is None

    def _make_scene(self) -> None:
        try:
            self._scene = scene_class()(self)
        except Exception as error:  # a driver may fail in any way; the window must not
            log.info("the 3-D view failed to start", exc_info=True)
            self._opengl = OpenGL(f"3-D could not start: {error}.")
            self.show_message(self._opengl.missing or "")
            return
        scene = self._scene
        scene.set_tilt_axis(self._shows_tilt_axis)
        scene.set_flip_y(self._flips_y)
        scene.set_camera(self._look.camera)
        scene.cameraMoved.connect(self._on_camera_moved)
        widget = scene.widget
        widget.own_keys = frozenset(PRESET_KEYS.values())
        presets = {key: name for name, key in PRESET_KEYS.items()}
        widget.keyChosen.connect(lambda key: self.choose_preset(presets[key]))
        widget.doubleClicked.connect(lambda: self.choose_size(not self._look.enlarged))
        widget.menuRequested.connect(self.open_menu)
        widget.setToolTip(
            "Left drag or arrow keys turn, wheel or right drag zooms, Shift+drag moves; X, Y, Z look along "
            "an axis, H goes home; a double click enlarges."
        )
        self.add_canvas(widget)

    def _draw(self, layers: tuple[DrawnLayer, ...]) -> None:
        if self._scene is None:
            self._make_scene()
        shape = self._volumes.shape
        if self._scene is None or shape is None:
            return
        look = self._look
        try:
            self._scene.show(layers, Grid.of(shape, self._voxel), look.mode, look.layers)
            self._scene.set_clip(look.clip)
        except Exception as error:
            log.info("the 3-D view failed to draw", exc_info=True)
            self.show_message(f"3-D could not be drawn: {error}.")
            return
        factor = max(part.source.factor for layer in layers for part in layer.parts)
        self.show_canvas(self._scene.widget, factor)
        self._scene.set_note(box_text(shape, self._voxel))
        self._scene.set_legend(legend(layers, with_values=look.mode == "isosurface"))
        self.threshold_bar.set_histograms([(layer.name, layer.histogram) for layer in layers])

    # ---- from the user and Qt

    def _on_threshold_moved(self, fraction: float) -> None:
        """Coarsely while it moves, finely when it has come to rest."""
        self._look = replace(self._look, threshold=fraction)
        self._request(draft=True)
        self._refine.start()
        self.thresholdChanged.emit(fraction)

    def _on_camera_moved(self, camera: Camera) -> None:
        self._look = replace(self._look, camera=camera)
        self.cameraChanged.emit(camera)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Draw what came while hidden: a canvas made in a hidden tab would stay black."""
        super().showEvent(event)
        if self._is_stale:
            self._request()

    def changeEvent(self, event: QEvent | None) -> None:
        """Colours of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange and self._scene is not None:
            self._scene.restyle()


def _prepared_alike(one: VolumeLook, other: VolumeLook) -> bool:
    """Whether the same is made ready for both: colours, cuts and cameras are the canvas's own business."""
    return (one.mode, one.threshold, one.layers.shown) == (other.mode, other.threshold, other.layers.shown)
