"""Reconstructs scenes by one method, scores the volumes and writes them as a submission.

A real series against itself with a wedge of 60° missing:

  cryogui reconstruct needle.h5 --method wbp --out full.h5

  cryogui reconstruct needle.h5 --method wbp --exclude 0-14,76-90 --against full.h5 --out wedge.h5
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import (
    add_spec_options,
    choose_spec,
    find_scene,
    read_object,
    require_other_file,
    split_assignment,
)
from cryogui.commands.models import add_model_options, with_model_options
from cryogui.commands.output import add_json_option, say
from cryogui.commands.running import carried_out, queue_for
from cryogui.errors import UserError
from cryogui.files import require_writable

if TYPE_CHECKING:
    from cryogui.jobs import History, Inputs, Order, Run
    from cryogui.jobs.results import Reconstructed
    from cryogui.reconstruct import Method
    from cryogui.tiers import Scene, TierFile

_SCORES = {
    "psnr_db": "psnr_db", "ssim": "ssim", "consistency": "consistency", "standard_score": "standard",
    "blind_score": "blind",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tier", type=Path, metavar="TIER")
    parser.add_argument(
        "--scene", default="0", metavar="K|all", help="number or name of the scene (default: 0)"
    )
    parser.add_argument("--method", required=True, metavar="M", help="as `cryogui methods` lists them")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="one option of the method; may be repeated",
    )
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
    from cryogui.reconstruct.options import parsed
    from cryogui.tiers import open_file

    if args.out:
        require_other_file(args.out, args.tier, *([args.against] if args.against else []))
        require_writable(args.out)
    method = find_method(args.method)
    options: Any = parsed(method.options, dict(map(split_assignment, args.param)))
    with closing(open_file(args.tier)) as tier, _history(args) as history, queue_for(history) as queue:
        scenes = tier.scenes if args.scene == "all" else (find_scene(tier, args.scene),)
        runs: list[Run] = []
        for scene in scenes:
            try:
                runs.append(carried_out(queue, *_ordered(args, tier, scene, method, asdict(options))))
            except UserError as error:
                raise UserError(f"{error}{_what_is_left(runs)}", error.detail) from error
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


def _history(args: argparse.Namespace) -> AbstractContextManager[History | None]:
    """The history, unless it is not wanted or would keep nothing."""
    from cryogui.jobs import History

    if args.no_history:
        return nullcontext()
    try:
        history = History()
    except UserError as error:
        say(str(error))
        return nullcontext()
    if history.trouble:
        say(history.trouble)
    if history.is_read_only:
        history.close()
        return nullcontext()
    return closing(history)


def _ordered(
    args: argparse.Namespace, tier: TierFile, scene: Scene, method: Method, options: dict[str, Any]
) -> tuple[Order, Inputs]:
    """What is to be done with one scene, and what with."""
    from cryogui.app.orders import new_order, prepared
    from cryogui.session.run_looks import ReconstructionLook
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import SceneKey

    spec = choose_spec(scene, args.spec, args.set)
    key = SceneKey(str(args.tier.resolve()), tier.scenes.index(scene))
    model = SceneModel(key, scene)
    state = replace(with_model_options(model.first_state(), model, args), spec=spec)
    look = ReconstructionLook(half_sets=args.halves).with_options(method.key, options)
    order, inputs = prepared(model, new_order(model, state, method, look, tier.tier), method)
    if args.against:
        x = read_object(args.against, scene.name)
        model.require_fit(x)
        inputs = replace(inputs, x_true=x)
    return order, inputs


def _what_is_left(done: Sequence[Run]) -> str:
    """What has become of the scenes before one that failed: nothing is written unless all are done."""
    if not done:
        return ""
    names = ", ".join(run.order.scene_name for run in done)
    if any(run.number is None for run in done):
        return f" What was done before ({names}) is not kept, as there is no history."
    return f" What was done before ({names}) is in the history."


def _reconstructed(run: Run) -> Reconstructed:
    from cryogui.jobs.results import Reconstructed

    return Reconstructed(run.order, run.result(), run.found)


def _scores(run: Run) -> dict[str, Any]:
    last = run.points[-1]
    scores = {name: getattr(last, field) for name, field in _SCORES.items()}
    return {"name": run.order.scene_name, **scores, "seconds": last.seconds, "iterations": run.iteration}
