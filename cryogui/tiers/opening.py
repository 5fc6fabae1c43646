"""Opening a file of any kind: inspect it, refuse what is not sound, recognise it by content, make scenes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import h5py

from cryogui.errors import UserError
from cryogui.resources import VARIANTS, spec_dag
from cryogui.tiers.angles import find_tilts
from cryogui.tiers.build import build_scene
from cryogui.tiers.check_hdf5_data import MAX_CHUNK_BYTES
from cryogui.tiers.inspection import Inspected, inspect_file
from cryogui.tiers.issues import ERROR, NOTE, Issue, refuse_errors
from cryogui.tiers.mrc import checked_header, volume_scene
from cryogui.tiers.mrc_header import is_packed
from cryogui.tiers.native import native_scenes, reconstruction_scenes
from cryogui.tiers.native_write import FORMAT
from cryogui.tiers.published import Contents, file_tier, read_contents
from cryogui.tiers.published_image import ctf_scene, identity_scene, is_absolute
from cryogui.tiers.published_tilts import in_radians, tilt_scene
from cryogui.tiers.read_hdf5 import json_attribute, scene_groups, text_attribute
from cryogui.tiers.scene import Scene, TierFile
from cryogui.tiers.series import series_data


def open_file(path: str | Path, check: Callable[[], None] = lambda: None) -> TierFile:
    """Open a tier file, an MRC tilt series with its angles beside it, or an MRC volume.

    A limited child process looks at it first. Raises UserError with one sentence when the file is refused.
    check: called between and during the steps; what it raises ends the opening.
    """
    inspected = inspect_file(path, check)
    check()
    refuse_errors(inspected.issues, inspected.path.name)
    opened = _open_hdf5(inspected) if inspected.kind == "hdf5" else _open_mrc(inspected)
    try:
        inspected.confirm_unchanged()
    except UserError:
        opened.close()
        raise
    return opened


def inspect(path: str | Path) -> list[Issue]:
    """All findings about a file, with what it lacks when it can be opened. Raises UserError when there is no
    such file or it is of no known kind."""
    inspected = inspect_file(path)
    if any(issue.severity == ERROR for issue in inspected.issues):
        return list(inspected.issues)
    try:
        tier = open_file(path)
    except UserError as refusal:
        return [*inspected.issues, Issue(ERROR, "", str(refusal).rstrip("."))]
    tier.close()
    return list(tier.issues)


def _open_hdf5(inspected: Inspected) -> TierFile:
    try:
        file = h5py.File(inspected.path, "r", locking=False, rdcc_nbytes=MAX_CHUNK_BYTES)
    except OSError as error:
        raise UserError(f"{inspected.path.name} cannot be read; open it again.", repr(error)) from error
    try:
        layout, variant, scenes = _recognise(file)
        issues = (*inspected.issues, *_note_issues(scenes))
        return TierFile(inspected.path, layout, variant, file_tier(file), issues, scenes, file.close)
    except BaseException:
        file.close()
        raise


def _recognise(file: h5py.File) -> tuple[str, str, tuple[Scene, ...]]:
    """Layout, variant and scenes, told by content."""
    groups = scene_groups(file)
    if not groups:
        raise UserError(f"{Path(file.filename).name} holds no scenes; choose a tier file.")
    first = groups[0]
    if text_attribute(file, "format") == FORMAT or isinstance(first.get("H_ideal"), h5py.Group):
        variant = text_attribute(file, "variant") or ""
        if variant not in VARIANTS:
            variant = "cryo_et" if "H_ideal/tilt_angles_deg" in first else "cryo_em"
        stated = json_attribute(file, "spec_dag")
        dag = tuple(map(str, stated)) if isinstance(stated, list) else spec_dag(variant)
        return "native", variant, native_scenes(file, variant, dag)
    if all("x_hat" in group for group in groups):
        return "native", "volume", reconstruction_scenes(file)
    layouts, scenes = zip(*(_published(read_contents(group)) for group in groups), strict=True)
    return layouts[0], scenes[0].variant, scenes


def _published(contents: Contents) -> tuple[str, Scene]:
    """Layout letter and scene of one published group."""
    if contents.angles is not None:
        return ("E" if in_radians(contents) else "D"), tilt_scene(contents)
    if contents.is_identity:
        return "A", identity_scene(contents)
    return ("B" if is_absolute(contents) else "C"), ctf_scene(contents)


def _open_mrc(inspected: Inspected) -> TierFile:
    path = inspected.path
    header = checked_header(path)
    angles = None if is_packed(path) else find_tilts(path, header.shape[0])
    if angles is None:
        scene, close = volume_scene(path, header)
    else:
        data, close = series_data(path, header, angles)
        scene = build_scene(data, "sample_00", spec_dag("cryo_et"))
    issues = (*inspected.issues, *_note_issues((scene,)))
    return TierFile(path, "mrc", scene.variant, "", issues, (scene,), close)


def _note_issues(scenes: tuple[Scene, ...]) -> list[Issue]:
    """What the scenes lack, each remark once: with the scene's name unless it is true of all."""
    counts = Counter(note for scene in scenes for note in scene.notes)
    everywhere = [note for note, count in counts.items() if count == len(scenes)]
    own = [(scene.name, note) for scene in scenes for note in scene.notes if note not in everywhere]
    return [Issue(NOTE, where, note.rstrip(".")) for where, note in [*(("", n) for n in everywhere), *own]]
