"""The submissions of a batch, where they are wanted: volumes scene by scene until an entry is complete."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock

from cryogui.challenge.batch.plan import Cell, Group, groups_of
from cryogui.challenge.scores import SceneScore
from cryogui.errors import UserError
from cryogui.files import replacing
from cryogui.physics.fourier import Real32
from cryogui.tiers.submissions import Answer, Submission, write_submission


class Keeping:
    """A folder of submissions, made when missing; volumes that wait for others lie in `.parts` inside it.

    Raises UserError from every method when it cannot be written.
    """

    def __init__(self, folder: Path, groups: Sequence[Group]) -> None:
        self._folder, self._parts = folder, folder / ".parts"
        self._group_of = groups_of(groups)
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"The folder {folder} cannot be made; choose another.", repr(error)) from error

    def path(self, group: Group) -> Path:
        """Its submission; the end of the name tells apart what was made of other images or otherwise."""
        way = f"{group.tier.variant}_{group.tier.tier}_{group.method.key}_{group.calibration}"
        return self._folder / f"{way}_{group.key[:8]}.h5"

    def has(self, cell: Cell) -> bool:
        """Whether the volume of a cell is there, by itself or in a submission."""
        return self.path(self._group_of[cell.key]).is_file() or self._part(cell).is_file()

    def put(self, cell: Cell, x_hat: Real32) -> None:
        """Keep the volume of a cell until those of the other scenes are there."""
        with replacing(self._part(cell)) as path, open(path, "wb") as file:
            np.save(file, x_hat)

    def complete(self, group: Group, scores: Sequence[SceneScore]) -> None:
        """Write the submission, unless it is there; then its parts are not needed any more."""
        path = self.path(group)
        with FileLock(self._parts / ".writing.lock"):
            if not path.is_file():
                self._write(path, group, scores)
            for cell in group.cells:
                self._part(cell).unlink(missing_ok=True)

    def _write(self, path: Path, group: Group, scores: Sequence[SceneScore]) -> None:
        answers = tuple(
            Answer(score.name, np.load(self._part(cell)), score.spec, score.seconds)
            for cell, score in zip(group.cells, scores, strict=True)
        )
        tier = group.tier
        write_submission(
            path, Submission(tier.variant, tier.tier, group.method.key, group.calibration, answers)
        )

    def _part(self, cell: Cell) -> Path:
        return self._parts / f"{cell.key}.npy"
