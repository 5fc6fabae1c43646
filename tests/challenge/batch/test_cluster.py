"""Two Dask workers, processes of this machine, in place of a cluster."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("distributed", reason="needs the extra 'cluster' (dask[distributed])")

from distributed import LocalCluster

from cryogui.challenge.batch.cluster import cluster_pool
from cryogui.challenge.batch.pools import local_pool
from cryogui.errors import UserError
from tests.processes import is_alive, workers_of

PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Running."""
    how = {"threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, **how) as cluster:
        yield cluster


def test_a_cluster_gives_what_this_machine_gives(cluster, groups):
    after = groups[3].cells[0]
    work = [cell.work(cell.target.scene.ranges.nominal) for cell in (after, after.after)]
    assert {order.kind for order, _ in work} == {"reconstruction", "calibration"}
    with cluster_pool(cluster.scheduler_address) as there, local_pool(2) as here:
        assert there.workers() == 2
        pairs = [(there.submit(*each), here.submit(*each)) for each in work]
        for theirs, ours in pairs:
            one, other = theirs.result(PATIENCE_SECONDS), ours.result(PATIENCE_SECONDS)
            assert one.spec == other.spec
            np.testing.assert_array_equal(one.x_hat, other.x_hat)


def test_a_cell_moves_on_when_its_dask_worker_is_killed(cluster, groups):
    cell = groups[0].cells[0]
    with cluster_pool(cluster.scheduler_address) as pool:
        future = pool.submit(*cell.work(cell.target.scene.ranges.nominal))
        dask_worker, process = await_work(cluster)
        os.kill(dask_worker, signal.SIGKILL)
        assert future.result(PATIENCE_SECONDS).x_hat.shape == (24, 24, 24)
        assert not is_alive(process), "what the killed one had begun went with it"


def test_what_is_taken_back_ends_there(cluster, groups):
    cell = groups[0].cells[0]
    with cluster_pool(cluster.scheduler_address) as pool:
        pool.submit(*cell.work(cell.target.scene.ranges.nominal))
        dask_worker, process = await_work(cluster)
        os.kill(process, signal.SIGSTOP)  # it would never end by itself
    end = time.monotonic() + PATIENCE_SECONDS
    while workers_of(dask_worker):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_where_nobody_answers_that_is_said():
    with pytest.raises(UserError, match="No Dask scheduler answers"), cluster_pool("tcp://127.0.0.1:9", 0.5):
        pass
    with pytest.raises(UserError, match="No Dask scheduler answers"), cluster_pool("nowhere at all", 0.5):
        pass


def test_a_cluster_without_workers_is_refused():
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(UserError, match="has no workers"),
        cluster_pool(empty.scheduler_address, 0.5),
    ):
        pass


def await_work(cluster: LocalCluster) -> tuple[int, int]:
    """A Dask worker that has a cell, and the process in which it has it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        for worker in cluster.workers.values():
            if worker.pid and (found := workers_of(worker.pid)):
                return worker.pid, found[0]
        time.sleep(0.01)
    raise AssertionError("no cell has reached a worker")
