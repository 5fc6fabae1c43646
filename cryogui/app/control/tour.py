"""Five steps through the window for whoever opens it for the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from cryogui.app.computations import Picture
from cryogui.app.engine import Engine
from cryogui.app.screen import Screen
from cryogui.app.views.tour_card import TourCard


@dataclass(frozen=True)
class Step:
    """A title, a few sentences, and the part of the window they are about."""

    title: str
    words: str
    target: Callable[[Screen], QWidget | None]  # None where this file has no such thing


STEPS = (
    Step(
        "Measured, expected, residual",
        "At the left what the detector recorded; in the middle what it should have recorded of the "
        "object x with the microscope as it is set; at the right what is left over. Red and blue "
        "shapes there are a lesson.",
        lambda screen: screen.window.images,
    ),
    Step(
        "All images at a glance",
        "One bar for each image: how much of it is not explained. Click a bar to look at its image, "
        "press P to run through them, X to leave one out.",
        lambda screen: screen.strip if screen.strip.isEnabled() else None,
    ),
    Step(
        "The microscope",
        "Every parameter that may be wrong has a slider. Everything follows while you drag; the curve "
        "below shows where the data fit best with the others as they are. Ctrl+Z takes back any step.",
        lambda screen: screen.parameters if screen.parameters.rows else None,
    ),
    Step(
        "Other views",
        "Tabs show the object in three planes and in 3-D, a slice reconstructed live, spectra, and "
        "more: Alt+1, Alt+2 and so on.",
        lambda screen: screen.tabs.bar,
    ),
    Step(
        "Everything by name",
        "Ctrl+Shift+P finds any action by a few letters, and ? shows every key. Open your own data "
        "with Ctrl+O, or drop it anywhere.",
        lambda screen: screen.window.menu_bar,
    ),
)


class TourController:
    """Leads through `STEPS` as often as the user asks. `remember` is told once the tour has been shown."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._number = 0
        self._steps: tuple[Step, ...] = ()
        self._engine: Engine | None = None  # whose first picture is awaited
        self.remember: Callable[[], None] = lambda: None
        self.card = TourCard(screen.window)
        self.card.nextRequested.connect(lambda: self._go(self._number + 1))
        self.card.backRequested.connect(lambda: self._go(self._number - 1))
        self.card.skipRequested.connect(self.end)
        screen.actions.tour.triggered.connect(self.start)

    def start_with(self, engine: Engine) -> None:
        """Begin with the first complete picture: before it there is nothing to point at."""
        self._engine = engine
        engine.picture_ready.connect(self._on_engine_picture_ready)

    def start(self) -> None:
        """Begin at the first step; what the window does not show is left out."""
        self._engine = None
        self._steps = tuple(step for step in STEPS if _can_be_seen(step.target(self._screen)))
        self._go(0)
        self.remember()

    def end(self) -> None:
        """Leave the window to the user, the keyboard with its images."""
        self.card.end()
        self._screen.window.setFocus()

    def _on_engine_picture_ready(self, picture: Picture, newest: bool) -> None:
        if self._engine is None:
            return
        model = self._engine.model
        awaited = model is not None and model.scene.y is not None and model.obstacle is None
        if picture.forward is not None or not awaited:
            self.start()

    def _go(self, number: int) -> None:
        if not 0 <= number < len(self._steps):
            self.end()
            return
        self._number = number
        step = self._steps[number]
        self.card.show_step(step.title, step.words, number + 1, len(self._steps), step.target(self._screen))


def _can_be_seen(target: QWidget | None) -> bool:
    return target is not None and target.isVisible() and not target.size().isEmpty()
