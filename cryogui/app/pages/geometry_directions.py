"""The residual by direction within the images, against the noise: of the image shown and of the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtWidgets import QWidget

from cryogui.app.pages import geometry_words as words
from cryogui.app.pages.geometry_sight import Job, Sight, counted, row_of
from cryogui.app.pages.sampling_kinds import operator_of
from cryogui.app.pages.spectrum_sources import Itself
from cryogui.app.scheduler import Token
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.plot import Axis, CurvePlot, Mark, PlotCurve
from cryogui.session import Session
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Spec

if TYPE_CHECKING:
    from cryogui.analysis.residual_directions import ByDirection
    from cryogui.physics.particles import ParticleStack

PANE = "residual_directions"
LEVELS = (-1.0, 1.0)
MOST_PIXELS = 4_000_000
"""Looked at for the whole series: of a longer one evenly spread images, so that it follows sliders."""
_HELP = {
    PANE: "log₁₀ of the residual's power over the noise's: across the direction from +x (0°) over +y (90°), "
    "from top to bottom |k| up to Nyquist. Of all images that count.",
    "residual_by_direction": "Power of the residual over that of the noise by direction, mean over all rings "
    "of |k|. Four lobes: astigmatism. Two: a shift, a stretch or a beam tilt along them. Even: defocus, "
    "gain, or x.",
}


@dataclass(frozen=True, eq=False)
class Measured:
    """The image shown, the series, and for particles the series about each one's own astigmatism axis.

    count: images behind the series, of `among` that count. knows_noise: whether ratios are to the noise
    rather than to their mean.
    """

    image: ByDirection
    series: ByDirection
    about_axis: ByDirection | None
    count: int
    among: int
    knows_noise: bool


class DirectionSight(Sight):
    """A map over direction and |k| at the left, curves over the direction at the right."""

    title = "Residual by direction"

    def __init__(self) -> None:
        super().__init__()
        self.pane = ImagePane("by direction and |k|", name=PANE, cmap="diverging")
        self.pane.set_unit("log₁₀ × noise")
        ratio = Axis("ratio", is_log=True)
        self.plot = CurvePlot(
            "power over the noise's", "residual_by_direction", Axis("direction", "°"), ratio
        )
        self.widget: QWidget = row_of((self.pane, 2), (self.plot, 5))
        for part in (self.pane, self.plot):
            part.set_help(_HELP[part.name])
        self.plot.readout.connect(self.readout)
        self.pane.cursorMoved.connect(lambda x, y: self.pane.set_cursor(None))
        self.pane.hovered.connect(self._on_pane_hovered)
        self.pane.levelsChanged.connect(lambda low, high: self.levelsChosen.emit(PANE, low, high))
        self._k, self._unit = np.zeros(0), ""

    # ---- measured

    def job(self, model: SceneModel, session: Session) -> Job | None:
        """Residuals under the present spec and x."""
        from cryogui.analysis.directions import stack_of

        live, state = model.live, session.scene
        if live is None or model.x is None:
            return None
        used = np.flatnonzero(counted(model, state)[0])
        sigma, pixel = model.scene.noise_sigma, model.scene.pixel_size_A or 1.0
        stack = stack_of(operator_of(model))
        shown, spec = state.image_index, state.spec

        def measure(token: Token) -> Measured:
            from cryogui.analysis import residual_directions as by

            def one(index: int) -> ByDirection:
                residual = live.measured.images[index] - live.image(index, spec)
                found = by.by_direction([residual], sigma or 1.0, (pixel, pixel))
                return found if sigma else by.relative(found)

            here, parts = one(shown), []
            chosen = _spread(used, live.measured.images[0].size) or [shown]
            for number, index in enumerate(chosen):
                token.progress(number / len(chosen))
                parts.append(one(index))
            angles = _astigmatism_angles(stack, chosen, spec)
            turned = [by.turned(part, angle) for part, angle in zip(parts, angles, strict=False)]
            about = by.together(turned) if turned else None
            return Measured(here, by.together(parts), about, len(chosen), len(used), bool(sigma))

        subject = (model.key, state.recipe, state.object, shown)
        return (subject, Itself(model.x), Itself(live.measured.images)), measure

    # ---- drawn

    def draw(self, model: SceneModel, session: Session, measured: Any) -> None:
        """Map, curves, and what they say."""
        found: Measured | None = measured
        self.sentence = ""
        self.pane.set_levels(*dict(session.scene.levels).get(PANE, LEVELS))
        if found is None:
            self.pane.set_image(None)
            self.plot.set_curves([])
            return
        series = found.series
        self._k, self._unit = series.k, "Å" if model.scene.pixel_size_A else "px"
        cells = np.where(series.cells > 0, series.cells, 1.0)
        self.pane.set_pixel_aspect(cells.shape[0] / cells.shape[1])
        self.pane.set_axes_triad("φ", "k")
        self.pane.set_image(np.log10(cells).astype(np.float32))
        self.plot.set_marks([Mark(0.0, "faint", "x"), Mark(90.0, "faint", "y")])
        self.plot.set_curves(_curves(found))
        is_series = model.scene.tilt_angles_deg is not None
        self.sentence = words.direction_sentence(series, found.about_axis, found.knows_noise, is_series)

    def _on_pane_hovered(self, x: float, y: float, value: float) -> None:
        from cryogui.analysis.residual_directions import DIRECTIONS_DEG

        if np.isnan(x) or round(y) >= len(self._k):
            self.readout.emit("")
            return
        k = float(self._k[round(y)])
        where = f"{DIRECTIONS_DEG[round(x)]:.0f}°  k {k:.4f} 1/{self._unit}  ({1 / k:.4g} {self._unit})"
        self.readout.emit(f"{where}  ·  × {10.0**value:.3g}")


def _astigmatism_angles(stack: ParticleStack | None, images: list[int], spec: Spec) -> list[float]:
    """Of these particles; none for tilts and images, and where no CTF acts."""
    ctfs = [stack.ctf(image, spec) for image in images] if stack is not None else []
    return [ctf.astigmatism_angle_deg for ctf in ctfs if ctf is not None]


def _curves(found: Measured) -> list[PlotCurve]:
    from cryogui.analysis.residual_directions import DIRECTIONS_DEG

    angle = np.append(DIRECTIONS_DEG, 180.0)
    one_of_many = "all images" if found.count == found.among else f"{found.count} of {found.among} images"
    curves = [PlotCurve("this image", angle, _closed(found.image), "muted", width=1.0)]
    if found.among > 1:
        curves.append(PlotCurve(one_of_many, angle, _closed(found.series), has_points=True))
    if found.about_axis is not None:
        about = _closed(found.about_axis)
        curves.append(PlotCurve("from each astigmatism axis", angle, about, "curve_2", has_points=True))
    level = "noise" if found.knows_noise else "mean"
    curves.append(PlotCurve(level, angle[[0, -1]], np.ones(2), "warn", True, 1.0))
    return curves


def _closed(found: ByDirection) -> np.ndarray:
    """The ratio, with that of 0° again at 180°."""
    return np.append(found.ratio, found.ratio[0])


def _spread(images: np.ndarray, pixels: int) -> list[int]:
    """As many of the images as may be looked at, evenly spread."""
    most = max(1, MOST_PIXELS // pixels)
    return [int(index) for index in images[:: -(-len(images) // most) if len(images) else 1]]
