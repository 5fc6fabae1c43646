"""A small tilt series with a mismatch, simulated exactly, to be calibrated."""

from __future__ import annotations

from functools import cache

import numpy as np

from cryogui.calibrate import Calibration
from cryogui.physics.phantoms import SPECIMENS
from cryogui.reconstruct import Problem
from cryogui.tiers.build import build_scene
from cryogui.tiers.simulated import make_scene

SIZE, TILTS = 24, 45


@cache
def measured(specimen: int = 1, seed: int = 5) -> tuple[Calibration, dict[str, float]]:
    """From the nominal spec, and the truth. Nothing of it may be written to."""
    data = make_scene(SPECIMENS["cryo_et"][specimen], "public", SIZE, TILTS, seed)
    scene = build_scene(data, "sample_00", ())
    problem = Problem(
        scene.operator(), np.asarray(data.y), dict(data.ranges.nominal), np.ones(TILTS, dtype=bool),
        scene.noise_sigma,
    )  # fmt: skip
    assert data.true_spec is not None
    return Calibration.of(problem, data.ranges), dict(data.true_spec)
