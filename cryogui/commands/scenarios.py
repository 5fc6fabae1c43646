"""Compares what a method makes of an ideal measurement (I), and of the real one under the nominal spec (II),
the true one (III) and the one that calibration finds (IV).

The ideal measurement is what the forward model makes of the truth under the nominal spec, without noise.
Recovery is the share of what the true spec would gain that calibration gains, (IV − II)/(III − II) in PSNR.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.calibrate import add_strategy_option
from cryogui.commands.choices import add_scenes_option, choose_spec, find_scenes
from cryogui.commands.findings import aligned
from cryogui.commands.output import add_json_option, say
from cryogui.commands.procedures import add_param_option, option_values
from cryogui.commands.running import queue_for
from cryogui.commands.scene_work import SceneWork
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.calibrate import Strategy
    from cryogui.jobs import Point, Queue
    from cryogui.reconstruct import Method
    from cryogui.tiers import Scene, TierFile

LEAST_GAIN_DB = 0.1
"""What the true spec must gain over the nominal one for a recovery to mean anything."""

SCENARIOS = {"I": "ideal", "II": "uncalibrated", "III": "oracle", "IV": "calibrated"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="TIER")
    add_scenes_option(parser, "all")
    parser.add_argument("--method", required=True, metavar="M", help="as `cryogui methods` lists them")
    add_param_option(parser, "method")
    add_strategy_option(parser)
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.calibrate import find_strategy
    from cryogui.reconstruct import find_method
    from cryogui.tiers import open_file

    method, strategy = find_method(args.method), find_strategy(args.strategy)
    options = option_values(method, args.param)
    with closing(open_file(args.tier)) as tier, queue_for(None) as queue:
        scenes = find_scenes(tier, args.scene)
        require_truth(tier, scenes)
        rows = []
        for scene in scenes:
            points = compared(queue, args.tier, tier, scene, (method, options), strategy)
            rows.append(row_of(scene.name, points))
    return {"method": method.key, "strategy": strategy.key, "scenes": rows}


def describe(result: Mapping[str, Any]) -> str:
    """One line for each scene: PSNR and blind score of each scenario, and the recovery."""
    title = f"{result['method']}, calibrated by {result['strategy']}: PSNR in dB (blind score)"
    return "\n".join([title, *table(result["scenes"])])


def table(scenes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The lines under that title."""
    head = ["scene", *(f"{number} {word}" for number, word in SCENARIOS.items()), "recovery"]
    lines = aligned([head, *(_row(scene) for scene in scenes)])
    known = [scene["recovery"] for scene in scenes if scene["recovery"] is not None]
    if known:
        lines += [f"mean recovery {sum(known) / len(known):.2f}, least {min(known):.2f}"]
    return [*lines, f"recovery = (IV − II)/(III − II) in PSNR; – where III − II is below {LEAST_GAIN_DB} dB"]


def compared(
    queue: Queue,
    path: Path,
    tier: TierFile,
    scene: Scene,
    reconstruction: tuple[Method, dict[str, Any]],
    strategy: Strategy | None,
) -> dict[str, Point]:
    """The last scores of a scene in each scenario; without the calibrated one where there is no strategy.

    reconstruction: a method and its options. Raises UserError when one of them cannot be carried out.
    """
    work = SceneWork.of(path, tier, scene, scene.ranges.nominal)
    points: dict[str, Point] = {}

    def take(scenario: str, each: SceneWork) -> None:
        points[scenario] = point = each.reconstructed(queue, *reconstruction).points[-1]
        say(f"{scene.name}: {scenario} {SCENARIOS[scenario]} {_decibels(point.psnr_db)} dB")

    take("I", work.with_scene(_ideal(scene, work)))
    take("II", work)
    take("III", work.under(choose_spec(scene, "true", [])))
    if strategy is not None:
        run = work.calibrated(queue, strategy, option_values(strategy, ()))
        say(f"{scene.name}: calibrated in {run.seconds:.1f} s")
        take("IV", work.under(run.result().spec))
    return points


def recovery(points: Mapping[str, Point]) -> float | None:
    """(IV − II)/(III − II) in PSNR; None where the true spec gains too little over the nominal one."""
    second, third, fourth = (points[scenario].psnr_db for scenario in ("II", "III", "IV"))
    if second is None or third is None or fourth is None or third - second < LEAST_GAIN_DB:
        return None
    return (fourth - second) / (third - second)


def row_of(name: str, points: Mapping[str, Point]) -> dict[str, Any]:
    """The scores of each scenario, and the recovery, as JSON has them."""
    scores = {
        scenario: {
            "psnr_db": point.psnr_db,
            "ssim": point.ssim,
            "consistency": point.consistency,
            "blind_score": point.blind,
        }
        for scenario, point in points.items()
    }
    return {"name": name, **scores, "recovery": recovery(points)}


def require_truth(tier: TierFile, scenes: Sequence[Scene]) -> None:
    """Raises UserError for a scene without its true x and spec."""
    for scene in scenes:
        if scene.read_y is None or scene.read_x is None or scene.true_spec is None:
            raise UserError(
                f"{scene.name} of {tier.path.name} does not hold its true x and spec, which scenarios need; "
                "use a public tier."
            )


def _ideal(scene: Scene, work: SceneWork) -> Scene:
    """The scene as an ideal microscope would have measured it."""
    operator, x_true = work.model.operator, scene.x_true
    if operator is None or x_true is None:
        raise UserError(f"{work.model.obstacle} Choose a scene with a forward model.")
    clean = operator.apply(x_true, scene.ranges.nominal)
    return replace(scene, read_y=lambda: clean, noise_sigma=0.0, transmission=None)


def _row(scene: Mapping[str, Any]) -> list[str]:
    scores = [scene[scenario] for scenario in SCENARIOS]
    cells = [f"{_decibels(each['psnr_db'])} ({_score(each['blind_score'])})" for each in scores]
    return [scene["name"], *cells, _score(scene["recovery"], 2)]


def _decibels(psnr_db: float | None) -> str:
    return _score(psnr_db, 2)


def _score(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
