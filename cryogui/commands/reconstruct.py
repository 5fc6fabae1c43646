"""Reconstructs scenes by one method, scores the volumes and writes them as a submission.

A real series against itself with a wedge of 60° missing:

  cryogui reconstruct needle.h5 --method wbp --out full.h5

  cryogui reconstruct needle.h5 --method wbp --exclude 0-14,76-90 --against full.h5 --out wedge.h5
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import (
    add_scenes_option,
    add_spec_options,
    choose_spec,
    find_scenes,
    read_object,
    require_other_file,
)
from cryogui.commands.models import add_model_options
from cryogui.commands.output import add_json_option
from cryogui.commands.procedures import add_param_option, option_values
from cryogui.commands.running import each_in_turn, history_for, queue_for
from cryogui.commands.scene_work import SceneWork
from cryogui.commands.spec_files import spec_files
from cryogui.files import require_writable

if TYPE_CHECKING:
    from cryogui.jobs import Run
    from cryogui.jobs.results import Reconstructed
    from cryogui.tiers import Scene

_SCORES = {
    "psnr_db": "psnr_db", "ssim": "ssim", "consistency": "consistency", "standard_score": "standard",
    "blind_score": "blind",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tier", type=Path, metavar="TIER")
    add_scenes_option(parser)
    parser.add_argument("--method", required=True, metavar="M", help="as `cryogui methods` lists them")
    add_param_option(parser, "method")
    add_spec_options(parser)
    add_model_options(parser)
    parser.add_argument("--halves", action="store_true", help="two halves of the images too, for an FSC")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="a volume to score against, in place of the file's truth"
    )
    parser.add_argument("--out", type=Path, metavar="OUT.h5", help="write the volumes here, as a submission")
    parser.add_argument("--no-history", action="store_true", help="keep nothing in the history")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.jobs.results import write_results
    from cryogui.reconstruct import find_method
    from cryogui.tiers import open_file

    if args.out:
        against = [args.against] if args.against else []
        require_other_file(args.out, args.tier, *against, *spec_files(args.spec))
        require_writable(args.out)
    method = find_method(args.method)
    options = option_values(method, args.param)
    with closing(open_file(args.tier)) as tier, history_for(args) as history, queue_for(history) as queue:

        def reconstructed(scene: Scene) -> Run:
            spec = choose_spec(scene, args.spec, args.set)
            work = SceneWork.of(args.tier, tier, scene, spec).with_model(args)
            x_true = read_object(args.against, scene.name) if args.against else None
            return work.reconstructed(queue, method, options, args.halves, x_true)

        runs = each_in_turn(find_scenes(tier, args.scene), reconstructed)
    if args.out:
        write_results(args.out, [_reconstructed(run) for run in runs])
    return {"method": method.key, "scenes": [_scores(run) for run in runs]}


def describe(result: Mapping[str, Any]) -> str:
    """One line for each scene; scores that truth would be needed for are left out."""
    lines = []
    for scene in result["scenes"]:
        scores = [f"{name} {scene[name]:.4g}" for name in _SCORES if scene[name] is not None]
        many = "iteration" if scene["iterations"] == 1 else "iterations"
        work = f"{scene['iterations']} {many} in {scene['seconds']:.1f} s"
        lines.append(f"{scene['name']}: {', '.join([*scores, work])}")
    return "\n".join(lines)


def _reconstructed(run: Run) -> Reconstructed:
    from cryogui.jobs.results import Reconstructed

    return Reconstructed(run.order, run.result(), run.found)


def _scores(run: Run) -> dict[str, Any]:
    last = run.points[-1]
    scores = {name: getattr(last, field) for name, field in _SCORES.items()}
    return {"name": run.order.scene_name, **scores, "seconds": last.seconds, "iterations": run.iteration}
