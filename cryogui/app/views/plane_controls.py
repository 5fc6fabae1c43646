"""How slices of the volume are made: how many are averaged, and the direction of the oblique one."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSignalBlocker, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.views.number_box import NumberBox
from cryogui.app.views.slider import Slider
from cryogui.spec import Parameter

MOST_SLICES = 63
Angles = tuple[float, float, float]

_ANGLES = {
    "rot": "Turns the volume about its z axis first",
    "tilt": "Then tilts it about the new y axis; for a tilt series this is the stage tilt angle",
    "psi": "Then turns the picture within its plane",
}
_CONVENTION = "Rows of Rz(psi)·Ry(tilt)·Rz(rot) are the plane's axes and its normal (3DEM convention)"
_WIDE, _NARROW = 860, 640  # width from which every angle has a slider, and at least one


class _NumberSlider(QWidget):
    """A word, a slider and a field for the same number."""

    valueChanged = pyqtSignal(float)

    def __init__(self, word: str, parameter: Parameter, decimals: int, suffix: str, tip: str) -> None:
        super().__init__()
        label = QLabel(word)
        theme.set_role(label, role="muted")
        self.slider, self.field = Slider(parameter, decimals, has_truth=False), NumberBox()
        self.slider.setMinimumWidth(theme.px(50))
        self.field.setRange(parameter.minimum, parameter.maximum)
        self.field.setDecimals(decimals)
        self.field.setSuffix(suffix)
        self.field.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.field.setKeyboardTracking(False)
        for control in (self.slider, self.field):
            control.setAccessibleName(word)
            control.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(5))
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self._widest = f"−{parameter.maximum:.{decimals}f}{suffix}"
        self.fit()
        self.set_value(parameter.nominal)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.resetRequested.connect(lambda: self._on_moved(parameter.nominal))
        self.field.valueChanged.connect(self._on_moved)

    def set_value(self, value: float) -> None:
        """Show this number, silently."""
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self.slider.set_value(value)

    def fit(self) -> None:
        """No wider than the widest number, at the present interface scale."""
        self.field.setFixedWidth(self.field.fontMetrics().horizontalAdvance(self._widest) + theme.px(16))

    @property
    def value(self) -> float:
        """The number."""
        return self.field.value()

    def _on_moved(self, value: float) -> None:
        self.set_value(value)
        self.valueChanged.emit(self.value)


class PlaneControls(QWidget):
    """One line over the slices. Where it is narrow, of the angles only the tilt keeps its slider."""

    slabChanged = pyqtSignal(int)
    obliqueToggled = pyqtSignal(bool)
    anglesChanged = pyqtSignal(float, float, float)  # rot, tilt, psi in degrees
    beamRequested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slab = _NumberSlider(
            "slab", Parameter("slab", 1, MOST_SLICES, 1), 0, "",
            "How many neighbouring slices are averaged about the cursor, within the volume.<br>"
            "Noise falls as 1/√n, detail thinner than the slab is washed out.",
        )  # fmt: skip
        self.oblique = QCheckBox("oblique slice")
        self.oblique.setToolTip("A fourth plane through the cursor, at any angle (linear interpolation)")
        self.angles = {
            name: _NumberSlider(
                name, Parameter(name, -180, 180, 0, "deg"), 1, "°", f"{tip}.<br>{_CONVENTION}."
            )
            for name, tip in _ANGLES.items()
        }
        self.beam = QPushButton("To the beam")
        self.beam.setToolTip("Lay the plane as the image on show lies: perpendicular to its beam")
        # It takes the width there is, and leaves out sliders rather than asking for more.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self.slab)
        self._line.addWidget(self.oblique)
        for angle in self.angles.values():
            self._line.addWidget(angle, 1)
        self._line.addWidget(self.beam)
        self._line.addStretch(0)
        self._show_angles(False)
        self.slab.valueChanged.connect(lambda value: self.slabChanged.emit(round(value)))
        self.oblique.clicked.connect(self.obliqueToggled)
        for angle in self.angles.values():
            angle.valueChanged.connect(lambda _: self.anglesChanged.emit(*self.angle_values))
        self.beam.clicked.connect(lambda _: self.beamRequested.emit())
        self._space()

    @property
    def angle_values(self) -> Angles:
        """The (rot, tilt, psi) chosen, in degrees."""
        rot, tilt, psi = (angle.value for angle in self.angles.values())
        return rot, tilt, psi

    def set_slab(self, slices: int) -> None:
        """How many slices are averaged."""
        self.slab.set_value(slices)

    def set_oblique(self, shown: bool, angles: Angles) -> None:
        """Whether there is an oblique slice, and its (rot, tilt, psi)."""
        self.oblique.setChecked(shown)
        self._show_angles(shown)
        self._fit()
        for field, value in zip(self.angles.values(), angles, strict=True):
            field.set_value(value)

    def set_has_images(self, has_images: bool) -> None:
        """Whether there is an image whose beam could be meant."""
        self.beam.setEnabled(has_images)

    def _show_angles(self, shown: bool) -> None:
        for control in (*self.angles.values(), self.beam):
            control.setVisible(shown)

    def _fit(self) -> None:
        is_wide = self.width() >= theme.px(_WIDE)
        for name in ("rot", "psi"):
            self.angles[name].slider.setVisible(is_wide)
            self._line.setStretchFactor(self.angles[name], int(is_wide))
        self.angles["tilt"].slider.setVisible(self.width() >= theme.px(_NARROW))
        is_narrow = not is_wide and self.oblique.isChecked()
        self.slab.slider.setVisible(not is_narrow)
        self.slab.setFixedWidth(self.slab.sizeHint().width() if is_narrow else theme.px(200))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Sliders where they fit."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()

    def _space(self) -> None:
        self._line.setSpacing(theme.px(10))
        for control in (self.slab, *self.angles.values()):
            control.fit()
        self._fit()
