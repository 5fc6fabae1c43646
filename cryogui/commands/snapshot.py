"""Draws the real window with a file in it and saves it as a picture."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cryogui.commands.choices import (
    add_object_option,
    add_scene_option,
    add_spec_options,
    choose_spec,
    find_scene,
)
from cryogui.commands.models import add_model_options, with_model_options
from cryogui.commands.output import add_json_option
from cryogui.commands.scenes import add_image_option, at_image
from cryogui.errors import UserError
from cryogui.session.state import Tab

if TYPE_CHECKING:
    from cryogui.session import SceneState
    from cryogui.session.scene_model import SceneModel

TABS = {name.replace("_", "-"): name for name in get_args(Tab)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="TIER")
    parser.add_argument("--out", type=Path, required=True, metavar="SHOT.png", help="the picture to write")
    add_scene_option(parser)
    add_object_option(parser)
    add_spec_options(parser)
    add_model_options(parser)
    add_image_option(parser, "the middle one")
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
    from cryogui.session import SceneKey

    file = OpenFile.read(str(args.tier))
    scene = find_scene(file.tier, args.scene)
    number = file.tier.scenes.index(scene)
    state = _state(file.models[number], args)
    program = new_program()
    window = program.screen.window
    try:
        window.resize(*args.size)
        window.show()
        program.files.show(file, number)
        session = replace(program.store.session, tab=TABS[args.tab])
        program.store.update(session.showing(SceneKey(file.path, number), state), None)
        photograph(program, args.out)
        return {
            "picture": str(args.out),
            "width": window.width(),
            "height": window.height(),
            **program.pictures.summary(),
        }
    finally:
        window.close()


def _state(model: SceneModel, args: argparse.Namespace) -> SceneState:
    """What the options ask for. Raises UserError for what the scene does not have."""
    from cryogui.session import ObjectChoice

    spec = choose_spec(model.scene, args.spec, args.set)
    state = at_image(replace(model.first_state(), spec=spec), args, model)
    state = with_model_options(state, model, args)
    if args.x == "true" and not model.has_truth:
        raise UserError(f"{model.scene.name} does not hold its truth; leave out --x or name a volume.")
    if args.x is None:
        return state
    named = {"true": ObjectChoice("truth"), "quick": ObjectChoice("quick")}
    return replace(state, object=named.get(args.x, ObjectChoice("file", str(Path(args.x).resolve()))))


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdigit() and height.isdigit() and 0 < int(width) < 20000 and 0 < int(height) < 20000
    ):
        raise UserError(f"'{text}' is no size; write it as 1600x1000.")
    return int(width), int(height)
