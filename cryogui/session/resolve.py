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
    LOOK = auto()  # flip
    VOLUME_LOOK = auto()  # mode and threshold of the 3-D view


OF_SCENE = frozenset(Need) - {Need.FILES, Need.TAB, Need.LOOK, Need.VOLUME_LOOK}
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
    if old.flip_y != new.flip_y:
        needs.add(Need.LOOK)
    if (old.volume_mode, old.volume_threshold) != (new.volume_mode, new.volume_threshold):
        needs.add(Need.VOLUME_LOOK)
    return frozenset(needs)


def _of_state(old: SceneState, new: SceneState) -> set[Need]:
    needs: set[Need] = set()
    if old.spec != new.spec:
        needs |= OF_SPEC
    if old.locked != new.locked:
        needs.add(Need.LOCKS)
    if old.image_index != new.image_index:
        needs |= {Need.PICTURE, Need.CURSOR}
    if old.position != new.position:
        needs.add(Need.CURSOR)
        if _rows(old) != _rows(new):
            needs.add(Need.SLICE)
    if old.levels != new.levels:
        needs.add(Need.LEVELS)
    if old.object != new.object:
        needs |= {Need.OBJECT, Need.PICTURE, Need.MISFIT}
    if old.padded != new.padded:
        needs |= {Need.OBJECT, Need.PICTURE, Need.MISFIT, Need.SLICE}
    return needs


def _rows(state: SceneState) -> tuple[int, int]:
    """The planes a live slice may lie in: z for particles, y for a tilt series."""
    return round(state.position[0]), round(state.position[1])
