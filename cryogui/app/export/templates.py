"""Plates as a window would draw a scene just opened: for commands, and for panes that show nothing yet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cryogui.app.export.plate import VALUES, Plate
from cryogui.app.export.source import Source
from cryogui.app.views import colormaps, orientation, triad
from cryogui.app.views.decorations import Decorations
from cryogui.app.views.levels import ARBITRARY, Levels, percentile_levels, residual_levels
from cryogui.app.views.planes import PLANES, Plane
from cryogui.app.views.volume_data import voxel_edges
from cryogui.spec import Spec

TITLES = {"measured": "measured y", "forward": "forward ŷ = H(θ) x", "residual": "residual y − ŷ"}
AXES = "zyx"


def picture_plates(source: Source, names: tuple[str, ...], index: int, spec: Spec) -> dict[str, Plate]:
    """The image panes called `names`, with the contrast found for this image; forward has measured's."""
    needed = (*names, "measured") if "forward" in names or "residual" in names else names
    pictures = source.pictures(tuple(dict.fromkeys(needed)), index, spec)
    plates = {}
    for name in names:
        if name == "residual":
            is_of_quick = source.state.object.source == "quick"
            levels = residual_levels(pictures[name], pictures["measured"], source.in_noise, is_of_quick)
        else:
            levels = percentile_levels(pictures["measured" if name == "forward" else name])
        caption = "" if name == "live_slice" else source.model.image_label(index)
        plates[name] = _plate(source, name, pictures[name], levels, caption)
    return plates


def slice_plate(source: Source, volume: np.ndarray, plane: Plane, at: int, title: str = "") -> Plate:
    """One slice of a volume, with the contrast found for all of it."""
    edges = voxel_edges(source.pixel_size(is_volume=True))
    marks = Decorations(
        axes=orientation.axes_in(*plane.axes),
        flip_y=source.flip_y,
        angstrom_per_pixel=edges[plane.horizontal] if edges else None,
    )
    where = f"{plane.name}   {AXES[plane.cut]} = {at}"
    return Plate(
        plane.name, title or where, plane.slice(volume, at), percentile_levels(volume, 1.0, 99.9),
        colormaps.table("grey"), marks, where if title else "", VALUES[plane.name],
        unit=ARBITRARY, pixel_aspect=plane.pixel_aspect(edges),
    )  # fmt: skip


def with_image(plate: Plate, image: np.ndarray) -> Plate:
    """The same plate with another image, its levels and colours kept."""
    return replace(plate, image=np.asarray(image, np.float32))


def plane_called(name: str) -> Plane:
    """'xy', 'xz' or 'yz'."""
    return next(plane for plane in PLANES if plane.name == name)


def _plate(source: Source, name: str, image: np.ndarray, levels: Levels, caption: str) -> Plate:
    model, is_residual = source.model, name == "residual"
    if name == "live_slice":
        cut = "y" if source.slice_plane == "xz" else "z"
        axes = triad.named("x", source.slice_plane[1])
        title = f"live reconstruction   {source.slice_plane}   {cut} = {source.row}"
    else:
        axes = triad.named("x", "tilt") if model.is_sinogram else triad.named("x", "y", into="beam")
        title = TITLES[name]
    marks = Decorations(
        axes=axes,
        flip_y=source.flip_y,
        angstrom_per_pixel=None if model.is_sinogram else model.scene.pixel_size_A,
        is_residual=is_residual,
    )
    unit = "σ" if is_residual and source.in_noise else ARBITRARY
    table = colormaps.table("diverging" if is_residual else "grey")
    return Plate(name, title, image, levels, table, marks, caption, VALUES[name], unit)
