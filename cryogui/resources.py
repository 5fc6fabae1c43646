"""Files the program carries with it: published facts, icons, lessons, colour maps.

They live in `resources/` beside the package in a checkout and in `cryogui/_resources` once installed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryogui.spec import Parameter, SpecRanges

VARIANTS = ("cryo_em", "cryo_et")
TIERS = ("public", "dev", "hidden")


@dataclass(frozen=True)
class Primitive:
    """One kind of step that forward models are made of. symbol and name as published; formula and meaning are
    this project's."""

    symbol: str
    name: str
    formula: str
    meaning: str


@dataclass(frozen=True)
class Mismatch:
    """The published nominal and perturbed value of one parameter, in `unit`."""

    name: str
    nominal: float
    perturbed: float
    unit: str


@dataclass(frozen=True)
class ScoringRules:
    """How scores are computed, as printed. psnr_norm: the term that the pages leave undefined, as inferred
    for psnr_norm_reason."""

    standard: str
    blind: str
    psnr_norm: str
    psnr_norm_reason: str
    overall: str


@dataclass(frozen=True)
class CreditsRule:
    """What the platform promises: two shares of 1, and what can be withdrawn at least."""

    platform_profit_pool: float
    winner_share: float
    minimum_withdrawal_usd: float


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


def primitives() -> tuple[Primitive, ...]:
    """The challenge's primitives, in the published order."""
    return tuple(Primitive(**row) for row in _challenge()["primitives"])


def primitive_names() -> dict[str, str]:
    """The same: symbol to name."""
    return {row.symbol: row.name for row in primitives()}


def variant_name(variant: str) -> str:
    """What a variant is called in full."""
    return str(_variant(variant)["name"])


def scenes_per_tier(variant: str) -> int:
    """How many scenes each tier of a variant has."""
    return int(_variant(variant)["scenes_per_tier"])


def mismatches(variant: str) -> tuple[Mismatch, ...]:
    """The mismatch table of a variant."""
    fields = "name", "nominal", "perturbed", "unit"
    return tuple(Mismatch(*(row[field] for field in fields)) for row in _variant(variant)["mismatch"])


def scoring_rules() -> ScoringRules:
    """How scores are computed."""
    return ScoringRules(**_challenge()["scores"])


def credits_rule() -> CreditsRule:
    """What the platform promises to pay."""
    return CreditsRule(**_challenge()["credits"])


def standard_rows(variant: str) -> list[dict[str, Any]]:
    """Published standard scores: method, score, psnr_db, ssim, source. Nothing measured by this project."""
    return list(_variant(variant)["standard"])


def blind_rows(variant: str, tier: str) -> list[dict[str, Any]]:
    """Published blind scores of one tier: method, score, psnr_db, ssim; tier 'overall' has scores only."""
    blind = _variant(variant)["blind"]
    return list(blind["overall"] if tier == "overall" else blind["tiers"][tier])
