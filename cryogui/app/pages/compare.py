"""The compare tab: any two images or volumes of a scene, beside each other, in turn, subtracted or swiped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.computations import Picture
from cryogui.app.engine import Engine
from cryogui.app.pages.compare_contrast import Contrast, name_of, shares_contrast
from cryogui.app.pages.compare_controls import CompareControls
from cryogui.app.pages.compare_figures import FigureTeller
from cryogui.app.pages.compare_pictures import Made, Pair, Pictures
from cryogui.app.pages.compare_place import OnImage, OnSlice, Place, planes_of
from cryogui.app.pages.compare_readout import Readout
from cryogui.app.pages.compare_sides import (
    Offer,
    chosen,
    fitting,
    in_units_of_y,
    knows_noise_of,
    offers,
    why_nothing,
)
from cryogui.app.pages.page import Page
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.app.views.compare_view import CompareView, Shown
from cryogui.app.views.figure_list import Figure
from cryogui.app.views.levels import ARBITRARY
from cryogui.session import Need, Session, Store
from cryogui.session.looks import Compared
from cryogui.session.resolve import OF_SPEC
from cryogui.session.scene_model import SceneModel

PREPARING = "Preparing the comparison …"
FAILED = "The comparison could not be made."
_OFFERED = {Need.SCENE, Need.OBJECT, Need.FILES, Need.SNAPSHOTS, Need.COMPARE_LOOK}


class ComparePage(Page):
    """What depends on the present spec follows the sliders; everything else is computed once and kept."""

    name = "compare"
    title = "Compare"
    tooltip = "Any two images or volumes: side by side, blinking, subtracted, or with a line between them"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
    ) -> None:
        self._pictures = Pictures(engine.library)
        self._contrast = Contrast()
        self._figures = FigureTeller(scheduler, self._show_figures, self._take_error)
        self._pair: Pair | None = None
        self._place: Place | None = None
        self._readout = Readout(screen.status)
        self._chosen: tuple[Offer | None, Offer | None] = (None, None)
        engine.scene_shown.connect(lambda model: self._forget())  # before the base class draws
        super().__init__(store, engine, scheduler, screen, adopt)
        # Also while the page is hidden: what is on the screen need not be computed again.
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.picture_ready.connect(self._on_engine_picture_ready)
        engine.quick_ready.connect(lambda model, seconds: self.refresh(Need.OBJECT))

    def make(self) -> QWidget:
        """The panes, and what governs them at their right."""
        self.view, self.controls = CompareView(), CompareControls()
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        row.addWidget(self.view, 1)
        row.addWidget(self.controls)
        self._connect_controls()
        self.view.flipRequested.connect(self._on_view_flip_requested)
        self.view.dividerMoved.connect(lambda share: self._change("Move divider", "divider", divider=share))
        self.view.levelsChanged.connect(self._on_view_levels_changed)
        for pane in self.view.panes:
            pane.cursorMoved.connect(self._on_pane_cursor_moved)
            pane.stepped.connect(self._on_pane_stepped)
            pane.hovered.connect(self._on_pane_hovered)
        return content

    def _connect_controls(self) -> None:
        controls = self.controls
        controls.firstChosen.connect(self._on_controls_first_chosen)
        controls.secondChosen.connect(lambda side: self._change("Compare with", b=side))
        controls.swapRequested.connect(self._on_controls_swap_requested)
        controls.modeChosen.connect(lambda mode: self._change("Comparison", mode=mode))
        controls.planeChosen.connect(lambda plane: self._change("Compared plane", plane=plane))
        controls.paceChanged.connect(lambda seconds: self._change("Blinking pace", "pace", seconds=seconds))
        controls.runningToggled.connect(lambda on: self._change("Blink" if on else "Hold", running=on))
        controls.dividerMoved.connect(lambda share: self._change("Move divider", "divider", divider=share))
        controls.sliderReleased.connect(self.store.seal)
        controls.ownContrastToggled.connect(lambda on: self._change("Own contrast", own_contrast=on))
        controls.inNoiseToggled.connect(lambda on: self._change("Difference units", in_noise=on))

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Find both sides and draw them; a moved cursor alone leaves images as they are."""
        model = self.engine.model
        if needs & _OFFERED:
            self._draw_controls(model, session)
        first, second = self._chosen
        if model is None or first is None or second is None:
            self._show_message(why_nothing(model, first))
        elif self._place is not None and needs == {Need.CURSOR} and first.grid == "image":
            self._draw_cursor(session)
        else:
            self._fetch(first, second, model, session, follows_spec=needs <= OF_SPEC)

    def _draw_controls(self, model: SceneModel | None, session: Session) -> None:
        files = self.engine.library.volume_paths(model.volume_shape) if model is not None else ()
        runs = self.engine.library.runs_of(model) if model is not None else ()
        listed = offers(model, session, files, runs)
        self._chosen = first, second = chosen(session.compare, listed)
        self.controls.set_sides(listed, first, fitting(first, listed), second)
        can_share = knows_noise = True
        planes: tuple[str, ...] = ()
        if model is not None and first is not None and second is not None:
            sides = first.side, second.side
            can_share = shares_contrast(sides, replace(session.compare, own_contrast=False))
            knows_noise = knows_noise_of(sides, model)
            planes = () if first.grid == "image" else planes_of(model.volume_shape)
        self.controls.set_look(session.compare, can_share, knows_noise, planes)
        self.view.set_pace(session.compare.seconds)
        self.view.set_running(session.compare.running)
        self.view.set_divider(session.compare.divider)
        self.view.set_mode(session.compare.mode)

    def _fetch(
        self, first: Offer, second: Offer, model: SceneModel, session: Session, follows_spec: bool
    ) -> None:
        """Show the pair now if that costs nothing, else as soon as it is there.

        follows_spec: only the spec has changed: a pair made of the same pictures is on show already.
        """
        pair = self._pictures.at_hand(first, second, model, session)
        if pair is not None:
            self.scheduler.cancel(self.name)
            if not (follows_spec and self._pair is not None and pair.is_made_of_the_same_as(self._pair)):
                self._take_pair(pair, session)
            return
        if self._pair is None or self._pair.sides != (first.side, second.side):
            self._show_message(PREPARING)
        if self._pictures.is_awaited(model, first.side, second.side):
            return
        work = self._pictures.work(first, second, model, session)
        if in_units_of_y(first.side, second.side) and self.engine.answers_at_once:
            self._take_made(work(lambda: None))
        else:
            subject = (model.key, self._pictures.generation, first.side, second.side)
            self.request(subject, lambda token: work(token.check), lambda made, newest: self._take_made(made))

    def _take_made(self, made: Made) -> None:
        self._pictures.keep(made)
        self._take_pair(made.pair, self.store.session)

    def _take_pair(self, pair: Pair, session: Session) -> None:
        model = self.engine.model
        assert model is not None
        self._pair = pair
        plane = session.compare.plane
        self._place = OnImage(model) if pair.first.grid == "image" else OnSlice.of(model, session, plane)
        self._place.dress(self.view.panes, session)
        a, b = (self._place.cut(array) for array in (pair.a, pair.b))
        levels = self._contrast.of_pair(pair, session)
        first, second = (
            Shown(image, each, offer.label, self._place.words or offer.caption, offer.help,
                  offer.side.kind == "residual", ARBITRARY)
            for image, each, offer in zip((a, b), levels, (pair.first, pair.second), strict=True)
        )  # fmt: skip
        self.view.set_pair(first, second, self._difference(a, b, pair, model, session))
        self._draw_cursor(session)
        self._readout.tell(pair, self._place)
        self._figures.tell(pair)

    def _draw_cursor(self, session: Session) -> None:
        assert self._place is not None
        for pane in self.view.panes:
            pane.set_cursor(*self._place.cursor(session))

    def _difference(
        self, a: np.ndarray, b: np.ndarray, pair: Pair, model: SceneModel, session: Session
    ) -> Shown | None:
        """A − B, only while it is looked at."""
        if session.compare.mode != "difference":
            return None
        in_noise = session.compare.in_noise and knows_noise_of(pair.sides, model)
        image = a - b
        if in_noise:
            image = image / np.float32(model.scene.noise_sigma)
        levels = self._contrast.of_difference(image, pair, session, in_noise)
        title = f"A − B   {pair.first.label} − {pair.second.label}"
        return Shown(image, levels, title, is_diverging=True, unit="σ" if in_noise else ARBITRARY)

    def _show_message(self, words: str) -> None:
        self._pair = self._place = None
        self._figures.forget()
        self.view.set_message(words)
        self.controls.set_figures(())

    def _show_figures(self, figures: list[Figure]) -> None:
        self.controls.set_figures(figures)

    def show_busy(self, is_busy: bool) -> None:
        """The pair is late."""
        if self.is_made:
            self.view.set_badge("computing" if is_busy else None)

    def _take_error(self, error: BaseException) -> None:
        super()._take_error(error)
        self._show_message(FAILED)

    # ---- from the engine

    def _forget(self) -> None:
        self._pictures.forget()
        self._contrast.forget()
        self._pair = self._place = None
        self._figures.forget()
        self.scheduler.cancel(self.name)

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        self._pictures.forget_images()
        self.refresh(Need.OBJECT)

    def _on_engine_picture_ready(self, picture: Picture, newest: bool) -> None:
        assert self.engine.model is not None
        self._pictures.note_picture(self.engine.model, picture)
        self.refresh(Need.PICTURE)

    # ---- from the user

    def _change(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self.store.session
        compare = replace(session.compare, **changes)
        self.store.update(replace(session, compare=compare), step, merge_key and f"compare {merge_key}")

    def _on_controls_first_chosen(self, side: Compared) -> None:
        """Choosing B as A exchanges both."""
        _, second = self._chosen
        if second is not None and side == second.side:
            self._on_controls_swap_requested()
        else:
            self._change("Compare", a=side)

    def _on_controls_swap_requested(self) -> None:
        first, second = self._chosen
        if first is not None and second is not None:
            self._change("Exchange A and B", a=second.side, b=first.side)

    def _on_view_flip_requested(self) -> None:
        """By hand: the clock stops, and where A and B do not take turns yet they begin to."""
        self._change("Blink by hand", "flip", mode="blink", running=False)
        self.view.flip()

    def _on_view_levels_changed(self, which: str, low: float, high: float) -> None:
        pair, session, model = self._pair, self.store.session, self.engine.model
        if pair is None or model is None:
            return
        name = name_of(which, pair.sides, session.compare, knows_noise_of(pair.sides, model))
        levels = session.scene.with_levels(name, (low, high))
        self.store.update(session.with_scene(levels=levels), "Change contrast", f"contrast {name}")

    def _on_pane_cursor_moved(self, x: float, y: float) -> None:
        if self._place is not None:
            changes = self._place.pointed(x, y, self.store.session)
            self.store.update(self.store.session.with_scene(**changes), "Move cursor", "cursor")

    def _on_pane_stepped(self, step: int) -> None:
        if self._place is not None:
            changes = self._place.stepped(step, self.store.session)
            self.store.update(self.store.session.with_scene(**changes), "Step", "step")

    def _on_pane_hovered(self, x: float, y: float, _: float) -> None:
        self._readout.point(x, y)
        self._readout.tell(self._pair, self._place)
