"""The bar below the volume: what x is, by which method it is reconstructed, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent, QStandardItemModel
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.card import Card, ElidedLabel
from cryogui.app.views.progress import ProgressLine
from cryogui.session import ObjectChoice

if TYPE_CHECKING:
    from cryogui.app.panels.run_details import RunDetails

_FROM_FILE = "volume file …"
_OF_OBJECTS, _OF_METHODS = 0.17, 0.23  # shares of the width
_LEAST_BOX = 44  # width at interface scale 1: an arrow and the first letters


@dataclass(frozen=True)
class ObjectOption:
    """One object x can be."""

    choice: ObjectChoice
    label: str


@dataclass(frozen=True)
class MethodOption:
    """One method x can be made by. key: '' for the quick one. obstacle: why not here, '' if it can."""

    key: str
    title: str
    about: str = ""
    obstacle: str = ""


@dataclass(frozen=True)
class RunLine:
    """How far a reconstruction is. fraction: 0 to 1, None for one that has ended. tone: of the words."""

    text: str
    fraction: float | None = None
    is_paused: bool = False
    tone: str | None = None


class ReconstructionBar(Card):
    """Chooses x, and the method that makes one from the data. Setters are silent."""

    objectChosen = pyqtSignal(object)  # ObjectChoice
    fileRequested = pyqtSignal()
    methodChosen = pyqtSignal(str)
    runRequested = pyqtSignal()
    pauseRequested = pyqtSignal()
    cancelRequested = pyqtSignal()
    unfoldRequested = pyqtSignal(bool)
    detailsMade = pyqtSignal(object)  # RunDetails, once

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._options: list[ObjectOption] = []
        self._methods: list[MethodOption] = []
        self._choice, self._method = ObjectChoice(), ""
        self._result = self._busy = ""
        self._line: RunLine | None = None
        self.details: RunDetails | None = None
        self._window_height = 0
        self.objects = chooser("object x of the forward model", "What the forward model ŷ = H(θ)x looks at")
        self.objects.activated.connect(self._on_objects_activated)
        self.methods = chooser("reconstruction method", "How x is made from the images")
        self.methods.activated.connect(self._on_methods_activated)
        self.run_button = QPushButton("Run")
        self.run_button.setProperty("primary", "true")
        self.run_button.clicked.connect(self.runRequested)
        self.unfold_button = IconButton("unfold", "Options, progress and queue of reconstructions (R)")
        self.unfold_button.setCheckable(True)
        self.unfold_button.clicked.connect(self.unfoldRequested)
        self._make_progress()
        self._assemble()
        self.set_options([], ObjectChoice())
        self.set_methods([], "")

    def _make_progress(self) -> None:
        self.text = ElidedLabel()
        self.text.setAccessibleName("reconstruction")
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.progress = ProgressLine(self, is_thin=True)
        self.pause_button = IconButton("pause", "Pause the reconstruction, or let it go on (Ctrl+Shift+R)")
        self.pause_button.clicked.connect(self.pauseRequested)
        self.cancel_button = IconButton("close", "Cancel the reconstruction (Esc)", size=11)
        self.cancel_button.clicked.connect(self.cancelRequested)

    def _assemble(self) -> None:
        self._caption = QLabel("Object x")
        theme.set_role(self._caption, role="title")
        self._row = row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for widget in (self._caption, self.objects, self.methods, self.run_button, self.unfold_button):
            row.addWidget(widget)
        row.addWidget(self.text, 1)
        for part in (self.pause_button, self.cancel_button):
            row.addWidget(part)
        self.body.addLayout(row)
        self.set_run(None)

    def minimumSizeHint(self) -> QSize:
        """Of what can be used: the quiet words and the caption give way, and the boxes cut their words."""
        margins, spacing = self.body.contentsMargins(), self._row.spacing()
        buttons = (self.run_button, self.unfold_button)
        needed = sum(widget.minimumSizeHint().width() for widget in buttons) + 2 * theme.px(_LEAST_BOX)
        needed += 4 * spacing
        if self.details is not None and not self.details.isHidden():
            needed = max(needed, self.details.minimumSizeHint().width())
        return QSize(needed + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Long titles yield to the words beside them, the caption to both; progress runs along the lower edge
        of the line."""
        super().resizeEvent(event)
        needed = self.minimumSizeHint().width() + self._row.spacing() + self._caption.sizeHint().width()
        self._caption.setVisible(self.width() >= needed)
        self.objects.setMaximumWidth(min(theme.px(150), round(_OF_OBJECTS * self.width())))
        self.methods.setMaximumWidth(min(theme.px(210), round(_OF_METHODS * self.width())))
        self._place_progress()

    def _place_progress(self) -> None:
        line = self._row.geometry()
        self.progress.setGeometry(line.left(), line.bottom() + 2, line.width(), self.progress.height())

    # ---- what x is

    def set_options(self, options: Sequence[ObjectOption], choice: ObjectChoice, files: bool = False) -> None:
        """What x can be, what it is, and whether a volume file can be."""
        self._options = list(options)
        with QSignalBlocker(self.objects):
            self.objects.clear()
            self.objects.addItems([option.label for option in self._options])
            if files:
                self.objects.addItem(_FROM_FILE)
        self.objects.setEnabled(bool(options))
        self.set_choice(choice)

    def set_choice(self, choice: ObjectChoice) -> None:
        """Show what x is now."""
        self._choice = choice
        chosen = [number for number, option in enumerate(self._options) if option.choice == choice]
        with QSignalBlocker(self.objects):
            self.objects.setCurrentIndex(chosen[0] if chosen else -1)

    def _on_objects_activated(self, index: int) -> None:
        if index < len(self._options):
            self.objectChosen.emit(self._options[index].choice)
        else:
            self.set_choice(self._choice)
            self.fileRequested.emit()

    # ---- the method

    def set_methods(self, methods: Sequence[MethodOption], chosen: str) -> None:
        """The methods there are; those with an obstacle cannot be chosen, and say why."""
        if list(methods) != self._methods or not methods:
            self._methods = list(methods)
            self._fill_methods()
        self.methods.setEnabled(bool(methods))
        self.run_button.setEnabled(bool(methods))
        self.set_method(chosen)

    def _fill_methods(self) -> None:
        model = self.methods.model()
        assert isinstance(model, QStandardItemModel)
        with QSignalBlocker(self.methods):
            self.methods.clear()
            for number, method in enumerate(self._methods):
                self.methods.addItem(method.title)
                about = f"{method.obstacle}\n\n{method.about}" if method.obstacle else method.about
                self.methods.setItemData(number, about, Qt.ItemDataRole.ToolTipRole)
                model.item(number).setEnabled(not method.obstacle)

    def set_method(self, chosen: str) -> None:
        """Show which method is chosen."""
        self._method = chosen
        keys = [method.key for method in self._methods]
        number = keys.index(chosen) if chosen in keys else -1
        with QSignalBlocker(self.methods):
            self.methods.setCurrentIndex(number)
        method = self._methods[number] if number >= 0 else None
        if method is not None:
            words = method.obstacle or f"Reconstruct by {method.title} under the present parameters"
            self.methods.setToolTip(f"{method.title}\n{method.obstacle or method.about}")
            self.run_button.setToolTip(f"{words} (Ctrl+R)")
        self._draw_text()

    def _on_methods_activated(self, index: int) -> None:
        key = self._methods[index].key
        self.set_method(self._method)  # until the session says otherwise
        self.methodChosen.emit(key)

    # ---- how far it is

    def set_unfolded(self, unfolded: bool) -> None:
        """Show or hide options, convergence and queue; they are made when they are first shown."""
        self.unfold_button.set_icon_name("fold" if unfolded else "unfold")
        self.unfold_button.setChecked(unfolded)
        if unfolded and self.details is None:
            from cryogui.app.panels.run_details import RunDetails

            self.details = RunDetails()
            self.details.fit_into(self._window_height)
            self.body.addWidget(self.details)
            self.detailsMade.emit(self.details)
        if self.details is not None:
            self.details.setVisible(unfolded)

    def fit_into(self, window_height: int) -> None:
        """How high the window is, of which what is unfolded takes a share."""
        self._window_height = window_height
        if self.details is not None:
            self.details.fit_into(window_height)

    def set_run(self, line: RunLine | None) -> None:
        """What runs, or has ended last; None when nothing of it is to be said."""
        self._line = line
        runs = line is not None and line.fraction is not None
        for widget in (self.progress, self.pause_button, self.cancel_button):
            widget.setVisible(runs)
        if line is not None and line.fraction is not None:
            self._place_progress()
            self.progress.set_fraction(line.fraction)
            self.pause_button.set_icon_name("play" if line.is_paused else "pause")
        self._draw_text()

    def set_result(self, text: str) -> None:
        """A quiet line about the last quick reconstruction."""
        self._result = text
        self._draw_text()

    def set_busy(self, text: str) -> None:
        """What is under way of it, shown in place of the result; '' when it has ended."""
        self._busy = text
        self._draw_text()

    def _draw_text(self) -> None:
        """A run is told first, then what keeps the chosen method from one, then the quick reconstruction."""
        chosen = [method for method in self._methods if method.key == self._method]
        obstacle = chosen[0].obstacle if chosen else ""
        line = self._line
        if line is not None:
            text, tone = line.text, line.tone
        elif obstacle:
            text, tone = obstacle, "warn"
        else:
            text, tone = self._busy or self._result, None
        self.text.setText(text)
        theme.set_role(self.text, role="muted" if tone is None else "figure", tone=tone)
        self.text.setAccessibleDescription(text)
