"""The sampling tab: where in Fourier space the images measure, and what that alone makes of a point."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cryogui.app import theme
from cryogui.app.pages.page import Page
from cryogui.app.pages.sampling_kinds import Kind, LinesKind, Sampled, ViewsKind
from cryogui.app.panels.choice_box import ChoiceBox
from cryogui.app.views.card import Card
from cryogui.app.views.disc_view import DiscView
from cryogui.app.views.figure_list import FigureList
from cryogui.app.views.image_pane import ImagePane
from cryogui.app.views.lines_view import LinesView
from cryogui.app.views.number_box import NumberBox
from cryogui.session import Need, Session
from cryogui.session.scene_model import SceneModel

PANE = "psf"
LEVELS = (-0.5, 0.5)  # of the peak: what is interesting is beside it
ONE_IMAGE = "This scene is a single image: it measures its own Fourier plane, all of it."
NOTHING_LEFT = "No image is left that counts."
_MOVING = {Need.SPEC, Need.EXCLUSION, Need.BLOCKS, Need.SCENE}


class SamplingPage(Page):
    """Lines or directions at the left, the point-spread function in the middle, figures at the right."""

    name = "sampling"
    title = "Sampling"
    tooltip = "Where in Fourier space the images measure, and what that alone makes of a point"

    def make(self) -> QWidget:
        """Both pictures in one card, of which one is shown; then pane and figures."""
        self.lines, self.disc = LinesView(), DiscView()
        self._kinds: tuple[Kind, ...] = (LinesKind(self.lines), ViewsKind(self.disc))
        self._kind: Kind | None = None
        self._sampled: Sampled | None = None
        self._asked_for: object = None
        self.psf = ImagePane("point spread", cmap="diverging", name=PANE)
        self.psf.set_unit("of the peak")
        self.psf.set_help("What the sampling alone makes of a single point, without optics and noise.")
        self.figures = FigureList()
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        theme.set_role(self._message, role="muted")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._lay_out())
        for view in (self.lines, self.disc):
            view.imageChosen.connect(self._on_view_image_chosen)
            view.excludeToggled.connect(self.screen.strip.toggle_excluded)
        self.psf.levelsChanged.connect(self._on_psf_levels_changed)
        self.psf.hovered.connect(self._on_psf_hovered)
        self.engine.object_changed.connect(lambda model: self.refresh(Need.BLOCKS))
        return self._pages

    def _lay_out(self) -> QWidget:
        self._picture = Card("measured lines")
        self._views = QStackedWidget()
        self._views.addWidget(self.lines)
        self._views.addWidget(self.disc)
        self._picture.body.addWidget(self._views, 1)
        self._plane = ChoiceBox()
        self._plane.addItems(["xy", "xz", "yz"])
        self._plane.setAccessibleName("plane of the point-spread function")
        self._plane.setToolTip("Which plane through the middle of the point-spread function is shown")
        self._plane.currentTextChanged.connect(self._on_plane_changed)
        self.psf.head.addWidget(self._plane)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(7))
        for widget, stretch in ((self._picture, 1), (self.psf, 1), (self._figure_card(), 0)):
            row.addWidget(widget, stretch)
        return content

    def _figure_card(self) -> Card:
        card = Card()
        column = QWidget()
        theme.set_role(column, role="page")
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, theme.px(4), 0)
        rows.addLayout(self._diameter_row())
        rows.addWidget(self.figures)
        rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setAccessibleName("figures of the sampling")
        self._scroll.setToolTip("How finely and how far the images measure, in figures")
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(column)
        card.body.addWidget(self._scroll, 1)
        return card

    def _diameter_row(self) -> QHBoxLayout:
        label = QLabel("diameter D")
        theme.set_role(label, role="muted")
        self.diameter = NumberBox()
        self.diameter.setKeyboardTracking(False)
        self.diameter.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.diameter.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.diameter.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.diameter.setAccessibleName("diameter of the object")
        meaning = (
            "The object that the resolution limit is given for: a smaller one needs fewer tilts. d = D·Δθ"
        )
        for widget in (label, self.diameter):
            widget.setToolTip(meaning)
        label.setBuddy(self.diameter)
        self.diameter.valueChanged.connect(self._on_diameter_changed)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.diameter)
        return row

    # ---- drawing

    def update(self, needs: frozenset[Need], session: Session) -> None:
        """Lines at once, the point-spread function from its lane."""
        model = self.engine.model
        if Need.SCENE in needs:
            self._choose(model)
        if model is None or self._kind is None:
            return
        if needs & _MOVING:
            self._kind.draw(model, session.scene)
            self._request()
        if Need.SCENE in needs:
            self._fit_diameter(model)
        if needs & {Need.SCENE, Need.PICTURE}:
            self._kind.view.set_index(session.scene.image_index)
        if Need.FLIP in needs or Need.SCENE in needs:
            for view in (self.lines, self.disc, self.psf):
                view.set_flip_y(session.flip_y)
        if needs & {Need.SCENE, Need.SAMPLING_LOOK, Need.LEVELS}:
            self._draw_spread(session)
        if needs & {*_MOVING, Need.SAMPLING_LOOK}:
            self._draw_figures(session)

    def _choose(self, model: SceneModel | None) -> None:
        """The kind of sampling the scene has, or the words why it has none."""
        self.scheduler.cancel(self.name)
        self._sampled = self._asked_for = kind = None
        if model is not None:
            kind = next((kind for kind in self._kinds if kind.suits(model)), None)
        if kind is None:
            self._message.setText(_why_none(model))
        else:
            self._views.setCurrentWidget(kind.view)
            self._picture.set_title(kind.title)
        self._kind = kind
        self._pages.setCurrentIndex(0 if kind is None else 1)

    def _request(self) -> None:
        """The point-spread function and what else takes long, if what it depends on has changed."""
        assert self._kind is not None
        job = self._kind.job()
        if job is None:
            self._asked_for = None
            self._take(self._kind, None)
            return
        depends_on, compute = job
        if depends_on != self._asked_for:
            self._asked_for = depends_on
            subject, kind = (self._kind.title, self.store.session.current), self._kind
            self.request(subject, lambda token: compute(), lambda sampled, newest: self._take(kind, sampled))

    def _take(self, kind: Kind, sampled: Sampled | None) -> None:
        self._sampled = sampled
        kind.take(sampled)
        self._draw_spread(self.store.session)
        self._draw_figures(self.store.session)

    def _draw_spread(self, session: Session) -> None:
        """The chosen plane; a tilt series has but one worth showing."""
        planes = {} if self._sampled is None else self._sampled.spread.planes
        self._plane.setVisible(len(planes) > 1)
        with QSignalBlocker(self._plane):
            self._plane.setCurrentText(session.sampling.plane)
        plane = self._plane_shown(session)
        self.psf.set_message(NOTHING_LEFT if self._asked_for is None else "")
        self.psf.set_title("point spread" + ("  xz" if len(planes) == 1 else ""))
        self.psf.set_axes_triad(plane[0], plane[1])
        self.psf.set_levels(*dict(session.scene.levels).get(PANE, LEVELS))
        self.psf.set_image(planes.get(plane), self._sample_A())

    def _plane_shown(self, session: Session) -> str:
        """The plane that is chosen, if there is a choice."""
        chosen = session.sampling.plane
        has_it = self._sampled is not None and chosen in self._sampled.spread.planes
        return chosen if has_it else "xz"

    def _draw_figures(self, session: Session) -> None:
        if self._kind is not None:
            self.figures.set_figures(self._kind.figures(self._sampled, session.sampling.diameter))
            with QSignalBlocker(self.diameter):
                self.diameter.setValue(session.sampling.diameter * self._box())
            # it grows to the longest value and stays there: columns must not move with a slider
            bar = self._scroll.verticalScrollBar().sizeHint().width()
            needed = self._scroll.widget().minimumSizeHint().width() + bar
            self._scroll.setMinimumWidth(max(needed, self._scroll.minimumWidth()))

    def _fit_diameter(self, model: SceneModel) -> None:
        """Unit and range of the box."""
        pixel_size = model.scene.pixel_size_A
        with QSignalBlocker(self.diameter):
            self.diameter.setSuffix(" px" if pixel_size is None else " Å")
            self.diameter.setRange(0.02 * self._box(), 2.0 * self._box())
            self.diameter.setDecimals(0 if self._box() >= 100 else 1)
            self.diameter.setSingleStep(self._box() / 50)

    def _box(self) -> float:
        """Width of the object's box in Å, or in pixels."""
        model = self.engine.model
        if model is None:
            return 1.0
        return model.volume_shape[2] * (model.scene.pixel_size_A or 1.0)

    def _sample_A(self) -> float | None:
        from cryogui.analysis.point_spread import FINER

        model = self.engine.model
        pixel_size = model.scene.pixel_size_A if model is not None else None
        return None if pixel_size is None else pixel_size / FINER

    def show_busy(self, is_busy: bool) -> None:
        """The point-spread function is late."""
        if self.is_made:
            self.psf.set_badge("computing" if is_busy else None)

    # ---- from the user

    def _on_view_image_chosen(self, index: int) -> None:
        session = self.store.session.with_scene(image_index=index)
        self.store.update(session, "Show image", "image")

    def _on_plane_changed(self, plane: Any) -> None:
        self._update_look("Plane of the point-spread function", plane=plane)

    def _on_diameter_changed(self, diameter: float) -> None:
        self._update_look("Object's diameter", "diameter", diameter=diameter / self._box())

    def _update_look(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        session = self.store.session
        look = replace(session.sampling, **changes)
        self.store.update(replace(session, sampling=look), step, merge_key)

    def _on_psf_hovered(self, x: float, y: float, value: float) -> None:
        """How far from the peak, and how high."""
        from cryogui.analysis.point_spread import FINER

        image, plane = self.psf.image, self._plane_shown(self.store.session)
        if math.isnan(x) or image is None:
            self.screen.status.set_cursor_text("")
            return
        sample = self._sample_A()
        step, unit = (1.0 / FINER, "px") if sample is None else (sample, "Å")
        across, down = ((at - len(image) // 2) * step for at in (round(x), round(y)))
        words = f"{plane[0]} {across:+.1f} {unit}  {plane[1]} {down:+.1f} {unit}  ·  {value:.3f} of the peak"
        self.screen.status.set_cursor_text(words.replace("-", "−"))

    def _on_psf_levels_changed(self, low: float, high: float) -> None:
        levels = self.store.session.scene.with_levels(PANE, (low, high))
        self.store.update(self.store.session.with_scene(levels=levels), "Change contrast", f"contrast {PANE}")


def _why_none(model: SceneModel | None) -> str:
    if model is None:
        return "Open a tilt series or a particle stack to see what it samples."
    if model.scene.y is None:
        return "This file is a volume: it holds no images that could sample anything."
    if model.operator is not None:
        return ONE_IMAGE
    return model.obstacle or ONE_IMAGE
