"""What the challenge asks for, by variant and tier: everything that the challenge card shows. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from cryogui.resources import (
    TIERS,
    Primitive,
    challenge_ranges,
    mismatches,
    primitives,
    scenes_per_tier,
    spec_dag,
)
from cryogui.spec import Description, Parameter


@dataclass(frozen=True)
class Wanted:
    """What is to be submitted for one scene. shape: of x_hat, [z, y, x]; None where it is not known."""

    name: str
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class MismatchRow:
    """One mismatch parameter: nominal and perturbed value as published, and its range by tier."""

    name: str
    nominal: float
    perturbed: float
    about: Description
    ranges: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Card:
    """The challenge of one variant.

    tier: of the file that is open, '' for none of this variant; file: its name. scenes: what it asks for.
    """

    variant: str
    tier: str = ""
    file: str = ""
    scenes: tuple[Wanted, ...] = ()

    @classmethod
    def blank(cls, variant: str) -> Card:
        """Without a file: scenes as the tiers of this program have them."""
        return cls(
            variant, scenes=tuple(Wanted(f"sample_{at:02d}") for at in range(scenes_per_tier(variant)))
        )

    @property
    def dag(self) -> tuple[Primitive, ...]:
        """The steps of the published forward model, in order of action."""
        known = {primitive.symbol: primitive for primitive in primitives()}
        return tuple(known[symbol] for symbol in spec_dag(self.variant))

    @property
    def mismatch(self) -> tuple[MismatchRow, ...]:
        """The mismatch table, with the ranges of all three tiers."""
        ranges = {tier: challenge_ranges(self.variant, tier) for tier in TIERS}
        rows = []
        for row in mismatches(self.variant):
            parameters: dict[str, Parameter] = {tier: ranges[tier][row.name] for tier in TIERS}
            bounds = {tier: (each.minimum, each.maximum) for tier, each in parameters.items()}
            about = parameters[TIERS[0]].description
            rows.append(MismatchRow(row.name, row.nominal, row.perturbed, about, bounds))
        return tuple(rows)
