"""What a stranger's algorithm is given: one scene in a file of its own, without what would tell more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py

from cryogui.errors import UserError
from cryogui.tiers import Scene, SceneData, TierFile, write_tier
from cryogui.tiers.native import native_data

TIER, SCENE = "evaluation", "sample_00"
"""What every tier and every scene is called towards an algorithm."""


def scene_data(tier: TierFile) -> tuple[SceneData, ...]:
    """The scenes of an open tier as an algorithm may have them: images, ideal operator, ranges.

    Raises UserError for a tier in another layout than this program's.
    """
    if tier.layout != "native":
        raise UserError(
            f"{tier.path.name} is not of this program's layout; make one by 'cryogui make-tiers'."
        )
    with h5py.File(tier.path, "r", locking=False) as file:
        return tuple(
            replace(data, y=scene.y, metadata=_shape(data), x_true=None, true_spec=None)
            for data, scene in zip(native_data(file, tier.variant), tier.scenes, strict=True)
            if scene.y is not None
        )


def write_question(path: Path, data: SceneData, tier: TierFile) -> None:
    """Write one of `scene_data` as a tier file. Raises UserError when it cannot be written."""
    write_tier(path, [data], variant=tier.variant, tier=TIER, spec_dag=tier.scenes[0].spec_dag)


def as_asked(tier: TierFile, scene: Scene) -> TierFile:
    """The tier that an answer to the question about `scene` is held against."""
    return replace(tier, tier=TIER, scenes=(replace(scene, name=SCENE),))


def _shape(data: SceneData) -> dict[str, object]:
    """Of the metadata only the volume's shape: titles name the specimen."""
    return {"shape": data.metadata["shape"]} if "shape" in data.metadata else {}
