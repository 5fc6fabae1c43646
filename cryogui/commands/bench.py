"""Measures speed and accuracy on this machine, beside other programs doing the same work in the same run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from cryogui.commands.output import add_json_option
from cryogui.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=sorted(_RUNS), help="which figures")
    parser.add_argument("--size", type=int, metavar="N", help="voxels along each axis (128; particles 96)")
    parser.add_argument("--tilts", type=int, default=61, metavar="T", help="images of the tilt series (61)")
    parser.add_argument("--images", type=int, metavar="N", help="live: N particles instead of a tilt series")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    for name, least, most in (("size", 16, 512), ("tilts", 2, 1000), ("images", 1, 10_000)):
        value = getattr(args, name)
        if value is not None and not least <= value <= most:
            raise UserError(f"--{name} must lie between {least} and {most}, not at {value}.")
    return {"what": args.what, **_RUNS[args.what](args)}


def describe(result: Mapping[str, Any]) -> str:
    """One figure a line, medians with their 95th percentile beside."""
    lines = []
    for name, value in result.items():
        if name.endswith("_p95"):
            continue
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        p95 = result.get(f"{name}_p95")
        lines.append(f"{name:<24} {shown}" + (f"   (p95 {p95:.4g})" if p95 is not None else ""))
    return "\n".join(lines)


def _live(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.bench.live import live_figures, particle_figures

    if args.images:
        size = args.size or 96
        return {"size": size, "images": args.images, **particle_figures(size, args.images)}
    size = args.size or 128
    figures = {"size": size, "tilts": args.tilts, **live_figures(size, args.tilts)}
    from cryogui.bench.window import window_figures

    return {**figures, **window_figures(size, args.tilts)}


def _project(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.bench.project import project_figures

    size = args.size or 128
    return {"size": size, "tilts": args.tilts, **project_figures(size, args.tilts)}


def _reconstruct(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.bench.reconstruct import reconstruct_figures

    size = args.size or 128
    return {"size": size, "tilts": args.tilts, **reconstruct_figures(size, args.tilts)}


def _start(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.bench.window import start_figures

    return start_figures()


_RUNS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "live": _live,
    "project": _project,
    "reconstruct": _reconstruct,
    "start": _start,
}
