"""Saves a movie (GIF or MP4) of a parameter swept, of the series image by image, or of a volume's slices."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, cast

from cryogui.commands.export import add_look_options, chosen_look
from cryogui.commands.output import add_json_option, count
from cryogui.commands.scenes import add_image_option, add_source_options, opened_source

_PANES = ("measured", "forward", "residual", "live-slice")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_options(parser)
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--sweep", metavar="NAME", help="one parameter from end to end of its range")
    kinds.add_argument("--tilt", action="store_true", help="the series, image by image")
    kinds.add_argument("--slices", choices=("xy", "xz", "yz"), help="the object, slice by slice")
    parser.add_argument(
        "--panes",
        type=_panes,
        default=_PANES[:3],
        metavar="NAMES",
        help=f"side by side, of {', '.join(_PANES)} (default: the first three)",
    )
    add_image_option(parser, "the middle one; only in a sweep")
    parser.add_argument("--frames", type=_count, default=60, metavar="N", help="of a sweep (default: 60)")
    parser.add_argument("--fps", type=_rate, default=15.0, metavar="F", help="frames a second (default: 15)")
    parser.add_argument("--once", action="store_true", help="do not return: jump from the end to the start")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT", help="movie to write: .gif or .mp4")
    add_look_options(parser)
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.app.export.offscreen import ready_painter
    from cryogui.export import MOVIE_ENDINGS, ending_of, write_movie

    ending_of(args.out, MOVIE_ENDINGS)
    ready_painter()
    from cryogui.app.export.film import Film, FilmChoice, Kind

    kind = "sweep" if args.sweep else "series" if args.tilt else "slices"
    panes = (args.slices,) if args.slices else tuple(name.replace("-", "_") for name in args.panes)
    choice = FilmChoice(
        cast(Kind, kind), args.sweep or "", panes, args.frames, args.fps, not args.once, chosen_look(args, 1)
    )
    with opened_source(args, "object") as source:
        film = Film(source, choice)
        write_movie(args.out, film.count, film.frame, args.fps, _progress)
        height, width = film.frame(0).shape[:2]
    return {"movie": str(args.out), "frames": film.count, "width": width, "height": height, "fps": args.fps}


def describe(result: dict[str, Any]) -> str:
    """The file written, how long it is and how large."""
    seconds = result["frames"] / result["fps"]
    size = f"{result['width']} × {result['height']}"
    return f"{result['movie']}: {result['frames']} frames of {size}, {seconds:.1f} s"


def _progress(done: int, total: int) -> None:
    count(f"frame {done} of {total}", is_last=done == total)


def _panes(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not names or any(name not in _PANES for name in names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"'{text}' names no panes; choose of {', '.join(_PANES)}")
    return names


def _count(text: str) -> int:
    if not text.isdigit() or not 2 <= int(text) <= 2000:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of frames between 2 and 2000")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.5 <= rate <= 60:
        raise argparse.ArgumentTypeError(f"'{text}' is no frame rate between 0.5 and 60")
    return rate
