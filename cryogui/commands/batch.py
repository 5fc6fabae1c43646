"""The batch behind `cryogui leaderboard --run`: its options, and its progress while the command waits."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import count, say
from cryogui.errors import UserError
from cryogui.resources import TIERS, VARIANTS

if TYPE_CHECKING:
    from cryogui.calibrate import Strategy
    from cryogui.challenge.batch.plan import Group
    from cryogui.challenge.batch.pools import Pool
    from cryogui.challenge.batch.run import Batch, Standing
    from cryogui.challenge.ledger import Entry
    from cryogui.jobs import History
    from cryogui.reconstruct import Method
    from cryogui.tiers import TierFile

ALL = "all"
_MOST_NAMED = 3  # cells at work, on the line of progress


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--run` and what goes with it."""
    batch = parser.add_argument_group("to have rows measured")
    batch.add_argument(
        "--run",
        metavar="all|M[,M…]",
        help="first run these methods on every scene, as far as that is not done; started again, it goes on",
    )
    batch.add_argument(
        "--calibration",
        metavar="S[,S…]",
        help="after these strategies, 'none' for the nominal spec (default: none,auto)",
    )
    batch.add_argument(
        "--tiers",
        type=Path,
        metavar="FOLDER",
        help="with VARIANT_TIER.h5 files as make-tiers writes them (default: tiers of your own, made once)",
    )
    batch.add_argument("--workers", type=int, metavar="N", help="processes (default: one a processor)")
    batch.add_argument(
        "--scheduler", metavar="ADDRESS", help="run on this Dask cluster (needs the extra 'cluster')"
    )
    batch.add_argument("--keep", type=Path, metavar="FOLDER", help="write every submission into this folder")


def require_run(args: argparse.Namespace) -> None:
    """Raises UserError for options that ask for nothing without `--run`."""
    for name in ("calibration", "tiers", "workers", "scheduler", "keep"):
        if args.run is None and getattr(args, name) is not None:
            raise UserError(f"--{name} is about what is run; say what with --run, or leave it out.")


def carry_out(args: argparse.Namespace, history: History) -> dict[str, Any]:
    """The batch that the options ask for, done as far as it can be; what JSON says of it.

    Raises UserError when nothing can be run, and KeyboardInterrupt with everything finished in the history.
    """
    from cryogui.challenge.batch.keeping import Keeping
    from cryogui.challenge.batch.plan import planned
    from cryogui.challenge.batch.run import Batch

    if history.is_read_only:
        raise UserError(f"{history.trouble} A batch keeps its cells there; make the folder writable first.")
    begin = time.monotonic()
    methods, strategies = _methods(args.run), _strategies(args.calibration or "none,auto")
    with ExitStack() as stack:
        groups = planned(_open_tiers(args, stack), methods, strategies)
        _require_groups(groups, methods, strategies)
        keeping = None if args.keep is None else Keeping(args.keep, groups)
        batch = Batch(groups, history, keeping, _say_entry)
        before = batch.done
        if before:
            say(f"{before} cells are finished already.")
        batch.run(stack.enter_context(_pool(args)), _count)
    return {
        "cells_before": before,
        "cells_done": batch.done,
        "cells_failed": _failures(batch),
        "seconds": time.monotonic() - begin,
    }


def summary(result: Mapping[str, Any]) -> list[str]:
    """What is to be said of a batch at the end."""
    failed = result["cells_failed"]
    new = result["cells_done"] - result["cells_before"]
    lines = [f"{result['cells_done']} cells are finished, {new} of them now in {result['seconds']:.0f} s."]
    if failed:
        lines += [f"{len(failed)} failed, and are tried again the next time:", *map(_failure_words, failed)]
    return lines


def _methods(wanted: str) -> tuple[Method, ...]:
    from cryogui.reconstruct import find_method, methods

    return methods() if wanted == ALL else tuple(map(find_method, _names(wanted)))


