"""Snapshots: states kept under names, to come back to and to compare with. Pure functions of the session."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cryogui.session.looks import Compared
from cryogui.session.state import SceneState, Session, Snapshot
from cryogui.spec import Parameter, Spec, SpecRanges

NAMED_PARAMETERS = 2
"""So many of the parameters that differ most stand in a proposed name."""


def proposed_name(state: SceneState, ranges: SpecRanges, true_spec: Spec | None = None) -> str:
    """What sets the state apart from nominal in a few words, such as 'dₑ +40 nm, t −2 nm'."""
    if not ranges.parameters:
        words = "view"
    elif true_spec is not None and state.spec == true_spec != ranges.nominal:
        words = "true spec"
    else:
        words = ", ".join(_differences(state.spec, ranges)) or "nominal"
    left_out = ", ".join(sorted(state.switched_off))
    return f"{words}, without {left_out}" if left_out else words


def _differences(spec: Spec, ranges: SpecRanges) -> list[str]:
    """The parameters furthest from nominal, measured by their ranges, each with its distance."""
    moved = [
        (abs(spec[p.name] - p.nominal) / p.width, p)
        for p in ranges
        if p.name in spec and spec[p.name] != p.nominal
    ]
    moved.sort(key=lambda pair: -pair[0])
    words = [f"{p.description.symbol} {_distance(spec, p)}" for _, p in moved[:NAMED_PARAMETERS]]
    return [*words, "…"] if len(moved) > NAMED_PARAMETERS else words


def _distance(spec: Spec, parameter: Parameter) -> str:
    number = f"{spec[parameter.name] - parameter.nominal:+.3g}".replace("-", "−")
    unit = parameter.display_unit
    return f"{number}{unit}" if unit.startswith("°") else f"{number} {unit}".rstrip()


def unique_name(name: str, taken: Collection[str]) -> str:
    """`name`, with a number behind it where it is taken."""
    number, result = 2, name
    while result in taken:
        result, number = f"{name} ({number})", number + 1
    return result


def snapshot_named(session: Session, name: str) -> Snapshot | None:
    """The snapshot called `name`, or None."""
    return next((shot for shot in session.snapshots if shot.name == name), None)


def taken(session: Session, name: str, thumbnail: bytes, misfit: float | None) -> Snapshot:
    """The scene shown as it is now, as a snapshot. Raises ValueError when no scene is shown."""
    if session.current is None:
        raise ValueError("no scene is shown")
    return Snapshot(
        name, session.current, session.scene, thumbnail, misfit,
        session.flip_y, session.residual_in_noise, session.looks, session.volume,
    )  # fmt: skip


def with_snapshot(session: Session, shot: Snapshot) -> Session:
    """The session with `shot` in place of the one of that name, or at the end."""
    if snapshot_named(session, shot.name) is None:
        return replace(session, snapshots=(*session.snapshots, shot))
    kept = tuple(shot if each.name == shot.name else each for each in session.snapshots)
    return replace(session, snapshots=kept)


def without_snapshot(session: Session, name: str) -> Session:
    """The session without the snapshot called `name`."""
    return replace(session, snapshots=tuple(shot for shot in session.snapshots if shot.name != name))


def with_renamed(session: Session, old: str, new: str) -> Session:
    """The session with one snapshot renamed, also where it is compared; `new` must not be taken."""
    renamed = tuple(replace(shot, name=new) if shot.name == old else shot for shot in session.snapshots)
    look = session.compare
    compare = replace(look, a=_renamed(look.a, old, new), b=_renamed(look.b, old, new))
    return replace(session, snapshots=renamed, compare=compare)


def _renamed(side: Compared, old: str, new: str) -> Compared:
    is_meant = side.spec == "snapshot" and side.name == old
    return replace(side, name=new) if is_meant else side


def restored(session: Session, shot: Snapshot, state: SceneState) -> Session:
    """The session turned to the snapshot's scene in `state`, which is the snapshot's as far as it fits."""
    return replace(
        session.showing(shot.key, state), flip_y=shot.flip_y, residual_in_noise=shot.residual_in_noise,
        looks=shot.looks, volume=shot.volume,
    )  # fmt: skip
