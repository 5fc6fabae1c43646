"""The spectrum tab: power spectra with the model's CTF over them, whose first zero can be dragged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.computations import Picture
from cryogui.app.engine import Engine
from cryogui.app.pace import REST_MS, Delay
from cryogui.app.pages import spectrum_sources
from cryogui.app.pages.page import Page
from cryogui.app.pages.spectrum_sources import SLICES, WORDS, Taken
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.plot import Axis, CurvePlot
from cryogui.app.views.spectrum_bar import TOGGLES, SpectrumBar
from cryogui.session import Need, Session, Store
from cryogui.session.looks import SpectrumSource
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.app.pages.spectrum_present import SpectrumPresenter

PANE = "spectrum"
_OF_MODEL = {Need.SPEC, Need.LOCKS, Need.BLOCKS, Need.OBJECT, Need.EXCLUSION, Need.SPECTRUM_LOOK, Need.SCENE}


class SpectrumPage(Page):
    """The picture of the spectrum at the left, curves at the right."""

    name = "spectrum"
    title = "Spectrum"
    tooltip = "The power spectrum of images or slices, with the model's CTF², zeros and envelope over it"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        scheduler: Scheduler,
        screen: Screen,
        adopt: Callable[[QWidget], None],
    ) -> None:
        self._picture: Picture | None = None
        self._asked_for: object = None
        engine.scene_shown.connect(self._on_engine_scene_shown)  # before the page draws the scene
        super().__init__(store, engine, scheduler, screen, adopt)
        self._later = Delay(REST_MS, lambda: self._request(at_rest=True))
        self.screen.window.closing.connect(self._later.stop)
        engine.picture_ready.connect(self._on_engine_picture_ready)
        engine.object_changed.connect(lambda model: self.refresh(Need.OBJECT))
        screen.actions.spectrum_of_pane.triggered.connect(self._on_actions_spectrum_of_pane)

    def make(self) -> QWidget:
        """Pane, choices and plot, with their signals connected."""
        from cryogui.app.pages.spectrum_present import SpectrumPresenter

        self.pane = ImagePane("spectrum", name=PANE)
        self.pane.set_unit("log₁₀ power")
        self.pane.set_help("log₁₀ of the power of the image at every spatial frequency: rings are the CTF's.")
        self.bar = SpectrumBar()
        self.plot = CurvePlot("", PANE, Axis("k"), Axis("power", is_log=True))
        self._presenter: SpectrumPresenter = SpectrumPresenter(self.pane, self.plot)
        self.pane.levelsChanged.connect(self._on_pane_levels_changed)
        self.pane.hovered.connect(self._on_pane_hovered)
        self.pane.cursorMoved.connect(lambda x, y: self.pane.set_cursor(None))  # no place in any image
        self.pane.stepped.connect(self._on_pane_stepped)
        self.bar.sourceChosen.connect(lambda source: self._change_look("Choose spectrum", source=source))
        self.bar.wholeChosen.connect(lambda whole: self._change_look("Choose spectrum", whole=whole))
        self.bar.toggled.connect(self._on_bar_toggled)
        self.plot.handleMoved.connect(self._on_plot_handle_moved)
        self.plot.handleReleased.connect(self._on_plot_handle_released)
        self.plot.viewChanged.connect(lambda view: self._change_look("Zoom spectrum", "zoom plot", view=view))
        self.plot.readout.connect(self.screen.status.set_cursor_text)
        return self._lay_out()

    def _lay_out(self) -> QWidget:
        self.plot.head.insertWidget(0, self.bar)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        row.addWidget(self.pane, 2)
        row.addWidget(self.plot, 5)
        return content

    @property
    def is_waiting(self) -> bool:
        """Whether a spectrum of the whole series is due when the sliders have come to rest."""
        return self._later.is_running

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """The model at once over what was measured last; what is to be measured comes from the lane."""
        model = self.engine.model
        if Need.SCENE in needs:
            self._forget(model)
        if model is None:
            return
        if needs & {Need.SCENE, Need.FLIP}:
            self.pane.set_flip_y(session.flip_y)
        if needs & {Need.SCENE, Need.OBJECT, Need.SPECTRUM_LOOK}:
            self._draw_bar(model, session)
            self.plot.set_view(session.spectrum.view)
        self._request()
        if needs & _OF_MODEL:
            self._presenter.draw(model, session)
        if Need.LEVELS in needs:
            self._presenter.draw_levels(session)

    def _forget(self, model: SceneModel | None) -> None:
        """Another scene: nothing is measured of it yet."""
        self.scheduler.cancel(self.name)
        self._later.stop()
        self._asked_for = None
        self._presenter.forget(model)
        if model is None:
            self.bar.set_sources({}, "")

    def _draw_bar(self, model: SceneModel, session: Session) -> None:
        look, source = session.spectrum, self._source(model, session)
        self.bar.set_sources({name: WORDS[name] for name in spectrum_sources.offered(model)}, source or "")
        one, several = ("this slice", "all slices") if source in SLICES else ("this image", "all images")
        has_several = source in SLICES or model.image_count > 1
        self.bar.set_scope(one, several if has_several else "", look.whole)
        self.bar.set_switches({name: getattr(look, name) for name in TOGGLES})

    def show_busy(self, is_busy: bool) -> None:
        """The spectrum is late."""
        if self.is_made:
            self.pane.set_badge("computing" if is_busy else None)

    # ---- what is measured

    def _request(self, at_rest: bool = False) -> None:
        """Take the spectrum asked for, unless it has been; one that takes long only when sliders rest."""
        model, session = self.engine.model, self.store.session
        source = None if model is None else self._source(model, session)
        if model is None or source is None:
            return
        whole = session.spectrum.whole and (model.image_count > 1 or source in SLICES)
        order = spectrum_sources.order(model, session.scene, source, whole, self._picture)
        if order is None or order.depends_on == self._asked_for:
            return
        taken = self._presenter.taken
        is_first = taken is None or (source, whole) != (taken.source, taken.index is None)
        if order.is_slow and not at_rest and not is_first:
            self._later.restart()
            return
        self._asked_for = order.depends_on
        self.request((model.key, source, whole), order.take, lambda taken, newest: self._take(taken))

    def _source(self, model: SceneModel, session: Session) -> SpectrumSource | None:
        """The source chosen, or the first of those there are."""
        offered = spectrum_sources.offered(model)
        wanted = session.spectrum.source
        return wanted if wanted in offered else next(iter(offered), None)

    def _take(self, taken: Taken) -> None:
        assert self.engine.model is not None
        self._presenter.taken = taken
        self._presenter.draw(self.engine.model, self.store.session)

    def _take_error(self, error: BaseException) -> None:
        """A user who stops the spectrum of a whole series is back at the image shown."""
        self._asked_for = None
        if isinstance(error, Cancelled) and self.store.session.spectrum.whole:
            self._change_look("Stop spectrum", whole=False)
        super()._take_error(error)

    # ---- from the engine

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        self._picture = None

    def _on_engine_picture_ready(self, picture: Picture, newest: bool) -> None:
        self._picture = picture
        self.refresh(Need.PICTURE)

    # ---- from the user

    def _change_look(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self.store.session
        self.store.update(replace(session, spectrum=replace(session.spectrum, **changes)), step, merge_key)

    def _on_bar_toggled(self, name: str, on: bool) -> None:
        self._change_look(f"{TOGGLES[name][0]} of the spectrum", None, **{name: on})

    def _on_actions_spectrum_of_pane(self) -> None:
        """The tab with the pane under the pointer as its source, where it is one."""
        session, pane = self.store.session, self.screen.window.pane_in_question().name
        source = next((name for name in WORDS if name == pane), session.spectrum.source)
        look = replace(session.spectrum, source=source)
        self.store.update(replace(session, tab=self.name, spectrum=look), "Show spectrum")

    def _on_pane_levels_changed(self, low: float, high: float) -> None:
        name = self._presenter.levels_name
        levels = self.store.session.scene.with_levels(name, (low, high))
        self.store.update(self.store.session.with_scene(levels=levels), "Change contrast", f"contrast {name}")

    def _on_pane_stepped(self, step: int) -> None:
        actions = self.screen.actions
        (actions.next_image if step > 0 else actions.previous_image).trigger()

    def _on_pane_hovered(self, x: float, y: float, value: float) -> None:
        self.screen.status.set_cursor_text(self._presenter.point_at(x, y, value))

    def _on_plot_handle_moved(self, k: float) -> None:
        """The zero is wanted at k: the parameter that moves it is edited as with its slider."""
        wanted = self._presenter.moved(k)
        if wanted is not None:
            self.screen.parameters.edit(*wanted)

    def _on_plot_handle_released(self) -> None:
        name = self._presenter.release()
        if name:
            self.screen.parameters.finish_edit(name)
            self.refresh(Need.SPEC)
