"""Choosing what to export, as what, with which looks and where. Remembers what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QLabel, QWidget

from cryogui.app.export.plate import Look
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.panels.export_frame import ExportFrame

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


class ExportDialog(ExportFrame):
    """Setters are silent. The preview is asked for with `choiceChanged`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Export", Look(), parent)
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
        self._size_label, self._show_label = QLabel("Size"), QLabel("Show")
        self._lay_out([
            (QLabel("What"), self.what), (QLabel("Format"), self.formats), (QLabel("File"), self.file.edit),
            (QLabel(), self.file.foot), (self._size_label, self.look_form.scale),
            (self._show_label, self.look_form),
        ])  # fmt: skip

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

    # ---- what is chosen

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All there is to choose from."""
        return self._offers

    @property
    def offer(self) -> Offer | None:
        """What is to be exported."""
        index = self.what.currentIndex()
        return self._offers[index] if 0 <= index < len(self._offers) else None

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to export."""
        return self.offer is not None

    @property
    def ending(self) -> str:
        """The format, as the ending of its files."""
        return self._ending

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
        self._enable()

    def _on_choice_changed(self) -> None:
        self._follow_offer()
        self.choiceChanged.emit()

    def _on_formats_activated(self, index: int) -> None:
        if self.offer is not None:
            self._ending = self.offer.endings[index]
        self._on_choice_changed()
