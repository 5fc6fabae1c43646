"""Submissions: a volume and a spec for every scene of a tier, written, and read back as a stranger's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from cryogui.errors import UserError, on_one_line
from cryogui.physics.fourier import Real32
from cryogui.spec import Spec
from cryogui.tiers.atomic import Hdf5Writer, write_atomically
from cryogui.tiers.check_hdf5_data import MAX_CHUNK_BYTES
from cryogui.tiers.inspection import inspect_file
from cryogui.tiers.issues import WARNING, Issue, refuse_errors
from cryogui.tiers.read_hdf5 import (
    broken,
    clean_text,
    json_attribute,
    number_attribute,
    numbers,
    scene_groups,
    text_attribute,
    volume,
)
from cryogui.tiers.scene import Scene, TierFile

KIND = "reconstruction"
HALVES = "half_1", "half_2"
LONGEST_NAME = 60
MOST_SECONDS = 1e9
MOST_SHOWN = 5  # names of groups in one sentence


@dataclass(frozen=True, eq=False)
class Answer:
    """What is submitted for one scene: x_hat [z, y, x], the spec it was reconstructed under, how long it took
    where that is stated, and, where they were made, the reconstructions of two half sets of the images."""

    name: str
    x_hat: Real32
    spec: Mapping[str, float]
    seconds: float | None = None
    halves: tuple[Real32, Real32] | None = None


@dataclass(frozen=True, eq=False)
class Submission:
    """Answers for all scenes of a tier, in its order, sound as far as can be told without the truth.

    calibration: how the specs were found, '' where the file does not say. issues: what is odd, and marked.
    """

    variant: str
    tier: str
    algorithm: str
    calibration: str
    answers: tuple[Answer, ...]
    issues: tuple[Issue, ...] = ()


def write_submission(path: Path, submission: Submission) -> None:
    """Write it, whole or not at all. Raises UserError when it cannot be written."""

    def fill(writer: Hdf5Writer) -> None:
        root = {"variant": submission.variant, "tier": submission.tier, "submission_type": KIND}
        found = {"calibration": submission.calibration or None}
        writer.attributes("/", {**root, "algorithm": submission.algorithm, **found})
        for answer in submission.answers:
            writer.attributes(answer.name, {"corrected_spec": dict(answer.spec), "seconds": answer.seconds})
            writer.dataset(f"{answer.name}/x_hat", answer.x_hat)
            for half, x in zip(HALVES, answer.halves or (), strict=False):
                writer.dataset(f"{answer.name}/{half}", x)

    write_atomically(path, fill)


def read_submission(path: Path, tier: TierFile) -> Submission:
    """The submission in `path`, held against the tier that it is for; a limited child looks at it first.

    Its specs have the parameters of the scenes: what is not said is nominal, what no scene has is left out,
    and both are issues, as is a value outside its range. Raises UserError for a file that is not sound, of
    another variant or tier, without an answer to every scene, or with one of the wrong shape or not finite.
    """
    inspected = inspect_file(path)
    if inspected.kind != "hdf5":
        raise UserError(f"{path.name} is no submission; name an HDF5 file with x_hat of every scene.")
    refuse_errors(inspected.issues, path.name)
    try:
        with h5py.File(path, "r", locking=False, rdcc_nbytes=MAX_CHUNK_BYTES) as file:
            inspected.confirm_unchanged()
            _require_kind(file, path.name, tier)
            groups = {group.name[1:]: group for group in scene_groups(file)}
            _require_scenes(groups, path.name, tier)
            answers, issues = [], list(inspected.issues)
            for scene in tier.scenes:
                answer, odd = _answer(groups[scene.name], scene)
                answers.append(answer)
                issues += odd
            algorithm, calibration = (_name(file, attribute) for attribute in ("algorithm", "calibration"))
    except OSError as error:
        raise UserError(f"{path.name} cannot be read; fetch or make it again.", repr(error)) from error
    return Submission(
        tier.variant, tier.tier, algorithm or "unnamed", calibration, tuple(answers), tuple(issues)
    )


def _require_kind(file: h5py.File, name: str, tier: TierFile) -> None:
    for attribute, expected in (
        ("submission_type", KIND), ("variant", tier.variant), ("tier", tier.tier)
    ):  # fmt: skip
        stated = text_attribute(file, attribute)
        if stated is not None and expected and stated != expected:
            raise UserError(
                f"{name} has the {attribute} '{clean_text(stated)[:LONGEST_NAME]}' and {tier.path.name} "
                f"needs '{expected}'; choose the tier that it was made for."
            )


def _require_scenes(groups: Mapping[str, h5py.Group], name: str, tier: TierFile) -> None:
    wanted = [scene.name for scene in tier.scenes]
    if missing := [scene for scene in wanted if scene not in groups or "x_hat" not in groups[scene]]:
        raise UserError(f"{name} has no x_hat for {_some(missing)}; a submission answers to every scene.")
    if strange := [group for group in groups if group not in wanted]:
        raise UserError(f"{name} has {_some(strange)}, which {tier.path.name} has not; leave it out.")


def _answer(group: h5py.Group, scene: Scene) -> tuple[Answer, list[Issue]]:
    """What the file says of one scene, and what is odd about it."""
    node = numbers(group, "x_hat", (3,))
    operator = scene.operator()
    wanted = operator.x_shape if operator is not None else node.shape
    if node.shape != wanted:
        raise broken(
            node, f"has shape {node.shape}, and the scene needs {wanted}; submit a volume of its size"
        )
    x_hat = volume(node)
    if not np.isfinite(x_hat).all():
        raise broken(node, "holds values that are not finite; submit numbers only")
    seconds = number_attribute(group, "seconds")
    if seconds is not None and not 0 <= seconds <= MOST_SECONDS:
        raise broken(group, "has an attribute seconds that no run can take; write how long it took")
    spec, odd = _spec(group, scene)
    issues = [Issue(WARNING, f"/{scene.name}", what) for what in odd]
    return Answer(scene.name, x_hat, spec, seconds), issues


def _spec(group: h5py.Group, scene: Scene) -> tuple[Spec, list[str]]:
    """The corrected spec, and clauses about what is odd."""
    stated = json_attribute(group, "corrected_spec")
    if stated is None:
        return scene.ranges.nominal, ["has no corrected_spec, so the nominal one is taken"]
    if not isinstance(stated, Mapping):
        raise broken(group, "has a corrected_spec that is no list of names and values; write it again")
    values = {str(name): _number(group, str(name), value) for name, value in stated.items()}
    known = {name: values[name] for name in scene.ranges.names if name in values}
    spec = scene.ranges.nominal.replace(**known)
    return spec, list(_oddities(values, spec, scene))


def _oddities(values: Mapping[str, float], spec: Spec, scene: Scene) -> Iterator[str]:
    if missing := [name for name in scene.ranges.names if name not in values]:
        yield f"says nothing of {_some(missing)} in its corrected_spec, so the nominal value is taken"
    if unknown := [name[:LONGEST_NAME] for name in values if name not in scene.ranges.names]:
        yield f"has {_some(unknown)} in its corrected_spec, which the scene does not know and nothing uses"
    for parameter in scene.ranges:
        value = spec[parameter.name]
        if parameter.clip(value) != value:
            yield (
                f"has {parameter.name} = {value:g} in its corrected_spec, outside the range "
                f"{parameter.minimum:g} … {parameter.maximum:g} {parameter.display_unit}".rstrip()
            )


def _number(group: h5py.Group, name: str, value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise broken(
            group, f"gives {name[:LONGEST_NAME]} no finite value in its corrected_spec; write a number"
        )
    return number


def _name(file: h5py.File, attribute: str) -> str:
    return on_one_line(text_attribute(file, attribute) or "")[:LONGEST_NAME]


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_SHOWN
    return ", ".join(names[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
