"""Writes simulated tier files; hidden ones have their truth in a separate sealed file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cryogui.commands.output import add_json_option, say
from cryogui.resources import TIERS, VARIANTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("outdir", type=Path, metavar="OUTDIR", help="folder to write into; made when missing")
    parser.add_argument("--variant", choices=(*VARIANTS, "all"), default="all")
    parser.add_argument("--tier", choices=(*TIERS, "all"), default="all")
    parser.add_argument("--size", type=int, metavar="N", help="voxels along each side of the objects")
    parser.add_argument("--images", type=int, metavar="N", help="tilts or particles in each scene")
    parser.add_argument(
        "--seed",
        type=int,
        metavar="S",
        help="the same seed gives the same files; blind tiers draw a secret one",
    )
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.tiers.make import make_tiers

    files = make_tiers(
        args.outdir,
        variants=VARIANTS if args.variant == "all" else (args.variant,),
        tiers=TIERS if args.tier == "all" else (args.tier,),
        size=args.size,
        images=args.images,
        seed=args.seed,
        progress=say,
    )
    return {"files": [str(file) for file in files]}


def describe(result: dict[str, Any]) -> str:
    """The files written, one a line."""
    return "\n".join(result["files"])
