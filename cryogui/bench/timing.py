"""Timing on noisy machines: every figure is a median, with the 95th percentile beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Timing:
    """Milliseconds of repeated runs of one thing."""

    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(np.median(self.milliseconds))

    @property
    def p95(self) -> float:
        return float(np.percentile(self.milliseconds, 95))

    def figures(self, name: str) -> dict[str, float]:
        """{name: median, name_p95: …} for a report."""
        return {name: round(self.median, 4), f"{name}_p95": round(self.p95, 4)}


def timed(run: Callable[[Any], object], inputs: Sequence[Any]) -> Timing:
    """Runs once unmeasured (compilation, caches), then once per input."""
    run(inputs[0])
    milliseconds = []
    for value in inputs:
        start = time.perf_counter()
        run(value)
        milliseconds.append(1e3 * (time.perf_counter() - start))
    return Timing(tuple(milliseconds))


def peak_rss_mb() -> float:
    """Largest memory this process has held so far, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
