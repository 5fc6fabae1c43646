"""A volume in 3-D: maximum projections and isosurfaces, or one sentence that says why there is none."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QLabel, QStackedWidget, QWidget

from cryogui.app import theme
from cryogui.app.views import volume_data
from cryogui.app.views.card import Card
from cryogui.app.views.decorations import length_text
from cryogui.app.views.opengl import OpenGL, probe
from cryogui.app.views.volume_controls import ModeButton, ThresholdBar
from cryogui.app.views.volume_data import Drawable, Grid, VoxelSize

if TYPE_CHECKING:
    from cryogui.app.views.scene3d import Scene3D

log = logging.getLogger(__name__)

_START_MS = 20  # the window paints first
_SOFTWARE_LIMIT, _HARDWARE_LIMIT = 160, 512  # voxels along the longest axis


@dataclass(frozen=True)
class _Request:
    """What the view should show; a finished one is compared with the newest by identity."""

    volume: NDArray[np.float32]
    mode: str
    fraction: float
    limit: int
    drawn: Drawable | None = None  # the volume, if it is binned already


def _prepare(request: _Request) -> Drawable:
    drawn = request.drawn or volume_data.drawable(request.volume, request.limit)
    if request.mode != "isosurface":
        return replace(drawn, surface=None)
    return replace(drawn, surface=volume_data.surface(drawn, request.fraction))


def _scene_class() -> type[Scene3D]:
    """It brings vispy, which takes a while: imported on first use, off the window's thread."""
    from cryogui.app.views.scene3d import Scene3D

    return Scene3D


