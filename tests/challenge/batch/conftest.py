"""A small tier, what a batch of it consists of, and a pool that needs no processes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from cryogui.calibrate import find_strategy
from cryogui.challenge.batch.plan import Group, planned
from cryogui.challenge.batch.pools import AnyInputs, AnyOrder, Pool
from cryogui.challenge.batch.solve import Outcome
from cryogui.jobs import CalibrationOrder
from cryogui.reconstruct import find_method
from cryogui.spec import Spec
from cryogui.tiers import TierFile, open_file
from cryogui.tiers.sealed import unsealed


@pytest.fixture(scope="session")
def tier(small_tiers: Path) -> Iterator[TierFile]:
    """One blind tier of three tilt series, open and with its truth."""
    with closing(open_file(small_tiers / "cryo_et_dev.h5")) as tier:
        yield unsealed(tier)


@pytest.fixture(scope="session")
def groups(tier: TierFile) -> tuple[Group, ...]:
    """Two methods, after no calibration and after one: fifteen cells."""
    return planned([tier], [find_method("wbp"), find_method("sirt")], [None, find_strategy("align")])


class Desk:
    """Answers to every order at once. done: the orders; fails: what is raised in place of an answer to one of
    that method and scene."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.fails: dict[tuple[str, str], BaseException] = {}
        self.pool = Pool(self._submit, lambda: 2)

    def _submit(self, order: AnyOrder, inputs: AnyInputs) -> Future[Outcome]:
        which = order.method, order.scene_name
        future: Future[Outcome] = Future()
        if which in self.fails:
            if isinstance(error := self.fails[which], KeyboardInterrupt):
                raise error
            future.set_exception(error)
            return future
        self.done.append(which)
        if isinstance(order, CalibrationOrder):
            future.set_result(Outcome(Spec.of({**order.spec, "tilt_axis_offset": 1.5}), 10.0))
        else:
            x_hat = np.full(inputs.problem.operator.x_shape, 0.01 * len(order.method), np.float32)
            future.set_result(Outcome(order.spec, 2.0, x_hat))
        return future


@pytest.fixture
def desk() -> Desk:
    """A fresh one."""
    return Desk()
