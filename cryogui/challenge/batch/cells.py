"""What came of cells, in the history's database. Only figures: no volume is kept there."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from cryogui.challenge.scores import SceneScore

if TYPE_CHECKING:
    from cryogui.jobs import History

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done:
    """A finished cell. spec: found, or reconstructed under, in file units; seconds: of the cell alone; score:
    of a reconstruction."""

    spec: dict[str, float]
    seconds: float
    score: SceneScore | None = None


class Cells:
    """The finished cells in a history, which stays the caller's to close.

    Raises UserError from every method when the disk fails.
    """

    def __init__(self, history: History) -> None:
        self._history = history

    def among(self, keys: Iterable[str]) -> dict[str, Done]:
        """Those of these cells that are finished."""
        with self._history.transaction(reading=True) as database:
            select = "SELECT cell FROM cells WHERE key = ?"
            rows = {key: database.execute(select, (key,)).fetchone() for key in keys}
        return {key: done for key, row in rows.items() if row and (done := _read(row[0]))}

    def keep(self, key: str, done: Done) -> None:
        """Remember one that is finished; where another batch was faster, its result stays."""
        with self._history.transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO cells (key, created, cell) VALUES (?, ?, ?)",
                (key, time.time(), msgspec.json.encode(done)),
            )


def _read(encoded: bytes) -> Done | None:
    try:
        return msgspec.json.decode(encoded, type=Done)
    except msgspec.DecodeError as error:
        log.info("a cell cannot be read: %s", error)
        return None
