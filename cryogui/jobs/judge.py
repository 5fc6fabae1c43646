"""Scores an estimate while a method works; it alone knows the truth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One row of a convergence plot.

    seconds: that the method has worked so far, without scoring and pauses. residual: ‖y − H(θ)x‖ / ‖y‖ under
    the spec found so far. What there is no truth for, or was not scored at this iteration to save time, is
    None; the last point of a run has all that can be had.
    """

    iteration: int
    seconds: float
    residual: float | None = None
    consistency: float | None = None
    psnr_db: float | None = None
    ssim: float | None = None
    standard: float | None = None
    blind: float | None = None
