"""Choosing a movie: what moves, which panes it shows, how fast, as what and where."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QWidget

from cryogui.app import theme
from cryogui.app.export.film import FilmChoice, Kind
from cryogui.app.export.plate import Look
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.panels.export_frame import ExportFrame

KINDS: dict[Kind, str] = {
    "sweep": "a parameter, from end to end",
    "series": "the series, image by image",
    "slices": "the object x, slice by slice",
}
PANES = {
    "measured": "measured y", "forward": "forward ŷ", "residual": "residual",
    "live_slice": "live reconstruction",
}  # fmt: skip
PLANES = ("xy", "xz", "yz")
FORMATS = {".mp4": "MP4  –  small, for slides and the web", ".gif": "GIF  –  plays everywhere, 256 colours"}


@dataclass(frozen=True)
class MovieOffer:
    """What the scene allows: kinds, parameters as (name, label), and panes that can be computed."""

    kinds: tuple[Kind, ...]
    parameters: tuple[tuple[str, str], ...] = ()
    panes: tuple[str, ...] = ()


class MovieDialog(ExportFrame):
    """Setters are silent. The preview is asked for with `choiceChanged`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Export movie", Look(scale=1), parent)
        self._offer = MovieOffer(())
        self.kind = self._box("what moves", "What changes from frame to frame")
        self.parameter = self._box("parameter to sweep", "Which mismatch parameter runs through its range")
        self.plane = self._box("plane of the slices", "Which slices of the object follow each other")
        self.plane.addItems(PLANES)
        self.format = self._box("format", "MP4 for most uses; GIF where only pictures are allowed")
        self.format.addItems(list(FORMATS.values()))
        self.panes = {name: QCheckBox(words) for name, words in PANES.items()}
        self.frames = self._spin("frames from end to end", 2, 600, 60, "")
        self.fps = self._spin("frames per second", 1, 60, 15, " / s")
        self.back = QCheckBox("and back")
        self.back.setToolTip("The way back follows, so that a loop does not jump")
        self.back.setChecked(True)
        self.back.toggled.connect(lambda on: self._on_choice_changed())
        self._labels = {name: QLabel(name) for name in ("Parameter", "Panes", "Plane")}
        self._pane_form = self._new_pane_form()
        self._lay_out([
            (QLabel("Show"), self.kind), (self._labels["Parameter"], self.parameter),
            (self._labels["Plane"], self.plane), (self._labels["Panes"], self._pane_form),
            (QLabel("Frames"), self._pace_row()), (QLabel("Format"), self.format),
            (QLabel("File"), self.file.edit), (QLabel(), self.file.foot),
            (QLabel("Size"), self.look_form.scale), (QLabel("With"), self.look_form),
        ])  # fmt: skip

    def _box(self, name: str, tooltip: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        box.setToolTip(tooltip)
        box.activated.connect(lambda index: self._on_choice_changed())
        return box

    def _spin(self, name: str, low: int, high: int, value: int, suffix: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(low, high)
        spin.setValue(value)
        spin.setSuffix(suffix)
        spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        spin.setAccessibleName(name)
        spin.setToolTip(name.capitalize())
        spin.valueChanged.connect(lambda value: self._on_choice_changed())
        return spin

    def _new_pane_form(self) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.px(5))
        for number, (name, box) in enumerate(self.panes.items()):
            box.setChecked(name != "live_slice")
            box.setToolTip("Side by side with the others")
            box.toggled.connect(lambda on: self._on_choice_changed())
            grid.addWidget(box, number // 2, number % 2)
        return form

    def _pace_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        for widget in (self.frames, self.fps, self.back):
            row.addWidget(widget)
        row.addStretch(1)
        return holder

    # ---- setters, silent

    def set_offer(self, offer: MovieOffer, parameter: str = "") -> None:
        """What the scene allows; what was chosen before stays where it can. parameter: to be chosen."""
        chosen_kind, chosen = self._kind, parameter or self._parameter
        self._offer = offer
        with QSignalBlocker(self.kind):
            self.kind.clear()
            self.kind.addItems([KINDS[kind] for kind in offer.kinds])
            wanted = "sweep" if parameter else chosen_kind
            self.kind.setCurrentIndex(offer.kinds.index(wanted) if wanted in offer.kinds else 0)
        with QSignalBlocker(self.parameter):
            names = [name for name, _ in offer.parameters]
            self.parameter.clear()
            self.parameter.addItems([label for _, label in offer.parameters])
            self.parameter.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self._follow_kind()

    # ---- what is chosen

    @property
    def choice(self) -> FilmChoice | None:
        """The movie; None where nothing can be shown."""
        kind = self._kind
        panes = (PLANES[self.plane.currentIndex()],) if kind == "slices" else self._checked_panes()
        if kind is None or not panes:
            return None
        return FilmChoice(
            kind, self._parameter, panes, self.frames.value(), float(self.fps.value()), self.back.isChecked(),
            self.look,
        )  # fmt: skip

    @property
    def has_choice(self) -> bool:
        """Whether what is chosen makes a movie."""
        return self.choice is not None

    @property
    def ending(self) -> str:
        """The format, as the ending of its files."""
        return tuple(FORMATS)[self.format.currentIndex()]

    @property
    def _kind(self) -> Kind | None:
        index = self.kind.currentIndex()
        return self._offer.kinds[index] if 0 <= index < len(self._offer.kinds) else None

    @property
    def _parameter(self) -> str:
        index = self.parameter.currentIndex()
        return self._offer.parameters[index][0] if 0 <= index < len(self._offer.parameters) else ""

    def _checked_panes(self) -> tuple[str, ...]:
        return tuple(name for name, box in self.panes.items() if box.isChecked() and box.isEnabled())

    # ---- within

    def _follow_kind(self) -> None:
        kind = self._kind
        self._show(kind == "sweep", self._labels["Parameter"], self.parameter)
        self._show(kind == "slices", self._labels["Plane"], self.plane)
        self._show(kind in ("sweep", "series"), self._labels["Panes"], self._pane_form)
        self.frames.setEnabled(kind == "sweep")
        for name, box in self.panes.items():
            # A live slice does not change from image to image.
            box.setEnabled(name in self._offer.panes and not (name == "live_slice" and kind == "series"))
        self._enable()

    @staticmethod
    def _show(on: bool, *widgets: QWidget) -> None:
        for widget in widgets:
            widget.setVisible(on)

    def _on_choice_changed(self) -> None:
        self._follow_kind()
        self.choiceChanged.emit()
