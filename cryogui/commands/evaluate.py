"""Runs a stranger's algorithm on every scene of a tier, isolated, and tells its scores only.

The algorithm is run once for each scene, as `python SCRIPT.py INPUT.h5 OUTPUT.h5` (of a folder its main.py; a
container image gets the same two arguments). INPUT.h5 is a tier file with one scene, sample_00: the images y,
the ideal operator H_ideal and spec_ranges. OUTPUT.h5 is to hold sample_00/x_hat (float32, [z, y, x]) and, as
JSON in its attribute corrected_spec, the parameters that were found. It may import cryogui, numpy, scipy and
h5py; wheels named in a folder's requirements.txt as name==version are fetched before.

It sees no other file, no network and no other program. Where that cannot be had (bubblewrap is tried out
first) the hidden tier refuses; public and dev go on, labelled 'not isolated'.

  cryogui evaluate my_method.py --variant cryo_et --tier dev

  cryogui evaluate my_method/ --variant cryo_et
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import add_json_option, say
from cryogui.commands.running import history_for
from cryogui.errors import UserError
from cryogui.resources import TIERS, VARIANTS

if TYPE_CHECKING:
    from cryogui.challenge.evaluation import Evaluated

_HIDDEN = "hidden"
_MOST_SECONDS, _MOST_MB = 7 * 86_400, 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("algorithm", metavar="SCRIPT.py|FOLDER|IMAGE")
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    parser.add_argument("--tier", choices=TIERS, default=_HIDDEN)
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER",
        help="tiers as 'cryogui make-tiers' writes them; by default tiers of your own under a secret seed",
    )  # fmt: skip
    parser.add_argument(
        "--time-limit", type=float, default=600.0, metavar="S", help="seconds for each scene (default: 600)"
    )
    parser.add_argument(
        "--memory-limit", type=int, default=4096, metavar="MB", help="of all its processes (default: 4096)"
    )
    parser.add_argument("--no-history", action="store_true", help="keep no entry for the leaderboard")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.challenge.evaluation import choose_isolation, evaluate, tier_score
    from cryogui.challenge.ledger import Data, Entry, Ledger
    from cryogui.challenge.own_tiers import find_tier, own_folder
    from cryogui.challenge.quota import Quota
    from cryogui.challenge.sandbox.algorithm import find_algorithm
    from cryogui.challenge.sandbox.limits import Limits
    from cryogui.tiers import open_file
    from cryogui.tiers.sealed import unsealed

    if not (0 < args.time_limit <= _MOST_SECONDS and 0 < args.memory_limit <= _MOST_MB):
        raise UserError(
            f"Limits must be more than zero, and at most {_MOST_SECONDS} s and {_MOST_MB} MB; choose others."
        )
    limits = Limits(seconds=args.time_limit, memory_bytes=args.memory_limit << 20)
    algorithm = find_algorithm(args.algorithm)
    path = find_tier(args.variant, args.tier, args.data, say)
    isolation, reason = choose_isolation(algorithm, args.tier, path)
    if reason:
        say(f"Not isolated, as {reason}: the program can read and change what you can.")
    with closing(open_file(path)) as file, history_for(args) as history:
        if (file.variant, file.tier) != (args.variant, args.tier):
            raise UserError(f"{path.name} is not the {args.tier} tier of {args.variant}; make it again.")
        tier = unsealed(file)
        left = Quota(own_folder()).take(args.variant) if args.tier == _HIDDEN else None
        scenes = evaluate(algorithm, tier, isolation, limits, _tell)
        score = tier_score(scenes)
        if score is not None and history is not None:
            scores = tuple(scene.score for scene in scenes if scene.score is not None)
            Ledger(history).add(Entry(Data.of(tier), algorithm.name, "", scores, isolation))
    return {
        "variant": args.variant,
        "tier": args.tier,
        "isolation": isolation,
        "scenes": [scene.as_dict() for scene in scenes],
        "tier_score": score,
        "runs_left": left,
    }


def describe(result: Mapping[str, Any]) -> str:
    """One line for each scene, then the tier's score."""
    how = "not isolated" if result["isolation"] == "none" else f"isolated by {result['isolation']}"
    lines = [f"{result['variant']} {result['tier']}, {how}"]
    for scene in result["scenes"]:
        if "failed" in scene:
            lines.append(f"{scene['name']}: failed: {scene['failed']}")
        else:
            figures = (
                f"{name} {scene[name]:g}" for name in scene if name != "name" and scene[name] is not None
            )
            lines.append(f"{scene['name']}: {', '.join(figures)}")
    if result["tier_score"] is None:
        lines.append("no tier score: that takes an answer to every scene")
    else:
        lines.append(f"tier score {result['tier_score']:.3f}")
    return "\n".join(
        [*lines, *([] if result["runs_left"] is None else [f"{result['runs_left']} hidden runs left today"])]
    )


def _tell(scene: Evaluated) -> None:
    """Progress: how a scene ended, and the last words of one that failed where they may be shown."""
    say(f"{scene.name}: {'done' if scene.failed is None else f'failed: {scene.failed}'}")
    if scene.failed is not None:
        for line in scene.tail.splitlines():
            say(f"  | {line}")
