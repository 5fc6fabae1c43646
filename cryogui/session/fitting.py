"""What of a session still fits when it comes back: its files may have changed, and its own been edited."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from cryogui.session.geometry import clamp
from cryogui.session.looks import PANE_COLOURS, PaneLook, SpectrumLook
from cryogui.session.scene_model import SceneModel
from cryogui.session.state import SceneKey, SceneState, Session
from cryogui.spec import Spec

Look = TypeVar("Look")
FARTHEST = 1e7  # that a view may reach, in pixels or frequencies


def restored(
    session: Session, models: Mapping[SceneKey, SceneModel], files: tuple[str, ...], present: Session
) -> Session:
    """`session` with `files` open instead of its own, and of its scenes those that `models` still has.

    What is set for other open files in the `present` session stays, and so do its snapshots. Snapshots of
    missing files are kept: the file may come back.
    """
    scenes = {key: fitted(state, models[key]) for key, state in session.scenes if key in models}
    current = session.current if session.current in scenes else next(iter(scenes), present.current)
    return replace(
        _fitted_looks(session),
        files=files,
        scenes=tuple({**dict(present.scenes), **scenes}.items()),
        current=current,
        snapshots=tuple(dict.fromkeys((*present.snapshots, *session.snapshots))),
    )


def fitted(state: SceneState, model: SceneModel) -> SceneState:
    """`state` as far as it makes sense for the scene, whose file may have changed since."""
    count = max(model.image_count, 1)
    symbols = {block.symbol for block in model.operator.blocks} if model.operator is not None else set()
    excluded = frozenset(image for image in state.excluded if 0 <= image < count)
    first = model.first_state()
    return replace(
        state,
        spec=_fitted_spec(state.spec, model),
        locked=state.locked & set(model.scene.ranges.names),
        image_index=min(max(state.image_index, 0), count - 1),
        position=clamp(state.position, model.volume_shape) if _finite(state.position) else first.position,
        object=first.object if state.object.source == "truth" and not model.has_truth else state.object,
        padded=state.padded and model.padded_operator is not None,
        levels=tuple((pane, pair) for pane, pair in state.levels if _finite(pair) and pair[0] < pair[1]),
        excluded=excluded if len(excluded) < count else frozenset(),
        switched_off=state.switched_off & symbols,
        slab=min(max(state.slab, 1), max(model.volume_shape)),
        oblique=_in_range(state.oblique),
    )


def _fitted_spec(spec: Spec, model: SceneModel) -> Spec:
    nominal = model.scene.ranges.nominal
    known = {name: value for name, value in spec.items() if name in nominal and math.isfinite(value)}
    return nominal.replace(**{name: model.scene.ranges[name].clip(value) for name, value in known.items()})


def _finite(values: tuple[float, ...]) -> bool:
    return all(math.isfinite(value) for value in values)


def _fitted_looks(session: Session) -> Session:
    return replace(
        session,
        looks=tuple((pane, _fitted_pane(look)) for pane, look in session.looks),
        volume=_in_range(session.volume),
        spectrum=_fitted_spectrum(session.spectrum),
        sampling=_in_range(session.sampling),
        compare=_in_range(session.compare),
    )


def _fitted_pane(look: PaneLook) -> PaneLook:
    is_view = look.view is not None and _near(look.view) and min(look.view[2:]) > 0
    return replace(
        look,
        colours=look.colours if look.colours in PANE_COLOURS else "",
        view=look.view if is_view else None,
    )


def _fitted_spectrum(look: SpectrumLook) -> SpectrumLook:
    is_view = look.view is not None and _near(look.view) and look.view[0] < look.view[1]
    return look if is_view else replace(look, view=None)


def _in_range(look: Look) -> Look:
    """`look`, and the looks within it, with every number brought into its range."""
    changes: dict[str, Any] = {}
    for each in fields(look):  # type: ignore[arg-type]
        value = getattr(look, each.name)
        if is_dataclass(value):
            changes[each.name] = _in_range(value)
        elif "range" in each.metadata:
            low, high = each.metadata["range"]
            changes[each.name] = min(max(value, low), high)
        elif isinstance(value, tuple) and not _near(value):
            changes[each.name] = each.default
    return replace(look, **changes)  # type: ignore[type-var]


def _near(values: tuple[float, ...]) -> bool:
    return all(abs(value) < FARTHEST for value in values)
