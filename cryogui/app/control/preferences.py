"""Brings back how the window looked last time, and keeps it for the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryogui.app.control.appearance import AppearanceController
from cryogui.app.control.palette import PaletteController
from cryogui.app.preferences import PreferenceFile, Preferences
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.errors import UserError

log = logging.getLogger(__name__)
NOTE_MS = 10_000


class PreferenceController:
    """Does nothing until `keep_in`: windows for tests, tours and pictures look as new."""

    def __init__(
        self,
        scheduler: Scheduler,
        screen: Screen,
        appearance: AppearanceController,
        palette: PaletteController,
    ) -> None:
        self._scheduler, self._screen = scheduler, screen
        self._appearance, self._palette = appearance, palette
        self._file: PreferenceFile | None = None
        self._changes: dict[str, Any] = {}

    def keep_in(self, path: Path) -> Preferences:
        """Dress the window as the file at `path` says, and write there whatever changes from now on.

        Call it before the window is shown. Returns what the file says.
        """
        file = PreferenceFile(path)
        kept, note = file.read()
        window = self._screen.window
        self._appearance.restore(kept.theme, kept.scale)
        if kept.geometry:
            window.restoreGeometry(kept.geometry)
        if kept.layout:
            window.restore_layout(kept.layout)
        self._palette.recent = kept.recent_actions
        if note:
            log.info("%s %s", note, path)
            self._screen.status.showMessage(note, NOTE_MS)
        self._file = file
        self._appearance.changed = lambda theme, scale: self.change(theme=theme, scale=scale)
        self._palette.remember = lambda names: self.change(recent_actions=names)
        return kept

    def change(self, **changes: Any) -> None:
        """Keep these fields of `Preferences`, beside the window."""
        if self._file is None:
            return
        self._changes |= changes
        asked, update = dict(self._changes), self._file.update

        def done(result: object, newest: bool) -> None:
            self._changes = {key: value for key, value in self._changes.items() if asked.get(key) != value}

        self._scheduler.request("preferences", None, lambda token: update(**asked), done, _complain)

    def close(self) -> None:
        """Write what is not written yet, and how the window stood in the end."""
        if self._file is None:
            return
        window = self._screen.window
        places = {"geometry": window.saveGeometry().data(), "layout": window.layout_state()}
        _try(lambda: self._file.update(**self._changes, **places))


def _try(call: Callable[[], object]) -> None:
    try:
        call()
    except (OSError, UserError) as error:
        _complain(error)


def _complain(error: BaseException) -> None:
    """Preferences that cannot be kept spoil no work: the log knows."""
    log.info("the preferences could not be written: %r", error)
