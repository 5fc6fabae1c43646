"""What several commands let the user choose: the scene of a tier, the spec to look at it with, the object."""

from __future__ import annotations

import argparse
import math
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cryogui.commands.output import say
from cryogui.commands.spec_files import WORDS, read_spec
from cryogui.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from cryogui.physics.live import LiveModel
    from cryogui.session.scene_model import SceneModel
    from cryogui.spec import Spec
    from cryogui.tiers import Scene, TierFile


def add_scene_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--scene K`: a scene by number or name."""
    parser.add_argument("--scene", default="0", metavar="K", help="number or name of the scene (default: 0)")


def add_scenes_option(parser: argparse.ArgumentParser, default: str = "0") -> None:
    """Adds `--scene K|all`: a scene by number or name, or every one."""
    parser.add_argument(
        "--scene", default=default, metavar="K|all", help=f"number or name of the scene (default: {default})"
    )


def add_spec_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--spec nominal|true|FILE` and the repeatable `--set name=value`."""
    parser.add_argument(
        "--spec",
        default="nominal",
        metavar="nominal|true|FILE",
        help="values to begin with, as 'cryogui calibrate --out FILE' writes them (default: nominal)",
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="change one value; may be repeated"
    )


def add_object_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--x true|quick|FILE`: the object of the forward model."""
    parser.add_argument(
        "--x",
        metavar="true|quick|FILE",
        help="the object: the file's truth, a quick reconstruction, or a volume of your own "
        "(default: the truth, or a quick reconstruction where there is none)",
    )


def own_files(wanted: str | None) -> list[Path]:
    """The file that `--x` names, if it names one."""
    return [] if wanted in (None, "true", "quick") else [Path(str(wanted))]


def require_other_file(out: Path, *inputs: Path) -> None:
    """Raises UserError when writing `out` would replace one of the files that are read."""
    for path in inputs:
        if out.exists() and path.exists() and out.samefile(path):
            raise UserError(f"{out.name} is what is read and would be lost; give --out another name.")


def find_scene(tier: TierFile, wanted: str) -> Scene:
    """The scene of `tier` with that number or name. Raises UserError, naming the scenes there are."""
    for number, scene in enumerate(tier.scenes):
        if wanted in (str(number), scene.name):
            return scene
    names = ", ".join(scene.name for scene in tier.scenes)
    raise UserError(f"{tier.path.name} has no scene '{wanted}'; choose a number from 0 or one of {names}.")


def find_scenes(tier: TierFile, wanted: str) -> tuple[Scene, ...]:
    """The scenes of `tier` that `--scene K|all` names. Raises UserError as `find_scene`."""
    return tier.scenes if wanted == "all" else (find_scene(tier, wanted),)


def choose_spec(scene: Scene, base: str, assignments: list[str]) -> Spec:
    """The spec named `base` ('nominal', 'true' or a file) with every `name=value` of `assignments` put in.

    A value outside the parameter's range is taken and warned about. Raises UserError for an unknown name, for
    what is no number, for a true spec the tier does not hold, and for a file without a spec of the scene.
    """
    spec = scene.ranges.nominal
    if base == "true":
        if scene.true_spec is None:
            raise UserError(f"{scene.name} does not hold its true spec; use '--spec nominal'.")
        spec = spec.replace(**{name: v for name, v in scene.true_spec.items() if name in spec})
    elif base not in WORDS:
        values = read_spec(Path(base), scene.name)
        for name in values:
            _require_known(name, scene.ranges.names)
        spec = spec.replace(**values)
    for assignment in assignments:
        name, value = _parse(assignment, scene.ranges.names)
        spec = spec.replace(**{name: value})
        parameter = scene.ranges[name]
        if parameter.clip(value) != value:
            say(
                f"Warning: {name} = {value:g} lies outside its range "
                f"{parameter.minimum:g} … {parameter.maximum:g} {parameter.display_unit}."
            )
    return spec


def choose_object(model: SceneModel, wanted: str | None, live: LiveModel, spec: Spec) -> np.ndarray:
    """The object x that `--x` names: 'true', 'quick' or a file; without it the truth, or else the quick one.

    Raises UserError when there is none, or it does not fit.
    """
    scene = model.scene
    if wanted == "true" and scene.x_true is None:
        raise UserError(f"{scene.name} does not hold its truth; leave out --x or name a volume.")
    if wanted == "quick":
        return live.reconstruct(spec)
    if wanted not in (None, "true"):
        x = read_object(Path(str(wanted)), scene.name)
        model.require_fit(x)
        return x
    if scene.x_true is not None:
        return scene.x_true
    say(f"{scene.name} holds no truth: the object is a quick reconstruction under the same spec.")
    return live.reconstruct(spec)


def read_object(path: Path, scene: str) -> np.ndarray:
    """The volume of `path`; of a file with several, the one whose scene has the same name."""
    from cryogui.tiers import open_file

    with closing(open_file(path)) as file:
        volumes = {other.name: other for other in file.scenes if other.read_x is not None}
        chosen = volumes.get(scene) if len(volumes) > 1 else next(iter(volumes.values()), None)
        x = None if chosen is None else chosen.x_true
    if x is None:
        raise UserError(f"{path.name} holds no volume for {scene}; name a map, a tier or a reconstruction.")
    return x


def split_assignment(assignment: str) -> tuple[str, str]:
    """The name and the value of `name=value`. Raises UserError for anything else."""
    name, equals, text = assignment.partition("=")
    if not equals:
        raise UserError(f"'{assignment}' sets nothing; write it as name=value.")
    return name, text


def _parse(assignment: str, known: tuple[str, ...]) -> tuple[str, float]:
    name, text = split_assignment(assignment)
    _require_known(name, known)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UserError(f"'{text}' is no value for {name}; give a finite number.")
    return name, value


def _require_known(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        names = ", ".join(known) or "none at all"
        raise UserError(f"There is no parameter '{name}' here; this scene has {names}.")
