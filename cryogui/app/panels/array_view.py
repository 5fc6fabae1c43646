"""One array in a window of its own: an image, or the planes of a volume one by one."""

from __future__ import annotations

import itertools

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.views.image_pane import ImagePane

_numbers = itertools.count(1)


class ArrayView(QDialog):
    """Shows an array [y, x] or [z, y, x], float32, in a pane with all that panes can do."""

    def __init__(self, array: np.ndarray, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{title}  –  cryogui")
        self.resize(theme.px(560), theme.px(600))
        self._planes = array if array.ndim == 3 else array[None]
        self.pane = ImagePane(title, name=f"console {next(_numbers)}")
        self.pane.hovered.connect(self._on_pane_hovered)
        self.pane.stepped.connect(lambda step: self.slider.setValue(self.slider.value() + step))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(self._planes) - 1)
        self.slider.setAccessibleName("plane")
        self.slider.setToolTip("Plane of the array along its first axis (Ctrl+wheel over the picture)")
        self.slider.valueChanged.connect(self._show)
        self._plane, self._value = QLabel(), QLabel()
        theme.set_role(self._value, role="muted")
        row = QHBoxLayout()
        row.addWidget(self._plane)
        row.addWidget(self.slider, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.pane, 1)
        column.addLayout(row)
        column.addWidget(self._value)
        for widget in (self._plane, self.slider):
            widget.setVisible(array.ndim == 3)
        self.slider.setValue(len(self._planes) // 2)
        self._show(self.slider.value())

    def _show(self, index: int) -> None:
        self.pane.set_image(self._planes[index])
        self._plane.setText(f"{index} of {len(self._planes)}")

    def _on_pane_hovered(self, x: float, y: float, value: float) -> None:
        self._value.setText("" if np.isnan(x) else f"x {round(x)}  y {round(y)}  ·  {value:.5g}")
