"""Choosing what to export, as what, with which looks and where. Not modal; remembers what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QEvent, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.export.plate import Look
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.panels.export_parts import FileField, LookForm, Outcome, Preview

FORMATS = {
    ".png": "PNG  –  a picture in pixels",
    ".svg": "SVG  –  a drawing, with its image pixel by pixel",
    ".mrc": "MRC  –  the values, with the pixel size",
    ".tif": "TIFF  –  the values, as ImageJ reads them",
    ".csv": "CSV  –  the curves as a table",
}


@dataclass(frozen=True)
class Offer:
    """One thing that can be exported. has_look: whether there are bars, words and marks to choose."""

    name: str
    words: str
    endings: tuple[str, ...]
    has_look: bool


class ExportDialog(QDialog):
    """Setters are silent. The preview is asked for with `choiceChanged`."""

    choiceChanged = pyqtSignal()
    exportRequested = pyqtSignal(Path)
    cancelRequested = pyqtSignal()
    activated = pyqtSignal()  # the user has turned to it: the window may have changed meanwhile

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export  –  cryogui")
        self._offers: tuple[Offer, ...] = ()
        self._ending = ".png"
        self.what = ChoiceBox()
        self.what.setAccessibleName("what to export")
        self.what.setToolTip("A pane as a picture, or the data behind it")
        self.what.activated.connect(lambda index: self._on_choice_changed())
        self.formats = ChoiceBox()
        self.formats.setAccessibleName("format")
        self.formats.setToolTip("Pictures are as on the screen; values are float32, as computed")
        self.formats.activated.connect(self._on_formats_activated)
        self.look_form, self.file, self.preview = LookForm(Look()), FileField(self), Preview()
        self.look_form.changed.connect(self.choiceChanged)
        self.outcome = Outcome()
        self.export_button, self.close_button = QPushButton("Export"), QPushButton("Close")
        self.export_button.setProperty("primary", "true")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self._on_export_button_clicked)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self._on_close_button_clicked)
        self._is_running = False
        self._lay_out()

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(theme.px(12))
        form.setVerticalSpacing(theme.px(10))
        form.setColumnStretch(1, 1)
        self._size_label, self._show_label = QLabel("Size"), QLabel("Show")
        rows: tuple[tuple[QLabel, QWidget], ...] = (
            (QLabel("What"), self.what), (QLabel("Format"), self.formats), (QLabel("File"), self.file.edit),
            (QLabel(), self.file.foot), (self._size_label, self.look_form.scale),
            (self._show_label, self.look_form),
        )  # fmt: skip
        for number, (label, field) in enumerate(rows):
            theme.set_role(label, role="muted")
            is_tall = field is self.look_form
            form.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag(0))
            form.addWidget(field, number, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        left = QVBoxLayout()
        left.addLayout(form)
        left.addStretch(1)
        left.addWidget(self.outcome)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(theme.px(16),) * 4)
        row.setSpacing(theme.px(18))
        row.addLayout(left)
        row.addWidget(self.preview, 1)

    # ---- setters, silent

    def set_offers(self, offers: Sequence[Offer], chosen: str | None = None) -> None:
        """What there is to export; `chosen`, or what was chosen before, stays chosen."""
        wanted = chosen or (self.offer.name if self.offer is not None else "")
        self._offers = tuple(offers)
        names = [offer.name for offer in self._offers]
        with QSignalBlocker(self.what):
            self.what.clear()
            self.what.addItems([offer.words for offer in self._offers])
            self.what.setCurrentIndex(names.index(wanted) if wanted in names else 0)
        self._follow_offer()

    def set_running(self, is_running: bool) -> None:
        """While an export runs the button cancels it."""
        self._is_running = is_running
        self.export_button.setEnabled(not is_running and self.offer is not None)
        self.close_button.setText("Cancel" if is_running else "Close")

    # ---- what is chosen

    @property
    def offer(self) -> Offer | None:
        """What is to be exported."""
        index = self.what.currentIndex()
        return self._offers[index] if 0 <= index < len(self._offers) else None

    @property
    def ending(self) -> str:
        """The format, as the ending of its files."""
        return self._ending

    @property
    def look(self) -> Look:
        """How it is to look."""
        return self.look_form.look

    # ---- within

    def _follow_offer(self) -> None:
        offer = self.offer
        endings = offer.endings if offer is not None else ()
        if endings and self._ending not in endings:
            self._ending = endings[0]
        with QSignalBlocker(self.formats):
            self.formats.clear()
            self.formats.addItems([FORMATS[ending] for ending in endings])
            self.formats.setCurrentIndex(endings.index(self._ending) if endings else -1)
        has_look = offer is not None and offer.has_look and self._ending in (".png", ".svg")
        self._show_label.setVisible(has_look)
        self.look_form.setVisible(has_look)
        self._size_label.setVisible(self._ending == ".png")
        self.look_form.scale.setVisible(self._ending == ".png")
        self.export_button.setEnabled(offer is not None and not self._is_running)

    def _on_choice_changed(self) -> None:
        self._follow_offer()
        self.choiceChanged.emit()

    def _on_formats_activated(self, index: int) -> None:
        if self.offer is not None:
            self._ending = self.offer.endings[index]
        self._on_choice_changed()

    def _on_export_button_clicked(self) -> None:
        self.exportRequested.emit(self.file.path)

    def _on_close_button_clicked(self) -> None:
        if self._is_running:
            self.cancelRequested.emit()
        else:
            self.close()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Escape cancels what runs, and closes the dialog otherwise."""
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self._on_close_button_clicked()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Tell when the user turns to the dialog again."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()
