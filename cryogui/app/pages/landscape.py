"""The landscape tab: the misfit over any two parameters, and the way the spec has taken through it."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QSignalBlocker
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from cryogui.app import theme
from cryogui.app.pace import Delay
from cryogui.app.pages.landscape_map import acting, caption, names, relief, why_none
from cryogui.app.pages.page import Page
from cryogui.app.panels.choice_box import ChoiceBox, chooser
from cryogui.app.scheduler import Token
from cryogui.app.views.card import Card
from cryogui.app.views.figure_list import Figure, FigureList
from cryogui.session import Need, Session
from cryogui.session.scene_model import SceneModel

if TYPE_CHECKING:
    from cryogui.analysis.landscape import Landscape
    from cryogui.app.views.landscape_view import Place, Relief
    from cryogui.physics.live import LiveModel
    from cryogui.spec import Spec

REST_MS = 150
"""After the last change of another parameter, before the map is made anew."""

HELP = (
    "The residual of all images that count over two parameters, x and the other parameters held. "
    "□ nominal, green ▼ true, ring: the present spec; the line is the path of the steps that can be undone. "
    "In the valley mode, dashed: the floor, along which those that make up for a parameter follow it."
)
_PLACES = {Need.SCENE, Need.SPEC, Need.LANDSCAPE_LOOK}


class LandscapePage(Page):
    """A map at the left, at the right what it is over and what can be read from it."""

    name = "landscape"
    title = "Landscape"
    tooltip = "‖r‖/‖y‖ over any two parameters, and the way the spec has taken through it"

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._later = Delay(REST_MS, self._begin)
        self._asked_for: object = None
        self._names = ("", "")
        self._objects = 0  # so many there have been
        self.landscape: Landscape | None = None
        self.engine.object_changed.connect(self._on_engine_object_changed)

    def make(self) -> QWidget:
        """Map, choices and figures, with their signals connected."""
        from cryogui.app.views.landscape_view import LandscapeView

        self.view = LandscapeView()
        self.view.moved.connect(self._on_view_moved)
        self.view.released.connect(self.store.seal)
        self.view.hovered.connect(self._on_view_hovered)
        self.view.exportRequested.connect(self.screen.actions.exportOfPlotRequested)
        self.boxes = tuple(
            chooser(f"parameter along {axis}", f"The parameter along the {words} axis")
            for axis, words in (("x", "horizontal"), ("y", "vertical"))
        )
        for number, box in enumerate(self.boxes):
            box.activated.connect(lambda index, number=number: self._on_box_activated(number, index))
        self.figures = FigureList()
        self.lowest = QPushButton("Go to the lowest")
        self.lowest.setToolTip("Set both parameters to where the map is lowest")
        self.lowest.clicked.connect(self._on_lowest_clicked)
        return self._lay_out()

    def _lay_out(self) -> QWidget:
        self._card = Card("landscape")
        self._card.set_help(HELP)
        self._card.body.addWidget(self.view, 1)
        side = Card("over")
        for words, box in zip(("x", "y"), self.boxes, strict=True):
            side.body.addLayout(_labelled(words, box))
        side.body.addWidget(self.figures)
        side.body.addWidget(self.lowest)
        side.body.addStretch(1)
        side.setFixedWidth(theme.px(230))
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        row.addWidget(self._card, 1)
        row.addWidget(side)
        return content

    @property
    def is_waiting(self) -> bool:
        """Whether a map is due when the sliders have come to rest."""
        return self._later.is_running

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Places at once, the map from its lane."""
        model = self.engine.model
        obstacle = why_none(model)
        self.view.set_message(obstacle)
        self.lowest.setEnabled(not obstacle)
        for box in self.boxes:
            box.setEnabled(not obstacle)
        if obstacle or model is None:
            self._stop()
            return
        pair = names(model, session)
        if pair != self._names or Need.SCENE in needs:
            self._choose(model, pair)
        self._card.set_caption(caption(session.scene))
        self.view.set_floor_shown(session.calibration.valley)
        self._request(model, session)
        if needs & _PLACES:
            self._draw_places(model, session)
        self._draw_figures(session)

    def _stop(self) -> None:
        self.scheduler.cancel(self.name)
        self._later.stop()
        self._asked_for = self.landscape = None
        self.view.set_relief(None)
        self.figures.set_figures([])

    def _choose(self, model: SceneModel, pair: tuple[str, str]) -> None:
        """Another pair of parameters: there is no map of it yet."""
        self._stop()
        self._names = pair
        ranges = model.scene.ranges
        self.view.set_axes(ranges[pair[0]], ranges[pair[1]])
        for box, name in zip(self.boxes, pair, strict=True):
            with QSignalBlocker(box):
                box.clear()
                for each in acting(model):
                    box.addItem(ranges[each].description.label, each)
                box.setCurrentIndex(box.findData(name))

    def _draw_places(self, model: SceneModel, session: Session) -> None:
        from cryogui.app.views.landscape_view import Places

        true, nominal = model.scene.true_spec, model.scene.ranges.nominal
        self.view.set_places(
            Places(
                self._place(session.scene.spec),
                self._place(nominal),
                None if true is None else self._place(true),
                self._path(session),
            )
        )

    def _place(self, spec: Spec) -> Place:
        x, y = self._names
        return spec[x], spec[y]

    def _path(self, session: Session) -> tuple[Place, ...]:
        """Where the spec of the scene shown has been at every step that can be undone, and is."""
        sessions = [before for _, before, _ in self.store.steps] + [session]
        states = [each.state_of(session.current) for each in sessions if session.current is not None]
        places = [self._place(state.spec) for state in states if state is not None]
        return tuple(place for place, _ in groupby(places))

    def _draw_figures(self, session: Session) -> None:
        found, axes = self.landscape, self.view.axes
        if found is None or axes is None:
            return
        x, y, least = found.lowest
        here = found.at(*self._place(session.scene.spec))
        from cryogui.app.views.landscape_paint import number

        self.figures.set_figures(
            [
                Figure("here", f"{here:.4f}", "‖r‖/‖y‖ of the present spec, between points of the map"),
                Figure("lowest", f"{least:.4f}", "The smallest ‖r‖/‖y‖ of the points of the map"),
                *(
                    Figure(each.description.label, f"{number(at)} {each.display_unit}".rstrip(), "There")
                    for each, at in zip(axes, (x, y), strict=True)
                ),
            ]
        )

    def show_busy(self, is_busy: bool) -> None:
        """The map is late."""
        if self.is_made:
            self._card.set_title("landscape  ·  computing" if is_busy else "landscape")

    # ---- the map

    def _request(self, model: SceneModel, session: Session) -> None:
        """Make the map anew, if what it depends on has changed; at once where there is none."""
        subject = self._subject(model, session)
        if subject == self._asked_for:
            return
        self._asked_for = subject
        self.view.set_stale(self.landscape is not None)
        if self.landscape is None:
            self._begin()
        else:
            self._later.restart()

    def _subject(self, model: SceneModel, session: Session) -> object:
        """Everything that the map depends on."""
        scene = session.scene
        held = tuple(item for item in scene.spec.items() if item[0] not in self._names)
        return model.key, self._objects, self._names, held, scene.recipe[1:]

    def _begin(self) -> None:
        """From nothing to the coarsest map, and so on."""
        from cryogui.analysis.landscape import Landscape

        model, scene = self.engine.model, self.store.session.scene
        if model is None or model.live is None or not self.is_shown:
            self._asked_for = None
            return
        x, y = (model.scene.ranges[name] for name in self._names)
        live = model.leaving_out(model.live, scene.excluded)
        empty = Landscape.empty((x.minimum, x.maximum), (y.minimum, y.maximum))
        self._refine(self._asked_for, live, scene.spec, empty)

    def _refine(self, subject: object, live: LiveModel, spec: Spec, known: Landscape) -> None:
        from cryogui.analysis.landscape import refined

        x, y = self._names

        def misfit(at_x: float, at_y: float) -> float:
            return live.misfit(spec.replace(**{x: at_x, y: at_y})).residual

        def work(token: Token) -> tuple[Landscape, Relief]:
            found = refined(known, misfit, token.progress)
            return found, relief(found)

        def done(made: tuple[Landscape, Relief], newest: bool) -> None:
            if subject == self._asked_for:
                self._take(*made)
                if not made[0].is_complete:
                    self._refine(subject, live, spec, made[0])

        self.request((self.store.session.current, subject), work, done)

    def _take(self, landscape: Landscape, relief: Relief) -> None:
        self.landscape = landscape
        self.view.set_stale(False)
        self.view.set_relief(relief)
        self._draw_figures(self.store.session)

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        self._objects += 1
        self.refresh(Need.OBJECT)

    # ---- from the user

    def _on_box_activated(self, number: int, index: int) -> None:
        """A parameter that lies along the other axis changes places with this one."""
        pair, chosen = list(self._names), str(self.boxes[number].itemData(index))
        if chosen == pair[1 - number]:
            pair[1 - number] = pair[number]
        pair[number] = chosen
        session = self.store.session
        look = replace(session.landscape, x=pair[0], y=pair[1])
        self.store.update(replace(session, landscape=look), "Axes of the landscape")

    def _on_view_moved(self, x: float, y: float) -> None:
        """Go there, but for what is locked; a drag is one step."""
        scene = self.store.session.scene
        values = dict(zip(self._names, (x, y), strict=True))
        free = {name: value for name, value in values.items() if name not in scene.locked}
        session = self.store.session.with_scene(spec=scene.spec.replace(**free))
        self.store.update(session, "Go in the landscape", "landscape")

    def _on_lowest_clicked(self) -> None:
        if self.landscape is not None:
            self.store.seal()
            self._on_view_moved(*self.landscape.lowest[:2])
            self.store.seal()

    def _on_view_hovered(self, x: float, y: float) -> None:
        from cryogui.app.views.landscape_paint import words

        if math.isnan(x) or self.landscape is None or self.view.axes is None:
            self.screen.status.set_cursor_text("")
            return
        parts = [*map(words, self.view.axes, (x, y)), f"‖r‖/‖y‖ {self.landscape.at(x, y):.4f}"]
        self.screen.status.set_cursor_text("  ·  ".join(parts))


def _labelled(words: str, box: ChoiceBox) -> QHBoxLayout:
    label = QLabel(words)
    theme.set_role(label, role="muted")
    label.setBuddy(box)
    row = QHBoxLayout()
    row.addWidget(label)
    row.addWidget(box, 1)
    return row
