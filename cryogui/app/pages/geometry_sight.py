"""What the geometry tab asks of each of its pictures, and how images are told apart in all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.pages.sampling_kinds import counted_out, operator_of
from cryogui.app.scheduler import Token
from cryogui.app.views.plot import PlotCurve
from cryogui.session import SceneState, Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.physics.tilt_geometry import TiltGeometry

Job = tuple[Hashable, Callable[[Token], Any]]
PointKind = tuple[str, str, np.ndarray]  # name, colour, which images are of it


class Sight(QObject):
    """One way to look at the geometry of a scene: widgets, what is measured for them, and how it is drawn.

    sentence: what is seen, after `draw`.
    """

    title: ClassVar[str]  # in the list of views

    imageChosen = pyqtSignal(int)
    partnerChosen = pyqtSignal(int)
    levelsChosen = pyqtSignal(str, float, float)  # the pane's name, black and white
    readout = pyqtSignal(str)

    widget: QWidget
    sentence: str = ""

    def job(self, model: SceneModel, session: Session) -> Job | None:
        """What the measured part depends on, and how to measure it; None while that cannot be done."""
        raise NotImplementedError

    def draw(self, model: SceneModel, session: Session, measured: Any) -> None:
        """Draw what was measured last under the present spec; `measured` is None while there is nothing."""
        raise NotImplementedError


def row_of(*parts: tuple[QWidget, int]) -> QWidget:
    """Widgets side by side, each with its share of the width."""
    content = QWidget()
    row = QHBoxLayout(content)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(7))
    for widget, share in parts:
        row.addWidget(widget, share)
    return content


def counted(model: SceneModel, state: SceneState) -> tuple[np.ndarray, np.ndarray]:
    """Which images [image] count and are not in the holder's shadow, and which are left out."""
    left_out = np.zeros(model.image_count, dtype=bool)
    left_out[[index for index in counted_out(model, state) if index < model.image_count]] = True
    operator = operator_of(model)
    assert operator is not None
    return operator.expects(state.spec) & ~left_out, left_out


def series_geometry(model: SceneModel) -> TiltGeometry:
    """Angles, shifts and shadows of a tilt series that has a forward model."""
    from cryogui.analysis.sampling import geometry_of

    geometry = geometry_of(operator_of(model))
    assert geometry is not None
    return geometry


def by_kind(x: np.ndarray, y: np.ndarray, kinds: Sequence[PointKind]) -> list[PlotCurve]:
    """Points over x, a curve for each kind that there is; y ranges over the first kind."""
    order = np.argsort(x, kind="stable")
    return [
        PlotCurve(name, x[order], np.where(chosen, y, np.nan)[order], colour, is_ranging=number == 0,
                  has_points=True, has_line=False)
        for number, (name, colour, chosen) in enumerate(kinds)
        if chosen.any()
    ]  # fmt: skip


def nearest_image(angles: np.ndarray, angle: float) -> int:
    """The image whose tilt angle is nearest to a place in a plot."""
    return int(np.argmin(np.abs(angles - angle)))
