"""How alike two images or two volumes are, in one pass over both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEP = 1 << 20  # samples looked at together: a volume is never copied as a whole


@dataclass(frozen=True)
class Likeness:
    """What sets `b` apart from `a`.

    relative: ‖a − b‖/‖a‖, NaN where a is empty. correlation: Pearson's, NaN where one is constant.
    psnr_db: 10 log₁₀(peak²/mean squared difference) where one of them is a truth, whose range is the peak;
    infinite for equal arrays, None without a truth, NaN for a constant one.
    """

    relative: float
    correlation: float
    psnr_db: float | None = None


def likeness(
    a: NDArray[np.float32],
    b: NDArray[np.float32],
    truth: NDArray[np.float32] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Likeness:
    """Compare two arrays of one shape; `check` is called often and may raise to end it.

    Samples that are not finite in either are left out. Raises ValueError when the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError(f"arrays of shape {a.shape} and {b.shape} cannot be compared")
    # Products are summed about a point inside the data: a large constant would swallow them.
    centre_a, centre_b = _inside(a), _inside(b)
    count, sums = 0, np.zeros(7)
    low, high = math.inf, -math.inf
    flat = a.reshape(-1), b.reshape(-1), (a if truth is None else truth).reshape(-1)
    for start in range(0, a.size, _STEP):
        check()
        part_a, part_b, part_truth = (one[start : start + _STEP].astype(np.float64) for one in flat)
        good = np.isfinite(part_a) & np.isfinite(part_b)
        part_a, part_b, part_truth = part_a[good], part_b[good], part_truth[good]
        count += part_a.size
        sums += _sums(part_a, part_b, part_a - centre_a, part_b - centre_b)
        if part_truth.size:
            low, high = min(low, float(part_truth.min())), max(high, float(part_truth.max()))
    if count == 0:
        return Likeness(math.nan, math.nan, None if truth is None else math.nan)
    psnr = None if truth is None else _psnr_db(high - low, sums[0] / count)
    return Likeness(_root_ratio(sums[0], sums[1]), _correlation(sums[2:], count), psnr)


def _inside(array: NDArray[np.float32]) -> float:
    first = float(array.flat[array.size // 2]) if array.size else 0.0
    return first if math.isfinite(first) else 0.0


def _sums(
    a: NDArray[np.float64], b: NDArray[np.float64], a0: NDArray[np.float64], b0: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Σ(a − b)², Σa², and of the shifted samples Σa, Σb, Σa², Σb², Σab."""
    difference = a - b
    return np.array([difference @ difference, a @ a, a0.sum(), b0.sum(), a0 @ a0, b0 @ b0, a0 @ b0])


def _root_ratio(difference: float, energy: float) -> float:
    return math.sqrt(difference / energy) if energy > 0 else math.nan


def _correlation(sums: NDArray[np.float64], count: int) -> float:
    a, b, aa, bb, ab = (float(value) for value in sums)
    spread = (aa - a * a / count) * (bb - b * b / count)
    floor = 1e-12 * aa * bb  # rounding of two constants
    return (ab - a * b / count) / math.sqrt(spread) if spread > floor else math.nan


def _psnr_db(peak: float, error: float) -> float:
    if peak == 0.0:
        return math.nan
    return math.inf if error == 0.0 else 10.0 * math.log10(peak**2 / error)
