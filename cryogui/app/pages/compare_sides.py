"""What can stand on either side of a comparison, and what it is called. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryogui.session import Session
from cryogui.session.looks import Compared, ComparedSpec, CompareLook
from cryogui.session.scene_model import SceneModel
from cryogui.session.snapshots import snapshot_named
from cryogui.spec import Spec

Grid = Literal["image", "volume"]
Family = Literal["image", "residual", "volume"]

_IMAGE_KINDS = ("measured", "forward", "residual")


@dataclass(frozen=True)
class Offer:
    """One thing that can be compared. grid: with which others it shares its pixels; section: those that are
    listed together."""

    side: Compared
    label: str
    grid: Grid
    section: str

    @property
    def caption(self) -> str:
        """What the label leaves open; '' for most."""
        return "its θ, the present x" if self.side.spec == "snapshot" else ""

    @property
    def help(self) -> str:
        """The same as a sentence."""
        if self.side.spec != "snapshot":
            return ""
        return f"ŷ = H(θ)x with the parameters θ of ‘{self.side.name}’ and the object x there is now."


def offers(
    model: SceneModel | None,
    session: Session,
    volume_files: Sequence[str] = (),
    runs: Sequence[tuple[int, str]] = (),
) -> tuple[Offer, ...]:
    """Everything of the scene that can be compared: images, under other specs too, and volumes.

    runs: numbers and titles of what was reconstructed from the scene.
    """
    if model is None:
        return ()
    images = [
        Offer(side, label, "image", section)
        for side, label, section in _image_sides(model, session)
    ]  # fmt: skip
    # A flat object in place of one image has the image's pixels, and can be held against it.
    grid: Grid = "image" if _is_flat(model) else "volume"
    volumes = [
        Offer(side, label, grid, "volumes") for side, label in _volume_sides(model, session, volume_files)
    ]
    made = [Offer(Compared("run", name=str(number)), title, grid, "runs") for number, title in runs]
    return (*images, *volumes, *made)


def _image_sides(model: SceneModel, session: Session) -> list[tuple[Compared, str, str]]:
    if model.scene.y is None:
        return []
    sides = [(Compared("measured"), "measured y", "now")]
    if model.obstacle is not None:
        return sides
    sides += [(Compared("forward"), "forward ŷ", "now"), (Compared("residual"), "residual r", "now")]
    specs: list[tuple[ComparedSpec, str, str]] = []
    if model.parameters:
        specs.append(("nominal", "", "nominal spec"))
    if model.scene.true_spec is not None:
        specs.append(("true", "", "true spec"))
    specs += [
        ("snapshot", shot.name, f"‘{shot.name}’") for shot in session.snapshots if shot.key == model.key
    ]
    for spec, name, words in specs:
        section = "snapshots" if spec == "snapshot" else "specs"
        sides.append((Compared("forward", spec, name), f"forward ŷ, {words}", section))
        sides.append((Compared("residual", spec, name), f"residual r, {words}", section))
    return sides


def _volume_sides(model: SceneModel, session: Session, files: Sequence[str]) -> list[tuple[Compared, str]]:
    sides = []
    if model.scene.y is None:
        sides.append((Compared("truth"), "this volume"))
    elif model.obstacle is None:
        sides.append((Compared("object"), "object x"))
        sides.append((Compared("quick"), "quick reconstruction"))
        if model.has_truth:
            sides.append((Compared("truth"), "truth"))
    elif model.has_truth:
        sides.append((Compared("truth"), "truth"))
    sides += [(Compared("file", name=path), Path(path).name) for path in files if path != model.key.path]
    return sides


def _is_flat(model: SceneModel) -> bool:
    y = model.scene.y
    return (
        y is not None and model.image_count == 1
        and model.volume_shape[0] == 1 and tuple(model.volume_shape[1:]) == tuple(y.shape[1:])
    )  # fmt: skip


def fitting(first: Offer | None, all_offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """What can be compared with `first`: everything else with the same pixels."""
    if first is None:
        return ()
    return tuple(offer for offer in all_offers if offer.grid == first.grid and offer != first)


def chosen(look: CompareLook, all_offers: Sequence[Offer]) -> tuple[Offer | None, Offer | None]:
    """A and B as the look has them, or the nearest there is in this scene."""
    first = _find(look.a, all_offers) or next(iter(all_offers), None)
    others = fitting(first, all_offers)
    return first, _find(look.b, others) or next(iter(others), None)


def _find(side: Compared, among: Sequence[Offer]) -> Offer | None:
    return next((offer for offer in among if offer.side == side), None)


def why_nothing(model: SceneModel | None, first: Offer | None) -> str:
    """One sentence for a comparison that cannot be made."""
    if model is None:
        return "Open a file to compare what is in it."
    if first is None or first.side.kind in _IMAGE_KINDS:
        return f"{model.obstacle} There is nothing to compare the images with."
    return "Nothing of the same size to compare with: open a second volume as large as this one."


def family(side: Compared) -> Family:
    """Sides of one family can share their black and white."""
    if side.kind == "residual":
        return "residual"
    return "image" if side.kind in _IMAGE_KINDS else "volume"


def knows_noise_of(sides: tuple[Compared, Compared], model: SceneModel) -> bool:
    """Whether the difference of both can be held against the noise."""
    return bool(model.scene.noise_sigma) and in_units_of_y(*sides)


def in_units_of_y(*sides: Compared) -> bool:
    """Whether all sides are images in the measurement's own unit, which the noise can be held against."""
    return all(side.kind in _IMAGE_KINDS for side in sides)


def spec_of(side: Compared, model: SceneModel, session: Session) -> Spec:
    """The spec a forward image or a residual is asked for under; the present one where its own is gone."""
    if side.spec == "nominal":
        return model.scene.ranges.nominal
    if side.spec == "true" and model.scene.true_spec is not None:
        return model.scene.true_spec
    if side.spec == "snapshot":
        shot = snapshot_named(session, side.name)
        if shot is not None:
            return shot.state.spec
    return session.scene.spec
