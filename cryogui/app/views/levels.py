"""Which values an image shows as black and white: never the range of the data type, never a lone outlier."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 65_536  # enough for a percentile; keeps a large image from stalling the window

SIGMAS = 4.0
"""Half-range of a residual in units of the noise."""

REACHED_PERCENT = 99.5
"""Of the residual's pixels, within the range where x itself adds to the residual."""

ARBITRARY = "a.u."
"""The unit of values whose unit nobody knows."""

Levels = tuple[float, float]


def _finite_sample(image: NDArray[np.floating]) -> NDArray[np.floating]:
    flat = image.reshape(-1)
    # An odd step: an even one would meet the same few columns of every row.
    sample = flat[:: flat.size // _SAMPLES | 1]
    return sample[np.isfinite(sample)]


def _widened(low: float, high: float) -> Levels:
    """Levels must differ: a constant image shows as mid-grey."""
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def percentile_levels(image: NDArray[np.floating], low: float = 0.3, high: float = 99.7) -> Levels:
    """Black and white at two percentiles of the finite values; (0, 1) where there are none."""
    sample = _finite_sample(image)
    if not sample.size:
        return 0.0, 1.0
    bottom, top = np.percentile(sample, (low, high))
    return _widened(float(bottom), float(top))


def sigma_levels(image: NDArray[np.floating], sigmas: float = 3.0) -> Levels:
    """Black and white at the mean ∓ `sigmas` standard deviations of the finite values."""
    sample = _finite_sample(image)
    if not sample.size:
        return 0.0, 1.0
    mean, spread = float(sample.mean()), float(sample.std()) * sigmas
    return _widened(mean - spread, mean + spread)


def full_levels(image: NDArray[np.floating]) -> Levels:
    """Black and white at the least and the greatest finite value, every pixel asked; (0, 1) without any."""
    finite = image[np.isfinite(image)]
    return _widened(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def symmetric_levels(image: NDArray[np.floating], percentile: float = 99.5) -> Levels:
    """Levels −a … a about zero, a at a percentile of the absolute values: for residuals."""
    sample = _finite_sample(image)
    reach = float(np.percentile(np.abs(sample), percentile)) if sample.size else 0.0
    return (-reach, reach) if reach > 0 else (-1.0, 1.0)


def residual_levels(
    residual: NDArray[np.floating], measured: NDArray[np.floating], in_noise: bool, is_of_quick: bool
) -> Levels:
    """Levels about zero by which residuals can be compared: four times the noise where it is known.

    Else three standard deviations, but at least a hundredth of the data's: rounding errors are not blown up.
    Wider where the object is a quick reconstruction, which leaves a residual of its own.
    """
    limit = SIGMAS if in_noise else 3.0 * float(np.std(residual))
    limit = max(limit, 0.0 if in_noise else 0.01 * float(np.std(measured))) or 1.0
    if is_of_quick:
        limit = max(limit, float(np.percentile(np.abs(residual), REACHED_PERCENT)))
    return -limit, limit


def shades(image: NDArray[np.float32], levels: Levels) -> NDArray[np.uint8]:
    """The row of a table of 256 colours for each value; the lowest where there is none."""
    low, high = levels
    scaled = (image - low) * (256.0 / (high - low or 1.0))
    if scaled.size and np.isnan(scaled.min()):
        scaled = np.nan_to_num(scaled, nan=0.0)
    return np.clip(scaled, 0, 255).astype(np.uint8)


PRESETS: dict[str, Callable[[NDArray[np.floating]], Levels]] = {
    "0.3 – 99.7 %": percentile_levels,
    "1 – 99 %": partial(percentile_levels, low=1.0, high=99.0),
    "mean ± 2 σ": partial(sigma_levels, sigmas=2.0),
    "mean ± 3 σ": partial(sigma_levels, sigmas=3.0),
    "mean ± 5 σ": partial(sigma_levels, sigmas=5.0),
    "full range": full_levels,
    "about zero": symmetric_levels,
}
"""Ways to find levels from an image, by the words they are offered with."""


def tick_texts(levels: Levels) -> tuple[str, str, str]:
    """Black, the middle and white as short numbers, as precise as their difference makes sense."""
    low, high = levels
    largest, span = max(abs(low), abs(high)), high - low
    values = low, (low + high) / 2, high
    decimals = min(max(2 - floor(log10(span)), 0), 6) if 1e-3 <= largest < 1e5 else None
    black, middle, white = (_number(value, decimals) for value in values)
    return black, middle, white


def _number(value: float, decimals: int | None) -> str:
    """With at most so many decimals; None for a power of ten."""
    if decimals is None:
        digits, _, power = f"{value:.2e}".partition("e")
        text = f"{digits}e{int(power)}"
    else:
        text = f"{value:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if decimals else text
    return "0" if float(text) == 0 else text.replace("-", "−")
