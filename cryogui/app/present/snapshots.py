"""Draws the list of snapshots, and makes the small picture of a new one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from cryogui.app.library import Library
from cryogui.app.panels.snapshots import SnapshotEntry
from cryogui.app.screen import Screen
from cryogui.app.thumbnail import Tile, thumbnail
from cryogui.session import Need, SceneKey, Session, Snapshot

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane


class SnapshotPresenter:
    """The panel of snapshots."""

    def __init__(self, library: Library, screen: Screen) -> None:
        self._library, self._screen = library, screen

    def draw(self, needs: Collection[Need], session: Session) -> None:
        """Bring the list up to `session`."""
        if {Need.SNAPSHOTS, Need.FILES, Need.SCENE} & set(needs):
            self._screen.snapshots.set_entries([self._entry(shot, session) for shot in session.snapshots])

    def _entry(self, shot: Snapshot, session: Session) -> SnapshotEntry:
        figure = "" if shot.misfit is None else f"‖r‖/‖y‖ {shot.misfit:.3f}"
        is_open = shot.key.path in session.files
        is_here = shot.key == session.current
        place = self._place(shot.key, is_open)
        return SnapshotEntry(shot.name, shot.thumbnail, place, figure, is_here, is_open)

    def _place(self, key: SceneKey, is_open: bool) -> str:
        """The file, and which of its scenes where it has several."""
        name = Path(key.path).name
        if not is_open:
            return f"{name}  ·  not open"
        return f"{name}  ·  scene {key.scene + 1}" if len(self._library.files[key.path].models) > 1 else name


def thumbnail_of(screen: Screen) -> bytes:
    """What the screen shows of the scene: measured, forward and residual, or the planes of a bare volume."""
    images = (screen.measured, screen.forward, screen.residual)
    tiles = _tiles(images) or _tiles(tuple(screen.ortho.panes.values()))
    return thumbnail(tiles)


def _tiles(panes: tuple[ImagePane, ...]) -> list[Tile]:
    return [
        Tile(pane.image, pane.levels, pane.is_diverging)
        for pane in panes
        if pane.image is not None and pane.levels is not None
    ]
