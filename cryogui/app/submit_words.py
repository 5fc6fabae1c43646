"""What the submit dialog says. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryogui.app.run_words import newest_scores, score_text
from cryogui.challenge.answering import Candidate, Scored
from cryogui.challenge.boards import VARIANT_TITLES
from cryogui.challenge.scores import FIGURES
from cryogui.tiers.sealed import sealed_path

if TYPE_CHECKING:
    from cryogui.challenge.ledger import Entry
    from cryogui.tiers import Scene, TierFile
    from cryogui.tiers.submissions import Submission

MOST_ISSUES = 6


@dataclass(frozen=True)
class SceneLine:
    """One scene: what it is called, the runs that can answer it in words, which is chosen (-1 for none), and
    what is told of that one."""

    title: str
    runs: tuple[str, ...]
    chosen: int
    spec: str
    scores: str


def about_words(tier: TierFile, answered: int) -> str:
    """The tier in a sentence, and how far it is answered."""
    what = VARIANT_TITLES.get(tier.variant, tier.variant)
    return (
        f"{tier.path.name}: {what}, {tier.tier} tier. {answered} of {len(tier.scenes)} scenes are answered."
    )


def scene_line(scene: Scene, found: Sequence[Candidate], chosen: Candidate | None) -> SceneLine:
    """One scene of the dialog."""
    title = f"{scene.name}  {scene.title}" if scene.title != scene.name else scene.name
    runs = tuple(f"{each.title}  (run {each.number})" for each in found)
    if chosen is None:
        return SceneLine(title, runs, -1, "", "")
    values = ((parameter, chosen.spec[parameter.name]) for parameter in scene.ranges
              if parameter.name in chosen.spec)  # fmt: skip
    spec = ", ".join(
        f"{parameter.description.symbol} {value:.4g}"
        + ("" if parameter.clip(value) == value else " (out of range)")
        for parameter, value in values
    )
    return SceneLine(title, runs, list(found).index(chosen), spec.replace("-", "−"), _scores(chosen))


def _scores(chosen: Candidate) -> str:
    scores = newest_scores((chosen.scores,)) if chosen.scores is not None else None
    if scores is None:
        return ""
    if scores.psnr_db is None:
        return "" if scores.consistency is None else f"consistency {scores.consistency:.3f}"
    return f"{score_text('psnr_db', scores.psnr_db)},  blind {score_text('blind', scores.blind)}"


def checked_words(path: Path, verb: str, submission: Submission) -> tuple[str, str]:
    """What the check has found, and its tone."""
    head = f"{path.name} is {verb} sound".replace("  ", " ")
    head += f": '{submission.algorithm}' answers to {len(submission.answers)} scenes"
    if not submission.issues:
        return f"{head}.", "good"
    told = [f"{issue.where} {issue.what}" for issue in submission.issues[:MOST_ISSUES]]
    more = len(submission.issues) - MOST_ISSUES
    rest = [f"and {more} more"] if more > 0 else []
    return "\n".join([f"{head}, but", *told, *rest]), "warn"


def scored_words(found: Scored, tier: Path) -> tuple[str, str]:
    """What the scores are worth, and their tone."""
    if found.has_truth:
        return f"'{found.entry.algorithm}' is on the leaderboard of the {found.entry.data.tier} tier.", "good"
    return (
        f"The truth is not here: put {sealed_path(tier).name} beside {tier.name} to score. Only the "
        "consistency is known.", "warn",
    )  # fmt: skip


def score_rows(entry: Entry) -> list[list[str]]:
    """A row for each scene, and their mean."""
    rows = [[scene.name, *_figures(scene.figures())] for scene in entry.scenes]
    return [*rows, ["mean", *_figures(entry.figures())]]


def _figures(figures: dict[str, float | None]) -> list[str]:
    return [
        "—"
        if (value := figures[name]) is None
        else f"{value:.2f} dB"
        if name == "psnr_db"
        else f"{value:.3f}"
        for name in FIGURES
    ]
