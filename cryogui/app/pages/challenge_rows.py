"""The rows of a leaderboard in words, and in any order. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryogui.app.run_words import duration
from cryogui.challenge.boards import NOT_REPRODUCIBLE, Row, calibration_words

Key = float | str | None
MARK = "†"
MEASURED = "measured here"


@dataclass(frozen=True)
class Column:
    """One column: what it shows of a row, and by what it sorts. best_first: sorted downwards at first.
    is_optional: shown only where a row has a value."""

    name: str
    title: str
    meaning: str
    words: Callable[[Row], str]
    key: Callable[[Row], Key]
    is_number: bool = False
    best_first: bool = False
    is_optional: bool = False


def _figure(name: str, digits: int) -> Callable[[Row], str]:
    def words(row: Row) -> str:
        value = getattr(row, name)
        return "—" if value is None else f"{value:.{digits}f}"

    return words


def _score(name: str, title: str, meaning: str, digits: int = 3) -> Column:
    return Column(
        name, title, meaning, _figure(name, digits), lambda row: getattr(row, name), True, best_first=True
    )


def method_words(row: Row) -> str:
    """What a row's method is called, with a mark where it is only published."""
    return f"{row.method} {MARK}" if row.source == "published" else row.method


def name_words(row: Row) -> str:
    """Method and calibration, in short."""
    how = calibration_words(row)
    return row.method if how == "–" or row.source == "published" else f"{row.method}, {how}"


def source_words(row: Row) -> str:
    """'measured here', or 'published (Kremer 1996)'."""
    if row.source == "measured":
        return MEASURED
    return f"published ({row.origin})" if row.origin else "published"


COLUMNS = (
    Column("method", "method", f"What reconstructed; {MARK}: {NOT_REPRODUCIBLE}", method_words,
           lambda row: row.method.casefold()),
    Column("calibration", "calibration", "How the specs were found", calibration_words,
           lambda row: calibration_words(row).casefold()),
    _score("score", "score", "Score of this board, 0 to 1"),
    _score("psnr_db", "PSNR", "Peak signal over error against the truth, in dB: mean", 2),
    _score("ssim", "SSIM", "Structural similarity to the truth: mean"),
    _score("consistency", "consist.", "max(0, 1 − ‖y − Hx‖/‖y‖) under the submitted spec: mean"),
    Column("seconds", "time", "That all scenes took, calibration included; nothing is published of it",
           lambda row: "—" if row.seconds is None else duration(row.seconds), lambda row: row.seconds, True),
    Column("source", "source", f"Measured on this computer, or {NOT_REPRODUCIBLE}",
           source_words, source_words),
    Column("data", "data", "What was reconstructed: size of the volumes, images of each scene",
           lambda row: row.data or "—", lambda row: row.data or None),
    Column("isolation", "isolation", "What the algorithm was kept apart by, where the evaluator has run it",
           lambda row: row.isolation or "—", lambda row: row.isolation or None, is_optional=True),
)  # fmt: skip


def column_of(name: str) -> int:
    """The number of a column; that of the score for a name that is none."""
    names = [column.name for column in COLUMNS]
    return names.index(name if name in names else "score")


def ordered(rows: Sequence[Row], column: int, descending: bool) -> list[Row]:
    """Measured rows, then published ones, each sorted by a column, numbers as numbers; rows without a value
    come last either way."""
    key = COLUMNS[column].key
    in_order: list[Row] = []
    for source in ("measured", "published"):
        known = [row for row in rows if row.source == source and key(row) is not None]
        in_order += sorted(known, key=key, reverse=descending)  # type: ignore[arg-type]
        in_order += [row for row in rows if row.source == source and key(row) is None]
    return in_order


def meaning_of(row: Row) -> str:
    """A sentence about where a row comes from."""
    if row.source == "published":
        return f"{row.method}: {NOT_REPRODUCIBLE}" + (f" ({row.origin})" if row.origin else "")
    answers = f" It answers to the published row {row.origin}." if row.origin else ""
    return f"{row.method}: measured here, on {row.data}.{answers}"
