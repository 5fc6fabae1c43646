"""Entries to the challenge, kept in the history's database: one for each tier, algorithm and calibration."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from cryogui import __version__
from cryogui.challenge.scores import SceneScore, tier_figures, total_seconds
from cryogui.tiers import TierFile, content_hash

if TYPE_CHECKING:
    from cryogui.jobs import History

log = logging.getLogger(__name__)

NOT_CALIBRATED = "none"
"""The calibration of an entry that was made under the nominal spec."""


@dataclass(frozen=True)
class Data:
    """Which images were to be reconstructed. size: voxels along the longest side; images: of each scene;
    content_hash: of all of them."""

    variant: str
    tier: str
    size: int
    images: int
    content_hash: str

    @classmethod
    def of(cls, tier: TierFile) -> Data:
        """The data of an open tier file; reads all its images."""
        stacks = [scene.y for scene in tier.scenes if scene.y is not None]
        size = max((max(stack.shape[1:]) for stack in stacks), default=0)
        images = max((stack.shape[0] for stack in stacks), default=0)
        hashes = "".join(content_hash(stack) for stack in stacks)
        return cls(tier.variant, tier.tier, size, images, hashlib.sha256(hashes.encode()).hexdigest())


@dataclass(frozen=True)
class Entry:
    """One submission to one tier, judged.

    algorithm: key of a method, or what a stranger calls his. calibration: key of a strategy, 'none' for the
    nominal spec, '' where it is not known. isolation: what the algorithm was kept apart by ('bubblewrap', a
    container, 'none'), '' for one that was not run by the evaluator. created: seconds since 1970.
    """

    data: Data
    algorithm: str
    calibration: str
    scenes: tuple[SceneScore, ...]
    isolation: str = ""
    version: str = __version__
    created: float = field(default_factory=time.time)

    def figures(self) -> dict[str, float | None]:
        """The tier's scores: the plain mean over its scenes."""
        return tier_figures(self.scenes)

    @property
    def seconds(self) -> float | None:
        """That all scenes took together, where that is known."""
        return total_seconds(self.scenes)


class Ledger:
    """The entries in a history, which stays the caller's to close.

    Raises UserError from every method when the disk fails.
    """

    def __init__(self, history: History) -> None:
        self._history = history

    def add(self, entry: Entry) -> None:
        """Keep an entry in place of an earlier one of the same algorithm and calibration to the same data."""
        row = (*_key(entry), entry.created, msgspec.json.encode(entry))
        with self._history.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO entries (content_hash, algorithm, calibration, created, entry) "
                "VALUES (?, ?, ?, ?, ?)",
                row,
            )

    def entries(self, variant: str | None = None) -> tuple[Entry, ...]:
        """All of them, or those of one variant, newest first."""
        with self._history.transaction(reading=True) as database:
            rows = database.execute("SELECT entry FROM entries ORDER BY created DESC").fetchall()
        read = (_read(encoded) for (encoded,) in rows)
        return tuple(entry for entry in read if entry and variant in (None, entry.data.variant))

    def remove(self, entries: Sequence[Entry]) -> None:
        """Forget these."""
        with self._history.transaction() as database:
            database.executemany(
                "DELETE FROM entries WHERE content_hash = ? AND algorithm = ? AND calibration = ?",
                [_key(entry) for entry in entries],
            )


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.data.content_hash, entry.algorithm, entry.calibration


def _read(encoded: bytes) -> Entry | None:
    try:
        return msgspec.json.decode(encoded, type=Entry)
    except msgspec.DecodeError as error:  # of another version of the program
        log.info("an entry of the ledger cannot be read: %s", error)
        return None
