"""Making tier files of simulated scenes; the truth of blind tiers goes into a sealed file of its own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from cryogui.errors import UserError
from cryogui.physics.phantoms import SMALLEST_SIZE, SPECIMENS
from cryogui.resources import TIERS, VARIANTS, spec_dag
from cryogui.tiers.build import LARGEST_MODEL_BYTES
from cryogui.tiers.native_write import write_tier
from cryogui.tiers.scene_data import SceneData
from cryogui.tiers.sealed import sealed_path, write_sealed
from cryogui.tiers.simulated import DEFAULT_IMAGES, DEFAULT_SIZE, make_scene

LARGEST_SIZE = 512
BLIND_TIERS = ("dev", "hidden")
# with this one every parameter of the first scenes is off its nominal value by a fifth of its range or more
PUBLIC_SEED = 240
# not the generator's version: its scenes keep their specimens and truths when only the difficulty changes
SEED_SCHEME = 1

Progress: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class _Order:
    """One tier of one variant, as asked for."""

    variant: str
    tier: str
    size: int
    images: int
    seed: int

    def scene_seed(self, index: int) -> int:
        """A seed of the scene's own; no other scene's follows from it, so a public file may hold it."""
        text = f"cryogui {SEED_SCHEME} {self.seed} {self.variant} {self.tier} {index}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


def make_tiers(
    outdir: str | Path,
    variants: Iterable[str] = VARIANTS,
    tiers: Iterable[str] = TIERS,
    size: int | None = None,
    images: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write `<variant>_<tier>.h5` files into `outdir`, which is made when missing; returns the paths written.

    A blind tier ('dev', 'hidden') holds no truth: that goes into `<variant>_<tier>.sealed` beside it, for the
    evaluator alone. size: voxels along each side; images: tilts or particles in each scene. The same seed
    gives the same files. Without one, public tiers use a fixed seed and blind tiers a secret one, as anyone
    who knows or guesses the seed can make the truth again.
    Raises UserError for sizes that cannot be made and for files that cannot be written.
    """
    if size is not None and not SMALLEST_SIZE <= size <= LARGEST_SIZE:
        raise UserError(f"A size of {size} is not possible; give {SMALLEST_SIZE} to {LARGEST_SIZE} voxels.")
    if images is not None and images < 1:
        raise UserError(f"{images} images are not possible; give a number from 1.")
    most = LARGEST_MODEL_BYTES // (4 * (size or DEFAULT_SIZE) ** 2)
    if images is not None and images > most:
        raise UserError(f"{images} images of this size are too many to model; give at most {most}.")
    folder = Path(outdir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made; choose another.", repr(error)) from error
    chosen = tuple(tiers)
    written: list[Path] = []
    for variant in variants:
        for tier in chosen:
            count = DEFAULT_IMAGES[variant] if images is None else images
            order = _Order(variant, tier, size or DEFAULT_SIZE, count, _seed_for(tier, seed))
            written += _write(order, folder / f"{variant}_{tier}.h5", progress)
    return written


def make_public_tier(path: Path, variant: str, progress: Progress | None = None) -> None:
    """Write the public tier of default size as `path`. Raises UserError when it cannot be written."""
    _write(_Order(variant, "public", DEFAULT_SIZE, DEFAULT_IMAGES[variant], PUBLIC_SEED), path, progress)


def _seed_for(tier: str, seed: int | None) -> int:
    if seed is not None:
        return seed
    return secrets.randbits(128) if tier in BLIND_TIERS else PUBLIC_SEED


def _write(order: _Order, path: Path, progress: Progress | None) -> list[Path]:
    scenes: list[SceneData] = []
    for index, specimen in enumerate(SPECIMENS[order.variant]):
        if progress:
            progress(f"{path.name}: {specimen.title}")
        scenes.append(make_scene(specimen, order.tier, order.size, order.images, order.scene_seed(index)))
    blind = order.tier in BLIND_TIERS
    shown = [blinded(scene) for scene in scenes] if blind else scenes
    write_tier(path, shown, variant=order.variant, tier=order.tier, spec_dag=spec_dag(order.variant))
    if not blind:
        return [path]
    write_sealed(sealed_path(path), scenes, variant=order.variant, tier=order.tier)
    return [path, sealed_path(path)]


def blinded(scene: SceneData) -> SceneData:
    """The scene without what would give its truth away."""
    metadata = {name: value for name, value in scene.metadata.items() if name != "seed"}
    return replace(scene, x_true=None, true_spec=None, metadata=metadata)
