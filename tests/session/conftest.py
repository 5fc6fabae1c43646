"""A session in which every kind of setting differs from its default, and a scene that it can be about."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cryogui.physics.tilt import SingleAxisTilt
from cryogui.session import ObjectChoice, SceneKey, SceneState, Session, Snapshot
from cryogui.session.looks import ChallengeLook, Compared, CompareLook, PaneLook, VolumeLook
from cryogui.session.run_looks import CalibrationLook, ReconstructionLook, RunsLook
from cryogui.session.scene_model import SceneModel
from cryogui.spec import Parameter, Spec, SpecRanges
from cryogui.tiers.scene import Scene

RANGES = SpecRanges((Parameter("tilt_axis_offset", -1.0, 1.0, 0.0, "px"),))
ANGLES = np.linspace(-60, 60, 5)


def model() -> SceneModel:
    scene = Scene(
        "sample_00", "two bodies", "cryo_et", ranges=RANGES,
        read_y=lambda: np.zeros((5, 8, 8), np.float32), read_x=lambda: np.zeros((8, 8, 8), np.float32),
        build=lambda: SingleAxisTilt((8, 8, 8), (8, 8), ANGLES), tilt_angles_deg=ANGLES,
    )  # fmt: skip
    return SceneModel(SceneKey("a.h5", 0), scene)


def full_session(folder: Path) -> Session:
    """A session in which every kind of setting differs from its default."""
    key = SceneKey(str(folder / "a.h5"), 1)
    state = SceneState(
        Spec.of({"tilt_axis_offset": 0.25}), frozenset({"tilt_axis_offset"}), 3, (1.0, 2.0, 3.5),
        ObjectChoice("file", str(folder / "x.mrc")), True, (("measured", (-0.5, 2.0)),), frozenset({0, 4}),
        frozenset({"C"}), 5,
    )  # fmt: skip
    looks = (("xy", PaneLook(True, "viridis", (0.25, 1.0, 5.0, 6.0))),)
    volume = VolumeLook("isosurface", 0.3)
    shot = Snapshot(
        "before", key, state, b"\x89PNG\r\n", 0.25, True, False, looks, volume,
    )  # fmt: skip
    compare = CompareLook(
        Compared("truth"), Compared("forward", "snapshot", "before"), "swipe", "yz", divider=0.25
    )
    return Session(
        files=(str(folder / "a.h5"),), flip_y=True, residual_in_noise=False, tab="spectrum", looks=looks,
        volume=volume, compare=compare, snapshots=(shot,),
        reconstruction=ReconstructionLook(
            "sirt", True, True, True, "psnr_db", True,
            options=(("sirt", (("iterations", 40), ("step", 0.5), ("positive", True), ("order", "a"))),),
        ),
        calibration=CalibrationLook("gradient", True, True, options=(("gradient", (("iterations", 40),)),)),
        runs=RunsLook(
            (3, 1), "fsc", "ssim", "first", "yz", True, "blind", True, "wbp", True, False, "calibration"
        ),
        challenge=ChallengeLook("leaderboard", "cryo_em", "standard", "dev", "seconds", False, False, False),
    ).showing(key, state)  # fmt: skip
