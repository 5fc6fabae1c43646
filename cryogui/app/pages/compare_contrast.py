"""Black and white of a comparison: found once, shared by A and B while they show the same quantity. No Qt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cryogui.app.pages.compare_pictures import Pair
from cryogui.app.pages.compare_sides import Family, family
from cryogui.app.views.levels import Levels, percentile_levels, symmetric_levels
from cryogui.session import Session
from cryogui.session.looks import Compared, CompareLook

SIGMAS = 4.0
"""Half-range of a difference in noise units."""

LEAST_SHARE = 0.05
"""Half-range of a difference, at least this share of A's: rounding errors are not blown up, and there is a
scale for a difference that is nothing yet."""


class Contrast:
    """Levels by name. Those the user has chosen are in the scene's state, those found are here."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Compared, Compared], Levels] = {}

    def forget(self) -> None:
        """Find them anew: another scene is shown."""
        self._found.clear()

    def of_pair(self, pair: Pair, session: Session) -> tuple[Levels, Levels]:
        """Levels of A and B."""
        names = pair_names(pair.sides, session.compare)
        first, second = pair.sides
        if names[0] == names[1]:
            shared = self._levels(names[0], (first, first), session, lambda: _shared(pair))
            return shared, shared
        return (
            self._levels(names[0], (first, first), session, lambda: _own(pair.a, family(first))),
            self._levels(names[1], (second, second), session, lambda: _own(pair.b, family(second))),
        )

    def of_difference(
        self, difference: NDArray[np.float32], pair: Pair, session: Session, in_noise: bool
    ) -> Levels:
        """Levels of A − B, symmetric about zero."""
        name = difference_name(pair.sides, in_noise)
        if in_noise:
            return self._levels(name, pair.sides, session, lambda: (-SIGMAS, SIGMAS))
        low, high = self.of_pair(pair, session)[0]
        reach = max(symmetric_levels(difference)[1] if difference.any() else 0.0, LEAST_SHARE * (high - low))
        return self._levels(name, pair.sides, session, lambda: (-reach, reach))

    def _levels(
        self, name: str, sides: tuple[Compared, Compared], session: Session, find: Callable[[], Levels]
    ) -> Levels:
        chosen = dict(session.scene.levels).get(name)
        if chosen is not None:
            return chosen
        key = (name, *sides)
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]


def shares_contrast(sides: tuple[Compared, Compared], look: CompareLook) -> bool:
    """Whether A and B have one black and white: of one quantity, and not asked for otherwise."""
    return family(sides[0]) == family(sides[1]) and not look.own_contrast


def pair_names(sides: tuple[Compared, Compared], look: CompareLook) -> tuple[str, str]:
    """Under which names the levels of A and B are kept in the scene's state."""
    first, second = (family(side) for side in sides)
    if shares_contrast(sides, look):
        return f"compare {first}", f"compare {first}"
    return f"compare a {first}", f"compare b {second}"


def name_of(which: str, sides: tuple[Compared, Compared], look: CompareLook, knows_noise: bool) -> str:
    """Under which name the levels of 'a', 'b' or 'difference' are kept."""
    if which == "difference":
        return difference_name(sides, look.in_noise and knows_noise)
    return pair_names(sides, look)["ab".index(which)]


def difference_name(sides: tuple[Compared, Compared], in_noise: bool) -> str:
    """Under which name the levels of A − B are kept."""
    if in_noise:
        return "compare difference in noise"
    return f"compare difference {family(sides[0])} {family(sides[1])}"


def _own(array: NDArray[np.float32], of_family: Family) -> Levels:
    if of_family == "residual":
        return symmetric_levels(array)
    return percentile_levels(array, 1.0, 99.9) if of_family == "volume" else percentile_levels(array)


def _shared(pair: Pair) -> Levels:
    """Those of A; of two residuals the wider, so that neither is cut."""
    first = _own(pair.a, family(pair.sides[0]))
    if family(pair.sides[0]) != "residual":
        return first
    second = symmetric_levels(pair.b)
    return first if first[1] >= second[1] else second
