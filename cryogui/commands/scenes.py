"""A scene brought into the state a command asks for, ready to be exported."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cryogui.commands.choices import (
    add_object_option,
    add_scene_option,
    add_spec_options,
    choose_object,
    choose_spec,
    find_scene,
    own_files,
    require_other_file,
)
from cryogui.commands.models import add_model_options, made_live, with_model_options
from cryogui.commands.spec_files import spec_files
from cryogui.errors import UserError

if TYPE_CHECKING:
    from cryogui.app.export.source import Source
    from cryogui.session import SceneState
    from cryogui.session.scene_model import SceneModel

Needs = Literal["data", "model", "object"]


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Adds the file, `--scene`, `--x`, `--spec` and `--set`, and the options of the forward model."""
    parser.add_argument("tier", type=Path, metavar="FILE", help="tier, tilt series or volume")
    add_scene_option(parser)
    add_object_option(parser)
    add_spec_options(parser)
    add_model_options(parser)


def add_image_option(parser: argparse.ArgumentParser, default: str) -> None:
    """Adds `--image N`."""
    parser.add_argument("--image", type=int, metavar="N", help=f"which image, from 0 (default: {default})")


@contextmanager
def opened_source(args: argparse.Namespace, needs: Needs) -> Iterator[Source]:
    """The scene that `args` name, under the spec they ask for.

    needs: whether the forward model is set up, and whether it is given its object. A bare volume has neither.
    Raises UserError for what the file does not hold.
    """
    from cryogui.app.export.source import Source
    from cryogui.session import ObjectChoice
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import SceneKey
    from cryogui.tiers import open_file

    require_other_file(args.out, args.tier, *own_files(args.x), *spec_files(args.spec))
    with closing(open_file(args.tier)) as tier:
        scene = find_scene(tier, args.scene)
        spec = choose_spec(scene, args.spec, args.set)
        model = SceneModel(SceneKey(str(args.tier), tier.scenes.index(scene)), scene)
        state = with_model_options(replace(model.first_state(), spec=spec), model, args)
        live = None if needs == "data" or scene.y is None else made_live(model, state)
        x = scene.x_true if live is None else None
        if live is not None and needs == "object":
            x = choose_object(model, args.x, live, spec)
            live.set_object(x)
            if args.x == "quick":
                state = replace(state, object=ObjectChoice("quick"))
            elif args.x not in (None, "true"):
                state = replace(state, object=ObjectChoice("file", args.x))
        yield Source(model, at_image(state, args, model), live, x, bool(scene.noise_sigma))


def at_image(state: SceneState, args: argparse.Namespace, model: SceneModel) -> SceneState:
    """The state with `--image` taken up. Raises UserError when there is no such image."""
    number = getattr(args, "image", None)
    if number is None:
        return state
    if not 0 <= number < model.image_count:
        last = model.image_count - 1
        there = f"0 … {last}" if last >= 0 else "none at all"
        raise UserError(f"There is no image {number}; {model.scene.name} has {there}.")
    return replace(state, image_index=number)
