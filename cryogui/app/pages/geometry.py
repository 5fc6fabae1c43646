"""The geometry tab: where images say that the axis and the poses lie, whatever the object looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.pages.geometry_axis import AxisSight
from cryogui.app.pages.geometry_centres import CentreSight
from cryogui.app.pages.geometry_directions import DirectionSight
from cryogui.app.pages.geometry_pair import PairSight
from cryogui.app.pages.geometry_sight import Sight
from cryogui.app.pages.page import Page
from cryogui.app.panels.choice_box import chooser
from cryogui.app.views.sentence import Sentence
from cryogui.session import Need, Session
from cryogui.session.looks import GeometryView
from cryogui.session.scene_model import SceneModel

NOTHING_OPEN = "Open a tilt series or particles to see what their images tell about angles, axis and poses."


class GeometryPage(Page):
    """The views that suit the scene, one shown; above them which one, and in a sentence what it says."""

    name = "geometry"
    title = "Geometry"
    tooltip = "What the images alone tell about tilt axis, angles and poses, held against the present spec"

    def make(self) -> QWidget:
        """All views in a stack, of which the one chosen is seen."""
        self.sights: dict[GeometryView, Sight] = {
            "centres": CentreSight(), "axis_lines": AxisSight(), "pairs": PairSight(),
            "directions": DirectionSight(),
        }  # fmt: skip
        self._measured: Any = None
        self._asked_for: object = None
        self._shown: GeometryView | None = None
        self._offered: tuple[GeometryView, ...] = ()
        self.views = chooser("view of the geometry", "Which consistency of the images is looked at")
        self.views.activated.connect(self._on_views_activated)
        self.sentence = Sentence("what the geometry says")
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._stack = QStackedWidget()
        for sight in self.sights.values():
            self._stack.addWidget(sight.widget)
            sight.imageChosen.connect(self._on_sight_image_chosen)
            sight.partnerChosen.connect(lambda index: self._change_look("Other particle", partner=index))
            sight.levelsChosen.connect(self._on_sight_levels_chosen)
            sight.readout.connect(self.screen.status.set_cursor_text)
        self.engine.object_changed.connect(lambda model: self.refresh(Need.OBJECT))
        return self._lay_out()

    def _lay_out(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.views)
        head.addWidget(self.sentence, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(5))
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(content)
        return self._pages

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """What was measured last at once, under the present spec; what is to be measured from the lane."""
        model = self.engine.model
        offered = offered_views(model)
        wanted = session.geometry.view
        shown = wanted if wanted in offered else next(iter(offered), None)
        if Need.SCENE in needs or shown != self._shown:
            self._forget()
        self._shown = shown
        self._draw_choice(offered)
        self._pages.setCurrentIndex(0 if shown is None else 1)
        if model is None or shown is None:
            self._message.setText(why_none(model))
            return
        self._stack.setCurrentWidget(self.sights[shown].widget)
        self._request(model, session)
        self._draw(model, session)

    def _forget(self) -> None:
        self.scheduler.cancel(self.name)
        self._measured = self._asked_for = None

    def _draw_choice(self, offered: tuple[GeometryView, ...]) -> None:
        with QSignalBlocker(self.views):
            if offered != self._offered:  # a list that is open stays as it is
                self._offered = offered
                self.views.clear()
                for view in offered:
                    self.views.addItem(self.sights[view].title, view)
            self.views.setCurrentIndex(self.views.findData(self._shown))
        self.views.setVisible(len(offered) > 1)

    def _draw(self, model: SceneModel, session: Session) -> None:
        assert self._shown is not None
        sight = self.sights[self._shown]
        sight.draw(model, session, self._measured)
        self.sentence.setText(sight.sentence)

    def _request(self, model: SceneModel, session: Session) -> None:
        """Measure, if what that depends on has changed."""
        assert self._shown is not None
        job = self.sights[self._shown].job(model, session)
        if job is None or job[0] == self._asked_for:
            return
        self._asked_for, work = job
        self.request((model.key, self._shown), work, lambda found, newest: self._take(found))

    def _take(self, measured: Any) -> None:
        assert self.engine.model is not None
        self._measured = measured
        self._draw(self.engine.model, self.store.session)

    def show_busy(self, is_busy: bool) -> None:
        """What is to be measured is late."""
        if self.is_made and is_busy and self._measured is None:
            self.sentence.setText("computing")

    # ---- from the user

    def _on_views_activated(self, index: int) -> None:
        self._change_look("View of the geometry", view=self.views.itemData(index))

    def _change_look(self, step: str, **changes: Any) -> None:
        session = self.store.session
        self.store.update(replace(session, geometry=replace(session.geometry, **changes)), step)

    def _on_sight_levels_chosen(self, pane: str, low: float, high: float) -> None:
        levels = self.store.session.scene.with_levels(pane, (low, high))
        self.store.update(self.store.session.with_scene(levels=levels), "Change contrast", f"contrast {pane}")

    def _on_sight_image_chosen(self, index: int) -> None:
        self.store.update(self.store.session.with_scene(image_index=index), "Show image", "image")


def offered_views(model: SceneModel | None) -> tuple[GeometryView, ...]:
    """The views that a scene has."""
    if model is None or model.operator is None:
        return ()
    if model.scene.tilt_angles_deg is not None:
        return ("centres",) if model.is_sinogram else ("centres", "axis_lines", "directions")
    return ("pairs", "directions") if model.image_count > 1 else ("directions",)


def why_none(model: SceneModel | None) -> str:
    """Why there is nothing to look at."""
    return NOTHING_OPEN if model is None or model.scene.y is None else model.obstacle or NOTHING_OPEN
