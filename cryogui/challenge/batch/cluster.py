"""A Dask cluster as the place where cells are carried out. Needs the extra 'cluster', here and there.

Nothing but the cells themselves is sent there and back, so no file system needs to be shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryogui.challenge.batch.pools import RETRIES, AnyInputs, AnyOrder, Pool
from cryogui.challenge.batch.solve import Outcome, solve
from cryogui.errors import UserError

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 10.0
"""How long a scheduler, and then its first worker, is waited for."""

_QUEUED = 2  # for each thread of the cluster, so that none waits for the next one's inputs
_GONE = "The Dask cluster has gone; what is finished is kept, and the same command goes on with the rest."


@contextmanager
def cluster_pool(address: str, answer_seconds: float = ANSWER_SECONDS) -> Iterator[Pool]:
    """The workers of the Dask scheduler at `address`, as many as there are at any time.

    A cell whose worker is lost goes to another one. Raises UserError where there is no scheduler, no worker,
    or no Dask.
    """
    try:
        import dask
        import distributed  # noqa: F401 - told here that it is missing
    except ImportError as error:
        raise UserError(
            "--scheduler needs the extra 'cluster'; install it with: pip install 'cryogui[cluster]'.",
            repr(error),
        ) from error
    # images are part of what is sent, as a cell that moves to another worker needs them again
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"}):
        client = _client(address, answer_seconds)
        executor = client.get_executor(pure=False, retries=RETRIES)

        def submit(order: AnyOrder, inputs: AnyInputs) -> Future[Outcome]:
            future: Future[Outcome] = executor.submit(_solve_there, order, inputs)
            return future

        def workers() -> int:
            try:
                return max(sum(client.nthreads().values()), 1)
            except OSError as error:
                raise UserError(_GONE, repr(error)) from error

        try:
            yield Pool(submit, workers, _QUEUED)
        except CancelledError as error:  # nobody but the cluster takes a cell back
            raise UserError(_GONE, repr(error)) from error
        finally:
            executor.shutdown(wait=False)
            client.close()


def _client(address: str, answer_seconds: float) -> Client:
    from distributed import Client

    try:
        client = Client(address, timeout=answer_seconds, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # a timeout is the first of these
        raise UserError(
            f"No Dask scheduler answers at {address}; start one with 'dask scheduler', "
            "and name the address that it prints.",
            repr(error),
        ) from error
    try:
        client.wait_for_workers(1, timeout=answer_seconds)
    except TimeoutError as error:
        client.close()
        raise UserError(
            f"The Dask scheduler at {address} has no workers; start some with 'dask worker {address}'."
        ) from error
    return client


def _solve_there(order: AnyOrder, inputs: AnyInputs) -> Outcome:
    """As `solve`, on a worker of the cluster, until the batch takes the cell back or is gone."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing"

    return solve(order, inputs, is_wanted)
