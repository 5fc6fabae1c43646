"""What a strategy says: a spec, how sure it is of each parameter, and what that means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cryogui.spec import Parameter, Spec

_RAILED_SHARE = 1e-3  # of the range: closer to its end than this, a value is held by the range, not by data
_RESOLVED_SHARE = 0.5  # of the range's standard deviation: an error below tells more than the range did
_FLAT_SHARE = 2.0  # of the same: an error above means that the data say nothing


class Verdict(Enum):
    """What the data can say of a parameter."""

    RESOLVED = "resolved"
    RAILED = "railed"
    AMBIGUOUS = "ambiguous"
    FLAT = "flat"


@dataclass(frozen=True)
class Finding:
    """What is known of one parameter.

    value and sigma (standard error, all other unknowns marginalised; inf where nothing is known) in file
    units. trades_with: one sentence on what it can be exchanged for, '' for nothing.
    """

    value: float
    sigma: float
    verdict: Verdict
    trades_with: str = ""

    @classmethod
    def of(cls, parameter: Parameter, value: float, sigma: float, trades_with: str = "") -> Finding:
        """With the verdict that the error and the range imply."""
        spread = parameter.spread
        if not sigma < _FLAT_SHARE * spread:
            verdict = Verdict.FLAT
        elif sigma > _RESOLVED_SHARE * spread:
            verdict = Verdict.AMBIGUOUS
        elif min(value - parameter.minimum, parameter.maximum - value) < _RAILED_SHARE * parameter.width:
            verdict = Verdict.RAILED
        else:
            verdict = Verdict.RESOLVED
        return cls(value, sigma, verdict, trades_with)


@dataclass(frozen=True, eq=False)
class Estimate:
    """How far a strategy has come.

    spec: the best so far, one value for every parameter; fraction: of the whole work, 0 to 1. findings: by
    name, of the parameters it has determined so far. heldout_before, heldout_after: the relative error with
    which images left out are predicted, under the start and under `spec`; NaN where not asked. note: one
    thing worth saying.
    """

    spec: Spec
    fraction: float
    findings: Mapping[str, Finding] = field(default_factory=dict)
    heldout_before: float = math.nan
    heldout_after: float = math.nan
    note: str = ""
