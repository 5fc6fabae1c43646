"""Carries out what is missing of a plan, keeps what is finished, and enters what is complete."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from statistics import fmean

from cryogui.challenge.batch.cells import Cells, Done
from cryogui.challenge.batch.keeping import Keeping
from cryogui.challenge.batch.plan import Cell, Group, cells_of, groups_of
from cryogui.challenge.batch.pools import Pool
from cryogui.challenge.batch.solve import Lost, Outcome
from cryogui.challenge.judging import judge_answer
from cryogui.challenge.ledger import Data, Entry, Ledger
from cryogui.errors import UserError
from cryogui.jobs import History
from cryogui.spec import Spec
from cryogui.tiers import TierFile
from cryogui.tiers.submissions import Answer

log = logging.getLogger(__name__)

_TELL_SECONDS = 1.0

Running = dict[Future[Outcome], Cell]


@dataclass(frozen=True)
class Standing:
    """How far a batch is, in cells. working: those at work; seconds_left: None while that cannot be told."""

    done: int
    failed: int
    all: int
    working: tuple[Cell, ...]
    seconds_left: float | None


class Batch:
    """The cells of a plan, and what has come of them.

    Several batches may work on the same plan at once: a cell that another one has finished meanwhile is not
    begun. entered(entry): told of each new entry. failed: cells that could not be done, with a sentence each.

    Raises UserError when the history fails.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        history: History,
        keeping: Keeping | None = None,
        entered: Callable[[Entry], None] = lambda entry: None,
    ) -> None:
        self._groups, self._keeping, self._entered = groups, keeping, entered
        self._all = cells_of(groups)
        self._group_of = groups_of(groups)
        self._kept, self._ledger = Cells(history), Ledger(history)
        self._known = {_way(entry): entry.scenes for entry in self._ledger.entries()}
        self._data: dict[TierFile, Data] = {}
        self._done: dict[str, Done] = {}
        self.failed: dict[Cell, str] = {}
        self._look_up(tuple(self._all.values()))
        for group in groups:
            self._enter(group)

    @property
    def done(self) -> int:
        """How many cells are finished, now or earlier."""
        return len(self._done)

    def run(self, pool: Pool, tell: Callable[[Standing], None]) -> None:
        """Do what is missing. tell: called about once a second."""
        waiting = [cell for key, cell in self._all.items() if key not in self._done]
        running: Running = {}
        while waiting or running:
            workers = pool.workers()
            waiting = self._start(waiting, running, pool, workers * pool.queued)
            tell(Standing(self.done, len(self.failed), len(self._all), *self._outlook(running, workers)))
            for future in wait(running, _TELL_SECONDS, FIRST_COMPLETED).done:
                self._take_in(running.pop(future), future)
        tell(Standing(self.done, len(self.failed), len(self._all), (), 0.0))

    def _start(self, waiting: Sequence[Cell], running: Running, pool: Pool, slots: int) -> list[Cell]:
        """Begin as many of those that wait as there is room for; returns those that still wait."""
        still = []
        for cell in waiting:
            before = cell.after
            if before is not None and before in self.failed:
                self.failed[cell] = f"Its calibration failed: {self.failed[before]}"
            elif len(running) >= slots or (before is not None and before.key not in self._done):
                still.append(cell)
            elif self._look_up([cell]):
                self._complete(cell)
            else:
                spec = cell.target.scene.ranges.nominal
                if before is not None:
                    spec = Spec.of(self._done[before.key].spec)
                running[pool.submit(*cell.work(spec))] = cell
        return still

    def _take_in(self, cell: Cell, future: Future[Outcome]) -> None:
        """Judge and keep what a worker has come back with."""
        try:
            outcome = future.result()
        except CancelledError:
            raise
        except (UserError, Lost) as error:
            self.failed[cell] = str(error)
        except Exception as error:  # whatever befell a worker, the others go on
            log.info("%s: %r", cell.about, error)
            self.failed[cell] = f"The worker could not carry it out: {error!r}."
        else:
            self._keep(cell, outcome)

    def _keep(self, cell: Cell, outcome: Outcome) -> None:
        score = None
        if outcome.x_hat is not None:
            scene = cell.target.scene
            answer = Answer(scene.name, outcome.x_hat, outcome.spec, outcome.seconds)
            score = judge_answer(answer, scene)
            if self._keeping is not None:
                self._keeping.put(cell, outcome.x_hat)
        done = self._done[cell.key] = Done(dict(outcome.spec), outcome.seconds, score)
        self._kept.keep(cell.key, done)
        self._look_up([cell])  # what another batch has kept meanwhile counts
        self._complete(cell)

    def _look_up(self, cells: Sequence[Cell]) -> bool:
        """Take up those that are finished; returns whether there were any."""
        found = self._kept.among(cell.key for cell in cells)
        if self._keeping is not None:
            keeps = self._keeping.has
            found = {key: done for key, done in found.items() if done.score is None or keeps(self._all[key])}
        self._done |= found
        return bool(found)

    def _complete(self, cell: Cell) -> None:
        """A cell is finished: so may be its entry."""
        if cell.key in self._group_of:
            self._enter(self._group_of[cell.key])

    def _enter(self, group: Group) -> None:
        """Put the entry into the ledger, once all of its cells are there, unless it is there already."""
        if not all(cell.key in self._done for cell in group.cells):
            return
        if group.tier not in self._data:
            self._data[group.tier] = Data.of(group.tier)
        scores = []
        for cell in group.cells:
            done = self._done[cell.key]
            calibrated = 0.0 if cell.after is None else self._done[cell.after.key].seconds
            assert done.score is not None
            scores.append(replace(done.score, seconds=calibrated + done.seconds))
        entry = Entry(self._data[group.tier], group.method.key, group.calibration, tuple(scores))
        if self._keeping is not None:
            self._keeping.complete(group, entry.scenes)
        if self._known.get(_way(entry)) != entry.scenes:
            self._ledger.add(entry)
            self._known[_way(entry)] = entry.scenes
            self._entered(entry)

    def _outlook(self, running: Running, workers: int) -> tuple[tuple[Cell, ...], float | None]:
        """What runs, and how long the rest will take if every procedure takes as long as it usually did."""
        taken: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for key, done in self._done.items():
            taken[_kind(self._all[key])].append(done.seconds)
        working = tuple(running.values())
        if not taken:
            return working, None
        usual = {kind: fmean(seconds) for kind, seconds in taken.items()}
        on_average = fmean(usual.values())
        left = [
            usual.get(_kind(cell), on_average)
            for key, cell in self._all.items()
            if key not in self._done and cell not in self.failed
        ]
        return working, sum(left) / workers


def _way(entry: Entry) -> tuple[str, str, str]:
    return entry.data.content_hash, entry.algorithm, entry.calibration


def _kind(cell: Cell) -> tuple[str, str]:
    return cell.target.tier.variant, f"{cell.procedure.noun} {cell.procedure.key}"
