"""Which values an image shows as black and white: never the range of the data type, never a lone outlier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 65_536  # enough for a percentile; keeps a large image from stalling the window

Levels = tuple[float, float]


def _finite_sample(image: NDArray[np.floating]) -> NDArray[np.floating]:
    flat = image.reshape(-1)
    sample = flat[:: max(1, flat.size // _SAMPLES)]
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


def symmetric_levels(image: NDArray[np.floating], percentile: float = 99.5) -> Levels:
    """Levels −a … a about zero, a at a percentile of the absolute values: for residuals."""
    sample = _finite_sample(image)
    reach = float(np.percentile(np.abs(sample), percentile)) if sample.size else 0.0
    return (-reach, reach) if reach > 0 else (-1.0, 1.0)