def _strategies(wanted: str) -> tuple[Strategy | None, ...]:
    from cryogui.calibrate import find_strategy
    from cryogui.challenge.ledger import NOT_CALIBRATED

    return tuple(None if name == NOT_CALIBRATED else find_strategy(name) for name in _names(wanted))


def _names(wanted: str) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(name.strip() for name in wanted.split(",")))


def _open_tiers(args: argparse.Namespace, stack: ExitStack) -> Iterator[TierFile]:
    """Those that are there and asked for, with their truth; what is left out is said."""
    from cryogui.challenge.own_tiers import own_tiers, tier_path
    from cryogui.tiers import open_file
    from cryogui.tiers.sealed import unsealed

    variants = VARIANTS if args.variant == ALL else (args.variant,)
    tiers = (args.tier,) if args.tier in TIERS else TIERS
    folder = own_tiers(variants, tiers, say) if args.tiers is None else args.tiers
    paths = [tier_path(folder, variant, tier) for variant in variants for tier in tiers]
    there = [path for path in paths if path.is_file()]
    if not there:
        raise UserError(f"{folder} has no {paths[0].name} or the like; 'cryogui make-tiers' makes them.")
    for path in there:
        tier = unsealed(stack.enter_context(closing(open_file(path))))
        if all(scene.read_x is not None for scene in tier.scenes):
            yield tier
        else:
            say(f"{path.name} is left out: there is no truth to score its scenes against.")


def _require_groups(
    groups: Sequence[Group], methods: Sequence[Method], strategies: Sequence[Strategy | None]
) -> None:
    """Raises UserError when there is nothing to do, and says what is not used."""
    if not groups:
        raise UserError("None of these methods fits these tiers; 'cryogui methods' tells which ones do.")
    used = {group.method.key for group in groups} | {group.calibration for group in groups}
    for each in (*methods, *filter(None, strategies)):
        if each.key not in used:
            say(f"'{each.key}' is left out: it fits none of these tiers.")


def _pool(args: argparse.Namespace) -> AbstractContextManager[Pool]:
    from cryogui.challenge.batch.pools import local_pool

    if args.scheduler is not None:
        from cryogui.challenge.batch.cluster import cluster_pool

        return cluster_pool(args.scheduler)
    if args.workers is not None and args.workers < 1:
        raise UserError(f"{args.workers} workers can do nothing; give at least 1.")
    return local_pool(args.workers or len(os.sched_getaffinity(0)))


def _count(standing: Standing) -> None:
    about = [f"{standing.done} of {standing.all} cells"]
    about += [f"{standing.failed} failed"] if standing.failed else []
    about += [_left(standing.seconds_left)] if standing.working and standing.seconds_left else []
    names = [_cell_words(cell.about) for cell in standing.working[:_MOST_NAMED]]
    more = len(standing.working) - _MOST_NAMED
    names += [f"{more} more"] if more > 0 else []
    working = f": {'; '.join(names)}" if names else ""
    count(", ".join(about) + working, is_last=not standing.working)


def _left(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


def _say_entry(entry: Entry) -> None:
    score = entry.figures()["blind_score"]
    how = f"{entry.algorithm}, calibration {entry.calibration}"
    say(f"{entry.data.variant} {entry.data.tier}: {how}: " + ("–" if score is None else f"{score:.3f}"))


def _failures(batch: Batch) -> list[dict[str, str]]:
    return [{**cell.about, "reason": reason} for cell, reason in batch.failed.items()]


def _failure_words(failed: dict[str, str]) -> str:
    return f"{_cell_words(failed)}: {failed['reason']}"


def _cell_words(cell: dict[str, str]) -> str:
    """'cryo_et dev sample_01 auto + wbp': the scene, then what is done with it."""
    how = [name for name in (cell["calibration"], cell["method"]) if name not in ("", "none")]
    return f"{cell['variant']} {cell['tier']} {cell['scene']} {' + '.join(how)}"
