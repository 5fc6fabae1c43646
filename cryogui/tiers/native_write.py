"""Writing the native layout (format_version 2); `native` reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from cryogui.tiers.atomic import Hdf5Writer, write_atomically
from cryogui.tiers.scene_data import SceneData, TiltGeometry

FORMAT = "cryogui-tier"
FORMAT_VERSION = 2
RUNNERS = {"cryo_em": "spa", "cryo_et": "single_axis_tilt"}


def write_tier(
    path: str | Path, scenes: Sequence[SceneData], *, variant: str, tier: str, spec_dag: Sequence[str]
) -> None:
    """Write a tier file: whole or not at all, read back before it takes its name.

    `variant` is 'cryo_em' or 'cryo_et'. Raises UserError when the file cannot be written.
    """

    def fill(writer: Hdf5Writer) -> None:
        writer.attributes(
            "/",
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "variant": variant,
                "tier": tier,
                "version": "1.0",
                "runner_type": RUNNERS[variant],
                "spec_dag": list(spec_dag),
            },
        )
        for index, scene in enumerate(scenes):
            _write_scene(writer, f"sample_{index:02d}", scene)

    write_atomically(path, fill)


def _write_scene(writer: Hdf5Writer, group: str, scene: SceneData) -> None:
    ranges = [
        {"name": p.name, "min": p.minimum, "max": p.maximum, "unit": p.unit, "nominal": p.nominal}
        for p in scene.ranges
    ]
    writer.attributes(
        group,
        {
            "spec_ranges": ranges,
            "metadata": dict(scene.metadata),
            "true_spec": None if scene.true_spec is None else dict(scene.true_spec),
        },
    )
    writer.images(f"{group}/y", scene.y)
    if scene.x_true is not None:
        writer.dataset(f"{group}/x_true", scene.x_true)
    if scene.transmission is not None:
        writer.dataset(f"{group}/transmission", scene.transmission)
    operator = asdict(scene.microscope)
    if isinstance(scene.geometry, TiltGeometry):
        operator["total_dose_e_per_A2"] = scene.geometry.total_dose_e_per_A2
    writer.attributes(f"{group}/H_ideal", operator)
    for name, values in scene.geometry.datasets().items():
        writer.dataset(f"{group}/H_ideal/{name}", values, np.float64)
