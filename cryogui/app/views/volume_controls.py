"""What the user sets in the 3-D view: how it is drawn, where surfaces lie, and the plane that cuts them."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views.slider import Slider
from cryogui.app.views.volume_camera import PRESETS
from cryogui.app.views.volume_threshold import THRESHOLD, Histograms, ThresholdSlider
from cryogui.session.looks import ClipDirection, ClipPlane
from cryogui.spec import Parameter

# Short, so that the card may be narrow.
MODES = {"mip": "MIP", "attenuated_mip": "Depth", "isosurface": "Surface"}
DIRECTIONS: dict[ClipDirection, str] = {"x": "x", "y": "y", "z": "z", "camera": "view"}
_DIRECTION_WORDS: dict[ClipDirection, str] = {
    "x": "Across x",
    "y": "Across y",
    "z": "Across z",
    "camera": "Facing the eye",
}
_POSITION = Parameter("clip_position", 0.0, 1.0, 0.5)
PRESET_KEYS = {"x": "X", "y": "Y", "z": "Z", "home": "H"}


class ModeButton(QToolButton):
    """Names the mode and opens the menu of all, in which it is ticked, and of the standard views."""

    modeChosen = pyqtSignal(str)
    presetChosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(
            "<b>MIP</b>: the brightest voxel along each ray.<br><b>Depth</b>: the same, with matter in front "
            "dimming what lies behind it (attenuated MIP).<br><b>Surface</b>: where the density crosses the "
            "threshold (isosurface).<br>Below them the standard views."
        )
        self.setAccessibleName("3-D mode")
        menu, group = QMenu(self), QActionGroup(self)
        self.choices = {mode: menu.addAction(words) for mode, words in MODES.items()}
        for mode, action in self.choices.items():
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(lambda checked=False, mode=mode: self.modeChosen.emit(mode))
        menu.addSeparator()
        self.presets = {
            name: menu.addAction(f"{words}\t{PRESET_KEYS[name]}") for name, words in PRESETS.items()
        }
        for name, action in self.presets.items():
            action.triggered.connect(lambda checked=False, name=name: self.presetChosen.emit(name))
        self.setMenu(menu)

    def set_mode(self, mode: str) -> None:
        """Show which mode is in use."""
        self.setText(f"{MODES[mode]} ▾")
        self.choices[mode].setChecked(True)


class ThresholdBar(QWidget):
    """Chooses where isosurfaces lie between background (0) and brightest (1), and tells it."""

    thresholdMoved = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = ThresholdSlider()
        self.number = QLabel()
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = _row(self)
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.resetRequested.connect(self._on_slider_reset)
        self.set_threshold(THRESHOLD.nominal)

    @property
    def threshold(self) -> float:
        """The place chosen."""
        return self.slider.value

    def set_threshold(self, fraction: float) -> None:
        """Show this place, silently."""
        self.slider.set_value(fraction)
        self.number.setText(f"{self.threshold:.2f}")

    def set_histograms(self, histograms: Histograms) -> None:
        """The values of each layer drawn."""
        self.slider.set_histograms(histograms)

    def _on_slider_moved(self, fraction: float) -> None:
        self.set_threshold(fraction)
        self.thresholdMoved.emit(fraction)

    def _on_slider_reset(self) -> None:
        self._on_slider_moved(THRESHOLD.nominal)


class ClipBar(QWidget):
    """Where the clipping plane lies, which way it looks, and what its face shows."""

    clipChanged = pyqtSignal(ClipPlane)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clip = ClipPlane()
        self.direction = QToolButton()
        self.direction.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.direction.setAccessibleName("direction of the clipping plane")
        self.direction.setToolTip("Which way the clipping plane lies, and what its face shows")
        make_inline(self.direction)
        self.slider = Slider(_POSITION, decimals=3)
        self.slider.setMinimumWidth(theme.px(40))
        self.slider.setAccessibleName("position of the clipping plane")
        self.slider.setToolTip("Where the plane cuts the volume, from its first slice to its last")
        self.place = QLabel()
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.place.setContentsMargins(0, 0, 0, theme.px(3))  # level with the handle
        self.flip = IconButton(
            "flip", "Take away the part behind the clipping plane instead of that before it"
        )
        self.flip.setCheckable(True)
        row = _row(self)
        row.addWidget(self.direction, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.slider, 1)
        row.addWidget(self.place)
        row.addWidget(self.flip, 0, Qt.AlignmentFlag.AlignBottom)
        self._fill_menu()
        self.slider.valueChanged.connect(lambda position: self._change(position=position))
        self.slider.resetRequested.connect(lambda: self._change(position=_POSITION.nominal))
        self.flip.clicked.connect(lambda checked: self._change(flipped=checked))
        self.set_clip(self._clip, "")

    def _fill_menu(self) -> None:
        menu, group = QMenu(self), QActionGroup(self)
        self.choices: dict[ClipDirection, QAction] = {}
        for direction, words in _DIRECTION_WORDS.items():
            action = menu.addAction(words)
            assert action is not None
            self.choices[direction] = action
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(lambda checked=False, d=direction: self._change(direction=d))
        menu.addSeparator()
        self.whole = menu.addAction("Whole slice on the cut")
        self.whole.setCheckable(True)
        self.whole.setToolTip("Paint all of the slice, and not only what lies within the surface")
        self.whole.triggered.connect(lambda checked: self._change(whole=checked))
        self.direction.setMenu(menu)

    def set_clip(self, clip: ClipPlane, place: str) -> None:
        """Show this plane, silently; `place` tells where it lies."""
        self._clip = clip
        self.direction.setText(f"{DIRECTIONS[clip.direction]} ▾")
        self.choices[clip.direction].setChecked(True)
        self.slider.set_value(clip.position)
        self.place.setText(place)
        self.flip.setChecked(clip.flipped)
        self.whole.setChecked(clip.whole)

    def _change(self, **changes: float | bool | str) -> None:
        self.clipChanged.emit(replace(self._clip, **changes))  # type: ignore[arg-type]


def make_inline(button: QToolButton) -> None:
    """No higher than a title, so that this card's content lies level with that of its neighbours."""
    theme.set_role(button, role="inline")
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(6))
    return row
