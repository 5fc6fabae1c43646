"""What a calibration has found of a scene, as plain values that a session file can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cryogui.calibrate.estimate import Estimate

VerdictWord = Literal["resolved", "ambiguous", "railed", "flat"]


@dataclass(frozen=True)
class Found:
    """What is known of one parameter.

    value and sigma (standard error; None where it has no limit) in file units. trades_with: one sentence on
    what it can be exchanged for, '' for nothing.
    """

    value: float
    sigma: float | None
    verdict: VerdictWord
    trades_with: str = ""


@dataclass(frozen=True)
class Calibrated:
    """What came of the last calibration of a scene.

    items: what was found, by the parameter's name. sentence: its outcome in words.
    """

    items: tuple[tuple[str, Found], ...] = ()
    sentence: str = ""

    @property
    def findings(self) -> Mapping[str, Found]:
        """By the parameter's name."""
        return dict(self.items)

    @classmethod
    def of(cls, estimate: Estimate, sentence: str) -> Calibrated:
        """The findings of an estimate that was taken over."""
        found = {
            name: Found(
                each.value,
                each.sigma if math.isfinite(each.sigma) else None,
                each.verdict.value,
                each.trades_with,
            )
            for name, each in estimate.findings.items()
        }
        return cls(tuple(found.items()), sentence)
