"""`bench reconstruct`: iterations and times to a residual, beside ASTRA's SIRT of the same series."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cryogui.bench.peers import astra_sirt
from cryogui.bench.problems import tilt_series
from cryogui.bench.timing import Timing, peak_rss_mb
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem, Step, find_method
from cryogui.reconstruct.options import Value, restored

PEER_ITERATIONS = 100


def reconstruct_figures(size: int, tilts: int, repeats: int = 5) -> dict[str, float]:
    """WBP, a SIRT iteration, and CGLS to the residual that ASTRA's SIRT reaches in 100 iterations.

    The series is noise-free and without CTF, as ASTRA knows none. Times of whole reconstructions include
    everything from the images to the volume.
    """
    made = tilt_series(size, tilts)
    assert isinstance(made.operator, SingleAxisTilt)
    operator = made.operator.without(frozenset("C"))
    problem = Problem(operator, made.exact, {}, np.ones(tilts, dtype=bool))
    figures: dict[str, float] = {}
    wbp = Timing(tuple(1e3 * _seconds("wbp", problem) for _ in range(repeats + 1))[1:])
    figures["wbp_seconds"] = round(wbp.median / 1e3, 5)
    iterations = Timing(tuple(_iteration_ms(problem, 2 * repeats)))
    figures |= iterations.figures("sirt_iteration_ms")
    peer = astra_sirt(made.exact, made.operator.geometry.angle_deg, size, PEER_ITERATIONS)
    if peer:
        figures |= peer
        figures["sirt_iteration_vs_astra"] = peer["astra_sirt_iteration_ms"] / iterations.median
        reached = [_seconds("cgls", _until(problem, peer["astra_sirt_residual"])) for _ in range(repeats)]
        figures["time_to_astra_residual_seconds"] = round(float(np.median(reached)), 4)
        spent = 1e-3 * PEER_ITERATIONS * peer["astra_sirt_iteration_ms"]
        figures["time_to_astra_residual_ratio"] = spent / float(np.median(reached))
    figures["peak_rss_mb"] = round(peak_rss_mb(), 1)
    return figures


def _run(key: str, problem: Problem, **values: Value) -> Iterator[Step]:
    method = find_method(key)
    return method.run(problem, restored(method.options, values), None)


def _seconds(key: str, problem: Problem) -> float:
    start = time.perf_counter()
    for _ in _run(key, problem):
        pass
    return time.perf_counter() - start


def _iteration_ms(problem: Problem, count: int) -> Iterator[float]:
    """Times of single iterations; the first includes compilation and the power method, and is left out."""
    last = 0.0
    for step in _run("sirt", problem, iterations=count + 1):
        now = time.perf_counter()
        if step.iteration > 1:
            yield 1e3 * (now - last)
        last = now


def _until(problem: Problem, residual: float) -> Problem:
    """The same problem with noise declared such that it would explain this residual: iterations end there."""
    energy = float(problem.measured.energy.sum())
    return replace(problem, noise_sigma=residual * math.sqrt(energy / problem.y.size))
