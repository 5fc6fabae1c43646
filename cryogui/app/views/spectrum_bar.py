"""What the user chooses in the spectrum tab: of what, of how many, and what is drawn with it."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from cryogui.app import theme
from cryogui.app.panels.choice_box import ChoiceBox

TOGGLES = {
    "sectors": ("Sectors", "Means over four sectors of 45° in place of that over all directions: where they "
                "differ, the image is astigmatic. Δf(φ) = Δf + (δ/2)·cos 2(φ − φ₀)"),
    "envelope": ("Envelope", "The levels between which the model swings: background, and background + "
                 "amplitude · envelope². Both are fitted to the measured curve."),
    "zeros": ("Zeros", "Where the model's CTF vanishes, in the plot and as rings over the picture. "
              "χ(k) + asin w = nπ"),
    "beside": ("Model beside", "The left half of the picture is the model's: where rings do not meet at the "
               "middle line, the defocus is wrong."),
    "is_linear": ("Linear", "Power on a linear axis in place of decades."),
}  # fmt: skip


class SpectrumBar(QWidget):
    """Two choices and a menu of switches in a row. Setters are silent."""

    sourceChosen = pyqtSignal(str)
    wholeChosen = pyqtSignal(bool)
    toggled = pyqtSignal(str, bool)  # a name of TOGGLES

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self.source, self.scope = ChoiceBox(), ChoiceBox()
        for box in (self.source, self.scope):
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.source.setAccessibleName("source of the spectrum")
        self.source.setToolTip("The images, or slices of the object x, whose power spectrum is taken")
        self.scope.setAccessibleName("one or all images")
        self.scope.setToolTip(
            "The spectrum of the image shown, or the mean of |F|² over all images:<br>"
            "without those left out, and without tilts in the holder's shadow.<br>"
            "Of slices, that of all slices of the volume."
        )
        self.switches = {name: QAction(words, self) for name, (words, _) in TOGGLES.items()}
        self.show_button = self._new_show_button()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.source, self.scope, self.show_button):
            self._row.addWidget(widget)
        self.source.activated.connect(lambda at: self.sourceChosen.emit(self._names[at]))
        self.scope.activated.connect(lambda at: self.wholeChosen.emit(at == 1))
        self._fit()

    def _new_show_button(self) -> QToolButton:
        button, menu = QToolButton(), QMenu(self)
        button.setText("Show ▾")
        button.setAccessibleName("what is drawn with the spectrum")
        button.setToolTip("Sectors, envelope, zeros, the model beside the picture, linear or decades")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_role(button, role="inline")
        menu.setToolTipsVisible(True)
        for name, action in self.switches.items():
            action.setCheckable(True)
            action.setToolTip(TOGGLES[name][1])
            action.toggled.connect(lambda on, name=name: self.toggled.emit(name, on))
            menu.addAction(action)
        button.setMenu(menu)
        return button

    def set_sources(self, words: Mapping[str, str], chosen: str) -> None:
        """What there is to choose from, by name, and what is chosen."""
        with QSignalBlocker(self.source):
            if tuple(words) != self._names:
                self._names = tuple(words)
                self.source.clear()
                self.source.addItems(list(words.values()))
            self.source.setCurrentIndex(self._names.index(chosen) if chosen in self._names else -1)
        self.source.setEnabled(len(words) > 1)

    def set_scope(self, one: str, several: str, is_whole: bool) -> None:
        """What one and all of them are called; nothing to choose where `several` is ''."""
        words = [one, several] if several else [one]
        with QSignalBlocker(self.scope):
            if [self.scope.itemText(i) for i in range(self.scope.count())] != words:
                self.scope.clear()
                self.scope.addItems(words)
            self.scope.setCurrentIndex(1 if is_whole and several else 0)
        self.scope.setEnabled(bool(several))

    def set_switches(self, on: Mapping[str, bool]) -> None:
        """Which switches are on."""
        for name, switch in self.switches.items():
            with QSignalBlocker(switch):
                switch.setChecked(on[name])

    def changeEvent(self, event: QEvent | None) -> None:
        """Gaps follow the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        self._row.setSpacing(theme.px(8))
