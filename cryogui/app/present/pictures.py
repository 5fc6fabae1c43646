"""Draws what follows the sliders: the three image panes, misfit and times."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app import theme
from cryogui.app.computations import Picture
from cryogui.app.engine import Engine
from cryogui.app.panels.scoreboard import floor_note, is_below_noise, residual_tone
from cryogui.app.present.preparing import Preparing
from cryogui.app.present.scene import NO_IMAGES
from cryogui.app.screen import Screen
from cryogui.app.views.levels import ARBITRARY, percentile_levels, residual_levels
from cryogui.session import Need, Session, Store
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import Levels, residual_name

if TYPE_CHECKING:
    from cryogui.physics.live import Misfit

NOTHING_OPEN = "Open a tier, a tilt series or a volume."
STOPPED = "Cancelled. Reconstruct (Ctrl+R) takes it up again."

OWN_RESIDUAL = "x is a reconstruction: part of this residual is its own"


class PicturePresenter:
    """Image panes and how well they fit. Contrast is found once per scene and object, then kept."""

    def __init__(self, store: Store, engine: Engine, screen: Screen, preparing: Preparing) -> None:
        self._store, self._engine, self._screen, self._preparing = store, engine, screen, preparing
        self._levels_of: object = None
        self._found: dict[str, Levels] = {}
        self._misfit: Misfit | None = None
        self.picture: Picture | None = None
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.picture_ready.connect(self._on_engine_picture_ready)
        engine.misfit_ready.connect(self._on_engine_misfit_ready)
        engine.quick_ready.connect(self._on_engine_quick_ready)
        engine.stopped.connect(self._on_engine_stopped)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring cursor and staleness up to `session`; pictures come from the engine."""
        if Need.SCENE in needs or self._engine.model is None or not self._engine.is_revealed:
            return
        if Need.CURSOR in needs:
            self._draw_cursor(self._engine.model, session)
        if Need.LEVELS in needs and self.picture is not None and self._found:
            self._draw_levels(self.picture)
        if Need.SPEC in needs:
            self._draw_tilt_axis(self._engine.model, session)
        if Need.PICTURE in needs:
            self._screen.actions.residual_in_noise.setChecked(session.residual_in_noise)

    @property
    def _object_is_fitted(self) -> bool:
        """Whether x was made of these very images."""
        model = self._engine.model
        return model is not None and model.x_choice.source in ("quick", "run")

    @property
    def residual(self) -> float | None:
        """‖r‖/‖y‖ as shown."""
        return self._misfit.residual if self._misfit else None

    # ---- a new scene or object

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        self.picture = self._misfit = self._levels_of = None
        self._found = {}
        screen = self._screen
        self._draw_messages(model)
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.set_image(None)
            pane.set_caption("")
            pane.set_cursor(None)
        screen.reconstruction.set_result("")
        screen.status.set_times(None, None)
        self._draw_misfit(stale=False)
        if model is None:
            return
        self._draw_tilt_axis(model, self._store.session)
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.set_unit(ARBITRARY)
            if model.is_sinogram:
                pane.set_axes_triad("x", "tilt")
            else:
                pane.set_axes_triad("x", "y", into="beam")
            pane.set_scale_bar(None if model.is_sinogram else model.scene.pixel_size_A)
        screen.actions.residual_in_noise.setEnabled(model.scene.noise_sigma is not None)
        screen.actions.residual_in_noise.setChecked(self._store.session.residual_in_noise)

    def _draw_messages(self, model: SceneModel | None) -> None:
        screen = self._screen
        if model is None:
            words = (NOTHING_OPEN, "", "")
        elif model.scene.y is None:
            words = (NO_IMAGES, "No images to compare with.", "No images to compare with.")
        else:
            preparing = self._preparing.words
            words = ("", model.obstacle or preparing, "" if model.obstacle else preparing)
        for pane, text in zip((screen.measured, screen.forward, screen.residual), words, strict=True):
            pane.set_message(text)
        screen.live_slice.set_message(words[1])

    def show_opening(self, name: str) -> None:
        """Say in the empty panes what is being opened; '' when nothing is."""
        if self._engine.model is not None:
            return
        words = self._preparing.title_of(("open", name), f"Opening {name} …") if name else ""
        screen = self._screen
        screen.measured.set_message(words or NOTHING_OPEN)
        for pane in (screen.forward, screen.residual, screen.live_slice, screen.ortho, screen.volume):
            pane.set_message(words)

    def _on_engine_stopped(self, lane: str) -> None:
        """Say why the panes stay empty when the user has cancelled what would fill them."""
        model, screen = self._engine.model, self._screen
        if lane == "object" and model is not None and model.live is None:
            for pane in (screen.forward, screen.residual, screen.live_slice, screen.ortho, screen.volume):
                pane.set_message(STOPPED)

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        self._draw_cursor(model, self._store.session)

    # ---- pictures

    def _on_engine_picture_ready(self, picture: Picture, newest: bool) -> None:
        model, screen = self._engine.model, self._screen
        assert model is not None
        before, self.picture = self.picture, picture
        self._find_levels(model, picture)
        if before is None or before.measured is None or before.index != picture.index:
            screen.measured.set_image(picture.measured)  # which no parameter changes
        screen.forward.set_image(picture.forward)
        screen.residual.set_image(picture.residual)
        screen.measured.set_caption(model.image_label(picture.index))
        if picture.forward is not None:
            self._draw_forward_caption(model, f"{picture.seconds * 1e3:.1f} ms")

    def _draw_forward_caption(self, model: SceneModel, time_taken: str) -> None:
        """How long it took; in its place a reminder while blocks of the model are switched off."""
        pane, left_out = self._screen.forward, ", ".join(model.left_out)
        pane.set_caption(f"no {left_out}" if left_out else time_taken)
        theme.set_role(pane.caption_label, tone="warn" if left_out else None)

    def _find_levels(self, model: SceneModel, picture: Picture) -> None:
        """Contrast for another scene, object or unit; between those it is the user's."""
        found_for = (model.key, model.x_choice, picture.in_noise, picture.residual is None)
        if found_for == self._levels_of or picture.measured is None:
            return
        self._levels_of = found_for
        self._found.setdefault("measured", percentile_levels(picture.measured))
        if picture.residual is not None:
            found = residual_levels(
                picture.residual, picture.measured, picture.in_noise, self._object_is_fitted
            )
            self._found[residual_name(picture.in_noise)] = found
        self._draw_levels(picture)

    def _draw_levels(self, picture: Picture) -> None:
        """Forward like measured, so that the eye compares fairly; the residual about zero."""
        levels, screen = self._found | dict(self._store.session.scene.levels), self._screen
        screen.measured.set_levels(*levels["measured"])
        screen.forward.set_levels(*levels.get("forward", levels["measured"]))
        if picture.residual is not None:
            low, high = levels[residual_name(picture.in_noise)]
            screen.residual.set_levels(low, high)
            span = f"±{high:.3g}" if low == -high else f"{low:.3g} … {high:.3g}"
            screen.residual.set_caption(f"{span} σ" if picture.in_noise else span)
            screen.residual.set_unit("σ" if picture.in_noise else ARBITRARY)

    def _draw_cursor(self, model: SceneModel, session: Session) -> None:
        scene, screen = session.scene, self._screen
        x, y = model.frame(scene.image_index).to_image(scene.position)
        if model.is_sinogram:
            y = float(scene.image_index)
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.set_cursor(x, y)

    def _draw_tilt_axis(self, model: SceneModel, session: Session) -> None:
        """A tilt series turns about a line along y, which the spec may place beside the middle column."""
        axis = model.tilt_axis(session.scene.spec)
        for pane in (self._screen.measured, self._screen.forward, self._screen.residual):
            pane.set_tilt_axis(axis)

    # ---- numbers

    def _on_engine_misfit_ready(self, misfit: Misfit, seconds: float, newest: bool) -> None:
        self._misfit = misfit
        self.show_misfit_late(False)
        self._draw_bars(misfit)
        self._screen.status.set_residual_time(seconds)

    def show_misfit_late(self, is_late: bool) -> None:
        """Dim the misfit while a newer one is being computed for longer than the eye forgives."""
        if self._engine.is_revealed:
            self._draw_misfit(stale=is_late)

    def _draw_misfit(self, stale: bool) -> None:
        model, misfit, board = self._engine.model, self._misfit, self._screen.scores
        if model is None or misfit is None:
            board.set_misfit(None, None)
            board.set_note(model.obstacle or "" if model else "")
            return
        floor = model.noise_floor
        board.set_misfit(misfit.residual, misfit.consistency, floor, stale)
        note, tone = floor_note(misfit.residual, floor)
        if self._object_is_fitted and is_below_noise(misfit.residual, floor):
            note = f"below the noise floor {floor:.3f}: x is a reconstruction of these very images."
        elif self._object_is_fitted:
            note = f"{note}. {OWN_RESIDUAL}." if note else f"{OWN_RESIDUAL}."
        board.set_note(note, tone)

    def _draw_bars(self, misfit: Misfit) -> None:
        model = self._engine.model
        assert model is not None and model.live is not None
        expected = model.live.operator.expects(self._store.session.scene.spec)
        fitted = is_below_noise(misfit.residual, model.noise_floor)
        verdicts = image_verdicts(misfit.per_image, model.noise_floor_per_image, expected, fitted)
        self._screen.strip.set_bars(misfit.per_image, verdicts)

    def _on_engine_quick_ready(self, model: SceneModel, seconds: float) -> None:
        self._screen.reconstruction.set_result(f"{model.quick_method} in {_duration(seconds)}")


def image_verdicts(
    residuals: np.ndarray, floors: np.ndarray | None, expected: np.ndarray, all_below_noise: bool
) -> list[str]:
    """Each image judged against its own noise floor; without one no verdict is given.

    all_below_noise: the whole series is below its noise, x being fitted to it. Only then is a single image
    below its own floor doubtful too: about the mean of a good fit some lie below and some above.
    An image in which the model expects nothing, and rightly so, is 'shadowed' rather than good.
    """
    if floors is None:
        tones = ["spark"] * len(residuals)
    else:
        judged = residuals if all_below_noise else np.maximum(residuals, floors)
        tones = [residual_tone(residual, floor) for residual, floor in zip(judged, floors, strict=True)]
    return [
        "shadowed" if not seen and tone in ("good", "spark") else tone
        for seen, tone in zip(expected, tones, strict=True)
    ]


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{max(1, round(1e3 * seconds))} ms"
