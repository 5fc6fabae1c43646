"""The session: one frozen value holding everything the user has opened, set and is looking at.

Arrays are never in it, only references (paths, indices), so that undo, comparison and hashing cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from cryogui.session.findings import Calibrated
from cryogui.session.looks import (
    ChallengeLook,
    CompareLook,
    ForwardModelLook,
    GeometryLook,
    LandscapeLook,
    Oblique,
    PaneLook,
    SamplingLook,
    SpectrumLook,
    VolumeLook,
)
from cryogui.session.run_looks import CalibrationLook, ReconstructionLook, RunsLook
from cryogui.spec import Spec

ObjectSource = Literal["none", "truth", "quick", "file", "run"]
Tab = Literal[
    "volume", "live_slice", "spectrum", "sampling", "geometry",
    "forward_model", "compare", "landscape", "runs", "challenge",
]  # fmt: skip
Position = tuple[float, float, float]
Levels = tuple[float, float]


class SceneKey(NamedTuple):
    """Which scene: the file's path as opened, and the number of the scene in it."""

    path: str
    scene: int


@dataclass(frozen=True)
class ObjectChoice:
    """Where x, the object of the forward model, comes from.

    path: only with source 'file'. run: only with source 'run', the number of a reconstruction.
    """

    source: ObjectSource = "none"
    path: str = ""
    run: int = 0


class Recipe(NamedTuple):
    """All that a quick reconstruction depends on beside the data."""

    spec: Spec
    excluded: frozenset[int]
    switched_off: frozenset[str]
    padded: bool


@dataclass(frozen=True)
class SceneState:
    """What is set for one scene; kept while another scene is shown.

    position: the linked cursor as a point (z, y, x) of the volume, in voxels.
    padded: whether the forward model's detector is wider than its frame, so that nothing wraps round.
    levels: black and white by pane, where the user has chosen them.
    excluded: images that count neither in residuals nor in reconstructions.
    switched_off: symbols of the forward model's blocks that are left out, to see what they contribute.
    slab: how many neighbouring slices of the volume are averaged for show.
    calibrated: what came of the last calibration, which found it under the recipe `calibrated_for`.
    """

    spec: Spec = field(default_factory=Spec)
    locked: frozenset[str] = frozenset()
    image_index: int = 0
    position: Position = (0.0, 0.0, 0.0)
    object: ObjectChoice = ObjectChoice()
    padded: bool = False
    levels: tuple[tuple[str, Levels], ...] = ()
    excluded: frozenset[int] = frozenset()
    switched_off: frozenset[str] = frozenset()
    slab: int = 1
    oblique: Oblique = field(default_factory=Oblique)
    calibrated: Calibrated | None = None
    calibrated_for: Recipe | None = None

    @property
    def recipe(self) -> Recipe:
        """What a reconstruction made now would depend on."""
        return Recipe(self.spec, self.excluded, self.switched_off, self.padded)

    @property
    def is_calibrated(self) -> bool:
        """Whether what the last calibration found is about the spec and the data as they are now."""
        return self.calibrated is not None and self.calibrated_for == self.recipe

    def with_calibrated(self, spec: Spec, calibrated: Calibrated) -> SceneState:
        """The state under the spec that a calibration has found."""
        found = replace(self, spec=spec, calibrated=calibrated)
        return replace(found, calibrated_for=found.recipe)

    def with_levels(self, pane: str, levels: Levels) -> tuple[tuple[str, Levels], ...]:
        """`levels` with those of one pane changed."""
        return tuple({**dict(self.levels), pane: levels}.items())


@dataclass(frozen=True)
class Snapshot:
    """One state of one scene and how it was drawn, kept under a name of its own.

    thumbnail: a small picture of it (PNG). misfit: ‖r‖/‖y‖ then; None where it was not known. The tab is no
    part of it: two snapshots are looked at one after the other in the same one.
    """

    name: str
    key: SceneKey
    state: SceneState
    thumbnail: bytes = b""
    misfit: float | None = None
    flip_y: bool = False
    residual_in_noise: bool = True
    looks: tuple[tuple[str, PaneLook], ...] = ()
    volume: VolumeLook = field(default_factory=VolumeLook)


@dataclass(frozen=True)
class Session:
    """Open files, the scene shown, the state of every scene visited, and how things are drawn.

    looks: how each pane draws, by the pane's name; kept when another scene is shown.
    colour_bars: whether panes have one.
    """

    files: tuple[str, ...] = ()
    current: SceneKey | None = None
    scenes: tuple[tuple[SceneKey, SceneState], ...] = ()
    flip_y: bool = False
    residual_in_noise: bool = True
    tab: Tab = "volume"
    looks: tuple[tuple[str, PaneLook], ...] = ()
    colour_bars: bool = True
    volume: VolumeLook = field(default_factory=VolumeLook)
    spectrum: SpectrumLook = field(default_factory=SpectrumLook)
    sampling: SamplingLook = field(default_factory=SamplingLook)
    geometry: GeometryLook = field(default_factory=GeometryLook)
    forward_model: ForwardModelLook = field(default_factory=ForwardModelLook)
    compare: CompareLook = field(default_factory=CompareLook)
    landscape: LandscapeLook = field(default_factory=LandscapeLook)
    reconstruction: ReconstructionLook = field(default_factory=ReconstructionLook)
    calibration: CalibrationLook = field(default_factory=CalibrationLook)
    runs: RunsLook = field(default_factory=RunsLook)
    challenge: ChallengeLook = field(default_factory=ChallengeLook)
    snapshots: tuple[Snapshot, ...] = ()

    def state_of(self, key: SceneKey) -> SceneState | None:
        """The state of a scene visited before, or None."""
        return dict(self.scenes).get(key)

    @property
    def scene(self) -> SceneState:
        """The state of the scene shown; an empty one when nothing is shown."""
        return (self.state_of(self.current) if self.current else None) or SceneState()

    def look(self, pane: str) -> PaneLook:
        """How the pane called `pane` draws."""
        return dict(self.looks).get(pane, PaneLook())

    def with_look(self, pane: str, **changes: Any) -> Session:
        """The session with some fields of one pane's look changed."""
        changed = replace(self.look(pane), **changes)
        return replace(self, looks=tuple({**dict(self.looks), pane: changed}.items()))

    def with_scene(self, **changes: Any) -> Session:
        """The scene shown with some of its fields changed. Raises ValueError when no scene is shown."""
        if self.current is None:
            raise ValueError("no scene is shown")
        return self.showing(self.current, replace(self.scene, **changes))

    def showing(self, key: SceneKey, state: SceneState) -> Session:
        """The session turned to scene `key` in state `state`."""
        return replace(self.with_state(key, state), current=key)

    def with_state(self, key: SceneKey, state: SceneState) -> Session:
        """The session with `state` for scene `key`, whichever scene is shown."""
        return replace(self, scenes=tuple({**dict(self.scenes), key: state}.items()))

    def with_files(self, files: tuple[str, ...]) -> Session:
        """The session with these files open: what belonged to others is forgotten."""
        kept = tuple((key, state) for key, state in self.scenes if key.path in files)
        current = self.current if self.current and self.current.path in files else None
        return replace(self, files=files, scenes=kept, current=current)


def residual_name(in_noise: bool) -> str:
    """The residual pane's name among the levels: they mean something else in each unit."""
    return "residual in noise" if in_noise else "residual"
