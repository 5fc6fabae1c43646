"""Scores as tables: of the runs compared, and of what is published beside what was measured here. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryogui.app.pages.runs_rows import VolumeRow
from cryogui.app.run_words import SCORES, duration, newest_scores, option_words, score_text
from cryogui.jobs import Kept
from cryogui.reconstruct import methods
from cryogui.resources import VARIANTS, standard_rows

Cells = list[list[str]]
Board = tuple[Cells, list[str]]  # cells, and what each row means

PUBLISHED_TITLES = ("published", "PSNR", "SSIM", "standard")
MEASURED_TITLES = ("measured here", "PSNR", "SSIM", "standard")


def compared(
    rows: Sequence[VolumeRow], resolutions: Mapping[str, Sequence[str]]
) -> tuple[list[str], Cells, list[str]]:
    """Titles, cells and meanings: one column for each run, a row for each score.

    resolutions: further rows by name, a value for each run.
    """
    titles = ["", *(row.kept.order.title for row in rows)]
    cells, meanings = [], []
    for field, name, meaning in SCORES:
        points = [newest_scores(row.kept.points) for row in rows]
        values = [score_text(field, None if point is None else getattr(point, field)) for point in points]
        cells.append([name, *values])
        meanings.append(meaning)
    for name, texts in resolutions.items():
        cells.append([name, *texts])
        meanings.append("Where the Fourier shell correlation falls below its threshold")
    cells.append(["time", *(duration(row.kept.seconds) if row.kept.seconds else "—" for row in rows)])
    cells.append(["options", *(option_words(row.kept.order.options) for row in rows)])
    cells.append(["spec", *(row.words[-1] for row in rows)])
    return titles, cells, [*meanings, "How long the method worked", "What the method was told", "Parameters"]


def published(variant: str) -> Board:
    """The published standard board of a variant, and where each row comes from; empty for other variants."""
    rows = standard_rows(variant) if variant in VARIANTS else []
    cells = [
        [row["method"], f"{row['psnr_db']:.1f} dB", f"{row['ssim']:.3f}", f"{row['score']:.3f}"]
        for row in rows
    ]
    return cells, [f"Published: {row['source']}" for row in rows]


def measured(history: Sequence[Kept]) -> Board:
    """What was measured of one scene: the newest run of each method that has ended well, best first."""
    newest: dict[str, Kept] = {}
    for kept in history:
        if kept.state == "done":
            newest.setdefault(kept.order.method, kept)
    scored = [(kept, point) for kept in newest.values() if (point := newest_scores(kept.points)) is not None]
    scored.sort(key=lambda pair: -(pair[1].standard or 0.0))
    known = {method.key: method.row for method in methods()}
    cells, meanings = [], []
    for kept, point in scored:
        scores = (score_text(field, getattr(point, field)) for field in ("psnr_db", "ssim", "standard"))
        cells.append([kept.order.title, *scores])
        row = known.get(kept.order.method)
        answers = f"It answers to the published row {row}" if row else "It answers to no published row"
        meanings.append(f"Measured here, of the scene shown. {answers}")
    return cells, meanings
