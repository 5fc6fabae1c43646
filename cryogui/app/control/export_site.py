"""Where exports come from and where they go: the scene as it stands now, and the folder used last."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QStandardPaths

from cryogui.app.control.export_lane import ExportLanes
from cryogui.app.engine import Engine
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.session import Store

if TYPE_CHECKING:
    from cryogui.app.export.source import Source

_Place = QStandardPaths.StandardLocation


class ExportSite:
    """What the controllers of exports share. What it imports late is not needed before the first export."""

    def __init__(self, store: Store, engine: Engine, scheduler: Scheduler, screen: Screen) -> None:
        self.engine, self.scheduler, self.screen = engine, scheduler, screen
        self.lanes = ExportLanes(store, scheduler, screen)
        self._store = store
        self._folder: Path | None = None

    def source(self) -> Source | None:
        """The scene as it stands now; None without one."""
        from cryogui.app.export.source import Source

        model, session = self.engine.model, self._store.session
        if model is None or session.current is None or not self.engine.is_revealed:
            return None
        return Source.of(model, session.scene, session.residual_in_noise, session.flip_y)

    @property
    def folder(self) -> Path:
        """Where the last export went; at first beside the file, else among documents; one that is there."""
        if self._folder is not None and self._folder.is_dir():
            return self._folder
        current = self._store.session.current
        beside = Path(current.path).parent if current is not None else None
        caches = Path(QStandardPaths.writableLocation(_Place.GenericCacheLocation))
        if beside is not None and caches not in beside.parents and _takes_files(beside):
            return beside  # the demo, though, lies in a cache
        documents = QStandardPaths.writableLocation(_Place.DocumentsLocation)
        likely = (*([Path(documents)] if documents else []), Path.home())
        return next((folder for folder in likely if _takes_files(folder)), Path.cwd())

    def note_folder(self, path: Path) -> None:
        """An export goes to `path`: propose its folder next time."""
        self._folder = path.parent

    def stem(self, *parts: str) -> str:
        """A name for a file about the scene, without its ending."""
        from cryogui.app.export.subjects import file_name

        source = self.source()
        return file_name(source.name if source is not None else "cryogui", *parts)


def _takes_files(folder: Path) -> bool:
    """Whether the folder is there and may be written into: not every home has one for documents."""
    return folder.is_dir() and os.access(folder, os.W_OK)
