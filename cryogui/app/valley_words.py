"""Who follows whom in the valley mode, in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryogui.app.panels.parameter_row import decimals_for
from cryogui.spec import Parameter, Spec, SpecRanges

if TYPE_CHECKING:
    from cryogui.calibrate.valley import Valley

NOBODY = "nothing follows: no other makes up for it"


def who_would(valley: Valley, ranges: SpecRanges) -> str:
    """'dose shrinkage would follow'."""
    labels = [ranges[name].description.label for name in valley.partners]
    return f"{' and '.join(labels)} would follow" if labels else NOBODY


def who_did(valley: Valley, start: Spec, now: Spec, ranges: SpecRanges) -> str:
    """'defocus error follows: −42 nm'; of several 'tₐ +0.5 px, dₛ −2 % follow', as a row has little room."""
    followers = [(ranges[name], start[name], now[name]) for name in valley.partners]
    if not followers:
        return NOBODY
    if len(followers) == 1:
        return f"{followers[0][0].description.label} follows: {_change(*followers[0])}"
    moves = [f"{parameter.description.symbol} {_change(parameter, *at)}" for parameter, *at in followers]
    return f"{', '.join(moves)} follow"


def _change(parameter: Parameter, before: float, after: float) -> str:
    """By how much it has gone, and whether it can go no further."""
    at_end = " (at its end)" if after in (parameter.minimum, parameter.maximum) else ""
    change = f"{after - before:+.{decimals_for(parameter)}f} {parameter.display_unit}".rstrip()
    return change.replace("-", "−") + at_end
