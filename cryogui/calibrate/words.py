"""Findings in words."""

from __future__ import annotations

import math

_SIGNIFICANT = 2  # digits of an error bar


def with_error(value: float, sigma: float | None) -> str:
    """'1.02 ± 0.05', as exact as the error is; '1.02 ± ∞' for an error without limit."""
    if sigma is None or math.isnan(sigma):
        return f"{value:.4g}"
    if math.isinf(sigma):
        return f"{value:.4g} ± ∞"
    digits = 3 if sigma == 0.0 else max(_SIGNIFICANT - 1 - math.floor(math.log10(sigma)), 0)
    return f"{value:.{digits}f} ± {sigma:.{digits}f}"
