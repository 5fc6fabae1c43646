"""Files the program carries with it: published facts, icons, lessons, colour maps.

They live in `resources/` beside the package in a checkout and in `cryogui/_resources` once installed.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryogui.spec import Parameter, SpecRanges

VARIANTS = ("cryo_em", "cryo_et")
TIERS = ("public", "dev", "hidden")


@lru_cache(maxsize=1)
def resource_root() -> Path:
    """The folder that holds the resources. Raises FileNotFoundError when the installation is broken."""
    package = Path(__file__).resolve().parent
    for candidate in (package / "_resources", package.parent / "resources"):
        if (candidate / "challenge.json").is_file():
            return candidate
    raise FileNotFoundError("cryogui's resources are missing; install the program again")


def resource_path(*parts: str) -> Path:
    """The path of one resource, for example `resource_path("icons", "play.svg")`."""
    return resource_root().joinpath(*parts)


@lru_cache(maxsize=1)
def _challenge() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(resource_path("challenge.json").read_text(encoding="utf-8"))
    return facts


def _variant(variant: str) -> dict[str, Any]:
    if variant not in VARIANTS:
        raise ValueError(f"no challenge variant named {variant!r}; there are {' and '.join(VARIANTS)}")
    facts: dict[str, Any] = _challenge()["variants"][variant]
    return facts


def challenge_ranges(variant: str, tier: str) -> SpecRanges:
    """The published range of every mismatch parameter of one tier, with its nominal value.

    Raises ValueError for a variant other than 'cryo_em' and 'cryo_et', or a tier the challenge lacks.
    """
    facts = _variant(variant)
    if tier not in TIERS:
        raise ValueError(f"no challenge tier named {tier!r}; there are {', '.join(TIERS)}")
    nominal = {row["name"]: row["nominal"] for row in facts["mismatch"]}
    return SpecRanges(
        tuple(
            Parameter(row["name"], row["min"], row["max"], nominal[row["name"]], row["unit"])
            for row in facts["spec_ranges"][tier]
        )
    )


def spec_dag(variant: str) -> tuple[str, ...]:
    """Symbols of the primitives a variant's forward model is made of, in order of action."""
    return tuple(_variant(variant)["spec_dag"])


def primitive_names() -> dict[str, str]:
    """The challenge's primitives: symbol to name."""
    return {row["symbol"]: row["name"] for row in _challenge()["primitives"]}


def standard_rows(variant: str) -> list[dict[str, Any]]:
    """Published standard scores: method, score, psnr_db, ssim, source. Nothing measured by this project."""
    return list(_variant(variant)["standard"])


def blind_rows(variant: str, tier: str) -> list[dict[str, Any]]:
    """Published blind scores of one tier: method, score, psnr_db, ssim; tier 'overall' has scores only."""
    blind = _variant(variant)["blind"]
    return list(blind["overall"] if tier == "overall" else blind["tiers"][tier])
