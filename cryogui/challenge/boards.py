"""Leaderboards: published rows, and rows measured here, beside each other and never mixed up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cryogui.challenge.ledger import NOT_CALIBRATED, Entry
from cryogui.challenge.scores import mean_figures
from cryogui.reconstruct import methods
from cryogui.resources import TIERS, VARIANTS, blind_rows, standard_rows

Board = Literal["standard", "blind"]

BOARDS: tuple[Board, ...] = ("standard", "blind")
OVERALL = "overall"
PLACES = (*TIERS, OVERALL)
NOT_REPRODUCIBLE = "published, not reproducible from public data"

VARIANT_TITLES = {"cryo_em": "Particles (cryo-EM)", "cryo_et": "Tilt series (cryo-ET)"}


@dataclass(frozen=True)
class Row:
    """One line of a board. Scores are means over a tier's scenes or over the tiers; None where unknown.

    tier: 'overall' for the mean of the three. source: 'published' or 'measured'. origin: the publication, or
    what a measured row's method answers to. data: what it was measured on, as '96³, 45 images'. seconds: that
    all of its scenes took. isolation: see `Entry`.
    """

    variant: str
    board: Board
    tier: str
    source: Literal["published", "measured"]
    method: str
    calibration: str
    score: float | None
    psnr_db: float | None
    ssim: float | None
    consistency: float | None = None
    seconds: float | None = None
    origin: str = ""
    data: str = ""
    isolation: str = ""


def board(variant: str, kind: Board, tier: str, entries: Iterable[Entry]) -> tuple[Row, ...]:
    """The rows of one board: measured ones, then published ones, each best first. tier: one of `PLACES`.

    The standard board is published without tiers; its rows stand with the 'overall' ones. A measured row is
    overall only where all three tiers of the same size were answered in the same way.
    """
    both = _measured(variant, kind, tier, entries), _published(variant, kind, tier)
    return tuple(row for rows in both for row in sorted(rows, key=_by_score))


def _by_score(row: Row) -> tuple[bool, float]:
    return row.score is None, -(row.score or 0.0)


def entries_behind(row: Row, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that a measured row is made of, and older ones of the same kind that it hides."""
    wanted = TIERS if row.tier == OVERALL else (row.tier,)
    way = row.variant, row.method, row.calibration, row.data
    return tuple(
        entry
        for entry in entries
        if row.source == "measured" and entry.data.tier in wanted and way == _way_in_words(entry)
    )


def every_board(entries: Sequence[Entry], variants: Sequence[str] = VARIANTS) -> tuple[Row, ...]:
    """The rows of all boards of these variants."""
    return tuple(
        row
        for variant in variants
        for kind in BOARDS
        for tier in PLACES
        for row in board(variant, kind, tier, entries)
    )


def _published(variant: str, kind: Board, tier: str) -> list[Row]:
    if kind == "standard":
        published = standard_rows(variant) if tier == OVERALL else []
    else:
        published = blind_rows(variant, tier)
    calibration = "" if kind == "standard" else "gradient"
    return [
        Row(
            variant, kind, tier, "published", row["method"], calibration, row["score"], row.get("psnr_db"),
            row.get("ssim"), origin=row.get("source", ""),
        )
        for row in published
    ]  # fmt: skip


def _measured(variant: str, kind: Board, tier: str, entries: Iterable[Entry]) -> list[Row]:
    """One row for each way of answering: the newest entry counts where the tier was made more than once."""
    newest: dict[tuple[str, str, int, int], dict[str, Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.created):
        if entry.data.variant == variant:
            way = entry.algorithm, entry.calibration, entry.data.size, entry.data.images
            newest.setdefault(way, {})[entry.data.tier] = entry
    wanted = TIERS if tier == OVERALL else (tier,)
    return [
        _row(kind, tier, [by_tier[each] for each in wanted])
        for by_tier in newest.values()
        if all(each in by_tier for each in wanted)
    ]


def _way_in_words(entry: Entry) -> tuple[str, str, str, str]:
    """Variant, method, calibration and data as a row tells them."""
    known = {method.key: method.short_title for method in methods()}
    method = known.get(entry.algorithm, entry.algorithm)
    return entry.data.variant, method, entry.calibration, f"{entry.data.size}³, {entry.data.images} images"


def _row(kind: Board, tier: str, entries: Sequence[Entry]) -> Row:
    figures = mean_figures([entry.figures() for entry in entries])
    first = entries[0]
    known = {method.key: method for method in methods()}.get(first.algorithm)
    _, title, _, data = _way_in_words(first)
    seconds = [entry.seconds for entry in entries]
    return Row(
        first.data.variant,
        kind,
        tier,
        "measured",
        title,
        first.calibration,
        figures[f"{kind}_score"],
        figures["psnr_db"],
        figures["ssim"],
        figures["consistency"],
        None if None in seconds else sum(each for each in seconds if each is not None),
        known.row if known else "",
        data,
        ", ".join(sorted({entry.isolation for entry in entries if entry.isolation})),
    )


def to_csv(rows: Iterable[Row]) -> str:
    """A table with a line for each row."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    names = list(Row.__dataclass_fields__)
    lines.writerow(names)
    for row in rows:
        lines.writerow(["" if (value := getattr(row, name)) is None else value for name in names])
    return text.getvalue()


def to_markdown(rows: Sequence[Row]) -> str:
    """Under a heading for each board a table of the measured rows, and one of the published rows."""
    parts = []
    for variant, kind, tier in dict.fromkeys((row.variant, row.board, row.tier) for row in rows):
        of_board = [row for row in rows if (row.variant, row.board, row.tier) == (variant, kind, tier)]
        parts.append(f"**{VARIANT_TITLES[variant]}, {kind} board, {tier}**")
        for source, title in (("measured", "measured here"), ("published", NOT_REPRODUCIBLE)):
            of_source = [row for row in of_board if row.source == source]
            # what none of them has, as the published rows have no time, needs no column
            names = [name for name in _COLUMNS if any(getattr(row, name) is not None for row in of_source)]
            if of_source:
                parts.append(_table(title, names, of_source))
    return "\n\n".join(parts) + "\n"


_COLUMNS = {
    "score": ("score", 3), "psnr_db": ("PSNR, dB", 2), "ssim": ("SSIM", 3), "consistency": ("consistency", 3),
    "seconds": ("time, s", 0),
}  # fmt: skip


def _table(title: str, names: Sequence[str], rows: Sequence[Row]) -> str:
    titles = [title, "calibration", *(_COLUMNS[name][0] for name in names)]
    lines = ["| " + " | ".join(titles) + " |", "|---|---" + "|--:" * len(names) + "|"]
    for row in rows:
        figures = [_figure(getattr(row, name), _COLUMNS[name][1]) for name in names]
        lines.append("| " + " | ".join((_plain(row.method), calibration_words(row), *figures)) + " |")
    return "\n".join(lines)


def calibration_words(row: Row) -> str:
    """How the specs of a row were found, in a word."""
    if row.source == "measured" and not row.calibration:
        return "own"
    return "–" if row.calibration in ("", NOT_CALIBRATED) else row.calibration


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _plain(text: str) -> str:
    """A stranger's name as text in a table."""
    return "".join(f"\\{letter}" if letter in "\\|`*_<>[]" else letter for letter in text)
