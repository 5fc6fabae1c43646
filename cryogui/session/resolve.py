"""What has to be recomputed or redrawn when one session follows another: a pure function."""

from __future__ import annotations

from enum import Enum, auto

from cryogui.session.state import SceneState, Session


class Need(Enum):
    """One thing that is out of date after a change."""

    FILES = auto()  # the tree of open files
    SCENE = auto()  # another measurement and operator
    OBJECT = auto()  # another x in the forward model
    SPEC = auto()  # slider positions
    LOCKS = auto()  # lock buttons
    PICTURE = auto()  # y, ŷ and r of the image on screen
    MISFIT = auto()  # residual of the whole series
    TAB = auto()  # what the lower area shows
    SLICE = auto()  # the live slice
    RECONSTRUCTION = auto()  # the quick reconstruction under this spec and its scores
    CURSOR = auto()  # cursor and slice lines
    LEVELS = auto()  # contrast of a pane
    EXCLUSION = auto()  # images left out
    BLOCKS = auto()  # blocks of the forward model switched off
    PLANES = auto()  # thickness of slices, and the oblique one
    FLIP = auto()  # which end of y is up
    LOOKS = auto()  # colours and zoom of panes
    VOLUME_LOOK = auto()
    SPECTRUM_LOOK = auto()
    SAMPLING_LOOK = auto()
    GEOMETRY_LOOK = auto()
    FORWARD_MODEL_LOOK = auto()
    COMPARE_LOOK = auto()
    LANDSCAPE_LOOK = auto()
    RECONSTRUCTION_LOOK = auto()  # the method chosen, its options, and what of it is on show
    RUNS_LOOK = auto()
    CALIBRATION_LOOK = auto()  # the strategy chosen, and whether others follow a slider
    CHALLENGE_LOOK = auto()
    FINDINGS = auto()  # what a calibration has found, and whether it still holds
    SNAPSHOTS = auto()  # the list of them


OF_LOOKS = {
    "flip_y": Need.FLIP,
    "looks": Need.LOOKS,
    "colour_bars": Need.LOOKS,
    "volume": Need.VOLUME_LOOK,
    "spectrum": Need.SPECTRUM_LOOK,
    "sampling": Need.SAMPLING_LOOK,
    "geometry": Need.GEOMETRY_LOOK,
    "forward_model": Need.FORWARD_MODEL_LOOK,
    "compare": Need.COMPARE_LOOK,
    "landscape": Need.LANDSCAPE_LOOK,
    "reconstruction": Need.RECONSTRUCTION_LOOK,
    "runs": Need.RUNS_LOOK,
    "challenge": Need.CHALLENGE_LOOK,
    "calibration": Need.CALIBRATION_LOOK,
    "snapshots": Need.SNAPSHOTS,
}
"""Fields of a session that need just one thing when they change."""

OF_STATE = {
    "locked": Need.LOCKS,
    "levels": Need.LEVELS,
    "slab": Need.PLANES,
    "oblique": Need.PLANES,
    "calibrated": Need.FINDINGS,
    "is_calibrated": Need.FINDINGS,
}
"""The same of a scene's state."""

OF_SCENE = frozenset(Need) - {Need.FILES, Need.TAB, *OF_LOOKS.values()}
OF_SPEC = frozenset({Need.SPEC, Need.PICTURE, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION})


def resolve(old: Session, new: Session) -> frozenset[Need]:
    """Everything that `new` shows or computes differently from `old`."""
    needs: set[Need] = set()
    if old.files != new.files:
        needs.add(Need.FILES)
    if old.current != new.current:
        needs |= OF_SCENE
    else:
        needs |= _of_state(old.scene, new.scene)
    if old.tab != new.tab:
        needs |= {Need.TAB, Need.SLICE}
    if old.residual_in_noise != new.residual_in_noise:
        needs.add(Need.PICTURE)
    needs |= {need for field, need in OF_LOOKS.items() if getattr(old, field) != getattr(new, field)}
    return frozenset(needs)


def _of_state(old: SceneState, new: SceneState) -> set[Need]:
    needs = {need for field, need in OF_STATE.items() if getattr(old, field) != getattr(new, field)}
    if old.spec != new.spec:
        needs |= OF_SPEC
    if old.image_index != new.image_index:
        needs |= {Need.PICTURE, Need.CURSOR}
    if old.position != new.position:
        needs.add(Need.CURSOR)
        if _rows(old) != _rows(new):
            needs.add(Need.SLICE)
    if old.object != new.object:
        needs |= {Need.OBJECT, Need.PICTURE, Need.MISFIT}
    if old.padded != new.padded:
        needs |= {Need.OBJECT, Need.PICTURE, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION}
    if old.switched_off != new.switched_off:
        needs |= {Need.BLOCKS, Need.OBJECT, Need.PICTURE, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION}
    if old.excluded != new.excluded:
        needs |= {Need.EXCLUSION, Need.MISFIT, Need.SLICE, Need.RECONSTRUCTION}
    return needs


def _rows(state: SceneState) -> tuple[int, int]:
    """The planes a live slice may lie in: z for particles, y for a tilt series."""
    return round(state.position[0]), round(state.position[1])
