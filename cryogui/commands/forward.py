"""Computes what the model expects to be measured under a spec, and how far the measurement is from it."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from cryogui.commands.output import add_json_option
from cryogui.commands.spec_files import spec_files

if TYPE_CHECKING:
    import numpy as np


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="TIER")
    add_scene_option(parser)
    add_object_option(parser)
    add_spec_options(parser)
    add_model_options(parser)
    parser.add_argument("--out", type=Path, metavar="OUT.h5", help="write the expected images here, as y_hat")
    parser.add_argument(
        "--per-image", action="store_true", help="residual and consistency of every image too"
    )
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import SceneKey
    from cryogui.tiers import open_file

    if args.out:
        require_other_file(args.out, args.tier, *own_files(args.x), *spec_files(args.spec))
    with closing(open_file(args.tier)) as tier:
        scene = find_scene(tier, args.scene)
        spec = choose_spec(scene, args.spec, args.set)
        model = SceneModel(SceneKey(str(args.tier), tier.scenes.index(scene)), scene)
        live = made_live(model, with_model_options(model.first_state(), model, args))
        live.set_object(choose_object(model, args.x, live, spec))
        misfit = live.misfit(spec)
        if args.out:
            _write(args.out, scene.name, live.images(spec))
    return {
        "scene": scene.name,
        "spec": dict(spec),
        "residual": misfit.residual,
        "consistency": misfit.consistency,
        "per_image": _per_image(misfit.per_image) if args.per_image else None,
    }


def describe(result: dict[str, Any]) -> str:
    """Spec, residual and consistency as lines for a person."""
    lines = [f"{name} = {value:g}" for name, value in result["spec"].items()]
    lines.append(
        f"{result['scene']}: residual {result['residual']:.4f}, consistency {result['consistency']:.4f}"
    )
    for index, image in enumerate(result["per_image"] or ()):
        lines.append(
            f"image {index}: residual {image['residual']:.4f}, consistency {image['consistency']:.4f}"
        )
    return "\n".join(lines)


def _write(path: Path, scene: str, y_hat: np.ndarray) -> None:
    from cryogui.tiers import write_atomically

    write_atomically(path, lambda writer: writer.images(f"{scene}/y_hat", y_hat))


def _per_image(residuals: np.ndarray) -> list[dict[str, float]]:
    """Both figures of every image; an image of zeros has neither and keeps its NaN."""
    return [{"residual": float(r), "consistency": float((1.0 - r).clip(min=0.0))} for r in residuals]
