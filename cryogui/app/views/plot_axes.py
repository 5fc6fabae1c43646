"""Axes of a plot: decades with powers of ten, 1/x along the upper edge, and numbers with a true minus."""

from __future__ import annotations

import math

import pyqtgraph as pg

from cryogui.app import theme

_STEPS = (1.0, 2.0, 5.0, 3.0, 4.0, 1.5, 2.5, 6.0, 8.0)  # the rounder come first
_LABEL_PX = 46  # the room that a number on an axis needs, at interface scale 1
_CLOSE_PX = 30  # and that one of two or three digits needs at least
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Ticks = list[tuple[float, list[float]]]  # as pyqtgraph has them: (spacing, positions), the widest first


class PlotAxis(pg.AxisItem):
    """An axis in the theme's colours. `kind` is 'plain', 'log' (values are powers of ten) or 'reciprocal'."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=-theme.px(4))
        self.kind = "plain"
        self.enableAutoSIPrefix(False)
        self.dress()

    def dress(self) -> None:
        """Colours, font and sizes of the present theme and scale."""
        self.setPen(theme.colour("border"))
        self.setTickPen(theme.colour("faint", 0.5))
        self.setTextPen(theme.colour("muted"))
        self.setTickFont(theme.small_font())
        self.setStyle(tickTextOffset=theme.px(4), tickLength=-theme.px(4))
        if self.orientation in ("left", "right"):
            self.setWidth(theme.px(50))
        else:
            self.setHeight(theme.px(19))

    def set_kind(self, kind: str) -> None:
        """Another meaning of the values."""
        self.kind = kind
        self.picture = None
        self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        """Where ticks stand, within `size` pixels."""
        if self.kind == "log":
            return decades(minVal, maxVal, int(size / theme.px(26)))
        if self.kind == "reciprocal":
            return [
                (1.0, reciprocals(minVal, maxVal, _LABEL_PX * theme.px(1) * (maxVal - minVal) / max(size, 1)))
            ]
        ticks: Ticks = super().tickValues(minVal, maxVal, size)
        if self.orientation in ("left", "right"):
            return ticks[:1]
        return [thinned(*ticks[0], _CLOSE_PX * theme.px(1) * (maxVal - minVal) / max(size, 1))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers at the ticks."""
        if self.kind == "log":
            return [power_of_ten(value) if spacing >= 1 else "" for value in values]
        if self.kind == "reciprocal":
            return [plain(1 / value) for value in values]
        strings: list[str] = super().tickStrings(values, scale, spacing)
        return [text.replace("-", "−") for text in strings]


def thinned(spacing: float, values: list[float], least: float) -> tuple[float, list[float]]:
    """Only so many of evenly spaced ticks, 0 among them, that they stand at least `least` apart."""
    every = max(1, math.ceil(least / spacing - 1e-9))
    return every * spacing, [value for value in values if round(value / spacing) % every == 0]


def decades(low: float, high: float, most: int) -> Ticks:
    """Ticks at powers of ten from 10^low to 10^high, `most` labelled; within few decades also at 2 … 9.

    Within less than a decade they stand at round numbers.
    """
    first, last = math.ceil(low), math.floor(high)
    if last <= first:
        return [(1.0, _round_numbers(low, high, most))]
    step = max(1, math.ceil((last - first + 1) / max(most, 1)))
    labelled = [float(power) for power in range(first, last + 1) if power % step == 0]
    ticks: Ticks = [(float(step), labelled)]
    if high - low <= 6:
        between = [
            power + math.log10(digit)
            for power in range(math.floor(low), math.ceil(high))
            for digit in range(2, 10)
        ]
        ticks.append((0.1, [position for position in between if low <= position <= high]))
    return ticks


def _round_numbers(low: float, high: float, most: int) -> list[float]:
    """Logarithms of multiples of 1, 2 or 5 · 10ⁿ between 10^low and 10^high."""
    bottom, top = 10.0**low, 10.0**high
    rough = (top - bottom) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(digit * power for digit in (1, 2, 5, 10) if digit * power >= rough)
    numbers = range(math.ceil(bottom / step), math.floor(top / step) + 1)
    return [math.log10(number * step) for number in numbers if number > 0]


def power_of_ten(exponent: float) -> str:
    """'10⁻³', and plain numbers where those are as short."""
    whole = round(exponent)
    if abs(exponent - whole) > 1e-6 or -2 <= whole <= 3:
        return plain(10.0**exponent)
    return f"10{str(whole).translate(_SUPERSCRIPTS)}"


def plain(value: float) -> str:
    """Three digits, without an exponent as long as that is readable."""
    return f"{float(f'{value:.3g}'):g}"


def reciprocals(low: float, high: float, gap: float) -> list[float]:
    """Positions x > 0 in low … high, at least `gap` apart, at which 1/x is a short number."""
    if high <= 0 or gap <= 0:
        return []
    places: list[float] = []
    smallest = max(low, gap)
    powers = range(math.floor(-math.log10(high)), math.ceil(-math.log10(smallest)) + 1)
    for step in _STEPS:
        for power in powers:
            position = 1.0 / (step * 10.0**power)
            if smallest <= position <= high and all(abs(position - other) >= gap for other in places):
                places.append(position)
    return sorted(places)
