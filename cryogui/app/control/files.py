"""Opening and closing files, choosing scenes, and volume files as the object. Nothing here blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from cryogui.app.engine import Engine, explain
from cryogui.app.library import Library, OpenFile
from cryogui.app.scheduler import Scheduler
from cryogui.app.screen import Screen
from cryogui.errors import UserError
from cryogui.session import ObjectChoice, SceneKey, Store


class FileController:
    """Every file has a lane of its own; a refusal is shown in the window and disturbs nothing else."""

    def __init__(
        self, store: Store, library: Library, scheduler: Scheduler, engine: Engine, screen: Screen
    ) -> None:
        self._store, self._library, self._scheduler = store, library, scheduler
        self._engine, self._screen = engine, screen
        self._opening: list[str] = []
        screen.data.sceneChosen.connect(self._on_data_scene_chosen)
        screen.data.closeRequested.connect(self._on_data_close_requested)
        screen.window.filesDropped.connect(self.open)
        screen.window.filesChosen.connect(self.open)
        screen.window.volumeChosen.connect(self._on_window_volume_chosen)
        screen.actions.demo_et.triggered.connect(lambda: self.open_demo("cryo_et"))
        screen.actions.demo_spa.triggered.connect(lambda: self.open_demo("cryo_em"))
        screen.actions.close_file.triggered.connect(self._on_actions_close_file)

    def open(self, paths: Iterable[str | Path], scene: int = 0) -> None:
        """Open files in the background; the last one opened is shown, at number `scene` of its scenes."""
        for path in dict.fromkeys(str(Path(each).resolve()) for each in paths):
            if path in self._library.files:
                self._show(SceneKey(path, min(scene, len(self._library.files[path].models) - 1)))
            else:
                self._request(path, partial(str, path), scene)

    def open_demo(self, variant: str = "cryo_et") -> None:
        """Open the built-in demo, which is made on first use."""
        from cryogui.demo import demo_tier

        self._request(f"demo {variant}", lambda: str(demo_tier(variant)), 0)

    def _request(self, name: str, find_path: Callable[[], str], scene: int) -> None:
        if name in self._opening:
            return
        self._note_opening(name, True)

        def take_file(file: OpenFile, newest: bool) -> None:
            self._note_opening(name, False)
            self.show(file, scene)

        def take_refusal(error: BaseException) -> None:
            self._note_opening(name, False)
            self._screen.messages.show_error(*explain(error))

        self._scheduler.request(
            ("open", name), name, lambda token: OpenFile.read(find_path()), take_file, take_refusal
        )

    @property
    def is_opening(self) -> bool:
        """Whether a file is being opened."""
        return bool(self._opening)

    def show(self, file: OpenFile, scene: int = 0) -> None:
        """Take a file that was opened and show one of its scenes."""
        if file.path in self._library.files:  # the demo, opened again
            file.close()
        else:
            self._library.add(file)
        session = self._store.session
        self._store.update(replace(session, files=tuple(self._library.files)), None)
        key = SceneKey(file.path, min(scene, len(self._library.files[file.path].models) - 1))
        self._show(key, None)

    def _note_opening(self, path: str, is_opening: bool) -> None:
        if is_opening:
            self._opening.append(path)
        else:
            self._opening.remove(path)
        self._screen.data.set_busy(self._opening[-1] if self._opening else None)

    def _show(self, key: SceneKey, step: str | None = "Show scene") -> None:
        session = self._store.session
        state = session.state_of(key) or self._library.model(key).first_state()
        self._store.update(session.showing(key, state), step)

    def _on_data_scene_chosen(self, file: int, scene: int) -> None:
        self._show(SceneKey(self._store.session.files[file], scene))

    def _on_data_close_requested(self, file: int) -> None:
        self._close(self._store.session.files[file])

    def _on_actions_close_file(self) -> None:
        current = self._store.session.current
        if current is not None:
            self._close(current.path)

    def _close(self, path: str) -> None:
        """Leave the file's scenes first, so that nothing computes with it any more."""
        session = self._store.session
        remaining = tuple(each for each in session.files if each != path)
        closed = session.with_files(remaining)
        if closed.current is None and remaining:
            key = SceneKey(remaining[-1], 0)
            closed = closed.showing(key, closed.state_of(key) or self._library.model(key).first_state())
        self._store.update(closed, None)
        self._library.close(path)

    def _on_window_volume_chosen(self, path: str) -> None:
        """Read a volume file; it becomes the object only when it fits the scene."""
        model = self._engine.model
        if model is None:
            return

        def take(x: np.ndarray, newest: bool) -> None:
            try:
                model.require_fit(x)
            except UserError as error:
                self._screen.messages.show_error(*explain(error))
            else:
                chosen = ObjectChoice("file", path)
                self._store.update(self._store.session.with_scene(object=chosen), "Choose object")

        self._scheduler.request(
            "volume file",
            (model.key, path),
            lambda token: self._library.volume(path),
            take,
            lambda error: self._screen.messages.show_error(*explain(error)),
        )
