"""What the user sets in the 3-D view: how it is drawn, and where the isosurface lies."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QActionGroup
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.views.slider import Slider
from cryogui.spec import Parameter

# Short, so that the card may be narrow.
MODES = {"mip": "MIP", "attenuated_mip": "Depth", "isosurface": "Surface"}
_THRESHOLD = Parameter("isosurface_threshold", 0.02, 0.98, 0.4)


class ModeButton(QToolButton):
    """Names the mode and opens the menu of all, in which it is ticked."""

    modeChosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(
            "<b>MIP</b>: the brightest voxel along each ray.<br><b>Depth</b>: the same, with matter in front "
            "dimming what lies behind it (attenuated MIP).<br><b>Surface</b>: where the density crosses the "
            "threshold (isosurface)."
        )
        self.setAccessibleName("3-D mode")
        theme.set_role(self, role="inline")
        # No higher than a title, so that this card's content lies level with that of its neighbours.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        menu, group = QMenu(self), QActionGroup(self)
        self.choices = {mode: menu.addAction(words) for mode, words in MODES.items()}
        for mode, action in self.choices.items():
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(lambda checked=False, mode=mode: self.modeChosen.emit(mode))
        self.setMenu(menu)

    def set_mode(self, mode: str) -> None:
        """Show which mode is in use."""
        self.setText(f"{MODES[mode]} ▾")
        self.choices[mode].setChecked(True)


class ThresholdBar(QWidget):
    """Chooses the isosurface's place between background (0) and brightest (1), and tells it."""

    thresholdMoved = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = Slider(_THRESHOLD, decimals=2)
        self.slider.setToolTip("Where the isosurface lies between background (0) and brightest (1)")
        self.slider.setMinimumWidth(theme.px(40))
        self.slider.setAccessibleName("isosurface threshold")
        self.number = QLabel()
        self.number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self.number.setContentsMargins(0, 0, 0, theme.px(3))  # level with the handle
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self.slider, 1)
        row.addWidget(self.number)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.slider.resetRequested.connect(self._on_slider_reset)
        self.set_threshold(_THRESHOLD.nominal)

    @property
    def threshold(self) -> float:
        """The place chosen."""
        return self.slider.value

    def set_threshold(self, fraction: float) -> None:
        """Show this place, silently."""
        self.slider.set_value(fraction)
        self.number.setText(f"{self.threshold:.2f}")

    def _on_slider_moved(self, fraction: float) -> None:
        self.set_threshold(fraction)
        self.thresholdMoved.emit(fraction)

    def _on_slider_reset(self) -> None:
        self._on_slider_moved(_THRESHOLD.nominal)
