"""Which layers the 3-D view shows, and how solid each is: a small panel that opens from a button."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PyQt6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views import volume_colours
from cryogui.app.views.slider import Slider
from cryogui.app.views.volume_layers import LAYERS
from cryogui.session.looks import LayerName, Layers
from cryogui.spec import Parameter

_OPACITY = Parameter("opacity", 0.05, 1.0, 1.0)
_EXPLAINED: dict[LayerName, str] = {
    "x": "The object x of the forward model",
    "truth": "The truth, where the file holds it",
    "reconstruction": "The quick reconstruction under the present parameters; it follows them",
    "difference": "x − truth, or reconstruction − truth where x is the truth: red where there is too much, "
    "blue where there is too little",
}
_WHY_NOT: dict[LayerName, str] = {
    "x": "There is no volume.",
    "truth": "This file does not hold the truth.",
    "reconstruction": "No reconstruction has been made yet.",
    "difference": "There is no truth to compare with.",
}


class LayerPanel(QFrame):
    """One row for each layer: shown or not, its colour, its opacity. Closes by itself as a menu does."""

    layersChanged = pyqtSignal(Layers)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", "true")
        self.setAccessibleName("layers in 3-D")
        self._layers = Layers()
        self.boxes: dict[LayerName, QCheckBox] = {}
        self.opacities: dict[LayerName, Slider] = {}
        self._grid = QGridLayout(self)
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetFixedSize)
        for column, words in ((1, "Layers"), (2, "Opacity")):
            head = QLabel(words)
            theme.set_role(head, role="caption")
            self._grid.addWidget(head, 0, column)
        for row, name in enumerate(LAYERS, start=1):
            self._add_row(row, name)
        self._space()
        self.set_layers(self._layers, frozenset())

    def _add_row(self, row: int, name: LayerName) -> None:
        box = self.boxes[name] = QCheckBox(volume_colours.TITLES[name])
        slider = self.opacities[name] = Slider(_OPACITY, decimals=2)
        slider.setMaximumWidth(theme.px(110))
        slider.setAccessibleName(f"opacity of {volume_colours.TITLES[name]}")
        slider.setToolTip("How solid this layer is, from hardly to be seen to opaque; it dims rays likewise")
        box.clicked.connect(lambda checked: self._change(name, shown=checked))
        slider.valueChanged.connect(lambda opacity: self._change(name, opacity=opacity))
        slider.resetRequested.connect(lambda: self._change(name, opacity=Layers().of(name).opacity))
        self._grid.addWidget(_Swatch(name), row, 0)
        self._grid.addWidget(box, row, 1)
        self._grid.addWidget(slider, row, 2)

    def set_layers(self, layers: Layers, offered: Collection[LayerName]) -> None:
        """Show this choice, silently; layers that are not `offered` say why."""
        self._layers = layers
        for name, box in self.boxes.items():
            box.setChecked(layers.of(name).shown)
            box.setEnabled(name in offered)
            self.opacities[name].setEnabled(name in offered)
            self.opacities[name].set_value(layers.of(name).opacity)
            box.setToolTip(_EXPLAINED[name] if name in offered else _WHY_NOT[name])

    def open_below(self, widget: QWidget) -> None:
        """Appear under a button, within the screen."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height()))
        screen = widget.screen().availableGeometry()
        corner.setX(max(min(corner.x(), screen.right() - self.width()), screen.left()))
        corner.setY(max(min(corner.y(), screen.bottom() - self.height()), screen.top()))
        self.move(corner)
        self.show()
        first = next((box for box in self.boxes.values() if box.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _change(self, name: LayerName, **changes: float | bool) -> None:
        layer = replace(self._layers.of(name), **changes)  # type: ignore[arg-type]
        self.layersChanged.emit(replace(self._layers, **{name: layer}))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Escape closes; up and down go from row to row."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._space()

    def _space(self) -> None:
        side = theme.px(9)
        self._grid.setContentsMargins(side, theme.px(6), side, side)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnMinimumWidth(2, theme.px(90))


class LayerButton(IconButton):
    """Opens the panel of layers; its icon is lit while more is shown than x."""

    def __init__(self) -> None:
        super().__init__("layers", "Layers: x, truth, reconstruction and difference, each with its opacity")
        self.panel = LayerPanel(self)
        self.clicked.connect(lambda: self.panel.open_below(self))

    def set_layers(self, layers: Layers, offered: Collection[LayerName]) -> None:
        """Show this choice, silently."""
        self.panel.set_layers(layers, offered)
        others = any(layers.of(name).shown for name in offered if name != "x")
        self.set_icon_name("layers", "accent" if others else "muted")


class _Swatch(QWidget):
    """The colours of a layer, side by side."""

    def __init__(self, name: LayerName) -> None:
        super().__init__()
        self._name = name

    def sizeHint(self) -> QSize:
        """About as high as a letter."""
        return QSize(theme.px(12), theme.px(12))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter, tints = QPainter(self), volume_colours.tints(self._name)
        side, width = theme.px(12), theme.px(12) / len(tints)
        for number, tint in enumerate(tints):
            painter.fillRect(QRectF(number * width, (self.height() - side) / 2, width, side), tint)
