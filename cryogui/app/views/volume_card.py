"""The card of the 3-D view: its controls, what they tell, and the one sentence in place of a picture."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QLabel, QStackedWidget, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views import volume_camera
from cryogui.app.views.card import Card
from cryogui.app.views.volume_controls import ClipBar, ModeButton, ThresholdBar, make_inline
from cryogui.app.views.volume_layer_panel import LayerButton
from cryogui.session.looks import Camera, ClipPlane, LayerName, Layers, VolumeLook

_WIDE, _HIGH = 430, 200  # of the card, at interface scale 1


class VolumeCard(Card):
    """Holds the look; `set_look` of the view that draws is called for every change."""

    modeChanged = pyqtSignal(str)
    thresholdChanged = pyqtSignal(float)
    layersChanged = pyqtSignal(Layers)
    clipChanged = pyqtSignal(ClipPlane)
    cameraChanged = pyqtSignal(Camera)
    enlargedChanged = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("3-D", parent=parent)
        self._look, self._flips_y = VolumeLook(), False
        self._badge, self._factor = "", 1
        self.mode_button, self.layer_button = ModeButton(), LayerButton()
        self.clip_button = IconButton("cut", "Cut the volume open with a plane")
        self.enlarge_button = IconButton(
            "enlarge", "Give 3-D the place of slices and images, and back (3 or double click)"
        )
        for button in (self.clip_button, self.enlarge_button):
            button.setCheckable(True)
        self.threshold_bar, self.clip_bar = ThresholdBar(), ClipBar()
        self._message = QLabel()
        self._pages, self._foot = QStackedWidget(), QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._lay_out()
        self.mode_button.modeChosen.connect(self._on_mode_chosen)
        self.mode_button.presetChosen.connect(self.choose_preset)
        self.layer_button.panel.layersChanged.connect(self._on_layers_changed)
        self.clip_button.clicked.connect(lambda on: self._on_clip_changed(replace(self._look.clip, shown=on)))
        self.clip_bar.clipChanged.connect(self._on_clip_changed)
        self.enlarge_button.clicked.connect(self.choose_size)

    def _lay_out(self) -> None:
        for button in (self.mode_button, self.layer_button, self.clip_button, self.enlarge_button):
            make_inline(button)
            self.head.addWidget(button)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages.addWidget(self._message)
        self.body.addWidget(self._pages, 1)
        self._foot.addWidget(self.threshold_bar, 1)
        self._foot.addWidget(self.clip_bar, 1)
        self.body.addLayout(self._foot)

    # ---- what is shown, silently

    @property
    def look(self) -> VolumeLook:
        """How everything is drawn."""
        return self._look

    def set_look(self, look: VolumeLook) -> None:
        """How everything is drawn, and where it is seen from."""
        raise NotImplementedError

    def show_controls(self, offered: Collection[LayerName], place: str) -> None:
        """Bring the controls up to the look; `place` tells where the clipping plane lies."""
        look = self._look
        self.mode_button.set_mode(look.mode)
        self._share_foot()
        self.threshold_bar.set_threshold(look.threshold)
        self.layer_button.set_layers(look.layers, offered)
        self.clip_button.setChecked(look.clip.shown)
        self.clip_bar.set_clip(look.clip, place)
        self.enlarge_button.setChecked(look.enlarged)

    def set_badge(self, text: str | None) -> None:
        """A quiet word in the title line."""
        self._badge = text or ""
        self._show_caption()

    def add_canvas(self, canvas: QWidget) -> None:
        """A place to draw on, shown by `show_canvas`."""
        self._pages.addWidget(canvas)

    def show_canvas(self, canvas: QWidget, factor: int) -> None:
        """The picture, of voxels binned by `factor`."""
        self._pages.setCurrentWidget(canvas)
        self._factor = factor
        self._show_caption()

    def _show_caption(self) -> None:
        self.set_caption(self._badge or (f"binned {self._factor}×" if self._factor > 1 else ""))

    def show_message(self, text: str) -> None:
        """A sentence in place of the picture."""
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)
        self._factor = 1
        self._show_caption()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The height is the volume's first."""
        super().resizeEvent(event)
        self._share_foot()

    def _share_foot(self) -> None:
        """Side by side where it is wide; where it is low as well, the plane alone while there is one."""
        direction, look = QBoxLayout.Direction, self._look
        is_wide = self.width() >= theme.px(_WIDE)
        has_room = is_wide or self.height() >= theme.px(_HIGH)
        self._foot.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._foot.setSpacing(theme.px(18 if is_wide else 2))
        self.clip_bar.setVisible(look.clip.shown)
        self.threshold_bar.setVisible(look.mode == "isosurface" and (has_room or not look.clip.shown))

    # ---- from the user

    def _on_mode_chosen(self, mode: Any) -> None:
        self.set_look(replace(self._look, mode=mode))
        self.modeChanged.emit(mode)

    def _on_layers_changed(self, layers: Layers) -> None:
        self.set_look(replace(self._look, layers=layers))
        self.layersChanged.emit(layers)

    def _on_clip_changed(self, clip: ClipPlane) -> None:
        self.set_look(replace(self._look, clip=clip))
        self.clipChanged.emit(clip)

    def choose_preset(self, name: Any) -> None:
        """Turn to a standard view, as the user wants it."""
        camera = volume_camera.preset(name, self._look.camera, self._flips_y)
        self.set_look(replace(self._look, camera=camera))
        self.cameraChanged.emit(camera)

    def choose_size(self, enlarged: bool) -> None:
        """Ask for more room, or give it back."""
        self.enlarge_button.setChecked(enlarged)
        self.enlargedChanged.emit(enlarged)

    def open_menu(self, at: QPoint) -> None:
        """Modes and views, at a place on the screen."""
        self.mode_button.menu().popup(at)
