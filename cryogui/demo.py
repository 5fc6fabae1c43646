"""The tier the window opens on when it is given no file: made on first use, kept in the user's cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryogui.errors import UserError


def demo_tier(variant: str = "cryo_et", progress: Callable[[str], None] | None = None) -> Path:
    """Path of the demo tier of 'cryo_et' or 'cryo_em', made in a few seconds when it is not there yet.

    It is the public tier at default size, so it holds the truth. Each generator version has a folder of its
    own: an older program's demo is never shown as this one's. Raises UserError when it cannot be written.
    """
    path = _demo_path(variant)
    if path.is_file():
        return path
    from cryogui.tiers.make import make_public_tier

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = (
            f"The demo needs the cache folder {path.parent}, which cannot be made; open a file instead."
        )
        raise UserError(sentence, repr(error)) from error
    make_public_tier(path, variant, progress)
    return path


def present(path: str) -> str:
    """`path`; a demo tier cleared from the cache is made anew. Raises UserError as `demo_tier`."""
    for variant in ("cryo_et", "cryo_em"):
        if Path(path) == _demo_path(variant):
            return str(demo_tier(variant))
    return path


def _demo_path(variant: str) -> Path:
    from platformdirs import user_cache_path

    from cryogui.tiers.simulated import GENERATOR_VERSION

    return user_cache_path("cryogui") / f"demo-{GENERATOR_VERSION}" / f"demo_{variant}_public.h5"
