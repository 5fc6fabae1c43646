"""Opening and closing files, choosing scenes, and volume files as the object. Nothing here blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from cryogui.app.engine import Engine
from cryogui.app.explain import explain
from cryogui.app.library import Library, OpenFile
from cryogui.app.panels.message_bar import Topic
from cryogui.app.scheduler import Cancelled, Scheduler
from cryogui.app.screen import Screen
from cryogui.demo import demo_tier, present
from cryogui.errors import UserError
from cryogui.session import ObjectChoice, SceneKey, Store


@dataclass
class Batch:
    """Files asked for together. The first of them that is not refused is shown, whichever is read first.

    names: those not refused, in the order given; paths: of those that are open.
    """

    names: list[str]
    scene: int = 0
    paths: dict[str, str] = field(default_factory=dict)
    is_shown: bool = False

    @property
    def path_to_show(self) -> str | None:
        """The file to show now; None while it is awaited, and once it has been shown."""
        return None if self.is_shown or not self.names else self.paths.get(self.names[0])


class FileController:
    """Every file has a lane of its own; a refusal is shown in the window and disturbs nothing else."""

    def __init__(
        self, store: Store, library: Library, scheduler: Scheduler, engine: Engine, screen: Screen
    ) -> None:
        self._store, self._library, self._scheduler = store, library, scheduler
        self._engine, self._screen = engine, screen
        self._opening: list[str] = []
        self.opening: Callable[[str], None] = lambda name: None  # told what is being opened, '' when nothing
        self._places = count()
        screen.data.sceneChosen.connect(self._on_data_scene_chosen)
        screen.data.closeRequested.connect(self._on_data_close_requested)
        screen.window.volumeChosen.connect(self._on_window_volume_chosen)
        screen.actions.demo_et.triggered.connect(lambda: self.open_demo("cryo_et"))
        screen.actions.demo_spa.triggered.connect(lambda: self.open_demo("cryo_em"))
        screen.actions.close_file.triggered.connect(self._on_actions_close_file)

    def open(self, paths: Iterable[str | Path], scene: int = 0) -> None:
        """Open files in the background, listed in this order; the first is shown, at number `scene` of its
        scenes."""
        named = {path: partial(str, path) for path in (str(Path(each).resolve()) for each in paths)}
        self._open(named, scene)

    def open_demo(self, variant: str = "cryo_et") -> None:
        """Open the built-in demo, which is made on first use."""
        self._open({f"demo {variant}": lambda: str(demo_tier(variant))})

    def _open(self, named: Mapping[str, Callable[[], str]], scene: int = 0) -> None:
        if not self._opening:
            self._screen.messages.retract(Topic.FILES)
        batch = Batch([name for name in named if name not in self._opening], scene)
        for name in tuple(batch.names):
            if name in self._library.files:
                self._note_opened(batch, name, name, "Show scene")
            else:
                self._request(
                    name,
                    named[name],
                    partial(self._note_opened, batch, name),
                    partial(self._note_refused, batch, name),
                )

    def gather(self, paths: Iterable[str], done: Callable[[], None]) -> None:
        """Open files and show none of them; `done` is called when each is open or was refused."""
        awaited = [path for path in dict.fromkeys(paths) if path not in self._library.files]
        waiting = set(awaited)

        def answer(path: str, opened: str = "") -> None:
            waiting.discard(path)
            if not waiting:
                done()

        for path in awaited:
            self._request(path, partial(present, path), partial(answer, path), partial(answer, path))
        if not awaited:
            done()

    def _request(
        self,
        name: str,
        find_path: Callable[[], str],
        opened: Callable[[str], None],
        refused: Callable[[], None],
    ) -> None:
        """Open one file in its own lane; then `opened(its path)` or, with a message shown, `refused()`."""
        self._note_opening(name, True)
        place = next(self._places)

        def take_file(file: OpenFile, newest: bool) -> None:
            self._note_opening(name, False)
            self._add(file, place)
            opened(file.path)

        def take_refusal(error: BaseException) -> None:
            self._note_opening(name, False)
            if not isinstance(error, Cancelled):
                self._screen.messages.show_error(*explain(error), Topic.FILES)
            refused()

        self._scheduler.request(
            ("open", name), name, lambda token: OpenFile.read(find_path(), token.check), take_file,
            take_refusal, f"Opening {Path(name).name}",
        )  # fmt: skip

    @property
    def is_opening(self) -> bool:
        """Whether a file is being opened."""
        return bool(self._opening)

    def show(self, file: OpenFile, scene: int = 0) -> None:
        """Take a file that was opened and show one of its scenes."""
        self._add(file, next(self._places))
        self._show(self._key(file.path, scene), None)

    def _add(self, file: OpenFile, place: int) -> None:
        if file.path in self._library.files:  # the demo, opened again
            file.close()
            return
        self._library.add(file, place)
        self._store.update(replace(self._store.session, files=tuple(self._library.files)), None)

    def _note_opened(self, batch: Batch, name: str, path: str, step: str | None = None) -> None:
        batch.paths[name] = path
        self._show_first(batch, step)

    def _note_refused(self, batch: Batch, name: str) -> None:
        batch.names.remove(name)
        self._show_first(batch)

    def _show_first(self, batch: Batch, step: str | None = None) -> None:
        path = batch.path_to_show
        if path is not None and path in self._library.files:  # not closed while the rest was awaited
            batch.is_shown = True
            self._show(self._key(path, batch.scene), step)

    def _key(self, path: str, scene: int) -> SceneKey:
        return SceneKey(path, min(scene, len(self._library.files[path].models) - 1))

    def _note_opening(self, name: str, is_opening: bool) -> None:
        if is_opening:
            self._opening.append(name)
        else:
            self._opening.remove(name)
        self._screen.data.set_busy(self._opening[0] if self._opening else None)
        self.opening(Path(self._opening[0]).name if self._opening else "")

    def _show(self, key: SceneKey, step: str | None) -> None:
        session = self._store.session
        state = session.state_of(key) or self._library.model(key).first_state()
        self._store.update(session.showing(key, state), step)

    def _on_data_scene_chosen(self, file: int, scene: int) -> None:
        self._show(SceneKey(self._store.session.files[file], scene), "Show scene")

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
        if not remaining:
            self._store.forget()
        self._store.update(closed, None)
        is_used = any(state.object == ObjectChoice("file", path) for _, state in closed.scenes)
        self._library.close(path, keep_volume=is_used)

    def _on_window_volume_chosen(self, path: str) -> None:
        """Read a volume file; it becomes the object only when it fits the scene."""
        model = self._engine.model
        if model is None:
            return
        self._screen.messages.retract(Topic.SCENE)

        def refuse(error: BaseException) -> None:
            if not isinstance(error, Cancelled):
                self._screen.messages.show_error(*explain(error), Topic.SCENE)

        def take(x: np.ndarray, newest: bool) -> None:
            if self._engine.model is not model:
                return  # the user went elsewhere
            try:
                model.require_fit(x)
            except UserError as error:
                refuse(error)
            else:
                chosen = ObjectChoice("file", path)
                self._store.update(self._store.session.with_scene(object=chosen), "Choose object")

        self._scheduler.request(
            "volume file",
            (model.key, path),
            lambda token: self._library.volume(path),
            take,
            refuse,
            f"Reading {Path(path).name}",
        )
