"""The line that all tilts share: their profiles along the axis, each held against the mean of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtWidgets import QWidget

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
from cryogui.app.pages.sampling_kinds import operator_of
from cryogui.app.scheduler import Token
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.plot import Axis, CurvePlot, Mark, PlotCurve
from cryogui.session import Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.axis_line import AxisLines

PANE = "axis_profiles"
ANGLE = Axis("tilt angle", "°")
LEVELS = (-2.5, 2.5)  # of a profile's root mean square
_HELP = {
    PANE: "Every image summed across the tilt axis and freed of its CTF, the lowest tilt on top: the same "
    "profile in every row, if the axis lies along y and nothing moves along it. Click a row to go there.",
    "axis_shift": "How far each profile lies along the axis from the mean of the others; the noise alone "
    "makes errors as large as the dashed lines. Click a point to go to its image.",
    "axis_correlation": "How alike each profile and the mean of the others are, where they stand. The dashed "
    "line is what the noise leaves of 1.",
    "axis_direction": "The mean of these correlations were the axis turned from y towards x: highest where "
    "it lies. Seen in up to 31 of the images, made small.",
}


@dataclass(frozen=True, eq=False)
class Measured:
    """What is measured of the profiles, and for which images the direction was looked for."""

    lines: AxisLines | None
    turns: np.ndarray
    likeness: np.ndarray
    images: tuple[object, bytes]


class AxisSight(Sight):
    """A picture of all profiles; shift and correlation of each; and where the axis would lie best."""

    title = "Common line"

    def __init__(self) -> None:
        super().__init__()
        self.pane = ImagePane("along the axis", name=PANE, cmap="diverging")
        self.pane.set_unit("of the r.m.s.")
        self.shift = CurvePlot("shift (px)", "axis_shift", ANGLE, Axis("shift", "px"))
        self.likeness = CurvePlot("correlation", "axis_correlation", ANGLE, Axis("correlation"))
        turn = Axis("axis off y", "°")
        self.direction = CurvePlot("axis turned by", "axis_direction", turn, Axis("correlation"))
        self.plots = (self.shift, self.likeness, self.direction)
        self.widget: QWidget = row_of((self.pane, 3), *((plot, 3) for plot in self.plots))
        self._angles, self._order = np.zeros(0), np.zeros(0, dtype=np.intp)
        self._known: Measured | None = None
        for part in (self.pane, *self.plots):
            part.set_help(_HELP[part.name])
        for plot in self.plots:
            plot.readout.connect(self.readout)
        for plot in (self.shift, self.likeness):
            plot.clicked.connect(lambda at: self.imageChosen.emit(nearest_image(self._angles, at)))
        self.pane.cursorMoved.connect(self._on_pane_cursor_moved)
        self.pane.hovered.connect(self._on_pane_hovered)
        self.pane.levelsChanged.connect(lambda low, high: self.levelsChosen.emit(PANE, low, high))

    # ---- measured

    def job(self, model: SceneModel, session: Session) -> Job | None:
        """The profiles under the CTFs of the spec; the direction again only for other images."""
        live, operator = model.live, operator_of(model)
        if live is None or operator is None:
            return None
        spec, images = session.scene.spec, live.measured.images
        used, _ = counted(model, session.scene)
        ctfs = tuple(operator.ctf(image, spec) for image in range(model.image_count))
        chosen, known = (model.key, used.tobytes()), self._known
        sigma = model.scene.noise_sigma
        noise = sigma * float(np.sqrt(images.shape[2])) if sigma else None

        def measure(token: Token) -> Measured:
            from cryogui.analysis import axis_line

            profiles = axis_line.axis_profiles(images)
            lines = axis_line.axis_lines(profiles, ctfs, model.scene.pixel_size_A or 1.0, used, noise)
            token.check()
            if known is not None and known.images == chosen:
                return Measured(lines, known.turns, known.likeness, chosen)
            return Measured(lines, axis_line.TURNS_DEG, axis_line.axis_directions(images, used), chosen)

        return (chosen, ctfs), measure

    # ---- drawn

    def draw(self, model: SceneModel, session: Session, measured: Any) -> None:
        """The picture and its plots."""
        found: Measured | None = measured
        self._known, self.sentence = found, ""
        self.pane.set_levels(*dict(session.scene.levels).get(PANE, LEVELS))
        if found is None or found.lines is None:
            self.pane.set_image(None)
            for plot in self.plots:
                plot.set_curves([])
            self.sentence = "" if found is None else words.NO_OTHERS
            return
        self._angles = series_geometry(model).angle_deg
        self._order = np.argsort(self._angles, kind="stable")
        here = session.scene.image_index
        used, left_out = counted(model, session.scene)
        self._draw_profiles(found.lines, here)
        self._draw_tilts(found.lines, used, left_out, here)
        self._draw_direction(found)
        self.sentence = words.axis_sentence(found.lines, used, self._angles, found.turns, found.likeness)

    def _draw_profiles(self, lines: AxisLines, here: int) -> None:
        rows = lines.profiles[self._order]
        self.pane.set_pixel_aspect(rows.shape[0] / rows.shape[1])
        self.pane.set_axes_triad("y", "tilt")
        self.pane.set_image(rows.astype(np.float32))
        self.pane.set_lines([("h", float(np.flatnonzero(self._order == here)[0]), "accent")])

    def _draw_tilts(self, lines: AxisLines, used: np.ndarray, left_out: np.ndarray, here: int) -> None:
        kinds: list[PointKind] = [
            ("measured", "text", used),
            ("shadowed", "shadowed", ~used & ~left_out),
            ("left out", "faint", left_out),
        ]
        mark, x = [Mark(float(self._angles[here]), "accent")], self._angles[self._order]
        shift, likeness = (by_kind(self._angles, y, kinds) for y in (lines.shift_px, lines.correlation))
        if lines.error_px is not None and lines.expected is not None:
            error = np.where(used, lines.error_px, np.nan)[self._order]
            for sign in (1.0, -1.0):
                shift.append(PlotCurve("± noise", x, sign * error, "warn", True, 1.0, is_told=sign > 0))
            expected = np.where(used, lines.expected, np.nan)[self._order]
            likeness.append(PlotCurve("noise leaves", x, expected, "warn", True, 1.0))
        for plot, curves in ((self.shift, shift), (self.likeness, likeness)):
            plot.set_marks(mark)
            plot.set_curves(curves)

    def _draw_direction(self, found: Measured) -> None:
        from cryogui.analysis.axis_line import highest

        best = highest(found.turns, found.likeness)
        marks = [Mark(0.0, "accent")]
        if best is not None and abs(best) >= words.TURN_SEEN_DEG:
            marks.append(Mark(best, "warn", f"{best:+.1f}°".replace("-", "−")))
        self.direction.set_marks(marks)
        self.direction.set_curves([PlotCurve("mean correlation", found.turns, found.likeness)])

    # ---- from the user

    def _on_pane_cursor_moved(self, x: float, y: float) -> None:
        self.pane.set_cursor(None)
        self.imageChosen.emit(int(self._order[round(y)]))

    def _on_pane_hovered(self, x: float, y: float, value: float) -> None:
        if np.isnan(x):
            self.readout.emit("")
            return
        image = int(self._order[round(y)])
        told = f"tilt {image + 1}  {self._angles[image]:+.1f}°  y {round(x)} px  ·  {value:.2f} of the r.m.s."
        self.readout.emit(told.replace("-", "−"))
