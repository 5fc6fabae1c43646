"""Reconstructions in the user's words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cryogui.app.views.figure_list import Figure
from cryogui.jobs import Kept, Point, Run

if TYPE_CHECKING:
    from cryogui.reconstruct.options import Value

STATES = {
    "queued": "waiting", "running": "running", "paused": "paused", "done": "done", "cancelled": "cancelled",
    "failed": "failed", "interrupted": "interrupted",
}  # fmt: skip

SCORES = (
    (
        "residual",
        "‖r‖/‖y‖",
        "Size of the residual against the data under the run's spec: 0 explains everything",
    ),
    ("psnr_db", "PSNR", "Peak signal over error against the truth, in dB"),
    ("ssim", "SSIM", "Structural similarity to the truth, 1 for equal ones"),
    ("consistency", "consistency", "max(0, 1 − ‖y − ŷ‖/‖y‖) under the run's spec"),
    ("blind", "blind score", "0.4·PSNR (10…50 dB) + 0.4·SSIM + 0.2·consistency"),
    ("standard", "standard", "0.5·PSNR (15…45 dB) + 0.5·SSIM"),
)
"""Scores of a point: field, name, meaning."""


def duration(seconds: float) -> str:
    """'740 ms', '8.3 s', '2 min 5 s', '3 h 2 min'."""
    if seconds < 1:
        return f"{max(1, round(1e3 * seconds))} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def score_text(field: str, value: float | None) -> str:
    """A score as it is shown; a dash where there is none."""
    if value is None or math.isnan(value):
        return "—"
    if field == "psnr_db":
        return "∞" if math.isinf(value) else f"{value:.1f} dB"
    return f"{value:.3f}"


def figures_of(point: Point | None) -> list[Figure]:
    """All scores of a point."""
    return [
        Figure(name, score_text(field, None if point is None else getattr(point, field)), meaning)
        for field, name, meaning in SCORES
    ]


def newest_scores(points: tuple[Point, ...]) -> Point | None:
    """The last point, with the newest value of every score that was not taken at it."""
    if not points:
        return None
    last = {}
    for field, _, _ in SCORES:
        known = [value for point in points if (value := getattr(point, field)) is not None]
        last[field] = known[-1] if known else None
    return Point(points[-1].iteration, points[-1].seconds, **last)


def progress_words(run: Run) -> str:
    """How far a run is, or what became of it."""
    if run.state == "queued":
        return "waiting"
    if not run.has_ended:
        parts = [f"{100 * run.fraction:.0f} %"]
        if run.is_stopping:
            parts.append("ending …")
        elif run.state == "paused":
            parts.append("paused")
        elif run.seconds_left is not None:
            parts.append(f"{duration(run.seconds_left)} left")
        at = f"iteration {run.iteration}" if run.iteration else ""
        return "  ·  ".join(filter(None, (*parts, at, run.note)))
    if run.state == "done":
        scores = newest_scores(run.points)
        best = "" if scores is None or scores.psnr_db is None else score_text("psnr_db", scores.psnr_db)
        return "  ·  ".join(filter(None, (best, duration(run.seconds), run.reason)))
    return STATES[run.state]


def line_of(run: Run, waiting: int) -> str:
    """A run in one line, and how many wait behind it."""
    more = f"  ·  {waiting} waiting" if waiting else ""
    reason = f": {run.reason}" if run.state == "failed" and run.reason else ""
    if run.has_ended:
        return f"{run.order.title}  {progress_words(run)}{reason}{more}"
    return f"{progress_words(run)}{more}  ·  {run.order.title}"


def kept_title(kept: Kept) -> str:
    """A kept run as a volume to choose: its title and how good it is."""
    scores = newest_scores(kept.points)
    if scores is None or scores.psnr_db is None:
        return kept.order.title
    return f"{kept.order.title}  {score_text('psnr_db', scores.psnr_db)}"


def option_words(options: dict[str, Value]) -> str:
    """Options by name, those of a run."""
    return ", ".join(f"{name} {_told(value)}" for name, value in options.items())


def _told(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
