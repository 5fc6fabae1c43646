"""Where the results and checkpoints of runs lie."""

from __future__ import annotations

import tempfile
from pathlib import Path


class Shelf:
    """The files of the runs of one history, in `folder`.

    borrowed: up to which number runs belong to a history that cannot be written. Files of later ones, and
    whatever else a program would leave in the history's folder, lie in a folder that goes when the shelf is
    closed; None where all can be written.
    """

    def __init__(self, folder: Path, borrowed: int | None = None) -> None:
        self._folder, self._borrowed = folder, borrowed or 0
        self._passing: tempfile.TemporaryDirectory[str] | None = None
        self.own = folder
        if borrowed is not None:
            self._passing = tempfile.TemporaryDirectory(prefix="cryogui-runs-", ignore_cleanup_errors=True)
            self.own = Path(self._passing.name) / folder.name

    def is_borrowed(self, number: int) -> bool:
        """Whether the files of that run can be read only."""
        return number <= self._borrowed

    def result(self, number: int) -> Path:
        """The HDF5 file with a run's volume."""
        return self._of(number) / f"{number:06d}.h5"

    def checkpoint(self, number: int) -> Path:
        """The file from which an interrupted run goes on."""
        return self._of(number) / f"{number:06d}.npz"

    def close(self) -> None:
        """Nothing is looked for here any more."""
        if self._passing is not None:
            self._passing.cleanup()

    def _of(self, number: int) -> Path:
        return self._folder if self.is_borrowed(number) else self.own
