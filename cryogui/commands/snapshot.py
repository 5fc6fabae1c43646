"""Draws the real window with a file, or a saved session, in it and saves it as a picture."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
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
from cryogui.session.document import SUFFIX, load
from cryogui.session.state import Tab

if TYPE_CHECKING:
    from cryogui.app.program import Program
    from cryogui.session import SceneState
    from cryogui.session.scene_model import SceneModel

TABS = {name.replace("_", "-"): name for name in get_args(Tab)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="FILE", help="tier, tilt series, volume or session")
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
    from cryogui.app.main import new_program

    show = _show_session(args) if args.tier.suffix == SUFFIX else _show_scene(args)
    program = new_program()
    window = program.screen.window
    try:
        window.resize(*args.size)
        window.show()
        show(program)
        photograph(program, args.out)
        return {
            "picture": str(args.out),
            "width": window.width(),
            "height": window.height(),
            **program.scores.summary(),
        }
    finally:
        window.close()


def _show_scene(args: argparse.Namespace) -> Callable[[Program], None]:
    """Reads the file and returns what brings the window into the state asked for. Raises UserError for a file
    that is refused, and for what it does not have."""
    from cryogui.app.library import OpenFile
    from cryogui.session import SceneKey

    file = OpenFile.read(str(args.tier))
    scene = find_scene(file.tier, args.scene)
    number = file.tier.scenes.index(scene)
    state = _state(file.models[number], args)

    def show(program: Program) -> None:
        program.files.show(file, number)
        session = replace(program.store.session, tab=TABS[args.tab])
        program.store.update(session.showing(SceneKey(file.path, number), state), None)

    return show


def _show_session(args: argparse.Namespace) -> Callable[[Program], None]:
    """The same for a saved session, which says itself what is shown."""
    from cryogui.app.measure import settle

    told = (args.set, args.x, args.padded, args.exclude, args.without, args.image is not None)
    if any(told) or args.scene != "0" or args.spec != "nominal":
        raise UserError("A session says itself what is shown: give --out and --size only.")
    load(args.tier)  # refused here rather than in the window

    def show(program: Program) -> None:
        program.open([args.tier])
        settle(program)
        if program.store.session.current is None:
            said = program.screen.messages.sentence.text()
            raise UserError(said or f"The session {args.tier.name} has no file that is still there.")

    return show


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
