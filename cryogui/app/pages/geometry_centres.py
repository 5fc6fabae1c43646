"""Centres of mass of a tilt series against the curve that the present spec expects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cryogui.app.pages import geometry_words as words
from cryogui.app.pages.geometry_sight import (
    Job,
    PointKind,
    Sight,
    by_kind,
    counted,
    nearest_image,
    row_of,
    series_geometry,
)
from cryogui.app.scheduler import Token
from cryogui.app.views.plot import Axis, CurvePlot, Mark, PlotCurve
from cryogui.session import Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.centre_curve import CentreCurve
    from cryogui.reconstruct.centres_of_mass import Centres

ANGLE = Axis("tilt angle", "°")
PATH_HELP = (
    "Where the mass of every image lies across the tilt axis, counted from the middle column, and the curve "
    "x̄·cosθ − z̄·s·sinθ + tₐ that the spec expects: x̄ and z̄ are fitted. Click a point to go to its image."
)
MISFIT_HELP = (
    "Measured less expected, across the axis (x) and along it (y, less its mean). The noise alone makes "
    "standard errors as large as the dashed lines. Click a point to go to its image."
)


class CentreSight(Sight):
    """Two plots over the tilt angle: the path of the centres, and how far they lie off the curve."""

    title = "Centres of mass"

    def __init__(self) -> None:
        super().__init__()
        self.path = CurvePlot("centre of mass across the axis (px)", "centres", ANGLE, Axis("x", "px"))
        self.misfit = CurvePlot("off the curve (px)", "centre_misfit", ANGLE, Axis("misfit", "px"))
        self.path.set_help(PATH_HELP)
        self.misfit.set_help(MISFIT_HELP)
        self._angles = np.zeros(0)
        self.widget = row_of((self.path, 1), (self.misfit, 1))
        for plot in (self.path, self.misfit):
            plot.clicked.connect(lambda at: self.imageChosen.emit(nearest_image(self._angles, at)))
            plot.readout.connect(self.readout)

    def job(self, model: SceneModel, session: Session) -> Job | None:
        """The centres of all images, once."""
        live = model.live
        if live is None:
            return None

        def measure(token: Token) -> Centres:
            from cryogui.reconstruct.centres_of_mass import centres_of_mass

            return centres_of_mass(live.measured.images)

        return (model.key, "centres"), measure

    def draw(self, model: SceneModel, session: Session, measured: Any) -> None:
        """Points, and the curve through those that count."""
        self.sentence = ""
        if measured is None:
            for plot in (self.path, self.misfit):
                plot.set_curves([])
            return
        from cryogui.analysis.centre_curve import axis_turn_deg, bend_by, curve_under

        centres: Centres = measured
        geometry, spec = series_geometry(model), session.scene.spec
        self._angles = geometry.angle_deg
        used, left_out = counted(model, session.scene)
        curve = curve_under(geometry, spec, centres, used)
        kinds = _kinds(used, left_out, curve)
        here = [Mark(float(self._angles[session.scene.image_index]), "accent")]
        for plot in (self.path, self.misfit):
            plot.set_marks(here)
        self._draw_path(centres, curve, kinds)
        if curve is None:
            self.misfit.set_message("There is no curve to be off.")
            self.misfit.set_curves([])
            self.sentence = words.TOO_FEW if centres.can_be_trusted(used) else words.NOT_WHOLE
            return
        noise = _noise_px(model, centres, curve)
        self._draw_misfit(curve, kinds, noise)
        found = {name: bend_by(geometry, spec, curve, name) for name in model.acting}
        bends = {name: bend for name, bend in found.items() if bend is not None}
        self.sentence = words.centre_sentence(
            curve, bends, axis_turn_deg(curve), noise, spec, model.scene.ranges
        )

    def _draw_path(self, centres: Centres, curve: CentreCurve | None, kinds: Sequence[PointKind]) -> None:
        curves = by_kind(self._angles, centres.x_px, kinds)
        if curve is not None:
            order = np.argsort(self._angles, kind="stable")
            expected = curve.expected_px[order]
            curves.append(PlotCurve("expected", self._angles[order], expected, "accent"))
        self.path.set_curves(curves)

    def _draw_misfit(self, curve: CentreCurve, kinds: Sequence[PointKind], noise: float | None) -> None:
        curves = by_kind(self._angles, curve.misfit_px, [("x", "text", kinds[0][2]), *kinds[1:]])
        if np.ptp(curve.drift_px[curve.whole]) > 0:
            curves += by_kind(self._angles, curve.drift_px, [("y", "curve_2", kinds[0][2])])
        ends = np.array([self._angles.min(), self._angles.max()])
        curves.append(PlotCurve("expected", ends, np.zeros(2), "accent", width=1.0, is_told=False))
        if noise is not None:
            for sign in (1.0, -1.0):
                level = np.full(2, sign * noise)
                curves.append(PlotCurve("± noise", ends, level, "warn", True, 1.0, True, is_told=sign > 0))
        self.misfit.set_curves(curves)


def _kinds(used: np.ndarray, left_out: np.ndarray, curve: CentreCurve | None) -> list[PointKind]:
    whole = used if curve is None else curve.whole
    return [
        ("measured", "text", whole),
        ("other mass", "warn", used & ~whole),
        ("shadowed", "shadowed", ~used & ~left_out),
        ("left out", "faint", left_out),
    ]


def _noise_px(model: SceneModel, centres: Centres, curve: CentreCurve) -> float | None:
    """Median error of a centre of the images fitted; None where the noise is not known."""
    sigma = model.scene.noise_sigma
    return float(np.median(centres.error_px(sigma)[curve.whole])) if sigma else None
