"""What a calibration has found, as JSON and as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cryogui.calibrate.words import with_error
from cryogui.spec import DESCRIPTIONS, Spec

if TYPE_CHECKING:
    from cryogui.calibrate import Estimate


def found(estimate: Estimate | None, start: Spec) -> dict[str, Any]:
    """Spec, what was said last, and by name sigma, verdict and what it trades with; None for what was not
    determined.

    start: the spec where there is no estimate.
    """
    spec = start if estimate is None else estimate.spec
    findings = {} if estimate is None else estimate.findings
    known = {name: findings.get(name) for name in spec}
    return {
        "spec": dict(spec),
        "sigma": {name: each and each.sigma for name, each in known.items()},
        "verdict": {name: each and each.verdict.value for name, each in known.items()},
        "trades_with": {name: each and each.trades_with for name, each in known.items()},
        "heldout_before": None if estimate is None else estimate.heldout_before,
        "heldout_after": None if estimate is None else estimate.heldout_after,
        "note": "" if estimate is None else estimate.note,
    }


def table(scene: Mapping[str, Any]) -> list[str]:
    """One line for each parameter: value ± sigma unit, verdict, what it trades with; and the note."""
    rows = []
    for name, value in scene["spec"].items():
        unit = DESCRIPTIONS[name].unit if name in DESCRIPTIONS else ""
        number = f"{with_error(value, scene['sigma'][name])} {unit}".rstrip()
        verdict = scene["verdict"][name] or "not determined"
        rows.append((name, number, verdict, scene["trades_with"][name] or ""))
    return aligned(rows) + [scene["note"]] * bool(scene["note"])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines whose columns stand under each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def heldout_words(scene: Mapping[str, Any]) -> str:
    """'held-out error 0.8123 → 0.7900'; '' where it was not asked."""
    before, after = scene["heldout_before"], scene["heldout_after"]
    if before is None or after is None or math.isnan(before + after):
        return ""
    return f"held-out error {before:.4f} → {after:.4f}"
