"""The steps that the forward model of a tilt series is made of, and the parameters that enter each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.operators import NO_IMAGES_WITHOUT_PROJECTION, Block


def tilt_parameters(dose_share: NDArray[np.float64], optics: Optics | None) -> tuple[str, ...]:
    """The mismatch parameters of a series; shrinkage needs a dose, and a defocus that drifts needs a CTF."""
    names = ["tilt_axis_offset", "tilt_angle_accuracy"]
    if dose_share.any():
        names.append("dose_induced_shrinkage")
    if optics is not None:
        names.append("ctf_per_tilt_variation")
    return (*names, "missing_wedge")


def tilt_blocks(parameters: tuple[str, ...], optics: Optics | None) -> tuple[Block, ...]:
    """The steps from volume to image, each with those of `parameters` that it reads."""
    geometric = tuple(
        n for n in parameters if n in ("tilt_axis_offset", "tilt_angle_accuracy", "dose_induced_shrinkage")
    )
    projection = Block(
        "Π", "Projection", "P(k′, k_y) = e^(−2πi k′tₐ) · V̂(k′cosθ, k_y, −s k′sinθ)", geometric,
        essential=NO_IMAGES_WITHOUT_PROJECTION,
    )  # fmt: skip
    transfer = Block("C", "Contrast transfer", "sin(χ + asin w)", ("ctf_per_tilt_variation",))
    detector = Block("D", "Detector", "wᵢ(m): tilts beyond 90° − m are shadowed", ("missing_wedge",))
    return (projection, transfer, detector) if optics is not None else (projection, detector)
