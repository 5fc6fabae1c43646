"""What can be exported from the window: each thing with its formats, a preview, and a way to write it.

Everything is asked for on the window's thread; what `preview` and `writer` return runs beside it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from cryogui.app.export.plate import Look, Plate
from cryogui.app.export.render import Sheet, as_image, as_png, as_svg, new_image, png_of, svg_of
from cryogui.app.export.source import WORDS, Series, Source, Volume
from cryogui.errors import UserError
from cryogui.export import Curve, PixelSize, Progress, write_curves, write_image
from cryogui.files import write_bytes

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane
    from cryogui.app.views.landscape_view import LandscapeView
    from cryogui.app.views.plot import CurvePlot

Writer = Callable[[Path, Progress], None]

PICTURES, DATA = (".png", ".svg"), (".mrc", ".tif")
_PREVIEW_SCALE = 1


class Subject(ABC):
    """One thing to export. name: for the file's name. words: for the user. endings: the formats it has.

    has_look: whether scale bar, colour bar and the like can be chosen.
    """

    has_look = False
    number = ""  # of the image that is shown, for the file's name

    def __init__(self, name: str, words: str, endings: tuple[str, ...]) -> None:
        self.name, self.words, self.endings = name, words, endings

    def preview(self, look: Look) -> Callable[[], QImage] | None:
        """Draws what would be written; None where there is nothing to see."""
        return None

    @abstractmethod
    def writer(self, ending: str, look: Look) -> Writer:
        """Writes it. Raises UserError when it is not there any more."""


class PaneSubject(Subject):
    """Image panes as they are now, side by side; one alone as data too."""

    has_look = True

    def __init__(
        self,
        name: str,
        words: str,
        panes: Sequence[ImagePane],
        pixel_size: PixelSize,
        caption: str = "",
        number: str = "",
    ) -> None:
        super().__init__(name, words, (*PICTURES, *DATA) if len(panes) == 1 else PICTURES)
        self._panes, self._caption, self._pixel_size = panes, caption, pixel_size
        self.number = number

    def plates(self) -> list[Plate]:
        """What the panes show now. Raises UserError when one of them shows no image."""
        plates = [Plate.of(pane) for pane in self._panes]
        found = [plate for plate in plates if plate is not None]
        if len(found) < len(plates) or not found:
            raise UserError("There is no image in this pane now; choose another.")
        found[0] = replace(found[0], caption=self._caption)
        return found

    def preview(self, look: Look) -> Callable[[], QImage] | None:
        sheet = Sheet(self.plates(), replace(look, scale=_PREVIEW_SCALE))
        return lambda: as_image(sheet)

    def writer(self, ending: str, look: Look) -> Writer:
        plates = self.plates()
        if ending in DATA:
            image, size = plates[0].image, self._pixel_size
            return lambda path, progress: write_image(path, image, size, progress=progress)
        render = as_svg if ending == ".svg" else as_png
        sheet = Sheet(plates, look)
        return lambda path, progress: write_bytes(path, render(sheet))


class SeriesSubject(Subject):
    """All images of a scene as data, computed one by one."""

    def __init__(self, source: Source, what: Series) -> None:
        super().__init__(f"{what}_series", f"series: {WORDS[what]}", DATA)
        self._source, self._what = source, what

    def writer(self, ending: str, look: Look) -> Writer:
        series, size = self._source.series(self._what), self._source.pixel_size(is_volume=False)
        return lambda path, progress: write_image(path, series, size, "series", progress)


class VolumeSubject(Subject):
    """A volume as data."""

    def __init__(self, source: Source, what: Volume) -> None:
        super().__init__(what, f"volume: {WORDS[what]}", DATA)
        self._source, self._what = source, what

    def writer(self, ending: str, look: Look) -> Writer:
        size = self._source.pixel_size(is_volume=True)
        return lambda path, progress: write_image(
            path, self._source.volume(self._what), size, "volume", progress
        )


class WidgetSubject(Subject):
    """A part of the window as it stands on the screen."""

    def __init__(self, name: str, words: str, widget: QWidget, endings: tuple[str, ...] = (".png",)) -> None:
        super().__init__(name, words, endings)
        self._widget = widget

    def preview(self, look: Look) -> Callable[[], QImage] | None:
        image = self._grab(1)
        return lambda: image

    def writer(self, ending: str, look: Look) -> Writer:
        if ending == ".svg":
            drawing = svg_of(self._widget.size().toSizeF(), self.words, self._widget.render)
            return lambda path, progress: write_bytes(path, drawing)
        image = self._grab(look.scale)
        return lambda path, progress: write_bytes(path, png_of(image))

    def _grab(self, scale: int) -> QImage:
        image = new_image(self._widget.size() * scale)
        painter = QPainter(image)
        painter.scale(scale, scale)
        self._widget.render(painter)
        painter.end()
        return image


class PlotSubject(WidgetSubject):
    """A plot, or the map of a landscape, as a picture, and its curves as a table."""

    def __init__(self, plot: CurvePlot | LandscapeView, words: str) -> None:
        super().__init__(curves_of(plot.name), words, plot, (*PICTURES, ".csv"))
        self._plot = plot

    def writer(self, ending: str, look: Look) -> Writer:
        if ending != ".csv":
            return super().writer(ending, look)
        curves = list(self._plot.curves())
        return lambda path, progress: write_curves(path, curves)


class ResidualSubject(WidgetSubject):
    """The strip of images with their residuals as a picture, and the residuals as a table."""

    def __init__(self, widget: QWidget, source: Source) -> None:
        super().__init__("residuals", "residual of every image", widget, (*PICTURES, ".csv"))
        self._source = source

    def writer(self, ending: str, look: Look) -> Writer:
        if ending != ".csv":
            return super().writer(ending, look)
        source = self._source
        return lambda path, progress: write_curves(path, residual_curves(source))


def curves_of(plot: str) -> str:
    """What the subject of a plot is called: an image pane may have the plot's own name."""
    return f"{plot}_curves"


def residual_curves(source: Source) -> list[Curve]:
    """‖r‖/‖y‖ of every image under the spec, with its tilt angle and noise floor where they are known."""
    live = source.need_live()
    misfit = live.misfit(source.state.spec)
    number = np.arange(1.0, len(misfit.per_image) + 1)
    floors, angles = source.noise_floors, source.model.scene.tilt_angles_deg
    columns = [("tilt angle", "°", angles), ("residual ‖r‖/‖y‖", "", misfit.per_image),
               ("noise floor", "", floors), ("counts", "", live.used.astype(float))]  # fmt: skip
    return [
        Curve(name, number, np.asarray(values, float), "image", "", unit)
        for name, unit, values in columns
        if values is not None
    ]


def file_name(*parts: str) -> str:
    """Words made fit for a file's name: letters, digits, '-', '.' and '_'."""
    return "_".join(filter(None, (re.sub(r"[^\w.+-]+", "_", part).strip("_") for part in parts)))
