"""The tiers that the challenge is played with where none are named: made once, in the user's data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock
from platformdirs import user_data_path

from cryogui.errors import UserError
from cryogui.resources import TIERS, VARIANTS
from cryogui.tiers.make import BLIND_TIERS, Progress, make_tiers
from cryogui.tiers.sealed import sealed_path


def tier_path(folder: Path, variant: str, tier: str) -> Path:
    """Where a folder of tiers, as `make_tiers` fills it, has this one."""
    return folder / f"{variant}_{tier}.h5"


def own_tiers(
    variants: Iterable[str] = VARIANTS, tiers: Iterable[str] = TIERS, progress: Progress | None = None
) -> Path:
    """The folder of the user's own tiers, with these in it: made of the usual size where they are missing.

    Blind ones are drawn with a secret seed, and stay what they are. Programs that ask at the same time wait
    for each other. Raises UserError when they cannot be written.
    """
    folder = user_data_path("cryogui", appauthor=False) / "evaluation"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / ".making.lock"):
            wanted = [(variant, tier) for variant in variants for tier in tiers]
            for variant, tier in wanted:
                if not _is_whole(tier_path(folder, variant, tier), tier):
                    make_tiers(folder, (variant,), (tier,), progress=progress)
    except OSError as error:
        raise UserError(
            f"The tiers cannot be kept in {folder}; check its permissions and the disk.", repr(error)
        ) from error
    return folder


def _is_whole(path: Path, tier: str) -> bool:
    """Whether it is there, with its truth: that is written last."""
    return path.is_file() and (tier not in BLIND_TIERS or sealed_path(path).is_file())
