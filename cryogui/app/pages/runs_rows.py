"""The runs of the history as rows of a table. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryogui.app.run_words import STATES, duration, newest_scores, option_words, score_text
from cryogui.app.runs import as_now
from cryogui.jobs import Kept, Run, State
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
    Column("PSNR", "Peak signal over error against the truth, in dB", True),
    Column("SSIM", "Structural similarity to the truth", True),
    Column("consist.", "max(0, 1 − ‖y − ŷ‖/‖y‖) under the run's spec", True),
    Column("blind", "0.4·PSNR (10…50 dB) + 0.4·SSIM + 0.2·consistency", True),
    Column("standard", "0.5·PSNR (15…45 dB) + 0.5·SSIM", True),
    Column("‖r‖/‖y‖", "Size of the residual against the data", True),
    Column("time", "How long the method worked", True),
    Column("when", "When it was asked for"),
    Column("scene", "Scene and file"),
    Column("method", "Key of the method"),
    Column("options", "What the method was told"),
    Column("spec", "Under which parameters; those the method found itself behind an arrow"),
)
_SCORES = ("psnr_db", "ssim", "consistency", "blind", "standard", "residual")


@dataclass(frozen=True)
class Row:
    """One run: words and sorting keys by column. kept: what the history has of it."""

    kept: Kept
    words: tuple[str, ...]
    keys: tuple[float | str, ...]

    @property
    def number(self) -> int:
        """The run's number."""
        return self.kept.number


def rows_of(history: Sequence[Kept], runs: Sequence[Run]) -> list[Row]:
    """A row for each run of the history; of `runs`, those of this window, as they are now."""
    now = {run.number: run for run in runs}
    return [_row(as_now(kept, now.get(kept.number))) for kept in history]


def _row(kept: Kept) -> Row:
    order, scores = kept.order, newest_scores(kept.points)
    values = [None if scores is None else getattr(scores, field) for field in _SCORES]
    when = kept.created.strftime("%d %b %H:%M")
    spec = ", ".join(f"{name} {value:.4g}" for name, value in order.spec.items()).replace("-", "−")
    found = ", ".join(f"{name} {value:.4g}" for name, value in kept.found.items()).replace("-", "−")
    words = (
        order.title, STATES[kept.state],
        *(score_text(field, value) for field, value in zip(_SCORES, values, strict=True)),
        duration(kept.seconds) if kept.seconds else "—", when, order.place, order.method,
        option_words(order.options) + ("  half sets" if order.halves else ""),
        f"{spec}  → {found}" if found else spec,
    )  # fmt: skip
    lowest = float("-inf")
    keys = (
        words[0], words[1], *(lowest if value is None else value for value in values),
        kept.seconds, kept.created.timestamp(), *words[10:],
    )  # fmt: skip
    return Row(kept, words, keys)


def tone_of(state: State) -> str:
    """The colour that a state is told in."""
    return {"done": "good", "failed": "bad", "interrupted": "warn", "running": "accent"}.get(state, "muted")


def toggled(chosen: tuple[int, ...], number: int, on: bool) -> tuple[int, ...]:
    """The runs compared with one more or less; when there are too many, the one chosen first goes."""
    kept = tuple(each for each in chosen if each != number)
    return (*kept, number)[-MOST_COMPARED:] if on else kept
