"""Draws what belongs to the scene as a whole: data tree, parameters, strip, volume and the choice of x."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.library import Library
from cryogui.app.panels.data_panel import FileEntry, SceneEntry
from cryogui.app.panels.reconstruction import ObjectOption
from cryogui.app.present.preparing import Preparing
from cryogui.app.screen import Screen
from cryogui.app.views.levels import percentile_levels
from cryogui.resources import TIERS
from cryogui.session import Need, ObjectChoice, SceneKey, Session, Store
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import Levels
from cryogui.spec import SpecRanges

if TYPE_CHECKING:
    from cryogui.tiers.scene import Scene

NO_IMAGES = "This file is a volume and holds no images. Open a tier to use it there as the object x."
NO_OPTICS = "This file has no optics to calibrate."
NO_PARAMETERS = "This file has no parameters to calibrate."


class ScenePresenter:
    """Panels and volume views."""

    def __init__(
        self, store: Store, library: Library, engine: Engine, screen: Screen, preparing: Preparing
    ) -> None:
        self._store, self._library, self._engine, self._screen = store, library, engine, screen
        self._preparing = preparing
        self._levels_of: SceneKey | None = None
        self._found: Levels = (0.0, 1.0)
        engine.scene_shown.connect(self._on_engine_scene_shown)
        engine.object_changed.connect(self._on_engine_object_changed)
        engine.thumbnails_ready.connect(screen.strip.set_thumbnails)
        engine.profile_ready.connect(screen.parameters.set_sparkline)

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the panels up to `session`; a new scene is drawn when the engine shows it."""
        screen = self._screen
        if Need.FILES in needs:
            screen.data.set_files([self._file_entry(path) for path in session.files])
            if self._engine.is_revealed:
                self.draw_objects()
        if Need.TAB in needs:
            screen.tabs.set_tab(session.tab)
        if Need.FLIP in needs:
            self._draw_flip(session.flip_y)
        screen.actions.show_history(self._store.undo_name, self._store.redo_name)
        if Need.SCENE not in needs and session.current is not None and self._engine.is_revealed:
            self._draw_scene(needs, session)

    def _draw_scene(self, needs: Collection[Need], session: Session) -> None:
        screen, scene = self._screen, session.scene
        if Need.SPEC in needs:
            screen.parameters.set_spec(scene.spec)
        if Need.LOCKS in needs:
            screen.parameters.set_locked(scene.locked)
        if Need.PICTURE in needs:
            screen.strip.set_index(scene.image_index)
        if Need.EXCLUSION in needs:
            screen.strip.set_excluded(scene.excluded)
        if Need.CURSOR in needs:
            screen.ortho.set_position(*scene.position)
        if Need.LEVELS in needs and self._levels_of == session.current:
            self._draw_levels(session)
        if Need.OBJECT in needs:
            screen.reconstruction.set_choice(scene.object)
            screen.actions.padded.setChecked(scene.padded)

    # ---- a new scene

    def _on_engine_scene_shown(self, model: SceneModel | None) -> None:
        session, screen = self._store.session, self._screen
        screen.window.set_heading(self._heading(model))
        file = None if model is None else self._library.files.get(model.key.path)
        screen.actions.allow(tier=file is not None and file.tier.tier in TIERS, **_possible(model))
        self._draw_parameters(model, session)
        self._draw_strip(model, session)
        if model is None or model.x is None:
            self._draw_volume(None, model)
        self.draw_objects()
        if model is not None:
            screen.data.set_current(session.files.index(model.key.path), model.key.scene)

    def _draw_parameters(self, model: SceneModel | None, session: Session) -> None:
        """A row for each parameter; where none can be changed, the reason instead."""
        parameters = self._screen.parameters
        if model is None or not model.parameters:
            parameters.set_ranges(SpecRanges())
            parameters.set_message(_why_no_parameters(model))
            self._screen.actions.set_sweepable([])
            return
        parameters.set_ranges(model.scene.ranges, model.scene.true_spec)
        parameters.set_spec(session.scene.spec)
        parameters.set_locked(session.scene.locked)
        self._draw_acting(model)
        self._screen.actions.set_sweepable(
            [(p.name, p.description.label) for p in model.scene.ranges if p.name in model.parameters]
        )

    def _draw_acting(self, model: SceneModel) -> None:
        """Rows of parameters that change nothing cannot be moved."""
        for name, row in self._screen.parameters.rows.items():
            row.setEnabled(name in model.acting)

    def _draw_strip(self, model: SceneModel | None, session: Session) -> None:
        strip = self._screen.strip
        strip.setVisible(model is not None and model.image_count > 1)
        strip.set_thumbnails(None)
        strip.set_bars(None)
        if model is None:
            strip.set_images(0)
            return
        angles = model.scene.tilt_angles_deg
        strip.set_images(
            model.image_count,
            model.scene.image_labels,
            None if angles is None else [float(a) for a in angles],
        )
        strip.set_index(session.scene.image_index)
        strip.set_excluded(session.scene.excluded)

    def _heading(self, model: SceneModel | None) -> str:
        if model is None:
            return ""
        file = Path(model.key.path)
        scenes = self._library.files[model.key.path].tier.scenes
        number = f"scene {model.key.scene + 1} of {len(scenes)}" if len(scenes) > 1 else ""
        return "  ·  ".join(filter(None, (file.name, number, _own_title(model.scene, file))))

    def _file_entry(self, path: str) -> FileEntry:
        tier, file = self._library.files[path].tier, Path(path)
        entries = tuple(
            SceneEntry(_entry_title(number, scene, file), scene.facts, scene.notes)
            for number, scene in enumerate(tier.scenes)
        )
        # A note that every scene repeats need not stand among the issues as well.
        said = {_bare(note) for scene in tier.scenes for note in scene.notes}
        issues = tuple(issue for issue in tier.issues if _bare(issue.what) not in said)
        return FileEntry(file.name, path, entries, issues)

    # ---- the object

    def _on_engine_object_changed(self, model: SceneModel) -> None:
        self._draw_volume(model.x, model)
        self.draw_objects()
        self._draw_acting(model)

    def _draw_volume(self, x: np.ndarray | None, model: SceneModel | None) -> None:
        ortho = self._screen.ortho
        pixel_size = (model.scene.voxel_size_A or model.scene.pixel_size_A) if model else None
        message = "" if model is None else self._preparing.words
        if model is not None and x is None and self._store.session.scene.object.source == "none":
            message = "No volume."
        ortho.set_message(message)
        self._screen.volume.set_message(message)
        self._find_levels(x, model)
        ortho.set_volume(x, pixel_size)
        if x is not None and model is not None:
            ortho.set_position(*self._store.session.scene.position)
            ortho.set_support(model.live.operator.support if model.live is not None else None)

    def _find_levels(self, x: np.ndarray | None, model: SceneModel | None) -> None:
        """Contrast is found anew for another scene and kept for another x of the same."""
        if x is None or model is None or model.key == self._levels_of:
            return
        self._levels_of, self._found = model.key, percentile_levels(x, 1.0, 99.9)
        self._draw_levels(self._store.session)

    def _draw_levels(self, session: Session) -> None:
        for pane in self._screen.ortho.panes.values():
            pane.set_levels(*dict(session.scene.levels).get("volume", self._found))

    def draw_objects(self) -> None:
        """What x can be: the truth, reconstructions, and every volume at hand that fits."""
        model, bar, session = self._engine.model, self._screen.reconstruction, self._store.session
        if model is None:
            bar.set_options([], ObjectChoice())
            return
        options = []
        if model.has_truth:
            label = "truth" if model.scene.y is not None else "this volume"
            options.append(ObjectOption(ObjectChoice("truth"), label))
        if model.obstacle is None:
            options.append(ObjectOption(ObjectChoice("quick"), "quick reconstruction"))
            options += [
                ObjectOption(ObjectChoice("run", run=number), title)
                for number, title in self._library.runs_of(model)
            ]
            options += [
                ObjectOption(ObjectChoice("file", path), Path(path).name)
                for path in self._library.volume_paths(model.volume_shape)
            ]
        bar.set_options(options, session.scene.object, files=model.obstacle is None)

    def _draw_flip(self, flipped: bool) -> None:
        screen = self._screen
        screen.actions.flip_y.setChecked(flipped)
        for view in (screen.measured, screen.forward, screen.residual, screen.ortho, screen.live_slice):
            view.set_flip_y(flipped)


