"""Methods for the tests of jobs: one that counts, and some that behave badly. Imported by workers only."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np

from cryogui.errors import UserError
from cryogui.physics.fourier import WORKERS
from cryogui.reconstruct import Problem, Start, Step, method
from cryogui.reconstruct.options import option

KINDS = ("tilt_series", "particles", "image")


@dataclass(frozen=True)
class CountOptions:
    iterations: int = option(5, "iterations", "")
    rest_s: float = option(0.0, "rest", "")


@method("count", "Count", KINDS)
def count(problem: Problem, options: CountOptions, start: Start | None) -> Iterator[Step]:
    """Every voxel holds the number of iterations, plus a hundredth of the images that count."""
    done = start.iteration if start else 0
    x = np.full(problem.operator.x_shape, 0.01 * problem.used.sum() if start is None else 0.0, np.float32)
    if start is not None:
        x += start.x
    for number in range(done + 1, options.iterations + 1):
        time.sleep(options.rest_s)
        x += 1.0
        found = {"tilt_axis_offset": 1.5} if number == options.iterations else {}
        yield Step(x, number, number / options.iterations, found, f"number {number}")


@dataclass(frozen=True)
class PairsOptions:
    iterations: int = option(6, "iterations", "")


@method("pairs", "Pairs", KINDS)
def pairs(problem: Problem, options: PairsOptions, start: Start | None) -> Iterator[Step]:
    """Adds what it has in mind to every voxel, and can be gone on from after every other iteration."""
    x = np.zeros(problem.operator.x_shape, np.float32) if start is None else start.x
    mind = np.ones(1) if start is None else start.state["mind"]
    for number in range((start.iteration if start else 0) + 1, options.iterations + 1):
        x, mind = x + np.float32(mind[0]), mind + 1.0
        yield Step(x, number, number / options.iterations, state={"mind": mind} if number % 2 == 0 else None)


WAYS = (
    "raise", "refuse", "exit", "SIGSEGV", "SIGKILL", "memory", "feast", "hang", "endless", "nan", "nothing",
    "shape", "blas",
)  # fmt: skip
LAST_WORDS = {"blas": "OpenBLAS error: Memory allocation still failed after 10 retries, giving up."}


@dataclass(frozen=True)
class MisbehaveOptions:
    how: str = option("raise", "how", "", choices=WAYS)


@method("misbehave", "Misbehave", KINDS)
def misbehave(problem: Problem, options: MisbehaveOptions, start: Start | None) -> Iterator[Step]:
    """Goes wrong after its first step."""
    x = np.zeros(problem.operator.x_shape, np.float32)
    if options.how != "nothing":
        yield Step(x, 1, 0.5)
    match options.how:
        case "raise":
            raise ZeroDivisionError("of all things")
        case "refuse":
            raise UserError("This cannot be done; do something else.", "for the log")
        case "exit" | "blas" as name:
            print(LAST_WORDS.get(name, ""), file=sys.stderr, flush=True)
            os._exit(3)
        case "SIGSEGV" | "SIGKILL" as name:
            os.kill(os.getpid(), signal.Signals[name])
        case "memory":
            yield Step(np.ones(1 << 40, np.float32), 2, 0.6)
        case "feast":
            yield Step(x, 2, np.ones(1 << 28).mean())
        case "hang":
            time.sleep(600)
        case "endless":
            sum(iter(int, 1))  # never lets go of the interpreter
        case "nan":
            yield Step(x * np.nan, 2, 1.0)
        case "shape":
            yield Step(x[:2], 2, 1.0)


@dataclass(frozen=True)
class NoOptions:
    pass


@method("pry", "Pry", KINDS)
def pry(problem: Problem, options: NoOptions, start: Start | None) -> Iterator[Step]:
    """Says what it can see of the problem."""
    yield Step(np.zeros(problem.operator.x_shape, np.float32), 1, 1.0, note=" ".join(sorted(vars(problem))))


@method("crowd", "Crowd", KINDS)
def crowd(problem: Problem, options: NoOptions, start: Start | None) -> Iterator[Step]:
    """Says how many threads it has."""
    x = np.zeros(problem.operator.x_shape, np.float32)
    yield Step(x, 1, 1.0, note=f"{numba.get_num_threads()} compiled, {WORKERS} Fourier")
