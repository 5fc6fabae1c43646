"""A small scene to order reconstructions of, and queues that leave nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryogui.jobs import History, Inputs, Order, Queue, Run, State
from cryogui.physics.live import LiveModel
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem
from cryogui.spec import Spec

PATIENCE_SECONDS = 60.0
MODULES = ("tests.jobs.odd_methods",)
NZ, NY, NX, TILTS = 12, 16, 18, 7


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """A noisy tilt series of a block, with its truth."""
    operator = SingleAxisTilt((NZ, NY, NX), (NY, NX), np.linspace(-60.0, 60.0, TILTS))
    x_true = np.zeros((NZ, NY, NX), np.float32)
    x_true[4:8, 5:11, 6:12] = 1.0
    spec = Spec.of({"tilt_axis_offset": 0.5})
    rng = np.random.default_rng(1)
    y = operator.apply(x_true, spec) + rng.normal(0.0, 0.1, operator.y_shape).astype(np.float32)
    live = LiveModel(operator, y)
    return Inputs(Problem(operator, live.measured.images, spec, live.used, 0.1), x_true)


@pytest.fixture
def order() -> Callable[..., Order]:
    """Makes an order for that scene; what is not named is an option of the method."""

    def make(method: str = "count", halves: bool = False, title: str = "", **options: Any) -> Order:
        spec = Spec.of({"tilt_axis_offset": 0.5})
        about = ("/data/tier.h5", 0, "sample_00", "cryo_et", "abc", method, title or method.title(), spec)
        return Order(*about, options=options, halves=halves, tier="public")

    return make


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """A fresh history, closed afterwards."""
    made = History(tmp_path / "history")
    assert made.trouble == "" and not made.is_read_only
    yield made
    made.close()


@pytest.fixture
def queue() -> Iterator[Callable[..., Queue]]:
    """Makes queues that know the tests' own methods, and closes them."""
    made: list[Queue] = []

    def make(*args: Any, **options: Any) -> Queue:
        made.append(Queue(*args, modules=MODULES, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def kept_run(history: History, order: Order, state: State = "done", **changes: Any) -> int:
    """The number of a run put into the history as it is when it has ended."""
    run = Run(order)
    run.number, run.state = history.add(order), state
    for name, value in changes.items():
        setattr(run, name, value)
    history.record(run)
    return run.number


def wait_for(queue: Queue, condition: Callable[[], object]) -> None:
    """Polls until `condition` holds."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, [(run.state, run.reason, run.iteration) for run in queue.runs]
        queue.poll()
        time.sleep(0.005)


def finished(queue: Queue, run: Run) -> Run:
    """The run, when it has ended."""
    wait_for(queue, lambda: run.has_ended)
    return run
