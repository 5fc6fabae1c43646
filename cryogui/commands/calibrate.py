"""Finds the spec that a scene was measured under, with an error bar and a verdict for each parameter.

cryogui calibrate tier.h5 --scene all --out spec.json

cryogui reconstruct tier.h5 --scene all --method relion --spec spec.json --out submission.h5
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import (
    add_scenes_option,
    add_spec_options,
    choose_spec,
    find_scenes,
    require_other_file,
)
from cryogui.commands.findings import found, heldout_words, table
from cryogui.commands.models import add_model_options
from cryogui.commands.output import add_json_option, to_json
from cryogui.commands.procedures import add_param_option, option_values
from cryogui.commands.running import each_in_turn, history_for, queue_for
from cryogui.commands.scene_work import SceneWork
from cryogui.commands.spec_files import spec_files
from cryogui.errors import UserError
from cryogui.files import require_writable, write_bytes

if TYPE_CHECKING:
    from cryogui.jobs import CalibrationRun
    from cryogui.tiers import Scene


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _strategies()
    parser.add_argument("tier", type=Path, metavar="TIER")
    add_scenes_option(parser)
    add_strategy_option(parser)
    add_param_option(parser, "strategy")
    parser.add_argument(
        "--lock",
        action="append",
        default=[],
        metavar="NAME",
        help="a parameter that keeps the value it starts at; may be repeated",
    )
    add_spec_options(parser)
    add_model_options(parser)
    parser.add_argument("--out", type=Path, metavar="SPEC.json", help="write what was found here, for --spec")
    parser.add_argument("--no-history", action="store_true", help="keep nothing in the history")
    add_json_option(parser)


def add_strategy_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--strategy S`."""
    parser.add_argument(
        "--strategy", default="auto", metavar="S", help="as `cryogui strategies` lists them (default: auto)"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.calibrate import find_strategy
    from cryogui.tiers import open_file

    if args.out:
        require_other_file(args.out, args.tier, *spec_files(args.spec))
        require_writable(args.out)
    strategy = find_strategy(args.strategy)
    options = option_values(strategy, args.param)
    with closing(open_file(args.tier)) as tier, history_for(args) as history, queue_for(history) as queue:

        def calibrated(scene: Scene) -> CalibrationRun:
            locked = _locked(args.lock, scene)
            work = SceneWork.of(args.tier, tier, scene, choose_spec(scene, args.spec, args.set))
            return work.with_model(args).calibrated(queue, strategy, options, locked)

        runs = each_in_turn(find_scenes(tier, args.scene), calibrated)
    result = {"strategy": strategy.key, "scenes": [_found(run) for run in runs]}
    if args.out:
        write_bytes(args.out, to_json(result).encode())
    return result


def describe(result: Mapping[str, Any]) -> str:
    """For each scene what was found, one line for each parameter."""
    lines = []
    for scene in result["scenes"]:
        about = f"{scene['name']}: {result['strategy']} in {scene['seconds']:.1f} s"
        lines += [", ".join(filter(None, (about, heldout_words(scene))))]
        lines += [f"  {line}" for line in table(scene)]
    return "\n".join(lines)


def _strategies() -> str:
    """Those there are, for `--help`."""
    from cryogui.calibrate import strategies

    there = strategies()
    width = max((len(each.key) for each in there), default=0)
    lines = [f"  {each.key:<{width}}  {each.title}" for each in there]
    return "\n".join(["strategies ('cryogui strategies' tells more):", *lines])


def _locked(names: Sequence[str], scene: Scene) -> frozenset[str]:
    for name in names:
        if name not in scene.ranges.names:
            there = ", ".join(scene.ranges.names) or "none at all"
            raise UserError(f"There is no parameter '{name}' to lock; {scene.name} has {there}.")
    return frozenset(names)


def _found(run: CalibrationRun) -> dict[str, Any]:
    return {"name": run.order.scene_name, **found(run.result(), run.order.spec), "seconds": run.seconds}
