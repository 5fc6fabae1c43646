"""Computes what the model expects to be measured under a spec, and how far the measurement is from it."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryogui.commands.choices import (
    add_scene_option,
    add_spec_options,
    choose_spec,
    find_scene,
    require_other_file,
)
from cryogui.commands.output import add_json_option, say
from cryogui.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from cryogui.physics.live import LiveModel
    from cryogui.session.scene_model import SceneModel
    from cryogui.spec import Spec


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tier", type=Path, metavar="TIER")
    add_scene_option(parser)
    parser.add_argument(
        "--x",
        metavar="true|FILE",
        help="the object: the file's truth, or a volume or reconstruction of your own "
        "(default: the truth, or a quick reconstruction where there is none)",
    )
    add_spec_options(parser)
    parser.add_argument("--out", type=Path, metavar="OUT.h5", help="write the expected images here, as y_hat")
    parser.add_argument(
        "--per-image", action="store_true", help="residual and consistency of every image too"
    )
    parser.add_argument(
        "--padded", action="store_true", help="a detector wider than its frame, so that nothing wraps round"
    )
    add_json_option(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from cryogui.session.scene_model import SceneModel
    from cryogui.session.state import SceneKey
    from cryogui.tiers import open_file

    if args.out:
        require_other_file(args.out, args.tier, *([] if args.x in (None, "true") else [Path(args.x)]))
    with closing(open_file(args.tier)) as tier:
        scene = find_scene(tier, args.scene)
        spec = choose_spec(scene, args.spec, args.set)
        model = SceneModel(SceneKey(str(args.tier), tier.scenes.index(scene)), scene)
        if args.padded and model.padded_operator is None:
            raise UserError(
                f"{scene.name} is no tilt series, and only those can be padded; leave out --padded."
            )
        live = model.make_live(args.padded)
        if live is None:
            raise UserError(f"{str(model.obstacle).rstrip('.')}; choose another scene or file.")
        live.set_object(_object(model, args.x, live, spec))
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


def _object(model: SceneModel, wanted: str | None, live: LiveModel, spec: Spec) -> np.ndarray:
    scene = model.scene
    if wanted == "true" and scene.x_true is None:
        raise UserError(f"{scene.name} does not hold its truth; leave out --x or name a volume.")
    if wanted not in (None, "true"):
        x = _read_object(Path(wanted), scene.name)
        model.require_fit(x)
        return x
    if scene.x_true is not None:
        return scene.x_true
    say(f"{scene.name} holds no truth: the object is a quick reconstruction under the same spec.")
    return live.reconstruct(spec)


def _read_object(path: Path, scene: str) -> np.ndarray:
    """The volume of `path`; of a file with several, the one whose scene has the same name."""
    from cryogui.tiers import open_file

    with closing(open_file(path)) as file:
        volumes = {other.name: other for other in file.scenes if other.read_x is not None}
        chosen = volumes.get(scene) if len(volumes) > 1 else next(iter(volumes.values()), None)
        x = None if chosen is None else chosen.x_true
    if x is None:
        raise UserError(f"{path.name} holds no volume for {scene}; name a map, a tier or a reconstruction.")
    return x


def _write(path: Path, scene: str, y_hat: np.ndarray) -> None:
    from cryogui.tiers import write_atomically

    write_atomically(path, lambda writer: writer.images(f"{scene}/y_hat", y_hat))


def _per_image(residuals: np.ndarray) -> list[dict[str, float]]:
    """Both figures of every image; an image of zeros has neither and keeps its NaN."""
    return [{"residual": float(r), "consistency": float((1.0 - r).clip(min=0.0))} for r in residuals]
