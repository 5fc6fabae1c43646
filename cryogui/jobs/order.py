"""What is ordered: which scene is reconstructed or calibrated, in which way, under which spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cryogui import __version__
from cryogui.spec import Spec

if TYPE_CHECKING:
    from cryogui.reconstruct.registry import Method

Kind = Literal["reconstruction", "calibration"]


@dataclass(frozen=True)
class Ordered:
    """Everything that the work on a scene depends on beside the data, all of it plain enough for JSON.

    path, scene, scene_name, variant: where the data are; the name as in the file, or as people know it.
    content_hash: of y, see `inputs.content_hash`. method: key of the method or strategy; options: its values
    by name. spec: under which it works, or where it starts. excluded: images that do not count; switched_off:
    symbols of the forward model's blocks that are left out; padded: whether its detector is wider than its
    frame. title: what the user calls the run. version: of the program. kind: what is made; noun: what makes
    it.
    """

    kind: ClassVar[Kind]
    noun: ClassVar[str]

    path: str
    scene: int
    scene_name: str
    variant: str
    content_hash: str
    method: str
    title: str
    spec: Spec
    options: dict[str, bool | int | float | str] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    switched_off: frozenset[str] = frozenset()
    padded: bool = False
    version: str = __version__

    @property
    def place(self) -> str:
        """Scene and file, as 'scene 1 of tier.h5'."""
        return f"scene {self.scene + 1} of {Path(self.path).name}"


@dataclass(frozen=True)
class Order(Ordered):
    """A reconstruction. halves: whether two halves of the images are reconstructed as well, for an FSC
    between them. tier: of the challenge, '' for none."""

    kind = "reconstruction"
    noun = "method"

    halves: bool = False
    tier: str = ""

    @property
    def group(self) -> str:
        """What the scene is called in files of results: as in its own file, or by its number."""
        is_group = re.fullmatch(r"sample_\w+", self.scene_name)
        return self.scene_name if is_group else f"sample_{self.scene:02d}"


@dataclass(frozen=True)
class CalibrationOrder(Ordered):
    """A calibration. locked: parameters that keep the value of the start."""

    kind = "calibration"
    noun = "strategy"

    locked: frozenset[str] = frozenset()


def default_title(method: Method, options: Mapping[str, Any]) -> str:
    """'SIRT 100': the method, and how many iterations where it counts them."""
    count = options.get("iterations")
    return method.short_title if count is None else f"{method.short_title} {count}"
