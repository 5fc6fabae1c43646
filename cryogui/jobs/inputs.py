"""What a reconstruction is made from, as the caller holds it in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cryogui.physics.fourier import Real32
    from cryogui.physics.live import LiveModel
    from cryogui.physics.operators import Theta
    from cryogui.reconstruct.problem import Problem
    from cryogui.tiers.scene import Scene


@dataclass(frozen=True, eq=False)
class Inputs:
    """The problem that the method is given, and the truth [z, y, x] that only the judge sees (None: unknown).

    The arrays are copied when the run starts, and must not change before.
    """

    problem: Problem
    x_true: Real32 | None = None

    @classmethod
    def of(cls, live: LiveModel, scene: Scene, spec: Theta) -> Inputs:
        """The measurement of `scene` under `spec`, with its truth."""
        return cls(problem_of(live, scene, spec), scene.x_true)


def problem_of(live: LiveModel, scene: Scene, spec: Theta) -> Problem:
    """The measurement of `scene` under `spec`, with the blocks and the images that `live` has."""
    from cryogui.reconstruct.problem import Problem

    return Problem(
        operator=live.operator,
        y=live.measured.images,
        theta=spec,
        used=live.used,
        noise_sigma=scene.noise_sigma,
        transmission=None if scene.transmission is None else scene.transmission.astype(np.float32),
    )
