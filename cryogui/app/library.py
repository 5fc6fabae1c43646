"""The files that are open: their scenes as models, and the volumes that can serve as the object x. No Qt."""

from __future__ import annotations

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
    def read(cls, path: str) -> OpenFile:
        """Inspect and open the file at `path`. Raises UserError when it is refused."""
        from cryogui.tiers import open_file

        return cls(path, open_file(Path(path)))

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


class Library:
    """Open files by path, in the order they were opened."""

    def __init__(self) -> None:
        self.files: dict[str, OpenFile] = {}
        self.loaded_volumes: dict[str, np.ndarray] = {}

    def add(self, file: OpenFile) -> None:
        """Keep a file that was opened."""
        self.files[file.path] = file

    def close(self, path: str) -> None:
        """Close a file that was opened."""
        self.files.pop(path).close()

    def close_all(self) -> None:
        """Close every file, at the end."""
        for path in list(self.files):
            self.close(path)

    def model(self, key: SceneKey) -> SceneModel:
        """The model of a scene of an open file."""
        return self.files[key.path].models[key.scene]

    def volume_paths(self) -> tuple[str, ...]:
        """Files whose volume can serve as x: open ones, then those loaded for that purpose."""
        opened = [path for path, file in self.files.items() if file.volume is not None]
        return tuple(dict.fromkeys([*opened, *self.loaded_volumes]))

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
