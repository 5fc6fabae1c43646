"""Calibrates and reconstructs every scene of a tier, and writes a submission that has been checked.

cryogui submit cryo_et_dev.h5 --method fista-tv --out submission.h5

cryogui score submission.h5 cryo_et_dev.h5
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import choose_spec, require_other_file
from cryogui.commands.output import add_json_option, say
from cryogui.commands.procedures import add_param_option, option_values
from cryogui.commands.running import history_for, queue_for
from cryogui.commands.scene_work import SceneWork
from cryogui.commands.spec_files import spec_files
from cryogui.files import require_writable

if TYPE_CHECKING:
    from cryogui.calibrate import Strategy
    from cryogui.jobs import Queue
    from cryogui.tiers.submissions import Answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("tier", type=Path, metavar="TIER")
    parser.add_argument("--method", required=True, metavar="M", help="as `cryogui methods` lists them")
    add_param_option(parser, "method")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--strategy",
        default="auto",
        metavar="S",
        help="as `cryogui strategies` lists them, or 'none' for the nominal spec (default: auto)",
    )
    how.add_argument("--spec", metavar="FILE", help="the specs that 'cryogui calibrate --out FILE' has found")
    parser.add_argument("--out", type=Path, required=True, metavar="SUB.h5", help="the submission")
    parser.add_argument("--no-history", action="store_true", help="keep nothing in the history")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.calibrate import find_strategy
    from cryogui.challenge.ledger import NOT_CALIBRATED
    from cryogui.reconstruct import find_method
    from cryogui.tiers import open_file
    from cryogui.tiers.submissions import Submission, read_submission, write_submission

    require_other_file(args.out, args.tier, *(spec_files(args.spec) if args.spec else ()))
    require_writable(args.out)
    method = find_method(args.method)
    reconstruction = method, option_values(method, args.param)
    calibrated = args.spec is None and args.strategy != NOT_CALIBRATED
    strategy = find_strategy(args.strategy) if calibrated else None
    with closing(open_file(args.tier)) as tier, history_for(args) as history, queue_for(history) as queue:
        answers = []
        for scene in tier.scenes:
            work = SceneWork.of(args.tier, tier, scene, choose_spec(scene, args.spec or "nominal", []))
            answers.append(_answer(queue, work, strategy, reconstruction))
            say(f"{scene.name}: {answers[-1].seconds:.1f} s")
        calibration = "" if args.spec else args.strategy
        write_submission(
            args.out, Submission(tier.variant, tier.tier, method.key, calibration, tuple(answers))
        )
        written = read_submission(args.out, tier)
    return {
        "file": str(args.out),
        "method": method.key,
        "strategy": calibration or None,
        "scenes": [
            {"name": answer.name, "spec": dict(answer.spec), "seconds": answer.seconds}
            for answer in written.answers
        ],
        "issues": [issue.as_dict() for issue in written.issues],
    }


def describe(result: Mapping[str, Any]) -> str:
    """One line for each scene with its spec, then what is odd."""
    lines = [f"{result['file']} answers to {len(result['scenes'])} scenes."]
    for scene in result["scenes"]:
        spec = ", ".join(f"{name} {value:.4g}" for name, value in scene["spec"].items())
        lines.append(f"{scene['name']}: {spec}")
    return "\n".join([*lines, *(f"{issue['where']} {issue['what']}" for issue in result["issues"])])


def _answer(
    queue: Queue, work: SceneWork, strategy: Strategy | None, reconstruction: tuple[Any, dict[str, Any]]
) -> Answer:
    """What is submitted for one scene; its seconds are those of calibration and reconstruction."""
    from cryogui.tiers.submissions import Answer

    seconds = 0.0
    if strategy is not None:
        calibration = work.calibrated(queue, strategy, option_values(strategy, ()))
        work, seconds = work.under(calibration.result().spec), calibration.seconds
    run = work.reconstructed(queue, *reconstruction)
    spec = {**run.order.spec, **run.found}
    return Answer(run.order.group, run.result().x, spec, seconds + run.seconds)
