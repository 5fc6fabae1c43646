"""Moving one parameter along the floor of the misfit: which others make up for it, and where they then stand.

The misfit is that of an object which is held, as the sliders and the landscape show it. About one spec it is
told by the Gauss-Newton matrix of the residual (Nocedal & Wright, Numerical Optimization, 2006, 10.3), with
whose help the floor is then sought for every value of the parameter that is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cryogui.calibrate.quasi_newton import minimised
from cryogui.calibrate.shadow import NAME as SHADOW
from cryogui.spec import Spec, SpecRanges

if TYPE_CHECKING:
    from cryogui.physics.live import LiveModel

Real = NDArray[np.float64]

MOST_PARTNERS = 2  # so many follow: a row has no room to tell of more, and each makes every move slower
_LEAST_ERRORS = 3.0  # a partner that moves by fewer of its standard errors follows noise
_LEAST_SHARE = 0.02  # of its range: less could not be seen to move
_RIDGE = 1e-6  # of a partner's own curvature, so that two that do the same do not run apart


@dataclass(frozen=True, eq=False)
class Valley:
    """How the floor runs when one parameter is moved, about the spec that it was asked for.

    moved: that parameter. partners: those that make up for it, the most telling first; () if none does.
    slope: how far each goes per unit of the moved one. curvature: second derivatives of χ²/2 by the partners.
    variance: of one pixel's noise, as what the spec leaves over tells it.
    """

    moved: str
    partners: tuple[str, ...]
    slope: Real
    curvature: Real
    variance: float


@dataclass(frozen=True, eq=False)
class _Evaluated:
    objective: float
    gradient: Real


def valleys(live: LiveModel, spec: Spec, free: tuple[str, ...], ranges: SpecRanges) -> dict[str, Valley]:
    """How the floor runs for each of the parameters `free`, of which the others may follow, by name.

    `live` has its object. A shadow is no partner: it falls on a tilt or does not, which no slope tells.
    """
    names = tuple(name for name in free if name in live.operator.parameters)
    matrix = live.curvature(spec, names)
    variance = max(live.misfit(spec).residual ** 2 * live.energy / live.pixel_count, 1e-30)
    widths = np.array([ranges[name].width for name in names])
    return {name: _valley(i, names, matrix, widths, variance) for i, name in enumerate(names)}


def _valley(i: int, names: tuple[str, ...], matrix: Real, widths: Real, variance: float) -> Valley:
    own = np.maximum(np.diag(matrix), 1e-30)
    shifts = np.minimum(np.abs(matrix[i]) / own * widths[i], widths)
    in_errors = shifts * np.sqrt(own / variance)
    follows = (in_errors > _LEAST_ERRORS) & (shifts > _LEAST_SHARE * widths)
    follows &= np.array([name not in (names[i], SHADOW) for name in names])
    if names[i] == SHADOW:
        follows[:] = False
    chosen = [j for j in np.argsort(-in_errors) if follows[j]][:MOST_PARTNERS]
    inner = matrix[np.ix_(chosen, chosen)] + _RIDGE * np.diag(own[chosen])
    slope = np.asarray(-np.linalg.solve(inner, matrix[chosen, i]), dtype=np.float64)
    return Valley(names[i], tuple(names[j] for j in chosen), slope, inner / variance, variance)


def on_floor(
    live: LiveModel,
    valley: Valley,
    known: Spec,
    value: float,
    ranges: SpecRanges,
    check: Callable[[], None] = lambda: None,
) -> Spec:
    """`known` with the moved parameter at `value`, and its partners where the misfit is least near by.

    known: where the floor was last. Partners stay within their ranges; everything else stays as it is in
    `known`. check: called before every evaluation; what it raises ends the search.
    """
    there = known.replace(**{valley.moved: value})
    if not valley.partners:
        return there
    parameters = [ranges[name] for name in valley.partners]

    def spec(values: Real) -> Spec:
        moved = zip(parameters, values.tolist(), strict=True)
        return there.replace(**{each.name: each.clip(at) for each, at in moved})

    def evaluate(values: Real) -> _Evaluated:
        check()
        found = live.gradient(spec(values))
        chi_square = found.residual**2 * live.energy / valley.variance
        return _Evaluated(0.5 * chi_square, _of(valley.partners, found.gradient) / valley.variance)

    low, high = (np.array([getattr(p, end) for p in parameters]) for end in ("minimum", "maximum"))
    stay = _of(valley.partners, known)
    along = np.clip(stay + valley.slope * (value - known[valley.moved]), low, high)
    check()
    start = min((along, stay), key=lambda values: live.misfit(spec(values)).residual)
    for values in minimised(evaluate, start, valley.curvature, low, high):
        best = values
    return spec(best)


def _of(names: tuple[str, ...], values: Mapping[str, float]) -> Real:
    return np.array([values[name] for name in names])
