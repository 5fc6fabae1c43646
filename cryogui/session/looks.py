"""How things are drawn: what the user has set for one kind of view, one frozen value for each.

Session files are made straight from these values: every field has a default, so that older files still load,
and holds only what JSON can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VolumeMode = Literal["mip", "attenuated_mip", "isosurface"]


@dataclass(frozen=True)
class PaneLook:
    """An image pane, but for its contrast, which belongs to the scene.

    colours: the colour map's name, '' for the pane's own. view: the part of the image plane in sight as
    (left, top, width, height) in pixels of the image; None for all of it. view_of: rows and columns of the
    image it was chosen for; an image of another shape is shown whole. log_counts: histograms of its values.
    """

    inverted: bool = False
    colours: str = ""
    view: tuple[float, float, float, float] | None = None
    view_of: tuple[int, int] | None = None
    log_counts: bool = False


@dataclass(frozen=True)
class VolumeLook:
    """The 3-D view. threshold: where the isosurface lies between background (0) and brightest (1)."""

    mode: VolumeMode = "attenuated_mip"
    threshold: float = 0.4


@dataclass(frozen=True)
class SpectrumLook:
    """The spectrum tab."""


@dataclass(frozen=True)
class SamplingLook:
    """The sampling tab."""


@dataclass(frozen=True)
class CompareLook:
    """The compare tab."""


@dataclass(frozen=True)
class Oblique:
    """A plane through the cursor that no axis of the volume lies across; belongs to the scene."""

    shown: bool = False
