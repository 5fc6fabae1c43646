"""The samplings there are, lines of a tilt series and views of particles: what each shows and says."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cryogui.app.pages import sampling_words as words
from cryogui.app.views.disc_view import DiscView
from cryogui.app.views.figure_list import Figure
from cryogui.app.views.lines_view import LinesView
from cryogui.app.views.sampling_view import SamplingView
from cryogui.session import SceneState
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.point_spread import PointSpread
    from cryogui.physics.operators import Operator

PointSpreadJob = tuple[Hashable, Callable[[], "PointSpread"]]


class Kind(Protocol):
    """What the page asks of a sampling."""

    title: str

    @property
    def view(self) -> SamplingView:
        """The picture."""

    def suits(self, model: SceneModel) -> bool:
        """Whether a scene is of this kind."""

    def draw(self, model: SceneModel, state: SceneState) -> None:
        """Draw the view, and keep what the rest needs."""

    def figures(self, spread: PointSpread | None, diameter: float) -> list[Figure]:
        """The figures; `diameter` of the object as a share of the box's width."""

    def job(self) -> PointSpreadJob | None:
        """What the point-spread function depends on, and how to compute it; None where nothing is sampled."""


class LinesKind:
    """A tilt series. Also one too large for a forward model: its angles are enough."""

    title = "measured lines"

    def __init__(self, view: LinesView) -> None:
        self.view: LinesView = view

    def suits(self, model: SceneModel) -> bool:
        """Whether the scene is a tilt series."""
        return model.scene.tilt_angles_deg is not None and model.scene.y is not None

    def draw(self, model: SceneModel, state: SceneState) -> None:
        """Lines, wedge and the rings that tell resolutions."""
        from cryogui.analysis.sampling import bare_geometry, geometry_of, tilt_figures, tilt_lines

        assert model.scene.tilt_angles_deg is not None and model.scene.y is not None
        geometry = geometry_of(operator_of(model)) or bare_geometry(model.scene.tilt_angles_deg)
        self._geometry, self._theta, self._key = geometry, state.spec, model.key
        self._lines = tilt_lines(geometry, state.spec, counted_out(model, state))
        self._results = tilt_figures(self._lines)
        self._width = int(model.scene.y.shape[2])
        self._pixel = model.scene.pixel_size_A
        self.view.labels = model.scene.image_labels
        self.view.set_lines(self._lines, self._lines.gap_deg if self._results.wedge_deg else None)

    def figures(self, spread: PointSpread | None, diameter: float) -> list[Figure]:
        """Increment, wedge, elongation, widths and limits; the limit is a ring in the picture too."""
        limit = self._results.crowther(diameter * self._width)
        ring = 2.0 / limit if limit > 0 else np.inf  # as a share of Nyquist, at 2 pixels
        self.view.set_rings(((ring, words.length(limit, self._pixel)),) if ring < 1 else ())
        return words.tilt_rows(self._results, len(self._lines.states), spread, limit, self._pixel)

    def job(self) -> PointSpreadJob | None:
        """Nothing but the lines matters."""
        from cryogui.analysis.point_spread import series_point_spread

        geometry, width, theta, used = self._geometry, self._width, self._theta, self._lines.used
        if not used.any():
            return None
        return (
            (self._key, self._lines.ends.tobytes(), used.tobytes()),
            lambda: series_point_spread(geometry, width, theta, used),
        )


class ViewsKind:
    """A particle stack with known poses."""

    title = "viewing directions"

    def __init__(self, view: DiscView) -> None:
        self.view: DiscView = view

    def suits(self, model: SceneModel) -> bool:
        """Whether the scene is a stack of particles."""
        from cryogui.analysis.directions import stack_of

        return stack_of(model.operator) is not None

    def draw(self, model: SceneModel, state: SceneState) -> None:
        """Directions and their density."""
        from cryogui.analysis import directions

        stack = directions.stack_of(model.operator)
        assert stack is not None
        self._stack, self._key, self._pixel = stack, model.key, model.scene.pixel_size_A
        self._views = directions.views(stack, counted_out(model, state))
        density = directions.density(self._views)
        self._results = directions.view_figures(self._views, density)
        self._states = tuple("excluded" if out else "measured" for out in self._views.excluded)
        self.view.labels = model.scene.image_labels
        self.view.set_directions(self._views.disc, self._states)
        self.view.set_density(density)

    def figures(self, spread: PointSpread | None, diameter: float) -> list[Figure]:
        """Spacing, evenness, widths and the resolution that is complete."""
        limit = self._results.complete_to(diameter * self._stack.x_shape[2])
        return words.view_rows(self._results, len(self._states), spread, limit, self._pixel)

    def job(self) -> PointSpreadJob | None:
        """Nothing but the poses that count matters."""
        from cryogui.analysis.point_spread import stack_point_spread

        stack, used = self._stack, ~self._views.excluded
        if not used.any():
            return None
        return (self._key, used.tobytes()), lambda: stack_point_spread(stack, used)


def operator_of(model: SceneModel) -> Operator | None:
    """The operator computed with now, blocks switched off and all."""
    return model.operator if model.live is None else model.live.operator


def counted_out(model: SceneModel, state: SceneState) -> frozenset[int]:
    """The images left out; none where nothing would be left, as the forward model has it."""
    return frozenset() if len(state.excluded) >= model.image_count else state.excluded
