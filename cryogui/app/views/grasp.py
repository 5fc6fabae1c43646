"""What dragging a limit of black or white does: the same on a histogram and on a colour bar."""

from __future__ import annotations

from dataclasses import dataclass

from cryogui.app.views.levels import Levels


@dataclass(frozen=True)
class Grasp:
    """A drag of black, white or both.

    start: value under the pointer when it began; levels: those then. Black stays at least `gap` below white.
    about_zero: levels stay −a … a.
    """

    start: float
    levels: Levels
    moves_low: bool
    moves_high: bool
    gap: float
    about_zero: bool = False

    def moved_to(self, value: float) -> Levels:
        """The levels once the pointer is at `value`."""
        moved = value - self.start
        low, high = self.levels[0] + moved * self.moves_low, self.levels[1] + moved * self.moves_high
        if self.about_zero:
            reach = max(-low if self.moves_low else high, self.gap)
            return -reach, reach
        if high - low < self.gap:
            return (high - self.gap, high) if self.moves_low else (low, low + self.gap)
        return low, high


def grasp(value: float, levels: Levels, reach: float, gap: float, keeps_zero: bool = False) -> Grasp:
    """What a press at `value` grasps: the nearer limit, or both where it is well between the two.

    reach: the difference in value that the pointer's reach stands for. keeps_zero: levels that are symmetric
    about zero stay so, and then it is one limit that is grasped.
    """
    low, high = levels
    about_zero = keeps_zero and low == -high
    is_between = low + reach < value < high - reach
    both = is_between and not about_zero
    is_low = abs(value - low) <= abs(value - high)
    return Grasp(value, levels, both or is_low, both or not is_low, gap, about_zero)
