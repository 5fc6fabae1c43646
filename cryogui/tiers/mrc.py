"""Reading the data of an inspected MRC file: volumes as [z, y, x], stacks image by image."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from cryogui.errors import UserError
from cryogui.tiers.mrc_header import MrcHeader, is_packed, open_data, read_header
from cryogui.tiers.read_hdf5 import EAGER_BYTES, LARGEST_VOLUME_BYTES
from cryogui.tiers.scene import Scene, number_labels
from cryogui.tiers.stacks import LazyStack, raw_stack

BY_SECTION = "Larger than 256 MiB: shown section by section and not as a volume."
NO_ANGLES = "There are no tilt angles beside it (.rawtlt, .tlt or .mdoc): shown as a volume."


def checked_header(path: Path) -> MrcHeader:
    """The header of a file that inspection has passed. Raises UserError if it no longer would."""
    try:
        header, issues = read_header(path)
    except (OSError, EOFError) as error:
        raise UserError(f"{path.name} cannot be read ({error}); fetch the file again.") from error
    if header is None:
        raise UserError(issues[-1].sentence(path.name))
    return header


def open_stack(path: Path, header: MrcHeader) -> LazyStack:
    """The file's sections, one at a time. Raises UserError for a packed file, which has none."""
    if is_packed(path):
        raise UserError(f"{path.name} is packed; unpack it first, so that single images can be read.")
    return raw_stack(open(path, "rb"), header.offset, header.shape, header.dtype)


def read_volume(path: Path, header: MrcHeader) -> np.ndarray:
    """The whole volume, float32 [z, y, x] whatever the file's axis order."""
    if header.data_bytes // header.dtype.itemsize * 4 > LARGEST_VOLUME_BYTES:
        raise UserError(f"{path.name} is larger than 4 GiB as a volume; bin it.")
    try:
        with open_data(path) as file:
            file.seek(header.offset)
            data = file.read(header.data_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path.name} cannot be unpacked ({error}); fetch the file again.") from error
    if len(data) < header.data_bytes:
        raise UserError(f"{path.name} ends too early; fetch the file again.")
    sections = np.frombuffer(data, header.dtype).reshape(header.shape)
    if not np.isfinite(sections).all():  # inspection looks at a sample of a large file
        raise UserError(f"{path.name} holds missing values (NaN or Inf); replace them by numbers.")
    place = {axis: 2 - index for index, axis in enumerate(header.axes)}
    return np.ascontiguousarray(sections.transpose(place[3], place[2], place[1]), np.float32)


def volume_scene(path: Path, header: MrcHeader) -> tuple[Scene, Callable[[], None]]:
    """A volume to look at or to use as an object (a large one as a stack of its sections), and what closes
    the file behind it."""
    large = header.data_bytes > EAGER_BYTES and not is_packed(path)
    stack = open_stack(path, header) if large else None
    notes = [BY_SECTION] if large else []
    if header.space_group == 0 and header.shape[0] > 1:
        notes.append(NO_ANGLES)
    scene = Scene(
        name="sample_00",
        title=path.name.split(".")[0],
        variant="volume",
        read_y=(lambda: stack) if stack is not None else None,
        read_x=None if large else partial(read_volume, path, header),
        image_labels=number_labels(header.shape[0]) if large else (),
        pixel_size_A=header.voxel_A[0] if header.voxel_A else None,
        voxel_size_A=header.voxel_A[::-1] if header.voxel_A and not _is_cube(header.voxel_A) else None,
        facts=_facts(header),
        notes=(*notes, *_cell_notes(header)),
    )
    _ = scene.x_true  # read now, so that what is wrong with it is said when opening
    return scene, (stack.close if stack is not None else lambda: None)


def _facts(header: MrcHeader) -> tuple[tuple[str, str], ...]:
    sides = dict(zip(header.axes, reversed(header.shape), strict=True))
    rows = [("voxels", " × ".join(str(sides[axis]) for axis in (1, 2, 3)))]
    if header.voxel_A:
        rows.append(("voxel size", " × ".join(f"{edge:.4g}" for edge in header.voxel_A) + " Å"))
    rows.append(("stored as", header.dtype.newbyteorder("=").name))
    if header.axes != (1, 2, 3):
        rows.append(("axis order in the file", ", ".join("xyz"[axis - 1] for axis in header.axes)))
    return (*rows, *(("label", label) for label in header.labels if label))


def _cell_notes(header: MrcHeader) -> list[str]:
    notes = []
    if header.voxel_A is None:
        notes.append("The pixel size is not known: lengths are in pixels.")
    elif not _is_cube(header.voxel_A):
        notes.append("Voxels are not cubes: slices are drawn in their true proportions.")
    if any(abs(angle - 90.0) > 0.01 for angle in header.cell_angles_deg if angle):
        notes.append("The cell is not rectangular: it is drawn as if it were.")
    return notes


def _is_cube(edges: tuple[float, float, float]) -> bool:
    return max(edges) <= 1.001 * min(edges)
