"""The files that are open: their scenes as models, and the volumes that can serve as the object x. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cryogui.errors import UserError
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey

if TYPE_CHECKING:
    from cryogui.tiers.scene import TierFile


class OpenFile:
    """A file that passed its inspection, with a model for each of its scenes. Made in a worker thread."""

    def __init__(self, path: str, tier: TierFile) -> None:
        self.path = path
        self.tier = tier
        self.models = [
            SceneModel(SceneKey(path, number), scene) for number, scene in enumerate(self.tier.scenes)
        ]

    @classmethod
    def read(cls, path: str, check: Callable[[], None] = lambda: None) -> OpenFile:
        """Inspect and open the file at `path`. Raises UserError when it is refused, and what `check`, called
        now and then, raises."""
        from cryogui.tiers import open_file

        file = cls(path, open_file(Path(path), check))
        try:
            check()
            _ = file.volume  # read here and not on the window's thread
            check()
        except BaseException:
            file.close()
            raise
        return file

    @property
    def volume(self) -> np.ndarray | None:
        """The volume of a file that holds one and no images."""
        scene = self.tier.scenes[0]
        return scene.x_true if scene.y is None else None

    def close(self) -> None:
        """Give back memory and file handles."""
        for model in self.models:
            model.release()
        self.tier.close()


def _no_runs(number: int) -> np.ndarray:
    raise UserError("There are no reconstructions to take the volume from.")


class Library:
    """Open files by path, in the order in which they were asked for.

    run_volume: reads the volume of a reconstruction by its number, in a worker thread; raises UserError when
    it is not there any more. runs_of: numbers and titles of the reconstructions of a scene.
    """

    def __init__(self) -> None:
        self.run_volume: Callable[[int], np.ndarray] = _no_runs
        self.runs_of: Callable[[SceneModel], list[tuple[int, str]]] = lambda model: []
        self.files: dict[str, OpenFile] = {}
        self.loaded_volumes: dict[str, np.ndarray] = {}
        self._places: dict[str, int] = {}

    def add(self, file: OpenFile, place: int) -> None:
        """Keep a file that was opened, before those whose `place` is a later one."""
        self._places[file.path] = place
        files = {**self.files, file.path: file}
        self.files = {path: files[path] for path in sorted(files, key=self._places.__getitem__)}

    def close(self, path: str, keep_volume: bool = False) -> None:
        """Close a file that was opened; its volume may stay, where a scene uses it as its object."""
        file = self.files.pop(path)
        if keep_volume and file.volume is not None:
            self.loaded_volumes[path] = file.volume
        file.close()

    def close_all(self) -> None:
        """Close every file, at the end."""
        for path in list(self.files):
            self.close(path)

    def model(self, key: SceneKey) -> SceneModel:
        """The model of a scene of an open file."""
        return self.files[key.path].models[key.scene]

    def volume_paths(self, shape: tuple[int, int, int]) -> tuple[str, ...]:
        """Files with a volume of this shape: open ones, then those loaded to serve as an object."""
        opened = {path: file.volume for path, file in self.files.items() if file.volume is not None}
        volumes = {**opened, **self.loaded_volumes}
        return tuple(path for path, volume in volumes.items() if volume.shape == shape)

    def volume(self, path: str) -> np.ndarray:
        """The volume at `path`, read if need be; in a worker thread. Raises UserError when it holds none."""
        opened = self.files.get(path)
        if opened is not None and opened.volume is not None:
            return opened.volume
        if path not in self.loaded_volumes:
            file = OpenFile.read(path)
            try:
                if file.volume is None:
                    raise UserError(
                        f"{Path(path).name} holds images and no volume: choose an MRC or MAP volume file."
                    )
                self.loaded_volumes[path] = np.asarray(file.volume, np.float32)
            finally:
                file.close()
        return self.loaded_volumes[path]
