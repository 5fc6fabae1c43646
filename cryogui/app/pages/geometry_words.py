"""What the pictures of the geometry tab say, in one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryogui.spec import Parameter, Spec, SpecRanges

if TYPE_CHECKING:
    from cryogui.analysis.centre_curve import Bend, CentreCurve

NOT_WHOLE = (
    "The images do not hold the same mass: the object fills the frame, or mass comes in from beside it. "
    "Centres of mass then tell nothing about the axis."
)
TOO_FEW = "Too few images count for a curve to be drawn through their centres."

_ALIKE = 0.1  # of the misfit's squares: shapes that take as much are not told apart
_MUCH = 1.5  # times what the noise makes


def centre_sentence(
    curve: CentreCurve,
    bends: dict[str, Bend],
    turn: Bend | None,
    noise_px: float | None,
    spec: Spec,
    ranges: SpecRanges,
) -> str:
    """What the misfit's shape means.

    bends: by parameter; turn: of the axis within the images; noise_px: median error that the noise makes.
    """
    seen = {
        name: bend
        for name, bend in bends.items()
        if bend.is_seen and _is_possible(ranges[name], spec[name], bend)
    }
    parts = [_shape(seen, ranges) if seen else _scatter(curve, noise_px)]
    if turn is not None and turn.is_seen and abs(turn.value) < 45.0:
        off = f"{abs(turn.value):.1f} ± {turn.error:.1f}°"
        parts.append(f"y follows x: the axis lies {off} off the images' y axis, which the spec cannot mend.")
    return " ".join(parts)


def _is_possible(parameter: Parameter, value: float, bend: Bend) -> bool:
    low, high = parameter.minimum - 2.0 * bend.error, parameter.maximum + 2.0 * bend.error
    return low <= value + bend.value <= high


def _shape(seen: dict[str, Bend], ranges: SpecRanges) -> str:
    best = max(seen, key=lambda name: seen[name].share)
    alike = [name for name in seen if name != best and seen[name].share > seen[best].share - _ALIKE]
    words = f"The misfit is bent as by an error: {_change(ranges[best], seen[best])} would straighten it"
    if alike:
        others = " or ".join(_change(ranges[name], seen[name]) for name in alike)
        words += f", and so would {others}: centres alone cannot tell which"
    elif seen[best].share < 0.5:
        words += f", but take away only {100 * seen[best].share:.0f} % of it"
    return words + "."


def _change(parameter: Parameter, bend: Bend) -> str:
    """'0.56 ± 0.05 px more tilt-axis offset'."""
    decimals = 2 if bend.error >= 0.005 else 3
    way = "more" if bend.value > 0 else "less"
    figures = f"{abs(bend.value):.{decimals}f} ± {bend.error:.{decimals}f} {parameter.display_unit}"
    return f"{figures} {way} {parameter.description.label}"


def _scatter(curve: CentreCurve, noise_px: float | None) -> str:
    words = f"No bend is to be seen: the centres scatter by {curve.scatter_px:.2f} px about the curve"
    if noise_px is None:
        return words + "."
    if curve.scatter_px > _MUCH * noise_px:
        return (
            f"{words}, where the noise makes {noise_px:.2f} px: single images are shifted, "
            "or hold what others do not."
        )
    return f"{words}, as the noise makes them."
