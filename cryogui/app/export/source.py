"""What can be exported of one scene, as it stood when it was asked for: usable beside the window. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from cryogui.errors import UserError
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneState

if TYPE_CHECKING:
    from cryogui.export import PixelSize
    from cryogui.physics.live import LiveModel
    from cryogui.spec import Spec

Series = Literal["measured", "forward", "residual"]
Volume = Literal["truth", "quick", "object"]
SERIES: tuple[Series, ...] = ("measured", "forward", "residual")
VOLUMES: tuple[Volume, ...] = ("truth", "quick", "object")
WORDS = {
    "measured": "measured images y", "forward": "expected images ŷ", "residual": "residual y − ŷ",
    "truth": "truth", "quick": "quick reconstruction", "object": "object x",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Source:
    """A scene under a spec.

    live: a forward model of its own, whose object nobody changes; None where there is none. x: its object.
    in_noise: residuals are drawn in units of the noise; as data they are always in those of y.
    """

    model: SceneModel
    state: SceneState
    live: LiveModel | None = None
    x: np.ndarray | None = None
    in_noise: bool = True
    flip_y: bool = False
    _made: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, model: SceneModel, state: SceneState, in_noise: bool, flip_y: bool) -> Source:
        """What the window shows: called on its thread."""
        live = None if model.live is None else model.leaving_out(model.live, state.excluded)
        source = cls(model, state, live, model.x, in_noise and bool(model.scene.noise_sigma), flip_y)
        if model.quick is not None and model.quick_recipe == state.recipe:
            source._made["quick"] = model.quick
        return source

    @property
    def name(self) -> str:
        """Scene and file in one word, for the names of files."""
        return f"{Path(self.model.key.path).stem}_{self.model.scene.name}"

    def pictures(self, names: Collection[str], index: int, spec: Spec) -> dict[str, np.ndarray]:
        """The pictures [y, x] of the panes called `names` (those of `SERIES`, and 'live_slice')."""
        found: dict[str, np.ndarray] = {}
        if {"measured", "residual"} & {*names}:
            found["measured"] = self._measured(index)
        if {"forward", "residual"} & {*names}:
            found["forward"] = self._forward(index, spec)
        if "residual" in names:
            residual = found["measured"] - found["forward"]
            sigma = self.model.scene.noise_sigma if self.in_noise else None
            found["residual"] = residual / np.float32(sigma) if sigma else residual
        if "live_slice" in names:
            found["live_slice"] = self.need_live().slice(spec, self.row)
        return {name: found[name] for name in names}

    @property
    def row(self) -> int:
        """Where the live slice lies along the axis it cuts."""
        return round(self.state.position[1 if self.slice_plane == "xz" else 0])

    @property
    def slice_plane(self) -> str:
        """The plane the live slice lies in."""
        return self.need_live().slice_plane

    def series(self, what: Series) -> Computed:
        """All images as data, [image, y, x], computed one by one."""
        shape = self._images_shape
        if what == "measured":
            return Computed(shape, self._image)
        live, spec = self.need_live(), self.state.spec
        if what == "forward":
            return Computed(shape, lambda index: live.image(index, spec))
        return Computed(shape, lambda index: self._image(index) - live.image(index, spec))

    def volume(self, what: Volume) -> np.ndarray:
        """A volume [z, y, x]; a quick reconstruction is made if need be. Raises UserError without one."""
        scene = self.model.scene
        x = scene.x_true if what == "truth" else self.x if what == "object" else self.quick
        if x is None:
            missing = "its truth" if what == "truth" else "a volume"
            raise UserError(f"{scene.name} does not hold {missing}; choose something else to export.")
        return x

    @property
    def quick(self) -> np.ndarray:
        """The quick reconstruction under the state's spec."""
        if "quick" not in self._made:
            self._made["quick"] = self.need_live().reconstruct(self.state.spec)
        return self._made["quick"]

    @property
    def noise_floors(self) -> np.ndarray | None:
        """‖noise‖/‖y‖ of each image, the residual a perfect model leaves; None where it is not known."""
        sigma, live = self.model.scene.noise_sigma, self.live
        if sigma is None or live is None or not live.measured.energy.all():
            return None
        return np.asarray(sigma * np.sqrt(live.measured.images[0].size / live.measured.energy))

    def pixel_size(self, is_volume: bool) -> PixelSize:
        """In Å, of a pixel or of a voxel's edges (z, y, x)."""
        scene = self.model.scene
        return (scene.voxel_size_A if is_volume else None) or scene.pixel_size_A

    @cached_property
    def _images_shape(self) -> tuple[int, int, int]:
        y = self.model.scene.y
        if y is None:
            raise UserError("This file is a volume and holds no images; export the volume.")
        count, rows, columns = y.shape
        return count, rows, columns

    def _image(self, index: int) -> np.ndarray:
        y = self.live.measured.images if self.live is not None else self.model.scene.y
        assert y is not None and self._images_shape
        return y[index]

    def _measured(self, index: int) -> np.ndarray:
        if not self.model.is_sinogram:
            return self._image(index)
        return np.concatenate([self._image(i) for i in range(self.model.image_count)])

    def _forward(self, index: int, spec: Spec) -> np.ndarray:
        live = self.need_live()
        return live.images(spec)[:, 0, :] if self.model.is_sinogram else live.image(index, spec)

    def need_live(self) -> LiveModel:
        """The forward model. Raises UserError where there is none."""
        if self.live is None:
            reason = self.model.obstacle or "The forward model is not ready yet."
            raise UserError(f"{reason.rstrip('.')}; there is nothing to compute an expectation with.")
        return self.live


class Computed:
    """A stack [image, y, x] of which one image at a time is computed or read."""

    def __init__(self, shape: tuple[int, int, int], image: Callable[[int], np.ndarray]) -> None:
        self.shape = shape
        self._image = image

    def __getitem__(self, index: int) -> np.ndarray:
        return self._image(index)
