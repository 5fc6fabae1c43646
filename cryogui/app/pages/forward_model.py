"""The forward-model tab: the steps from x to ŷ as a picture, each with its image, formula and switch."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.pages.forward_model_faces import formula_heading, formula_lines, node_faces
from cryogui.app.pages.forward_model_panes import IMAGE, NodePanes
from cryogui.app.pages.forward_model_pictures import OBJECT, RESULT, NodePictures, node_pictures
from cryogui.app.pages.page import Page
from cryogui.app.views.card import Card
from cryogui.app.views.dag_view import DagView
from cryogui.app.views.levels import percentile_levels, symmetric_levels
from cryogui.app.views.strip_drawing import grey_image
from cryogui.session import Need, Session
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import Levels

PREPARING = "The forward model is being prepared …"
_OF_NODES = {Need.SCENE, Need.BLOCKS}
_OF_FORMULAS = {*_OF_NODES, Need.SPEC, Need.PICTURE, Need.FORWARD_MODEL_LOOK}
_OF_PICTURES = {*_OF_FORMULAS, Need.OBJECT, Need.CURSOR}


class ForwardModelPage(Page):
    """Nodes above, the formula of the open one below, its picture at the right."""

    name = "forward_model"
    title = "Forward model"
    tooltip = "The steps from the object to the image it should give: what each does, with what numbers"

    def make(self) -> QWidget:
        """The picture of the model and the panes; or a sentence where there is no model."""
        self.dag = DagView()
        self._found: dict[Hashable, Levels] = {}
        self._pictures: NodePictures | None = None
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self.panes = NodePanes()
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        row.addWidget(self._left(), 2)
        row.addWidget(self.panes, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(content)
        self._connect()
        return self._pages

    def _left(self) -> QWidget:
        card = Card()
        self._heading, self._formula = QLabel(), QLabel()
        theme.set_role(self._heading, role="title")
        self._formula.setWordWrap(True)
        self._formula.setTextFormat(Qt.TextFormat.PlainText)
        self._formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._formula.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._formula.setAccessibleName("formula of the step, with the present numbers")
        words = QWidget()
        theme.set_role(words, role="page")
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(self._heading)
        column.addWidget(self._formula)
        column.addStretch(1)
        theme.set_role(self.dag, role="page")
        card.body.addWidget(_scrolled(self.dag, is_wide=True), 5)
        card.body.addWidget(_scrolled(words), 3)
        return card

    def _connect(self) -> None:
        self.dag.nodeOpened.connect(lambda symbol: self._update_look("Open step", "open step", node=symbol))
        self.dag.nodeSwitched.connect(self._on_dag_node_switched)
        self.dag.parameterChosen.connect(self.screen.parameters.go_to)
        self.dag.parameterPointed.connect(self.screen.parameters.point_at)
        self.panes.showChosen.connect(lambda show: self._update_look("Picture of a step", show=show))
        self.panes.levelsChanged.connect(self._on_panes_levels_changed)
        self.panes.cursorMoved.connect(self._on_panes_cursor_moved)
        self.panes.hovered.connect(self._on_panes_hovered)
        self.panes.stepped.connect(self.screen.forward.stepped)
        self.engine.object_changed.connect(lambda model: self.refresh(Need.OBJECT))

    def show_busy(self, is_busy: bool) -> None:
        """The pictures are late."""
        if self.is_made:
            for pane in self.panes.panes:
                pane.set_badge("computing" if is_busy else None)

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Formulas at once, pictures from their lane."""
        model = self.engine.model
        if Need.SCENE in needs:
            self._start_scene(model, session)
        if model is None or model.operator is None:
            return
        if Need.BLOCKS in needs:
            self._draw_switches(model, session)
        if needs & _OF_FORMULAS:
            self._draw_formulas(model, session)
        if needs & {Need.SCENE, Need.FORWARD_MODEL_LOOK}:
            self.panes.set_show(session.forward_model.show)
            self.dag.set_open(self._node(model, session))
        if needs & {Need.SCENE, Need.FLIP}:
            for pane in self.panes.panes:
                pane.set_flip_y(session.flip_y)
        if needs & _OF_PICTURES:
            self._request_pictures(model, session)
            self._draw_cursor(model, session)
        if Need.LEVELS in needs and self._pictures is not None:
            self._draw_opened(model, session, self._pictures)

    def _start_scene(self, model: SceneModel | None, session: Session) -> None:
        """Other nodes, and no pictures yet; or the reason why there is no model."""
        self.scheduler.cancel(self.name)
        self._pictures = None
        self._found.clear()
        pixel_size = model.scene.pixel_size_A if model is not None and not model.is_sinogram else None
        self.panes.clear(PREPARING, pixel_size)
        has_model = model is not None and model.operator is not None
        self._pages.setCurrentIndex(1 if has_model else 0)
        if model is None or model.operator is None:
            words = "Open a tier or a tilt series to see its forward model."
            self._message.setText(words if model is None else model.obstacle or words)
            return
        self.dag.set_nodes(node_faces(model, session.scene.switched_off))

    def _draw_switches(self, model: SceneModel, session: Session) -> None:
        off = session.scene.switched_off
        for block in model.blocks:
            self.dag.nodes[block.symbol].set_on(bool(block.essential) or block.symbol not in off)
        read = {name for block in model.blocks if block.symbol not in off for name in block.parameters}
        for node in self.dag.nodes.values():
            node.set_acting(frozenset(read) if node.is_on else frozenset())

    def _draw_formulas(self, model: SceneModel, session: Session) -> None:
        from cryogui.analysis.equations import equations

        assert model.operator is not None
        state, node = session.scene, self._node(model, session)
        found = equations(model.operator, state.spec, state.image_index)
        for symbol, equation in found.items():
            self.dag.nodes[symbol].set_headline(equation.headline)
        self._heading.setText(formula_heading(model, node, state.switched_off))
        self._formula.setText("\n".join(formula_lines(model, node, found)))

    @staticmethod
    def _node(model: SceneModel, session: Session) -> str:
        """The open node; ŷ where the model has no such step."""
        known = {OBJECT, *(block.symbol for block in model.blocks)}
        return session.forward_model.node if session.forward_model.node in known else RESULT

    def _request_pictures(self, model: SceneModel, session: Session) -> None:
        live, x, state, look = model.live, model.x, session.scene, session.forward_model
        if live is None or x is None:
            return
        node = self._node(model, session)
        subject = (model.key, state.object, state.padded, state.switched_off, node, look.show)
        self.request(
            subject,
            lambda token: node_pictures(model, live, x, state, node, look.show),
            lambda pictures, newest: self._take_pictures(model, pictures),
        )

    def _take_pictures(self, model: SceneModel, pictures: NodePictures) -> None:
        self._pictures = pictures
        session = self.store.session
        for symbol, node in self.dag.nodes.items():
            if node.face.has_picture:
                image = pictures.small[symbol]
                low, high = self._levels_of(("small", symbol, *_origin(session)), image, percentile_levels)
                node.set_image(grey_image(np.asarray(image, dtype=np.float32), low, high))
        self._draw_opened(model, session, pictures)

    def _draw_opened(self, model: SceneModel, session: Session, pictures: NodePictures) -> None:
        """The large picture, with contrast that stays as it is while sliders move."""
        node, show = self._node(model, session), session.forward_model.show
        levels = None
        if pictures.opened is not None:
            find = percentile_levels if show == "image" else symmetric_levels
            found = self._levels_of((node, show, *_origin(session)), pictures.opened, find)
            levels = dict(session.scene.levels).get(_levels_name(node, show), found)
        self.panes.set_picture(node, pictures.opened, levels, pictures.why or PREPARING)
        self.panes.shown.set_caption("" if pictures.share is None else f"{pictures.share:.1%} of ‖ŷ‖")
        is_object = self._shows_object(model, session)
        self.panes.shown.set_tilt_axis(None if is_object else model.tilt_axis(session.scene.spec))
        if model.is_sinogram:
            self.panes.shown.set_axes_triad("x", "z" if is_object else "tilt")
        else:
            self.panes.shown.set_axes_triad("x", "y", into="z" if is_object else "beam")

    def _draw_cursor(self, model: SceneModel, session: Session) -> None:
        """The linked cursor, as the plane of the object or the image sees it."""
        scene = session.scene
        z, y, x = scene.position
        if self._shows_object(model, session):
            at = (x, z if model.is_sinogram else y)
        else:
            at = model.frame(scene.image_index).to_image(scene.position)
            at = (at[0], float(scene.image_index)) if model.is_sinogram else at
        for pane in self.panes.panes:
            pane.set_cursor(*at)

    def _shows_object(self, model: SceneModel, session: Session) -> bool:
        return self._node(model, session) == OBJECT and session.forward_model.show == "image"

    def _levels_of(self, key: Hashable, image: np.ndarray, find: Any) -> Levels:
        """Contrast is found for the first image of its kind and kept for those that follow."""
        if key not in self._found:
            self._found[key] = find(image)
        return self._found[key]

    # ---- from the user

    def _on_dag_node_switched(self, symbol: str, is_on: bool) -> None:
        session = self.store.session
        off = session.scene.switched_off
        off = off - {symbol} if is_on else off | {symbol}
        step = f"Switch {'on' if is_on else 'off'} {symbol}"
        self.store.update(session.with_scene(switched_off=off), step)

    def _on_panes_levels_changed(self, low: float, high: float) -> None:
        session, model = self.store.session, self.engine.model
        if model is not None:
            name = _levels_name(self._node(model, session), session.forward_model.show)
            levels = session.scene.with_levels(name, (low, high))
            self.store.update(session.with_scene(levels=levels), "Change contrast", f"contrast {name}")

    def _on_panes_cursor_moved(self, x: float, y: float) -> None:
        """In a plane of the object the point itself; in an image what a click in the forward pane means."""
        session, model = self.store.session, self.engine.model
        if model is None:
            return
        if not self._shows_object(model, session):
            self.screen.forward.cursorMoved.emit(x, y)
            return
        at_z, at_y, _ = session.scene.position
        position = (y, at_y, x) if model.is_sinogram else (at_z, y, x)
        self.store.update(session.with_scene(position=position), "Move cursor", "cursor")

    def _on_panes_hovered(self, x: float, y: float, value: float) -> None:
        session, model = self.store.session, self.engine.model
        if math.isnan(x) or model is None:
            self.screen.status.set_cursor_text("")
            return
        words = f"x {round(x)}  y {round(y)} px  ·  {self._node(model, session)} {value:.4g}"
        self.screen.status.set_cursor_text(words.replace("-", "−"))

    def _update_look(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self.store.session
        look = replace(session.forward_model, **changes)
        self.store.update(replace(session, forward_model=look), step, merge_key)


def _origin(session: Session) -> tuple[Hashable, ...]:
    """What another contrast is found for."""
    return session.current, session.scene.object, session.scene.switched_off


def _levels_name(node: str, show: str) -> str:
    return f"{IMAGE} {node} {show}"


def _scrolled(content: QWidget, is_wide: bool = False) -> QScrollArea:
    """`content` with a bar for what does not fit: sideways for the nodes, down for words."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    never, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
    area.setHorizontalScrollBarPolicy(needed if is_wide else never)
    area.setVerticalScrollBarPolicy(never if is_wide else needed)
    area.setWidget(content)
    if is_wide:
        bar = area.horizontalScrollBar().sizeHint().height()
        area.setMinimumHeight(content.minimumSizeHint().height() + bar)
    return area
