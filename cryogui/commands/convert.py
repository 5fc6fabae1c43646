"""Makes a one-scene tier file, without truth, of a real tilt series and its angles."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cryogui.commands.choices import require_other_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("series", type=Path, metavar="SERIES.mrc", help="stack of tilt images")
    parser.add_argument(
        "--tilts", type=Path, required=True, metavar="FILE", help=".rawtlt, .tlt or .mdoc file"
    )
    parser.add_argument("--pixel-size", type=float, metavar="Å", help="in place of what the files say")
    parser.add_argument(
        "--axis-angle",
        type=_axis_angle,
        metavar="DEG",
        help="how far to turn the images, counter-clockwise as shown, for the tilt axis to lie along y; "
        "'none' leaves them, 'auto' (default) finds it",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="TIER.h5", help="file to write")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.tiers import convert

    require_other_file(args.out, args.series, args.tilts)
    return {"file": str(convert(args.series, args.tilts, args.out, args.pixel_size, args.axis_angle))}


def _axis_angle(text: str) -> float | None:
    if text == "auto":
        return None
    try:
        return 0.0 if text == "none" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is neither an angle in degrees, auto nor none") from None


def describe(result: dict[str, Any]) -> str:
    """The file written."""
    return str(result["file"])
