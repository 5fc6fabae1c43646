"""What the pictures of the geometry tab say, in one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cryogui.spec import Parameter, Spec, SpecRanges

if TYPE_CHECKING:
    from cryogui.analysis.axis_line import AxisLines
    from cryogui.analysis.centre_curve import Bend, CentreCurve
    from cryogui.analysis.common_line import CommonLine, LineMap
    from cryogui.analysis.residual_directions import ByDirection, Lobes

NOT_WHOLE = (
    "The images do not hold the same mass: the object fills the frame, or mass comes in from beside it. "
    "Centres of mass then tell nothing about the axis."
)
TOO_FEW = "Too few images count for a curve to be drawn through their centres."
NO_OTHERS = "Too few images count to be held against each other."
PARALLEL = "seen along the same line: they share all of a plane, and no line can be told."

TURN_SEEN_DEG = 1.0

TOO_SMALL = "The images are too small to be looked at by direction."

_ASTIGMATISM = "Four lobes about the particles' astigmatism axes: the astigmatism is off."
_BOTH = "Two lobes about the particles' astigmatism axes: astigmatism and defocus are both off."
_ACROSS = "across the tilt axis; offset, angles or thickness are off, or x lacks what the wedge leaves out."
_FOUR = "Four lobes along {at:.0f}° and {other:.0f}°: an astigmatism, or shadowed tilts that are expected."
_EVEN = "Much alike in all directions: defocus, gain, shadow or x itself, rather than what has a direction."
_SHARE = 0.15  # of what is left beyond the noise
_NOISE_LIKE = 0.1
_NO_AXIS = "the axis lies elsewhere, mass enters the frame, or images are moved."
_SHIFT_SEEN = 0.05  # px
_DRIFT_SEEN = 0.3  # px
_TURN_SHARE = 0.6  # of the drift in y that a turned axis has to explain
_LARGEST_TURN_DEG = 20.0
_LEAST_LIKE = 0.5  # correlation of an image that shows the specimen
_LOSS_SEEN = 0.01  # of a correlation
_LINE_LOSS = 0.05  # of a correlation along one line
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
    drift = float(np.sqrt(np.mean(curve.drift_px[curve.whole] ** 2)))
    if turn is not None and turn.is_seen and turn.share > _TURN_SHARE and abs(turn.value) < _LARGEST_TURN_DEG:
        parts.append(
            f"y follows x: the axis lies {abs(turn.value):.1f} ± {turn.error:.1f}° off the images' y."
        )
    elif drift > max(_MUCH * 2.0 * (noise_px or 0.0), _DRIFT_SEEN):
        parts.append(f"In y they wander by {drift:.2f} px: the images are moved along the axis.")
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


def axis_sentence(
    lines: AxisLines, used: np.ndarray, angles_deg: np.ndarray, turns_deg: np.ndarray, likeness: np.ndarray
) -> str:
    """What the profiles along the axis say: its direction, and which images are moved along it."""
    from cryogui.analysis.axis_line import highest

    best = highest(turns_deg, likeness)
    if best is None:
        parts = [f"The profiles agree best beyond {turns_deg[-1]:.0f}° from y: {_NO_AXIS}"]
    elif abs(best) < TURN_SEEN_DEG:
        parts = [f"The axis lies along y, to {TURN_SEEN_DEG:g}°."]
    else:
        way = "x" if best > 0 else "−x"
        parts = [
            f"The profiles agree best about an axis {abs(best):.1f}° off y, towards {way}: the spec has no "
            "such turn, so turn the images."
        ]
    like = used & (lines.correlation > _LEAST_LIKE)
    if like.any():
        parts += [_shifts(lines, like, angles_deg), _unlike(lines, like)]
    strange = int((used & ~like).sum())
    if strange:
        parts.append(
            f"{strange} of {int(used.sum())} images show nothing of the others: in the holder's shadow?"
        )
    return " ".join(filter(None, parts))


def _shifts(lines: AxisLines, like: np.ndarray, angles_deg: np.ndarray) -> str:
    off = np.where(like, np.abs(lines.shift_px), 0.0)
    worst = int(np.argmax(off))
    scatter = float(np.sqrt(np.mean(lines.shift_px[like] ** 2)))
    if lines.error_px is None:
        advice = ": align the images along it" if scatter > _DRIFT_SEEN else ""
        return f"Shifts along it scatter by {scatter:.2f} px{advice}."
    if off[worst] > 5.0 * lines.error_px[worst] and off[worst] > _SHIFT_SEEN:
        at = f"{angles_deg[worst]:+.0f}°".replace("-", "−")
        return f"The image at {at} lies {off[worst]:.2f} px along it from where the others do."
    return f"Nothing is shifted along it: the shifts scatter by {scatter:.2f} px."


def _unlike(lines: AxisLines, like: np.ndarray) -> str:
    """Profiles that differ by more than the noise."""
    if lines.expected is None:
        return ""
    lost, by_noise = (float(np.median(1.0 - each[like])) for each in (lines.correlation, lines.expected))
    if lost <= max(3.0 * by_noise, _LOSS_SEEN):
        return ""
    return (
        f"They agree to {1.0 - lost:.3f} where the noise would leave {1.0 - by_noise:.3f}: mass enters or "
        "leaves the frame, or the defocus is wrong."
    )


def pair_sentence(chosen: tuple[int, int], line: CommonLine | None, lines: LineMap) -> str:
    """How well two particles agree along their common line, and what that tells."""
    first, second = (f"#{index + 1}" for index in chosen)
    if line is None:
        return f"{first} and {second} are {PARALLEL}"
    words = (
        f"{first} and {second}, seen {line.crossing.between_deg:.0f}° apart, agree to {line.correlation:.2f} "
        "along the line their poses share"
    )
    is_off = line.expected is not None and line.correlation < line.expected - _LINE_LOSS
    if line.expected is not None:
        words += f"; the noise alone would leave {line.expected:.2f}"
    better, among = lines.better(line.crossing), lines.correlation.size
    if better <= among // 100:
        so = ", so it is the spec that is off." if is_off else "."
        return f"{words}. Hardly another pair of lines agrees as well: the poses fit{so}"
    return f"{words}. {better} of {among} pairs of lines agree better: a symmetry, or wrong poses or CTFs."


def direction_sentence(
    series: ByDirection, about_axis: ByDirection | None, knows_noise: bool, is_tilt_series: bool
) -> str:
    """What the residual's directions say. about_axis: counted from each particle's own astigmatism axis."""
    mean = series.mean
    if not np.isfinite(mean):
        return TOO_SMALL
    over = mean - 1.0 if knows_noise else mean
    level = f"On average × {mean:.3g} the noise. " if knows_noise else "The file does not tell the noise. "
    if about_axis is not None:
        found = about_axis.lobes(4), about_axis.lobes(2)
        for lobes, cause in zip(found, (_ASTIGMATISM, _BOTH), strict=True):
            if _is_marked(lobes, over) and _is_near(lobes.at_deg, 90.0):
                return level + cause
    two, four = series.lobes(2), series.lobes(4)
    if _is_marked(two, over) and two.amplitude >= four.amplitude:
        return level + _two_lobes(series, two.at_deg, is_tilt_series)
    if _is_marked(four, over):
        return level + _FOUR.format(at=four.at_deg, other=four.at_deg + 90.0)
    if knows_noise and over < -_NOISE_LIKE:
        return level + "Less than the noise: its level is overstated, or x has been fitted to it."
    if knows_noise and over < _NOISE_LIKE:
        return level + "Alike in all directions: nothing is left but noise."
    return level + _EVEN


def _two_lobes(series: ByDirection, at_deg: float, is_tilt_series: bool) -> str:
    along_x, along_y = series.ratio[0], series.ratio[len(series.ratio) // 2]
    figures = f"× {along_x:.3g} along x, × {along_y:.3g} along y"
    if _is_near(at_deg, 180.0):
        cause = _ACROSS if is_tilt_series else "a beam tilt, or a shift along x."
    elif _is_near(at_deg - 90.0, 180.0):
        cause = "the images are moved along the tilt axis." if is_tilt_series else "a shift along y."
    else:
        cause = "a drift along it, or an astigmatism beside a wrong defocus."
    return f"Two lobes along {at_deg:.0f}° ({figures}): {cause}"


def _is_marked(lobes: Lobes, over: float) -> bool:
    """Whether lobes are more than chance, and more than an object's own shape makes of an even error."""
    return lobes.amplitude > 4.0 * lobes.error and lobes.amplitude > _SHARE * max(over, 0.0)


def _is_near(angle_deg: float, period_deg: float) -> bool:
    """Whether an angle is within 22.5° of a multiple of the period."""
    return abs((angle_deg + period_deg / 2.0) % period_deg - period_deg / 2.0) <= 22.5
