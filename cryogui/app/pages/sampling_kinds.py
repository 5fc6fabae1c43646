"""The samplings there are, lines of a tilt series and views of particles: what each shows and says."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
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
    from cryogui.analysis.directions import ViewFigures
    from cryogui.analysis.point_spread import PointSpread
    from cryogui.physics.operators import Operator
    from cryogui.physics.particles import ParticleStack


@dataclass(frozen=True, eq=False)
class Sampled:
    """What is computed beside the window: the point-spread function, and how views lie on the sphere."""

    spread: PointSpread
    density: np.ndarray | None = None
    views: ViewFigures | None = None


Job = tuple[Hashable, Callable[[], Sampled]]


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

    def figures(self, sampled: Sampled | None, diameter: float) -> list[Figure]:
        """The figures; `diameter` of the object as a share of the box's width."""

    def job(self) -> Job | None:
        """What the computed part depends on, and how to compute it; None where nothing is sampled."""

    def take(self, sampled: Sampled | None) -> None:
        """Draw what has been computed into the view."""


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
        self._width, self._box = int(model.scene.y.shape[2]), model.volume_shape[2]
        self._pixel = model.scene.pixel_size_A
        self.view.labels = model.scene.image_labels
        self.view.set_lines(self._lines, self._lines.gap_deg if self._results.wedge_deg else None)

    def figures(self, sampled: Sampled | None, diameter: float) -> list[Figure]:
        """Increment, wedge, elongation, widths and limits; the limit is a ring in the picture too."""
        limit = self._results.crowther(diameter * self._box)
        ring = 2.0 / limit if limit > 0 else np.inf  # as a share of Nyquist, at 2 pixels
        self.view.set_rings(((ring, words.length(limit, self._pixel)),) if ring < 1 else ())
        widths = None if sampled is None else sampled.spread.widths
        return words.tilt_rows(self._results, len(self._lines.states), widths, limit, self._pixel)

    def take(self, sampled: Sampled | None) -> None:
        """The lines are drawn already."""

    def job(self) -> Job | None:
        """Nothing but the lines matters."""
        from cryogui.analysis.point_spread import series_point_spread

        geometry, width, theta, used = self._geometry, self._width, self._theta, self._lines.used
        if not used.any():
            return None
        return (
            (self._key, self._lines.ends.tobytes(), used.tobytes()),
            lambda: Sampled(series_point_spread(geometry, width, theta, used)),
        )


class ViewsKind:
    """A particle stack with known poses."""

    title = "viewing directions"

    def __init__(self, view: DiscView) -> None:
        self.view: DiscView = view
        self._drawn: tuple[ParticleStack, frozenset[int]] | None = None

    def suits(self, model: SceneModel) -> bool:
        """Whether the scene is a stack of particles."""
        from cryogui.analysis.directions import stack_of

        return stack_of(model.operator) is not None

    def draw(self, model: SceneModel, state: SceneState) -> None:
        """Directions; no slider changes them."""
        from cryogui.analysis import directions

        stack, left_out = directions.stack_of(model.operator), counted_out(model, state)
        assert stack is not None
        if (stack, left_out) == self._drawn:
            return
        if self._drawn is None or self._drawn[0] is not stack:
            self.view.set_density(None)
        self._drawn = stack, left_out
        self._pixel, self._key = model.scene.pixel_size_A, model.key
        self._views = directions.views(stack, left_out)
        self.view.labels = model.scene.image_labels
        states = tuple("excluded" if out else "measured" for out in self._views.excluded)
        self.view.set_directions(self._views.disc, states)

    def figures(self, sampled: Sampled | None, diameter: float) -> list[Figure]:
        """Spacing, evenness, widths and the resolution that is complete."""
        assert self._drawn is not None
        used, box = ~self._views.excluded, diameter * self._drawn[0].x_shape[2]
        results = None if sampled is None else sampled.views
        widths = None if sampled is None else sampled.spread.widths
        return words.view_rows(results, int(used.sum()), len(used), widths, box, self._pixel)

    def take(self, sampled: Sampled | None) -> None:
        """The density of views, drawn as shade."""
        self.view.set_density(None if sampled is None else sampled.density)

    def job(self) -> Job | None:
        """Nothing but the poses that count matters."""
        from cryogui.analysis import directions
        from cryogui.analysis.point_spread import stack_point_spread

        assert self._drawn is not None
        stack, seen, used = self._drawn[0], self._views, ~self._views.excluded
        if not used.any():
            return None

        def compute() -> Sampled:
            density = directions.density(seen)
            return Sampled(stack_point_spread(stack, used), density, directions.view_figures(seen, density))

        return (self._key, used.tobytes()), compute


def operator_of(model: SceneModel) -> Operator | None:
    """The operator computed with now, blocks switched off and all."""
    return model.operator if model.live is None else model.live.operator


def counted_out(model: SceneModel, state: SceneState) -> frozenset[int]:
    """The images left out; none where nothing would be left, as the forward model has it."""
    return frozenset() if len(state.excluded) >= model.image_count else state.excluded
