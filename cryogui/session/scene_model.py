"""One scene ready to compute with: its images, operator, live model and the objects x it can be given.

No Qt. Changed on the window's thread only; the arrays are never written to, and `LiveModel` looks after its
own threads.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cryogui.errors import UserError
from cryogui.session.geometry import Frame, centre
from cryogui.session.state import ObjectChoice, Recipe, SceneKey, SceneState

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel
    from cryogui.physics.operators import Block, Operator
    from cryogui.spec import Spec
    from cryogui.tiers.scene import Scene

MODEL_BUDGET_BYTES = 3 << 30
"""What a forward model may need in memory; files beyond it are browsed only."""


class SceneModel:
    """What can be shown and computed for one scene.

    live: None until `install`, and for ever when `obstacle` says why there is no forward model.
    x: the object the forward model uses now, and x_choice where it comes from; quick: the newest quick
    reconstruction, made as quick_recipe says. content_hash: of its images, '' until somebody has told it.
    """

    def __init__(self, key: SceneKey, scene: Scene) -> None:
        self.key = key
        self.scene = scene
        self.operator: Operator | None = None
        self.obstacle: str | None = None
        self.live: LiveModel | None = None
        self.x: np.ndarray | None = None
        self.x_choice = ObjectChoice()
        self.quick: np.ndarray | None = None
        self.quick_recipe: Recipe | None = None
        self.content_hash = ""
        if scene.y is None:
            self.obstacle = "This file holds a volume and no images."
        elif self._needed_bytes() > MODEL_BUDGET_BYTES:
            self.obstacle = (
                f"A forward model of these images would need {self._needed_bytes() / 2**30:.0f} GB of memory "
                f"(the limit is {MODEL_BUDGET_BYTES >> 30} GB): they can be browsed only."
            )
        else:
            self.operator = scene.operator()
            if self.operator is None:
                self.obstacle = "This file says too little about the microscope for a forward model."

    def make_live(self, padded: bool = False, switched_off: frozenset[str] = frozenset()) -> LiveModel | None:
        """Read the images and set up the forward model, as far as that is not done; None with an obstacle.

        padded: on a detector that does not wrap round. switched_off: blocks to do without; symbols that the
        model does not have, or cannot do without, are passed over. Runs in a worker thread and changes
        nothing here: `install` takes the result.
        """
        operator = self.padded_operator if padded else self.operator
        if operator is None:
            return self.live
        live = self.live
        if live is None or live.operator.whole is not operator:
            live = self._new_live(operator)
        can_go = frozenset(block.symbol for block in operator.blocks if not block.essential)
        return live.without(switched_off & can_go)

    def require_live(self, padded: bool, switched_off: frozenset[str], excluded: frozenset[int]) -> LiveModel:
        """As `make_live`, without the images `excluded`. Raises UserError where there is no forward model."""
        live = self.make_live(padded, switched_off)
        if live is None:
            raise UserError(f"{str(self.obstacle).rstrip('.')}; choose another scene or file.")
        return self.leaving_out(live, excluded)

    def _new_live(self, operator: Operator) -> LiveModel:
        from cryogui.physics.live import LiveModel

        y = self.scene.y
        assert y is not None  # there is an operator
        return LiveModel(operator, y if isinstance(y, np.ndarray) else y.read())

    def install(
        self, live: LiveModel | None, x: np.ndarray, excluded: frozenset[int], choice: ObjectChoice
    ) -> None:
        """From now on compute with `live`, whose object is `x`, chosen so, without the images `excluded`."""
        self.live, self.x, self.x_choice = live, x, choice
        self.exclude(excluded)

    def exclude(self, images: frozenset[int]) -> None:
        """From now on leave these images out of residuals and reconstructions."""
        if self.live is not None:
            self.live = self.leaving_out(self.live, images)

    def leaving_out(self, live: LiveModel, images: frozenset[int]) -> LiveModel:
        """`live` without these images; with all of them when nothing would be left."""
        weights = np.ones(self.image_count)
        weights[[image for image in images if image < self.image_count]] = 0.0
        return live.weighted(weights if weights.any() else np.ones(self.image_count))

    def release(self) -> None:
        """Give back the memory of the forward model."""
        self.live = self.x = self.quick = self.quick_recipe = None
        self.x_choice = ObjectChoice()

    def require_fit(self, x: np.ndarray) -> None:
        """Raises UserError when the volume `x` cannot be the object of this scene's forward model."""
        if self.operator is None:
            raise UserError(f"{self.obstacle} Choose a scene with a forward model first.")
        if x.shape != self.operator.x_shape:
            raise UserError(
                f"The volume is {_times(x.shape)} voxels and this scene needs "
                f"{_times(self.operator.x_shape)}: choose a volume of that size."
            )

    @cached_property
    def padded_operator(self) -> Operator | None:
        """The operator on a detector that does not wrap round; None where there is no such variant."""
        return None if self.operator is None else self.operator.padded()

    @property
    def has_truth(self) -> bool:
        """Whether the file holds an x; asked without reading it."""
        return self.scene.read_x is not None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the file that the forward model responds to."""
        known = self.operator.parameters if self.operator is not None else ()
        return tuple(name for name in self.scene.ranges.names if name in known)

    @property
    def acting(self) -> tuple[str, ...]:
        """Those of `parameters` that still change something, whatever blocks are switched off."""
        known = self.parameters if self.live is None else self.live.operator.parameters
        return tuple(name for name in self.parameters if name in known)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Symbols of the blocks that the forward model now does without, in order of action."""
        left_out = frozenset() if self.live is None else self.live.left_out
        return tuple(block.symbol for block in self.blocks if block.symbol in left_out)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every step of the forward model in order of action, whether switched off or not."""
        return self.operator.blocks if self.operator is not None else ()

    @property
    def quick_method(self) -> str:
        """The name of the quick reconstruction for this kind of measurement."""
        if self.scene.tilt_angles_deg is not None:
            return "weighted back-projection"
        return "Wiener filter" if self.image_count == 1 else "CTF-weighted back-projection"

    # what can be seen

    @property
    def image_count(self) -> int:
        """Number of images in the series; 0 for a bare volume."""
        return 0 if self.scene.y is None else int(self.scene.y.shape[0])

    def image_label(self, index: int) -> str:
        """'tilt 3  −54.0°' or '#4': what the picture at image `index` is."""
        if self.is_sinogram:
            return f"{self.image_count} tilts"
        labels = self.scene.image_labels
        if self.scene.tilt_angles_deg is not None:
            return f"tilt {index + 1}  {labels[index]}" if labels else f"tilt {index + 1}"
        return labels[index] if labels else ""

    @property
    def is_in_memory(self) -> bool:
        """Whether an image can be shown without reading a file."""
        return self.live is not None or self.scene.y is None or isinstance(self.scene.y, np.ndarray)

    @property
    def is_sinogram(self) -> bool:
        """Images one pixel high are shown together, as a sinogram [tilt, x]."""
        return self.scene.y is not None and self.scene.y.shape[1] == 1 and self.image_count > 1

    @property
    def volume_shape(self) -> tuple[int, int, int]:
        """(nz, ny, nx) of the object; a flat one of the images' size where there is no operator."""
        if self.operator is not None:
            return self.operator.x_shape
        if self.scene.x_true is not None:
            return self.scene.x_true.shape
        _, ny, nx = self._y_shape
        return 1, ny, nx

    def measured(self, index: int) -> np.ndarray | None:
        """The measured picture on screen at image `index`; None for a bare volume."""
        y = self.live.measured.images if self.live else self.scene.y
        if y is None:
            return None
        if self.is_sinogram:
            return np.concatenate([y[i] for i in range(self.image_count)])
        return y[index]

    def forward(self, index: int, spec: Spec) -> np.ndarray | None:
        """The picture the model expects in place of `measured(index)`; None while it has no object."""
        return None if self.live is None else self.modelled(self.live, index, spec)

    def modelled(self, live: LiveModel, index: int, spec: Spec, after: str | None = None) -> np.ndarray:
        """The picture that `live` gives at image `index`; `after` stops behind the block of that symbol."""
        if self.is_sinogram:
            return live.images(spec, after)[:, 0, :]
        return live.image(index, spec, after)

    def frame(self, index: int) -> Frame:
        """How image `index` sees the volume, for the linked cursor."""
        volume = self.volume_shape
        image = (volume[1], volume[2]) if self.scene.y is None else self.scene.y.shape[1:]
        if self.scene.tilt_angles_deg is not None:
            return Frame.of_tilt(float(self.scene.tilt_angles_deg[index]), volume, image)
        from cryogui.physics.particles import ParticleStack

        if not isinstance(self.operator, ParticleStack):
            return Frame.of_tilt(0.0, volume, image)
        x_axis, y_axis = self.operator.rotations[index][:2]
        axes = (_vector(x_axis), _vector(y_axis), _vector(np.cross(x_axis, y_axis)))
        shift_x, shift_y = map(float, self.operator.shifts_px[index])
        return Frame(axes, volume, image, (shift_x, shift_y))

    def tilt_axis(self, spec: Spec) -> float | None:
        """The image column that the tilt axis projects on: the middle, or beside it as the spec has it."""
        if self.scene.tilt_angles_deg is None or self.scene.y is None:
            return None
        return int(self.scene.y.shape[2]) // 2 + spec.get("tilt_axis_offset", 0.0)

    def first_state(self) -> SceneState:
        """How the scene looks when it is shown for the first time."""
        if self.has_truth:
            chosen = ObjectChoice("truth")
        else:
            chosen = ObjectChoice("none" if self.obstacle else "quick")
        return SceneState(
            spec=self.scene.ranges.nominal,
            image_index=self.image_count // 2,
            position=centre(self.volume_shape),
            object=chosen,
        )

    @property
    def noise_floor(self) -> float | None:
        """‖noise‖/‖y‖: the residual a perfect model leaves; None where the noise is not known."""
        floors = self.noise_floor_per_image
        if floors is None or self.live is None:
            return None
        energy = np.where(self.live.used, self.live.measured.energy, 0.0)
        return float(np.sqrt(np.sum(floors**2 * energy) / np.sum(energy)))

    @property
    def noise_floor_per_image(self) -> np.ndarray | None:
        """The same for each image by itself, float64 [image]."""
        sigma = self.scene.noise_sigma
        if sigma is None or self.live is None or not self.live.measured.energy.all():
            return None
        pixels = self.live.measured.images[0].size
        return sigma * np.sqrt(pixels / self.live.measured.energy)

    @property
    def _y_shape(self) -> tuple[int, int, int]:
        assert self.scene.y is not None
        count, ny, nx = self.scene.y.shape
        return count, ny, nx

    def _needed_bytes(self) -> int:
        """Padded spectrum of a volume as deep as wide (16 bytes a voxel), and the images thrice."""
        count, ny, nx = self._y_shape
        return 16 * ny * nx * (nx if count > 1 else 1) + 3 * 4 * count * ny * nx


def _vector(values: np.ndarray) -> tuple[float, float, float]:
    x, y, z = map(float, values)
    return x, y, z


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(str(n) for n in shape)
