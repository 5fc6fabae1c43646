"""The runs of the history as rows of a table. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryogui.app.as_now import as_now, calibration_as_now
from cryogui.app.run_words import STATES, duration, newest_scores, option_words, score_text
from cryogui.jobs import Job, Kept, KeptCalibration, State
from cryogui.jobs.kept import KeptJob
from cryogui.session.run_looks import MOST_COMPARED


@dataclass(frozen=True)
class Column:
    """One column. is_number: aligned at the right, and sorted by its value."""

    title: str
    meaning: str
    is_number: bool = False


COLUMNS = (
    Column("run", "What the run is called: F2 renames it. A tick compares it"),
    Column("state", "What became of it"),
    Column("made", "A volume, by a reconstruction, or a spec, by a calibration"),
    Column("PSNR", "Peak signal over error against the truth, in dB", True),
    Column("SSIM", "Structural similarity to the truth", True),
    Column("consist.", "max(0, 1 − ‖y − ŷ‖/‖y‖) under the run's spec", True),
    Column("blind", "0.4·PSNR (10…50 dB) + 0.4·SSIM + 0.2·consistency", True),
    Column("standard", "0.5·PSNR (15…45 dB) + 0.5·SSIM", True),
    Column("‖r‖/‖y‖", "Size of the residual against the data", True),
    Column("time", "How long it was worked at", True),
    Column("when", "When it was asked for"),
    Column("scene", "Scene and file"),
    Column("method", "Key of the method or strategy"),
    Column("options", "What the method or strategy was told"),
    Column("spec", "Under which parameters, or from which on; those that were found behind an arrow"),
)
_MADE = {"reconstruction": "volume", "calibration": "spec"}
_SCORES = ("psnr_db", "ssim", "consistency", "blind", "standard", "residual")


@dataclass(frozen=True)
class Row:
    """One run: words and sorting keys by column. kept: what the history has of it."""

    kept: KeptJob
    words: tuple[str, ...]
    keys: tuple[float | str, ...]

    @property
    def number(self) -> int:
        """The run's number."""
        return self.kept.number

    @property
    def has_result(self) -> bool:
        """Whether there is something to use."""
        return False

    def contains(self, words: str) -> bool:
        """Whether all of these words stand in it."""
        text = f"{' '.join(self.words)} {self.kept.order.kind}".lower()
        return all(word in text for word in words.lower().split())


@dataclass(frozen=True)
class VolumeRow(Row):
    """A reconstruction; its volume may be there."""

    kept: Kept

    @property
    def has_result(self) -> bool:
        return self.kept.has_result


@dataclass(frozen=True)
class SpecRow(Row):
    """A calibration; what one that was broken off had come to was not judged, and is no result."""

    kept: KeptCalibration

    @property
    def has_result(self) -> bool:
        return self.kept.state == "done" and self.kept.estimate is not None


def rows_of(history: Sequence[KeptJob], jobs: Sequence[Job]) -> list[Row]:
    """A row for each run of the history; of `jobs`, those of this window, as they are now."""
    now = {job.number: job for job in jobs}
    rows: list[Row] = []
    for kept in history:
        if isinstance(kept, Kept):
            rows.append(_volume_row(as_now(kept, now.get(kept.number))))
        elif isinstance(kept, KeptCalibration):
            rows.append(_spec_row(calibration_as_now(kept, now.get(kept.number))))
    return rows


def _volume_row(kept: Kept) -> VolumeRow:
    scores = newest_scores(kept.points)
    values = [None if scores is None else getattr(scores, field) for field in _SCORES]
    halves = "  half sets" if kept.order.halves else ""
    return VolumeRow(kept, *_columns(kept, values, halves, kept.found))


def _spec_row(kept: KeptCalibration) -> SpecRow:
    start, found = kept.order.spec, {} if kept.estimate is None else kept.estimate.spec
    changed = {name: value for name, value in found.items() if value != start.get(name)}
    return SpecRow(kept, *_columns(kept, [None] * len(_SCORES), "", changed))


def _columns(
    kept: KeptJob, values: Sequence[float | None], more: str, found: Mapping[str, float]
) -> tuple[tuple[str, ...], tuple[float | str, ...]]:
    """Words and keys. values: the scores; more: said behind the options."""
    order = kept.order
    spec = _spec_words(order.spec)
    words = (
        order.title, STATES[kept.state], _MADE[order.kind],
        *(score_text(field, value) for field, value in zip(_SCORES, values, strict=True)),
        duration(kept.seconds) if kept.seconds else "—", kept.created.strftime("%d %b %H:%M"), order.place,
        order.method, option_words(order.options) + more,
        f"{spec}  → {_spec_words(found)}" if found else spec,
    )  # fmt: skip
    scores = [float("-inf") if value is None else value for value in values]
    times = kept.seconds, kept.created.timestamp()
    return words, (*words[:3], *scores, *times, *words[11:])


def _spec_words(spec: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in spec.items()).replace("-", "−")


def tone_of(state: State) -> str:
    """The colour that a state is told in."""
    return {"done": "good", "failed": "bad", "interrupted": "warn", "running": "accent"}.get(state, "muted")


def toggled(chosen: tuple[int, ...], number: int, on: bool) -> tuple[int, ...]:
    """The runs compared with one more or less; when there are too many, the one chosen first goes."""
    kept = tuple(each for each in chosen if each != number)
    return (*kept, number)[-MOST_COMPARED:] if on else kept
