"""Says what a file holds: layout, scenes, shapes, spec ranges, and every issue found in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.output import add_json_option

if TYPE_CHECKING:
    from cryogui.spec import SpecRanges
    from cryogui.tiers import Scene


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="tier file, tilt series or volume")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.tiers import open_file

    with closing(open_file(args.file)) as tier:
        return {
            "layout": tier.layout,
            "variant": tier.variant,
            "tier": tier.tier,
            "scenes": [_scene(scene) for scene in tier.scenes],
            "issues": [issue.as_dict() for issue in tier.issues],
        }


def describe(result: dict[str, Any]) -> str:
    """The same as lines for a person."""
    lines = [f"layout {result['layout']}, variant {result['variant']}, tier {result['tier'] or 'unknown'}"]
    for scene in result["scenes"]:
        lines.extend(_describe_scene(scene))
    lines.extend(_describe_issues(result["issues"]))
    return "\n".join(lines)


def _scene(scene: Scene) -> dict[str, Any]:
    return {
        "name": scene.name,
        "y_shape": None if scene.y is None else list(scene.y.shape),
        "x_shape": _x_shape(scene),
        "has_truth": scene.y is not None and scene.read_x is not None,
        "pixel_size_A": scene.pixel_size_A,
        "spec_ranges": _ranges(scene.ranges),
    }


def _x_shape(scene: Scene) -> list[int] | None:
    operator = scene.operator()
    if operator is not None:
        return list(operator.x_shape)
    return None if scene.x_true is None else list(scene.x_true.shape)


def _ranges(ranges: SpecRanges) -> list[dict[str, Any]]:
    return [
        {"name": p.name, "min": p.minimum, "max": p.maximum, "unit": p.unit, "nominal": p.nominal}
        for p in ranges
    ]


def _describe_scene(scene: dict[str, Any]) -> Iterable[str]:
    parts = [
        f"{title} {_size(scene[key])}" for title, key in (("y", "y_shape"), ("x", "x_shape")) if scene[key]
    ]
    if scene["pixel_size_A"]:
        parts.append(f"{scene['pixel_size_A']:g} Å/pixel")
    if scene["y_shape"]:
        parts.append("with truth" if scene["has_truth"] else "without truth")
    yield f"{scene['name']}: {', '.join(parts)}"
    for p in scene["spec_ranges"]:
        yield f"  {p['name']}: {p['min']:g} … {p['max']:g} {p['unit']} (nominal {p['nominal']:g})"


def _describe_issues(issues: list[dict[str, str]]) -> Iterable[str]:
    for issue in issues:
        where = f"{issue['where']} " if issue["where"] else ""
        mend = f"; {issue['mend']}" if issue["mend"] else ""
        yield f"{issue['severity']}: {where}{issue['what']}{mend}"


def _size(shape: list[int]) -> str:
    return " × ".join(str(n) for n in shape)
