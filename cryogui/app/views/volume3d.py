"""A volume in 3-D: maximum projections and isosurfaces, or one sentence that says why there is none."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QLabel, QMenu, QSlider, QStackedWidget, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.views import volume_data
from cryogui.app.views.card import Card
from cryogui.app.views.decorations import length_text
from cryogui.app.views.opengl import OpenGL, probe
from cryogui.app.views.volume_data import Drawable

if TYPE_CHECKING:
    from cryogui.app.views.scene3d import Scene3D

log = logging.getLogger(__name__)

MODES = {"mip": "MIP", "attenuated_mip": "Attenuated MIP", "isosurface": "Isosurface"}
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
        self._pixel_size: float | None = None
        self._drawn: Drawable | None = None
        self._running: _Request | None = None
        self._is_stale = False
        self._start = QTimer(self)
        self._start.setSingleShot(True)
        self._start.setInterval(_START_MS)
        self._start.timeout.connect(self._start_newest)
        self.mode_button, self.threshold_slider = self._new_mode_button(), self._new_slider()
        self.head.addWidget(self.mode_button)
        self._message = QLabel("no volume")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self.threshold_slider)
        self._prepared.connect(self._on_prepared)
        self.set_mode("mip")

    def _new_mode_button(self) -> QToolButton:
        button = QToolButton()
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip("MIP: brightest voxel along each ray; attenuated: nearer is brighter; isosurface")
        button.setAccessibleName("3-D mode")
        theme.set_role(button, role="inline")
        menu = QMenu(button)
        for mode, words in MODES.items():
            menu.addAction(words, lambda mode=mode: self._on_mode_chosen(mode))
        button.setMenu(menu)
        return button

    def _new_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(2, 98)
        slider.setValue(40)
        slider.setToolTip("Where the isosurface lies between background and brightest")
        slider.setAccessibleName("isosurface threshold")
        slider.valueChanged.connect(self._on_threshold_moved)
        slider.hide()
        return slider

    # ---- setters, silent

    def set_volume(self, volume: ArrayLike | None, pixel_size: float | None = None) -> None:
        """Show a volume, or the message for None; `pixel_size` in Å tells how large the box is.

        The work is done beside the window's thread, and only while the view is visible.
        """
        self._volume = None if volume is None else np.asarray(volume, dtype=np.float32)
        self._drawn, self._pixel_size = None, pixel_size
        if self._volume is None:
            self._show_message("no volume")
        elif min(self._volume.shape) < 2:
            self._volume = None
            self._show_message("a single slice has no third dimension")
        self._request()

    def set_mode(self, mode: str) -> None:
        """'mip', 'attenuated_mip' or 'isosurface'."""
        self._mode = mode
        self.mode_button.setText(f"{MODES[mode]} ▾")
        self.threshold_slider.setVisible(mode == "isosurface")
        self._request()

    def set_threshold(self, fraction: float) -> None:
        """Where the isosurface lies between background (0) and brightest (1)."""
        with QSignalBlocker(self.threshold_slider):
            self.threshold_slider.setValue(round(100 * fraction))
        self._request()

    @property
    def mode(self) -> str:
        """The mode on show."""
        return self._mode

    @property
    def threshold(self) -> float:
        """The isosurface's place between background and brightest."""
        return self.threshold_slider.value() / 100

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
        try:
            if request.mode == "isosurface":
                self._scene.show_surface(drawn.surface, request.volume.shape)
            else:
                self._scene.show_volume(drawn, request.volume.shape, request.mode)
        except Exception as error:
            log.info("the 3-D view failed to draw", exc_info=True)
            self._show_message(f"3-D could not be drawn: {error}.")
            return
        self._pages.setCurrentWidget(self._scene.widget)
        self.set_caption(f"binned {drawn.factor}×" if drawn.factor > 1 else "")
        edge = max(request.volume.shape) * (self._pixel_size or 0.0)
        self._scene.set_note(f"box {length_text(edge)}" if edge else "")

    def _show_message(self, text: str) -> None:
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)
        self.set_caption("")

    # ---- from the user and Qt

    def _on_mode_chosen(self, mode: str) -> None:
        self.set_mode(mode)
        self.modeChanged.emit(mode)

    def _on_threshold_moved(self, value: int) -> None:
        self._request()
        self.thresholdChanged.emit(value / 100)

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
