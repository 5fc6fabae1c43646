"""The truth of a blind tier, in a file of its own that nothing opens as a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import h5py

from cryogui.errors import UserError
from cryogui.tiers.atomic import Hdf5Writer, write_atomically
from cryogui.tiers.digest import content_hash
from cryogui.tiers.inspection import inspect_file
from cryogui.tiers.issues import refuse_errors
from cryogui.tiers.ranges import read_true_spec
from cryogui.tiers.read_hdf5 import numbers, scene_groups, text_attribute, volume
from cryogui.tiers.scene import Scene, TierFile
from cryogui.tiers.scene_data import SceneData

FORMAT = "cryogui-sealed"
SUFFIX = ".sealed"


def sealed_path(tier: Path) -> Path:
    """Where the truth of the blind tier file `tier` belongs."""
    return tier.with_suffix(SUFFIX)


def write_sealed(path: Path, scenes: Sequence[SceneData], *, variant: str, tier: str) -> None:
    """Keep the truth of `scenes` for the evaluator, readable by the owner only; whole or not at all.

    Raises UserError when it cannot be written.
    """

    def fill(writer: Hdf5Writer) -> None:
        writer.attributes("/", {"format": FORMAT, "variant": variant, "tier": tier})
        for index, scene in enumerate(scenes):
            assert scene.x_true is not None and scene.true_spec is not None
            group = f"sample_{index:02d}"
            facts = {"true_spec": dict(scene.true_spec), "seed": scene.metadata["seed"]}
            writer.attributes(group, {**facts, "y_sha256": content_hash(scene.y)})
            writer.dataset(f"{group}/x_true", scene.x_true)

    write_atomically(path, fill)
    path.chmod(0o600)


def unsealed(tier: TierFile, sealed: Path | None = None) -> TierFile:
    """The open `tier` with the truth that it has not itself, out of `sealed` or else the file beside it.

    Without any the tier is as it was. Raises UserError for a sealed file that is not sound, or holds the
    truth of other images.
    """
    if sealed is None:
        sealed = sealed_path(tier.path)
        if not sealed.is_file() or all(scene.read_x is not None for scene in tier.scenes):
            return tier
    refuse_errors(inspect_file(sealed).issues, sealed.name)
    try:
        with h5py.File(sealed, "r", locking=False) as file:
            if text_attribute(file, "format") != FORMAT:
                raise UserError(
                    f"{sealed.name} holds no sealed truth; name a file that 'cryogui make-tiers' has sealed."
                )
            groups = {group.name[1:]: group for group in scene_groups(file)}
            scenes = tuple(_with_truth(scene, groups, sealed, tier.path) for scene in tier.scenes)
    except OSError as error:
        raise UserError(f"{sealed.name} cannot be read; make the tier again.", repr(error)) from error
    return replace(tier, scenes=scenes)


def _with_truth(scene: Scene, groups: Mapping[str, h5py.Group], sealed: Path, tier: Path) -> Scene:
    group, y = groups.get(scene.name), scene.y
    if group is None or y is None or text_attribute(group, "y_sha256") != content_hash(y):
        raise UserError(
            f"{sealed.name} is not the truth of {scene.name} of {tier.name}; name the one made with it."
        )
    x_true = volume(numbers(group, "x_true", (3,)))
    return replace(scene, read_x=lambda: x_true, true_spec=read_true_spec(group))
