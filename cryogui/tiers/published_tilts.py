"""Published layouts D and E: a slice and its sinogram, with the tilt angles where an operator might be."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cryogui.resources import spec_dag
from cryogui.spec import SpecRanges
from cryogui.tiers.build import ASSUMED_ORDER, exposure
from cryogui.tiers.published import Contents
from cryogui.tiers.ranges import NO_RANGES, read_ranges, stand_in_tilt_ranges
from cryogui.tiers.read_hdf5 import broken, volume
from cryogui.tiers.scene import Scene, tilt_labels
from cryogui.tiers.scene_data import TiltGeometry
from cryogui.tiers.words import label

if TYPE_CHECKING:
    from cryogui.physics.tilt import SingleAxisTilt

HALF_TURN = 3.15  # π, and rounding
NO_TRUTH = (
    "The file holds no truth: the object begins as a quick reconstruction, and the scale between density and "
    "images is unknown (1 is used)."
)
NO_PIXEL = "The pixel size is not in this file: lengths are in pixels."
NO_CTF = "The images are modelled without a CTF, so the file's range of {} is left out."


def in_radians(contents: Contents) -> bool:
    """Layout E stores radians, D degrees: no series in degrees stays within ±π, half a turn."""
    assert contents.angles is not None
    return bool(np.abs(contents.angles[()]).max() < HALF_TURN and not contents.angles.name.endswith("_deg"))


def tilt_scene(contents: Contents) -> Scene:
    """A single-axis series without CTF; two-dimensional data is one slice, that is ny = 1."""
    angles = _angles_deg(contents)
    y, truth = contents.y, contents.truth
    stated, notes = read_ranges(contents.group)
    if stated.parameters:
        ranges, notes = _without_ctf(stated, notes)
    else:
        ranges, notes = stand_in_tilt_ranges(angles)
        notes = (NO_RANGES, *notes)
    width = y.shape[-1]
    extra = (ASSUMED_ORDER, NO_PIXEL, *(() if truth else (NO_TRUTH,)), *contents.baseline_notes())
    return Scene(
        name=contents.name,
        title=contents.title,
        variant="cryo_et",
        ranges=ranges,
        read_y=contents.read_y(1),
        read_x=contents.read_x(1),
        build=partial(_operator, contents, angles),
        true_spec=contents.true_spec(ranges),
        image_labels=tilt_labels(angles),
        tilt_angles_deg=angles,
        noise_sigma=contents.noise_sigma(),
        facts=(
            ("images", f"{y.shape[0]} tilts of {width} × {y.shape[1] if y.ndim == 3 else 1}"),
            ("tilt angles", f"{angles.min():g}° … {angles.max():g}°".replace("-", "−")),
            *contents.facts(ranges),
        ),
        notes=(*notes, *extra),
        spec_dag=spec_dag("cryo_et"),
    )


def _angles_deg(contents: Contents) -> np.ndarray:
    assert contents.angles is not None
    angles = np.asarray(contents.angles[()], np.float64)
    if len(angles) != (count := contents.y.shape[0]):
        raise broken(contents.group, f"has {len(angles)} angles for {count} images; store one for each")
    return np.round(np.rad2deg(angles), 5) if in_radians(contents) else angles


def _without_ctf(ranges: SpecRanges, notes: tuple[str, ...]) -> tuple[SpecRanges, tuple[str, ...]]:
    kept = tuple(p for p in ranges if p.name != "ctf_per_tilt_variation")
    left_out = () if len(kept) == len(ranges) else (NO_CTF.format(label("ctf_per_tilt_variation")),)
    return SpecRanges(kept), (*notes, *left_out)


def _operator(contents: Contents, angles: np.ndarray) -> SingleAxisTilt:
    """The operator; where there is truth, its scale is what fits the images best (some files are
    normalised), unless that is 1 to within a percent."""
    from cryogui.physics.tilt import SingleAxisTilt

    y, truth = contents.y, contents.truth
    rows, width = (y.shape[1] if y.ndim == 3 else 1), y.shape[-1]
    shape = _object_shape(contents, rows, width)
    dose_before, total = exposure(TiltGeometry(angles))
    make = partial(SingleAxisTilt, shape, (rows, width), angles, dose_before=dose_before, total_dose=total)
    plain = make()
    if truth is None:
        return plain
    expected = plain.apply(volume(truth).reshape(shape), {})
    power = float(np.vdot(expected, expected))
    scale = float(np.vdot(expected, volume(y).reshape(expected.shape))) / power if power else 1.0
    return plain if math.isclose(scale, 1.0, abs_tol=0.01) else make(scale=scale)


def _object_shape(contents: Contents, rows: int, width: int) -> tuple[int, int, int]:
    if contents.truth is None:
        return (width, rows, width)
    shape = contents.truth.shape
    return (shape[0], 1, shape[1]) if len(shape) == 2 else shape
