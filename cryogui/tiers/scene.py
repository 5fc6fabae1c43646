"""What an open file offers to the rest of the program: scenes with images, truth, ranges and an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cryogui.errors import UserError
from cryogui.spec import Spec, SpecRanges
from cryogui.tiers.issues import Issue
from cryogui.tiers.stacks import LazyStack

if TYPE_CHECKING:
    from cryogui.physics.operators import Operator

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Scene:
    """One scene of a file. Arrays are read when first asked for and kept, large stacks stay on disk.

    `read_y` gives the images [image, y, x], `read_x` the truth or the volume [z, y, x], `build` the ideal
    operator (given this scene's ranges); None where the file has none. `noise_sigma` is the standard
    deviation of the noise in y. `voxel_size_A` is (z, y, x), where the object's voxels are no cubes of
    `pixel_size_A`. `facts` are rows for the data panel, `notes` say what the file lacks.
    """

    name: str
    title: str
    variant: str
    ranges: SpecRanges = field(default_factory=SpecRanges)
    read_y: Callable[[], np.ndarray | LazyStack] | None = None
    read_x: Callable[[], np.ndarray] | None = None
    build: Callable[[], Operator | None] | None = None
    true_spec: Spec | None = None
    pixel_size_A: float | None = None
    voxel_size_A: tuple[float, float, float] | None = None
    image_labels: tuple[str, ...] = ()
    tilt_angles_deg: np.ndarray | None = None
    transmission: np.ndarray | None = None
    noise_sigma: float | None = None
    facts: Facts = ()
    notes: tuple[str, ...] = ()
    spec_dag: tuple[str, ...] = ()

    @cached_property
    def y(self) -> np.ndarray | LazyStack | None:
        """The measured images, float32 [image, y, x]; None for a bare volume."""
        return None if self.read_y is None else self.read_y()

    @cached_property
    def x_true(self) -> np.ndarray | None:
        """The truth, or the volume itself in a file of volumes, float32 [z, y, x]."""
        return None if self.read_x is None else self.read_x()

    def operator(self) -> Operator | None:
        """The ideal operator; None for a bare volume and where the file does not describe one."""
        return self._operator

    @cached_property
    def _operator(self) -> Operator | None:
        try:
            return None if self.build is None else self.build()
        except ValueError as error:
            raise UserError(f"The operator of {self.name} does not fit its data: {error}.") from error


@dataclass(frozen=True, eq=False)
class TierFile:
    """An open file: `layout` is 'native', 'A' … 'E' or 'mrc'; `variant` 'cryo_em', 'cryo_et' or 'volume'.

    `issues` are the findings of inspection and the notes of the scenes. Usable in a `with` statement.
    """

    path: Path
    layout: str
    variant: str
    tier: str
    issues: tuple[Issue, ...]
    scenes: tuple[Scene, ...]
    close: Callable[[], None]

    def __enter__(self) -> TierFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def tilt_labels(angles_deg: np.ndarray) -> tuple[str, ...]:
    """'−18.0°' for each tilt."""
    return tuple(f"{angle:.1f}°".replace("-", "−") for angle in angles_deg)


def number_labels(count: int) -> tuple[str, ...]:
    """'#1', '#2' … for images that have no angle."""
    return tuple(f"#{index + 1}" for index in range(count))
