"""What is said while a scene is prepared: the very first time it takes long, and the words say why."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path

from cryogui.session.scene_model import SceneModel

PREPARING = "Preparing the forward model …"
FIRST_START = "First start: compiling the forward model, a minute or so …"


def kernels_are_cold() -> bool:
    """Whether no kernel of the forward model has been compiled on this computer yet."""
    import cryogui.physics  # noqa: F401  # names the folder

    return not any(Path(os.environ["NUMBA_CACHE_DIR"]).glob("**/*.nbi"))


class Preparing:
    """The words for now: those of a first start until the first scene is ready."""

    def __init__(self, is_first_start: bool) -> None:
        self._is_first_start = is_first_start

    @property
    def words(self) -> str:
        """To be shown in place of what is being prepared."""
        return FIRST_START if self._is_first_start else PREPARING

    def title_of(self, lane: Hashable, title: str) -> str:
        """What is said of a computation that takes long: at a first start, why opening and setting up do."""
        compiles = lane == "object" or (isinstance(lane, tuple) and lane[0] == "open")
        return FIRST_START if self._is_first_start and compiles else title

    def note_object(self, model: SceneModel) -> None:
        """A scene has its object: if it has a forward model, everything is compiled now."""
        if model.live is not None:
            self._is_first_start = False