def _possible(model: SceneModel | None) -> dict[str, bool]:
    """What of `actions.WHY_NOT` a scene allows."""
    if model is None:
        return dict.fromkeys(("scene", "images", "planes", "series", "parameters", "method", "padded"), False)
    is_series = model.image_count > 1
    return {
        "scene": True,
        "images": model.scene.y is not None,
        "planes": is_series or model.volume_shape[0] > 1,
        "series": is_series,
        "parameters": bool(model.parameters),
        "method": model.obstacle is None,
        "padded": model.padded_operator is not None,
    }


def _why_no_parameters(model: SceneModel | None) -> str:
    if model is None:
        return "Open a file to see its parameters."
    if model.scene.y is None:
        return NO_IMAGES
    if model.operator is not None and not model.operator.parameters:
        return NO_OPTICS
    return model.obstacle or NO_PARAMETERS


def _own_title(scene: Scene, file: Path) -> str:
    """The scene's title where it says more than its number or its file do."""
    is_number = re.fullmatch(r"(scene|sample)[ _]?\d+", scene.title) is not None
    return "" if is_number or scene.title == file.stem else scene.title


def _entry_title(number: int, scene: Scene, file: Path) -> str:
    title = _own_title(scene, file)
    if scene.variant == "volume":
        return title or "volume"
    return f"scene {number + 1}  {title}".rstrip()


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")
