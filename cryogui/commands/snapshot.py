"""Draws the real window with a file in it and saves it as a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cryogui.commands.choices import add_scene_option, add_spec_options, choose_spec, find_scene
from cryogui.commands.output import add_json_option
from cryogui.errors import UserError

TABS = {"volume": "volume", "live-slice": "live_slice"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="TIER")
    parser.add_argument("--out", type=Path, required=True, metavar="SHOT.png", help="the picture to write")
    add_scene_option(parser)
    add_spec_options(parser)
    parser.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help="default: 1600x1000")
    parser.add_argument("--tab", choices=tuple(TABS), default="volume", help="what the lower area shows")
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Opens the window, brings it into the state asked for, and photographs it."""
    from cryogui.app.photograph import find_display, photograph

    if args.out.is_dir():
        raise UserError(f"{args.out} is a folder; name the picture to write in it.")
    find_display(sys.argv[1:])
    from cryogui.app.library import OpenFile
    from cryogui.app.main import new_program

    file = OpenFile.read(str(args.tier))
    scene = find_scene(file.tier, args.scene)
    spec = choose_spec(scene, args.spec, args.set)
    program = new_program()
    window = program.screen.window
    try:
        window.resize(*args.size)
        window.show()
        program.files.show(file, file.tier.scenes.index(scene))
        program.spec.set_values(dict(spec))
        program.view.show_tab(TABS[args.tab])
        photograph(program, args.out)
        return {
            "picture": str(args.out),
            "width": window.width(),
            "height": window.height(),
            **program.pictures.summary(),
        }
    finally:
        window.close()


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdigit() and height.isdigit() and 0 < int(width) < 20000 and 0 < int(height) < 20000
    ):
        raise UserError(f"'{text}' is no size; write it as 1600x1000.")
    return int(width), int(height)
