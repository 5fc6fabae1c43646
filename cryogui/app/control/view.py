"""What is looked at: image, cursor, tab, flips and units. Every change is a step that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from cryogui.app.engine import Engine
from cryogui.app.screen import Screen
from cryogui.app.views.planes import OBLIQUE, PLANES
from cryogui.session import Store
from cryogui.session.geometry import clamp
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import residual_name

NOTE_MS = 5000


class ViewController:
    """Image strip, panes, slices, tabs and the View menu."""

    def __init__(self, store: Store, engine: Engine, screen: Screen) -> None:
        self._store, self._engine, self._screen = store, engine, screen
        screen.strip.indexChanged.connect(self._on_strip_index_changed)
        screen.strip.excludedChanged.connect(self._on_strip_excluded_changed)
        for pane in (screen.measured, screen.forward, screen.residual):
            pane.cursorMoved.connect(self._on_pane_cursor_moved)
            pane.stepped.connect(self._on_pane_stepped)
        for name in ("measured", "forward", "residual"):
            pane = getattr(screen, name)
            pane.levelsChanged.connect(partial(self._on_pane_levels_changed, name))
        for pane in screen.ortho.panes.values():
            pane.levelsChanged.connect(partial(self._on_pane_levels_changed, "volume"))
        for name, pane in (
            ("live_slice", screen.live_slice.live),
            ("object_slice", screen.live_slice.object),
        ):
            pane.levelsChanged.connect(partial(self._on_pane_levels_changed, name))
        screen.ortho.positionChanged.connect(self._on_ortho_position_changed)
        screen.live_slice.rowStepped.connect(self._on_live_slice_row_stepped)
        screen.tabs.tabChosen.connect(self.show_tab)
        self._connect_actions()

    def _connect_actions(self) -> None:
        actions = self._screen.actions
        steps: dict[Any, Callable[[], None]] = {
            actions.next_image: lambda: self._step_image(1),
            actions.previous_image: lambda: self._step_image(-1),
            actions.next_plane: lambda: self._show_plane(lambda at, count: at + 1),
            actions.previous_plane: lambda: self._show_plane(lambda at, count: at - 1),
            actions.first_plane: lambda: self._show_plane(lambda at, count: 0),
            actions.middle_plane: lambda: self._show_plane(lambda at, count: count // 2),
            actions.last_plane: lambda: self._show_plane(lambda at, count: count - 1),
            actions.play: self._screen.strip.toggle_play,
            actions.exclude: self._toggle_excluded,
            actions.include_all: self._screen.strip.include_all,
        }
        for action, step in steps.items():
            action.triggered.connect(lambda checked=False, step=step: step())
        actions.colour_bars.toggled.connect(self._on_actions_colour_bars_toggled)
        actions.tabRequested.connect(self.show_tab)
        actions.flip_y.toggled.connect(self._on_actions_flip_y_toggled)
        actions.padded.toggled.connect(self._on_actions_padded_toggled)
        actions.residual_in_noise.toggled.connect(self._on_actions_residual_in_noise_toggled)

    def show_image(self, index: int) -> None:
        """Show image `index` of the series, or the nearest there is."""
        count = self._count()
        if count:
            self._update_scene("Show image", "image", image_index=min(max(index, 0), count - 1))

    def show_tab(self, tab: Any) -> None:
        """Show a page of the lower area by its name."""
        self._store.update(replace(self._store.session, tab=tab), "Show tab")

    def _count(self) -> int:
        return 0 if self._engine.model is None else self._engine.model.image_count

    def _step_image(self, step: int) -> None:
        self.show_image(self._store.session.scene.image_index + step)

    def _show_plane(self, choose: Callable[[int, int], int]) -> None:
        """Go where `choose(present, count)` says: to a slice if the pane in question cuts the volume, else to
        an image."""
        axis, model = self._axis_in_question(), self._engine.model
        if model is None:
            return
        scene, ortho = self._store.session.scene, self._screen.ortho
        if ortho.cut is not None and self._screen.window.pane_in_question() is ortho.panes.get(OBLIQUE):
            # Along its normal, where there is neither a first slice nor a last.
            position = clamp(ortho.cut.stepped(choose(0, 1)), model.volume_shape)
            self._update_scene("Move slice", "cursor", position=position)
            return
        if axis is None:
            self.show_image(choose(scene.image_index, self._count()))
            return
        at = list(scene.position)
        at[axis] = choose(round(at[axis]), model.volume_shape[axis])
        z, y, x = at
        self._update_scene("Move slice", "cursor", position=clamp((z, y, x), model.volume_shape))

    def _axis_in_question(self) -> int | None:
        """The axis (0, 1, 2 for z, y, x) that the pane in question cuts across; None when it shows images."""
        screen, model = self._screen, self._engine.model
        pane = screen.window.pane_in_question()
        for plane in PLANES:
            if screen.ortho.panes.get(plane.name) is pane:
                return plane.cut
        if model is not None and model.live is not None and screen.live_slice.isAncestorOf(pane):
            return _live_axis(model)
        return None

    def _update_scene(self, step: str, merge_key: str | None = None, **changes: Any) -> None:
        if self._store.session.current is not None:
            self._store.update(self._store.session.with_scene(**changes), step, merge_key)

    def _on_strip_index_changed(self, index: int) -> None:
        self.show_image(index)

    def _on_strip_excluded_changed(self, images: frozenset[int], step: str) -> None:
        """One image must stay: of none there is no residual."""
        if len(images) < self._count():
            self._update_scene(step, excluded=images)
        else:
            self._screen.status.showMessage("At least one image must count: include another first.", NOTE_MS)

    def _toggle_excluded(self) -> None:
        self._screen.strip.toggle_excluded(self._store.session.scene.image_index)

    def _on_pane_stepped(self, step: int) -> None:
        self._step_image(step)

    def _on_pane_cursor_moved(self, x: float, y: float) -> None:
        """A click in an image moves the point it sees; in a sinogram it chooses the tilt as well."""
        model, scene = self._engine.model, self._store.session.scene
        if model is None:
            return
        index = round(y) if model.is_sinogram else scene.image_index
        row = 0.0 if model.is_sinogram else y
        position = model.frame(index).from_image(x, row, scene.position)
        self._update_scene("Move cursor", "cursor", image_index=index, position=position)

    def _on_pane_levels_changed(self, name: str, low: float, high: float) -> None:
        """The user chose another contrast; the residual has one for each of its units."""
        if name == "residual":
            model = self._engine.model
            knows_noise = model is not None and bool(model.scene.noise_sigma)
            name = residual_name(self._store.session.residual_in_noise and knows_noise)
        levels = self._store.session.scene.with_levels(name, (low, high))
        self._update_scene("Change contrast", f"contrast {name}", levels=levels)

    def _on_ortho_position_changed(self, z: float, y: float, x: float) -> None:
        self._update_scene("Move cursor", "cursor", position=(float(z), float(y), float(x)))

    def _on_live_slice_row_stepped(self, step: int) -> None:
        model = self._engine.model
        if model is None or model.live is None:
            return
        position = list(self._store.session.scene.position)
        position[_live_axis(model)] += step
        z, y, x = position
        self._update_scene("Move slice", "cursor", position=clamp((z, y, x), model.volume_shape))

    def _on_actions_flip_y_toggled(self, flipped: bool) -> None:
        self._store.update(replace(self._store.session, flip_y=flipped), "Flip Y")

    def _on_actions_colour_bars_toggled(self, shown: bool) -> None:
        self._store.update(replace(self._store.session, colour_bars=shown), "Colour bars")

    def _on_actions_padded_toggled(self, padded: bool) -> None:
        self._update_scene("Widen detector", padded=padded)

    def _on_actions_residual_in_noise_toggled(self, in_noise: bool) -> None:
        self._store.update(replace(self._store.session, residual_in_noise=in_noise), "Residual units")


def _live_axis(model: SceneModel) -> int:
    """The axis across which the live slice lies."""
    assert model.live is not None
    return 1 if model.live.slice_plane == "xz" else 0