class VolumeView3D(Card):
    """Shows a volume [z, y, x]. The camera stays when the volume changes; nothing is drawn while hidden."""

    modeChanged = pyqtSignal(str)
    thresholdChanged = pyqtSignal(float)
    _prepared = pyqtSignal(object, object)  # from the worker: request, Drawable or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("3-D", parent=parent)
        self._opengl: OpenGL | None = None
        self._scene: Scene3D | None = None
        self._worker: ThreadPoolExecutor | None = None
        self._volume: NDArray[np.float32] | None = None
        self._voxel: tuple[float, float, float] | None = None
        self._shows_tilt_axis = False
        self._drawn: Drawable | None = None
        self._running: _Request | None = None
        self._is_stale = False
        self._start = QTimer(self)
        self._start.setSingleShot(True)
        self._start.setInterval(_START_MS)
        self._start.timeout.connect(self._start_newest)
        self.mode_button, self.threshold_bar = ModeButton(), ThresholdBar()
        self.mode_button.modeChosen.connect(self._on_mode_chosen)
        self.threshold_bar.thresholdMoved.connect(self._on_threshold_moved)
        self.head.addWidget(self.mode_button)
        self._words_without_volume = "no volume"
        self._message = QLabel(self._words_without_volume)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self.threshold_bar)
        self._prepared.connect(self._on_prepared)
        self.set_mode("mip")

    # ---- setters, silent

    def set_volume(self, volume: ArrayLike | None, pixel_size: VoxelSize | None = None) -> None:
        """Show a volume, or the message for None; `pixel_size`, in Å, is a voxel's edge or its (z, y, x).

        The work is done beside the window's thread, and only while the view is visible.
        """
        self._volume = None if volume is None else np.asarray(volume, dtype=np.float32)
        self._drawn, self._voxel = None, volume_data.voxel_edges(pixel_size)
        if self._volume is None:
            self._show_message(self._words_without_volume)
        elif min(self._volume.shape) < 2:
            self._volume = None
            self._show_message("a single slice has no third dimension")
        self._request()

    def set_message(self, text: str) -> None:
        """The words shown while there is no volume."""
        self._words_without_volume = text
        if self._volume is None:
            self._show_message(text)

    def set_mode(self, mode: str) -> None:
        """'mip', 'attenuated_mip' or 'isosurface'."""
        self._mode = mode
        self.mode_button.set_mode(mode)
        self.threshold_bar.setVisible(mode == "isosurface")
        self._request()

    def set_threshold(self, fraction: float) -> None:
        """Where the isosurface lies between background (0) and brightest (1)."""
        self.threshold_bar.set_threshold(fraction)
        self._request()

    def set_geometry(self, tilt_axis: bool = False) -> None:
        """Whether to draw the tilt axis and the beam, which only a tilt series has."""
        self._shows_tilt_axis = tilt_axis
        if self._scene is not None:
            self._scene.set_tilt_axis(tilt_axis)

    @property
    def mode(self) -> str:
        """The mode on show."""
        return self._mode

    @property
    def threshold(self) -> float:
        """The isosurface's place between background and brightest."""
        return self.threshold_bar.threshold

    def shutdown(self) -> None:
        """Stop the worker and give back the graphics context. Call once, before the window goes."""
        self._volume = None
        self._start.stop()
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)
            self._worker = None
        if self._scene is not None:
            self._pages.setCurrentWidget(self._message)
            self._scene.close()
            self._scene = None

    # ---- preparing beside the window: one runs, and the newest state follows when it is done

    @property
    def is_idle(self) -> bool:
        """Whether everything asked for is on the screen, as far as it can be."""
        return self._running is None and not self._start.isActive()

    def _request(self) -> None:
        """Draw the present state soon, or when the view is next seen."""
        self._is_stale = not self.isVisible()
        if self._volume is not None and not self._is_stale:
            self._start.start()

    def _start_newest(self) -> None:
        if self._running is not None:
            self._is_stale = True
        elif self._volume is not None and self._can_draw():
            self._is_stale = False
            self._running = _Request(self._volume, self.mode, self.threshold, self._limit(), self._drawn)
            self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="volume-3d")
            self._worker.submit(self._work, self._running)

    def _limit(self) -> int:
        """Voxels along the longest axis that this machine turns fluently."""
        assert self._opengl is not None
        most = _SOFTWARE_LIMIT if self._opengl.is_software else _HARDWARE_LIMIT
        return min(most, self._opengl.max_texture)

    def _work(self, request: _Request) -> None:
        with suppress(Exception):  # what is missing is told where the canvas is made
            _scene_class()
        try:
            self._prepared.emit(request, _prepare(request))
        except Exception:
            log.exception("the 3-D view could not prepare its volume")
            self._prepared.emit(request, None)

    def _on_prepared(self, request: _Request, drawn: Drawable | None) -> None:
        self._running = None
        if request.volume is self._volume:
            if drawn is None:
                self._show_message("this volume could not be prepared for 3-D; the log tells why")
            else:
                self._drawn = drawn
                if self.isVisible():
                    self._draw(request, drawn)
                else:
                    self._is_stale = True
        if self._is_stale:
            self._request()

    # ---- drawing

    def _can_draw(self) -> bool:
        """Ask once whether there is OpenGL; where there is none, say so in its place."""
        self._opengl = self._opengl or probe()
        if self._opengl.missing is not None:
            self._show_message(self._opengl.missing)
        return self._opengl.missing is None

    def _make_scene(self) -> None:
        try:
            self._scene = _scene_class()(self)
            self._scene.set_tilt_axis(self._shows_tilt_axis)
            self._pages.addWidget(self._scene.widget)
        except Exception as error:  # a driver may fail in any way; the window must not
            log.info("the 3-D view failed to start", exc_info=True)
            self._scene = None
            self._opengl = OpenGL(f"3-D could not start: {error}.")
            self._show_message(self._opengl.missing or "")

    def _draw(self, request: _Request, drawn: Drawable) -> None:
        if self._scene is None:
            self._make_scene()
        if self._scene is None:
            return
        grid = Grid.of(request.volume.shape, self._voxel)
        try:
            if request.mode == "isosurface":
                self._scene.show_surface(drawn.surface, grid)
            else:
                self._scene.show_volume(drawn, grid, request.mode)
        except Exception as error:
            log.info("the 3-D view failed to draw", exc_info=True)
            self._show_message(f"3-D could not be drawn: {error}.")
            return
        self._pages.setCurrentWidget(self._scene.widget)
        self.set_caption(f"binned {drawn.factor}×" if drawn.factor > 1 else "")
        self._scene.set_note(_box_text(request.volume.shape, self._voxel))

    def _show_message(self, text: str) -> None:
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)
        self.set_caption("")

    # ---- from the user and Qt

    def _on_mode_chosen(self, mode: str) -> None:
        self.set_mode(mode)
        self.modeChanged.emit(mode)

    def _on_threshold_moved(self, fraction: float) -> None:
        self._request()
        self.thresholdChanged.emit(fraction)

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


def _box_text(shape: tuple[int, ...], voxel: tuple[float, float, float] | None) -> str:
    """How large the volume is along x, y, z; one number where all are the same."""
    if voxel is None:
        return ""
    edges = [length_text(n * edge) for n, edge in zip(shape[::-1], voxel[::-1], strict=True)]
    return f"box {edges[0] if len(set(edges)) == 1 else ' × '.join(edges)}"
