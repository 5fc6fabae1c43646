"""Results and checkpoints on the disk. A result file is a valid submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import h5py
import numpy as np

from cryogui.errors import UserError
from cryogui.files import replacing
from cryogui.jobs.order import Order
from cryogui.jobs.run import Result
from cryogui.tiers.read_hdf5 import numbers, scene_groups, volume
from cryogui.tiers.submissions import HALVES, Answer, Submission, write_submission

if TYPE_CHECKING:
    from cryogui.reconstruct.problem import Start

_STATE = "state:"  # before the names of a step's arrays, in checkpoints


@dataclass(frozen=True, eq=False)
class Reconstructed:
    """One scene's result with the order it came from; found: spec values that the method determined."""

    order: Order
    result: Result
    found: Mapping[str, float]


@dataclass(frozen=True)
class Reached:
    """How far a run was at its checkpoint: complete iterations, and the seconds its method had worked."""

    iteration: int
    seconds: float


def write_results(path: Path, scenes: Sequence[Reconstructed]) -> None:
    """Write reconstructions of one file's scenes by one method as a submission, whole or not at all.

    Raises UserError when it cannot be written.
    """
    first = scenes[0].order
    answers = tuple(
        Answer(each.order.group, each.result.x, {**each.order.spec, **each.found}, halves=each.result.halves)
        for each in scenes
    )
    write_submission(path, Submission(first.variant, first.tier, first.method, "", answers))


def read_result(path: Path) -> Result:
    """The volumes of a result file of one scene. Raises UserError when it cannot be read."""
    try:
        with h5py.File(path, "r", locking=False) as file:
            (group,) = scene_groups(file)
            x, *halves = (volume(numbers(group, name, (3,))) for name in ("x_hat", *HALVES) if name in group)
    except (OSError, ValueError) as error:
        raise UserError(f"The result {path.name} cannot be read; run it again.", repr(error)) from error
    return Result(x, (halves[0], halves[1]) if len(halves) == 2 else None)


def write_checkpoint(path: Path, start: Start, seconds: float) -> None:
    """Keep where a run can go on after that much work, whole or not at all.

    Raises UserError when it cannot be written.
    """
    state = {f"{_STATE}{name}": values for name, values in start.state.items()}
    with replacing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, allow_pickle=False, x=start.x, iteration=start.iteration, seconds=seconds, **state)


def read_checkpoint(path: Path) -> Start | None:
    """Where a run can go on; None where there is nothing, or nothing that can be read."""
    from cryogui.reconstruct.problem import Start

    try:
        with np.load(path, allow_pickle=False) as kept:
            state = {name.removeprefix(_STATE): kept[name] for name in kept.files if name.startswith(_STATE)}
            return Start(np.asarray(kept["x"], np.float32), int(kept["iteration"]), state)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def read_reached(path: Path) -> Reached | None:
    """How far a checkpoint is, without its volume; None where there is none that tells."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Reached(int(kept["iteration"]), float(kept["seconds"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
