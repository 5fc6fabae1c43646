"""The line that two particles share: their images along it, and every pair of lines there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from cryogui.app import theme
from cryogui.app.pages import geometry_words as words
from cryogui.app.pages.geometry_sight import Job, Sight, row_of
from cryogui.app.pages.sampling_kinds import operator_of
from cryogui.app.scheduler import Token
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.number_box import NumberBox
from cryogui.app.views.plot import Axis, CurvePlot, PlotCurve
from cryogui.session import Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.common_line import CommonLine, LineMap

PANE = "line_pairs"
LEVELS = (-1.0, 1.0)
_RING = 3.0  # cells of the map about the predicted pair
_HELP = {
    PANE: "How alike every line through the middle of the first particle's transform (from top to bottom, 0° "
    "to 180°) is to every line of the second's (0° to 360°). The ring: where the poses put the common line.",
    "common_profiles": "Both images summed across the common line, freed of their CTFs under the present "
    "spec and sharpened in proportion to |k|: the same profile, if poses and spec are right.",
    "common_correlation": "How alike the two transforms are along the line, within five neighbouring cells: "
    "where a wrong defocus turns the contrast over, it falls below zero.",
}


@dataclass(frozen=True, eq=False)
class Measured:
    """What is measured of two particles; line is None where their views are parallel."""

    chosen: tuple[int, int]
    line: CommonLine | None
    lines: LineMap


class PairSight(Sight):
    """The map of all pairs of lines, with a choice of the second particle; profiles and correlation."""

    title = "Common line"

    def __init__(self) -> None:
        super().__init__()
        self.pane = ImagePane("pairs of lines", name=PANE, cmap="diverging")
        self.pane.set_unit("correlation")
        self.partner = _new_partner_box()
        self.partner.valueChanged.connect(lambda number: self.partnerChosen.emit(round(number) - 1))
        label = QLabel("with #")
        theme.set_role(label, role="muted")
        label.setBuddy(self.partner)
        for widget in (label, self.partner):
            self.pane.head.addWidget(widget)
        self.profiles = CurvePlot("along the common line", "common_profiles", Axis("place"), Axis("profile"))
        self.by_k = CurvePlot("correlation", "common_correlation", Axis("k"), Axis("correlation"))
        self.widget: QWidget = row_of((self.pane, 4), (self.profiles, 5), (self.by_k, 4))
        for part in (self.pane, self.profiles, self.by_k):
            part.set_help(_HELP[part.name])
        for plot in (self.profiles, self.by_k):
            plot.readout.connect(self.readout)
        self.pane.cursorMoved.connect(lambda x, y: self.pane.set_cursor(None))
        self.pane.hovered.connect(self._on_pane_hovered)
        self.pane.levelsChanged.connect(lambda low, high: self.levelsChosen.emit(PANE, low, high))

    # ---- measured

    def job(self, model: SceneModel, session: Session) -> Job | None:
        """Both particles under the present spec."""
        from cryogui.analysis.directions import stack_of

        live, stack = model.live, stack_of(operator_of(model))
        if live is None or stack is None:
            return None
        chosen, spec = pair_of(model, session), session.scene.spec
        images, sigma = live.measured.images, model.scene.noise_sigma

        def measure(token: Token) -> Measured:
            from cryogui.analysis import common_line

            place = common_line.crossing(*(stack.rotations[index] for index in chosen))
            pair = common_line.corrected(stack, images, chosen, spec, sigma)
            line = None if place is None else common_line.common_line(pair, place)
            token.check()
            return Measured(chosen, line, common_line.line_map(pair))

        return (model.key, chosen, spec, session.scene.switched_off), measure

    # ---- drawn

    def draw(self, model: SceneModel, session: Session, measured: Any) -> None:
        """The map with its ring, and both images along the line."""
        second = pair_of(model, session)[1]
        with QSignalBlocker(self.partner):
            self.partner.setRange(1, model.image_count)
            self.partner.setValue(second + 1)
        found: Measured | None = measured
        self.pane.set_levels(*dict(session.scene.levels).get(PANE, LEVELS))
        self.sentence = ""
        if found is None:
            self.pane.set_image(None)
        else:
            self.pane.set_image(found.lines.correlation.astype(np.float32))
            self._draw_ring(found.line)
            self.sentence = words.pair_sentence(found.chosen, found.line, found.lines)
        self._draw_line(model, found)

    def _draw_ring(self, line: CommonLine | None) -> None:
        from cryogui.analysis.common_line import STEP_DEG

        if line is None:
            self.pane.set_rings([])
            return
        turn = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
        x, y = line.crossing.second_deg / STEP_DEG, line.crossing.first_deg / STEP_DEG
        self.pane.set_rings([np.column_stack([x + _RING * np.cos(turn), y + _RING * np.sin(turn)])])

    def _draw_line(self, model: SceneModel, found: Measured | None) -> None:
        if found is None or found.line is None:
            for plot in (self.profiles, self.by_k):
                plot.set_message("" if found is None else words.PARALLEL)
                plot.set_curves([])
            return
        line, (first, second) = found.line, found.chosen
        size = model.scene.pixel_size_A
        unit, step = ("px", 1.0) if size is None else ("Å", size)
        place = (np.arange(line.profiles.shape[1]) - line.profiles.shape[1] // 2) * step
        self.profiles.set_axes(Axis("place", unit), Axis("profile"))
        self.profiles.set_curves(
            [
                PlotCurve(f"#{first + 1}", place, line.profiles[0], "text"),
                PlotCurve(f"#{second + 1}", place, line.profiles[1], "curve_2"),
            ]
        )
        k = line.k / step
        self.by_k.set_axes(Axis("k", f"1/{unit}", reciprocal=unit), Axis("correlation"))
        level = np.array([k[0], k[-1]]), np.zeros(2)
        self.by_k.set_curves(
            [
                PlotCurve("correlation", k, line.by_k),
                PlotCurve("none", *level, "faint", True, 1.0, is_told=False),
            ]
        )

    def _on_pane_hovered(self, x: float, y: float, value: float) -> None:
        from cryogui.analysis.common_line import STEP_DEG

        if np.isnan(x):
            self.readout.emit("")
            return
        angles = f"first {round(y) * STEP_DEG:.0f}°  second {round(x) * STEP_DEG:.0f}°"
        self.readout.emit(f"{angles}  ·  correlation {value:.3f}".replace("-", "−"))


def pair_of(model: SceneModel, session: Session) -> tuple[int, int]:
    """The particle shown and the other one chosen; where that is the same, the one behind it."""
    first = session.scene.image_index
    second = min(max(session.geometry.partner, 0), model.image_count - 1)
    return first, second if second != first else (first + 1) % model.image_count


def _new_partner_box() -> NumberBox:
    box = NumberBox()
    box.setDecimals(0)
    box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setAccessibleName("the other particle")
    box.setToolTip("The particle whose common line with the one shown is looked at, by its number")
    box.setKeyboardTracking(False)
    box.setWrapping(True)
    return box
