"""Draws a spectrum with its model on pane and plot. Imported, as its physics, when the tab is first shown."""

from __future__ import annotations

import numpy as np

from cryogui.app.pages.spectrum_drawing import Drawing, place_of
from cryogui.app.pages.spectrum_model import Grip, SpectrumModel, SpectrumModels
from cryogui.app.pages.spectrum_sources import Taken
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.levels import percentile_levels
from cryogui.app.views.plot import Axis, CurvePlot
from cryogui.session import Session
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import Levels

NOTHING_OPEN = "Open a file to see its power spectrum."
NO_CTF = "no CTF is known: only what was measured"
NO_ZERO = "no zero up to Nyquist that could be dragged"
NO_PIXEL_SIZE = "no pixel size in the file: k in 1/px"


class SpectrumPresenter:
    """Knows what was measured last, and the zero by which the user sets the defocus."""

    def __init__(self, pane: ImagePane, plot: CurvePlot) -> None:
        self._pane, self._plot = pane, plot
        self.forget(None)

    def forget(self, model: SceneModel | None) -> None:
        """Another scene: nothing is measured of it yet."""
        self.taken: Taken | None = None
        self._model: SpectrumModel | None = None
        self._models, self._grip = SpectrumModels(), Grip()
        self._found: tuple[object, Levels] | None = None  # contrast, and what it was found for
        self._pane.set_image(None)
        self._plot.set_curves([])
        self._plot.set_handle(None)
        for view in (self._pane, self._plot):
            view.set_caption("")
            view.set_message(NOTHING_OPEN if model is None else "")

    def draw(self, model: SceneModel, session: Session) -> None:
        """The spectrum taken last with the model of the present spec."""
        taken, look = self.taken, session.spectrum
        if taken is None:
            return
        found = self._model = self._models.of(model, session.scene, taken)
        drawing = (
            Drawing(taken, found.power, found.bounds.reach)
            if found
            else Drawing(taken, None, taken.spectrum.nyquist)
        )
        picture = drawing.picture(look)
        self._find_levels((model.key, taken.source, taken.index is None), picture, session)
        self._pane.set_axes_triad("kx", "ky" if taken.rows is None else "image")
        self._pane.set_caption("model | data" if drawing.has_model_beside(look) else taken.count_words)
        self._pane.set_image(picture)
        self._pane.set_rings(drawing.rings(look))
        k, power = (
            Axis("k", f"1/{taken.unit}", reciprocal=taken.unit),
            Axis("power", is_log=not look.is_linear),
        )
        self._plot.set_axes(k, power)
        self._plot.set_caption(words_of(taken, found))
        self._plot.set_marks(drawing.marks(look))
        self._plot.set_curves(drawing.curves(look))
        self._plot.set_handle(None if found is None else self._grip.handle(found, taken))

    def _find_levels(self, found_for: object, picture: np.ndarray, session: Session) -> None:
        """Contrast for another scene or source; between those it is the user's."""
        if self._found is None or self._found[0] != found_for:
            self._found = found_for, percentile_levels(picture, 1.0, 99.9)
            self.draw_levels(session)

    def draw_levels(self, session: Session) -> None:
        """Black and white as chosen, or as found."""
        if self._found is not None:
            self._pane.set_levels(*dict(session.scene.levels).get(self.levels_name, self._found[1]))

    @property
    def levels_name(self) -> str:
        """Levels are kept by source: each has powers of its own."""
        return f"{self._pane.name} {self.taken.source}" if self.taken is not None else self._pane.name

    def point_at(self, x: float, y: float, value: float) -> str:
        """Show in the plot where a pixel of the picture lies; its frequency and power in words.

        NaN for no pixel.
        """
        if self.taken is None or np.isnan(x):
            self._plot.point_at(None)
            return ""
        k, where = place_of(self.taken, round(x), round(y))
        self._plot.point_at(k)
        return f"{where}  ·  power {10.0**value:.3g}".replace("-", "−")

    def moved(self, k: float) -> tuple[str, float] | None:
        """The parameter, and its value, that the handle wanted at k stands for."""
        return None if self._model is None else self._grip.moved(self._model, k)

    def release(self) -> str:
        """The handle is let go; the name of the parameter it has set, '' if none."""
        return self._grip.release()


def words_of(taken: Taken, found: SpectrumModel | None) -> str:
    """The CTF in figures, or why there is none; and that there is no zero to drag, where there is none."""
    parts = [NO_PIXEL_SIZE] if taken.unit == "px" else []
    if found is None:
        return "  ·  ".join([*parts, NO_CTF] if taken.is_of_images else parts)
    ctf = found.ctf
    parts.append(f"{'mean ' if found.count > 1 else ''}Δf {ctf.defocus_A * 1e-4:.3f} µm")
    if ctf.astigmatism_A:
        parts.append(f"δ {ctf.astigmatism_A / 10:.0f} nm at {ctf.astigmatism_angle_deg:.0f}°")
    if not found.has_zeros:
        parts.append(NO_ZERO)
    return "  ·  ".join(parts).replace("-", "−")
