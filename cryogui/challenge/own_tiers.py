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


def own_folder() -> Path:
    """The user's folder for what the challenge is played with, nobody else's to read; made when missing.

    Raises UserError when it cannot be made.
    """
    folder = user_data_path("cryogui", appauthor=False) / "evaluation"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _cannot_keep(folder, error) from error
    return folder


def own_tiers(
    variants: Iterable[str] = VARIANTS, tiers: Iterable[str] = TIERS, progress: Progress | None = None
) -> Path:
    """The folder of the user's own tiers, with these in it: made of the usual size where they are missing.

    Blind ones are drawn with a secret seed, and stay what they are. Programs that ask at the same time wait
    for each other. Raises UserError when they cannot be written.
    """
    folder = own_folder()
    try:
        with FileLock(folder / ".making.lock"):
            wanted = [(variant, tier) for variant in variants for tier in tiers]
            for variant, tier in wanted:
                if not is_whole(tier_path(folder, variant, tier), tier):
                    make_tiers(folder, (variant,), (tier,), progress=progress)
    except OSError as error:
        raise _cannot_keep(folder, error) from error
    return folder


def find_tier(variant: str, tier: str, folder: Path | None, progress: Progress | None = None) -> Path:
    """The tier file with its truth in `folder`; without one the user's own, made when it is missing.

    Raises UserError where the folder has it not, and as `own_tiers`.
    """
    if folder is None:
        return tier_path(own_tiers((variant,), (tier,), progress), variant, tier)
    path = tier_path(folder, variant, tier)
    if not is_whole(path, tier):
        names = f"{path.name} and {sealed_path(path).name}" if tier in BLIND_TIERS else path.name
        raise UserError(f"{folder} does not hold {names}; make them by 'cryogui make-tiers {folder}'.")
    return path


def is_whole(path: Path, tier: str) -> bool:
    """Whether it is there, with its truth: that is written last."""
    return path.is_file() and (tier not in BLIND_TIERS or sealed_path(path).is_file())


def _cannot_keep(folder: Path, error: OSError) -> UserError:
    return UserError(
        f"The tiers cannot be kept in {folder}; check its permissions and the disk.", repr(error)
    )
