from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from cryogui.challenge.batch import pools, solve
from cryogui.challenge.batch.cluster import cluster_pool
from cryogui.challenge.batch.plan import cells_of
from cryogui.challenge.batch.pools import RETRIES, local_pool
from cryogui.challenge.batch.solve import Lost
from cryogui.errors import UserError
from tests.processes import workers_of

PATIENCE_SECONDS = 60.0


def await_worker(pid: int, but: int = 0) -> int:
    """The id of a process of a cell, once there is one other than `but`."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := set(workers_of(pid)) - {but}:
            return found.pop()
        time.sleep(0.01)
    raise AssertionError("no worker was started")


@pytest.fixture
def work(groups):
    """An order and what it is carried out with: one cell of WBP."""
    cell = groups[0].cells[0]
    return cell.work(cell.target.scene.ranges.nominal)


def test_a_killed_worker_is_replaced(work):
    with local_pool(1) as pool:
        future = pool.submit(*work)
        first = await_worker(os.getpid())
        os.kill(first, signal.SIGKILL)
        assert await_worker(os.getpid(), but=first)
        assert future.result(PATIENCE_SECONDS).x_hat.shape == (24, 24, 24)


def test_a_cell_that_costs_every_worker_is_given_up(work, monkeypatch):
    attempts = []

    def lose(*args):
        attempts.append(threading.get_ident())
        raise Lost("The worker was killed.")

    monkeypatch.setattr(pools, "solve", lose)
    with local_pool(1) as pool:
        assert isinstance(pool.submit(*work).exception(PATIENCE_SECONDS), Lost)
    assert len(attempts) == RETRIES + 1


def test_what_is_at_work_ends_with_the_pool(work):
    with local_pool(1) as pool:
        future, waiting = pool.submit(*work), pool.submit(*work)
        await_worker(os.getpid())
    assert isinstance(future.exception(0), CancelledError) and waiting.cancelled()
    assert not workers_of(os.getpid())


def test_why_a_cell_cannot_be_done_is_told(groups, work):
    order, inputs = work
    with pytest.raises(UserError, match="install the same"):
        solve.solve(replace(order, version="0.0.0"), inputs)
    strategy = next(
        cell for cell in cells_of(groups).values() if cell.after is None and not cell.about["method"]
    )
    order, inputs = strategy.work(strategy.target.scene.ranges.nominal)
    with pytest.raises(UserError, match="none of that is free"):
        solve.solve(order, replace(inputs, free=()))


def test_a_cluster_needs_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="extra 'cluster'"), cluster_pool("tcp://127.0.0.1:8786"):
        pass
