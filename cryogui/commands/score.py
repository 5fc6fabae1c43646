"""Scores submissions, each against the tier that it answers to.

  cryogui score submission.h5 cryo_et_public.h5

  cryogui score a.h5 cryo_et_public.h5 b.h5 cryo_et_dev.h5 c.h5 cryo_et_hidden.h5

The truth of a blind tier is looked for in the .sealed file beside it; without it there is only the
consistency. An overall score, the plain mean of the tiers', needs all three tiers of a variant.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.findings import aligned
from cryogui.commands.output import add_json_option, say
from cryogui.commands.procedures import option_values
from cryogui.commands.running import history_for, queue_for
from cryogui.errors import UserError
from cryogui.resources import TIERS

if TYPE_CHECKING:
    from cryogui.challenge.answering import Scored
    from cryogui.challenge.ledger import Entry
    from cryogui.challenge.scores import SceneScore
    from cryogui.jobs import History, Point

_HEAD = "PSNR dB", "SSIM", "consistency", "standard", "blind"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="SUB.h5 TIER", help="a submission and its tier, or several"
    )
    parser.add_argument("--sealed", type=Path, metavar="FILE", help="the truth of a blind tier")
    parser.add_argument(
        "--scenarios",
        action="store_true",
        help="reconstruct with the same method under the ideal, the nominal and the true spec too, "
        "and tell how much of the gain the submission's calibration has recovered",
    )
    parser.add_argument("--no-history", action="store_true", help="keep no entry for the leaderboard")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    if len(args.files) % 2:
        raise UserError("Give a submission and its tier, in turn: SUB.h5 TIER.")
    pairs = list(zip(args.files[::2], args.files[1::2], strict=True))
    if args.sealed and len(pairs) > 1:
        raise UserError("--sealed goes with one submission; put other sealed files beside their tiers.")
    with history_for(args) as history:
        tiers = [_scored(args, submission, tier, history) for submission, tier in pairs]
    return tiers[0] if len(tiers) == 1 else {"tiers": tiers, "overall": _overall(tiers)}


def describe(result: Mapping[str, Any]) -> str:
    """A table for each tier, then what is odd, the scenarios and the overall scores."""
    lines: list[str] = []
    for tier in result.get("tiers", [result]):
        lines += _tier_lines(tier)
    for overall in result.get("overall", []):
        words = ", ".join(
            f"{name.removesuffix('_score')} {value:.3f}"
            for name in ("standard_score", "blind_score")
            if (value := overall[name]) is not None
        )
        lines += [f"{overall['variant']} overall, {overall['algorithm']}: {words or 'no score'}"]
    return "\n".join(lines)


def _scored(args: argparse.Namespace, path: Path, tier: Path, history: History | None) -> dict[str, Any]:
    from cryogui.challenge.answering import scored
    from cryogui.challenge.ledger import Ledger

    found = scored(path, tier, args.sealed)
    if not found.has_truth:
        say(f"{tier.name}: there is no truth to score every scene against; name it with --sealed.")
    elif history is not None:
        Ledger(history).add(found.entry)
    result = _as_dict(found)
    if args.scenarios:
        result["scenarios"] = _scenarios(tier, args.sealed, found.entry)
    return result


def _as_dict(scored: Scored) -> dict[str, Any]:
    entry = scored.entry
    figures = entry.figures()
    return {
        "variant": entry.data.variant,
        "tier": entry.data.tier,
        "algorithm": entry.algorithm,
        "calibration": entry.calibration or None,
        "scenes": [scene.as_dict() for scene in entry.scenes],
        "tier_score": figures["blind_score"],
        "tier_scores": figures,
        "issues": [issue.as_dict() for issue in scored.issues],
    }


def _overall(tiers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each variant and algorithm that has answered to all three tiers."""
    from cryogui.challenge.scores import mean_figures

    answered: dict[tuple[str, str], dict[str, Any]] = {}
    for each in tiers:
        answered.setdefault((each["variant"], each["algorithm"]), {})[each["tier"]] = each["tier_scores"]
    return [
        {"variant": variant, "algorithm": algorithm, **mean_figures([by_tier[tier] for tier in TIERS])}
        for (variant, algorithm), by_tier in answered.items()
        if all(tier in by_tier for tier in TIERS)
    ]


def _scenarios(path: Path, sealed: Path | None, entry: Entry) -> list[dict[str, Any]]:
    """The submission as scenario IV, beside the others by the same method with its usual options."""
    from cryogui.commands.scenarios import compared, require_truth, row_of
    from cryogui.reconstruct import find_method
    from cryogui.tiers import open_file
    from cryogui.tiers.sealed import unsealed

    method = find_method(entry.algorithm)
    rows = []
    with closing(open_file(path)) as file, queue_for(None) as queue:
        tier = unsealed(file, sealed)
        require_truth(tier, tier.scenes)
        for scene, score in zip(tier.scenes, entry.scenes, strict=True):
            points = compared(queue, path, tier, scene, (method, option_values(method, ())), None)
            rows.append(row_of(scene.name, {**points, "IV": _point(score)}))
    return rows


def _point(score: SceneScore) -> Point:
    from cryogui.jobs import Point

    return Point(
        0, score.seconds or 0.0, None, score.consistency, score.psnr_db, score.ssim, score.standard_score,
        score.blind_score,
    )  # fmt: skip


def _tier_lines(tier: Mapping[str, Any]) -> list[str]:
    from cryogui.commands.scenarios import table

    how = f", calibrated by {tier['calibration']}" if tier["calibration"] not in (None, "none") else ""
    rows = [[scene["name"], *_cells(scene)] for scene in tier["scenes"]]
    lines = [f"{tier['variant']} {tier['tier']}: {tier['algorithm']}{how}"]
    lines += aligned([["scene", *_HEAD], *rows, ["mean", *_cells(tier["tier_scores"])]])
    lines += [f"{issue['where']} {issue['what']}" for issue in tier["issues"]]
    return lines + (table(tier["scenarios"]) if "scenarios" in tier else [])


def _cells(figures: Mapping[str, Any]) -> list[str]:
    from cryogui.challenge.scores import FIGURES

    digits = (2, 3, 3, 3, 3)
    return [
        "–" if figures[name] is None else f"{figures[name]:.{places}f}"
        for name, places in zip(FIGURES, digits, strict=True)
    ]
