"""Scores of one scene and of a tier, in plain numbers that can be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryogui import scoring

FIGURES = "psnr_db", "ssim", "consistency", "standard_score", "blind_score"


@dataclass(frozen=True)
class SceneScore:
    """How good the answer to one scene is; None for what there is no truth, or no forward model, to tell.

    spec: under which it was submitted, in file units. seconds: that it took, where that is known.
    """

    name: str
    psnr_db: float | None
    ssim: float | None
    consistency: float | None
    spec: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None

    @property
    def standard_score(self) -> float | None:
        """Of the standard board, 0 to 1."""
        if self.psnr_db is None or self.ssim is None:
            return None
        return scoring.standard_score(self.psnr_db, self.ssim)

    @property
    def blind_score(self) -> float | None:
        """Of the blind board, 0 to 1."""
        if self.psnr_db is None or self.ssim is None or self.consistency is None:
            return None
        return scoring.blind_score(self.psnr_db, self.ssim, self.consistency)

    def figures(self) -> dict[str, float | None]:
        """Every score by its name."""
        return {name: getattr(self, name) for name in FIGURES}

    def as_dict(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {"name": self.name, **self.figures(), "seconds": self.seconds, "spec": dict(self.spec)}


def tier_figures(scenes: Sequence[SceneScore]) -> dict[str, float | None]:
    """The plain mean of each score over a tier's scenes; None where one of them has none."""
    return mean_figures([scene.figures() for scene in scenes])


def mean_figures(parts: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """The plain mean of each score, of scenes for a tier and of tiers for the whole; None where one lacks."""
    return {name: _mean([part[name] for part in parts]) for name in FIGURES}


def total_seconds(scenes: Sequence[SceneScore]) -> float | None:
    """What all scenes took; None where one does not say."""
    mean = _mean([scene.seconds for scene in scenes])
    return None if mean is None else mean * len(scenes)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None
