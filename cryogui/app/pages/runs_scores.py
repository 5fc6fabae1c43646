"""Scores of the runs compared, as a table. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryogui.app.pages.runs_rows import VolumeRow
from cryogui.app.run_words import SCORES, duration, newest_scores, option_words, score_text

Cells = list[list[str]]


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
