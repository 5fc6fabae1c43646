"""Real tilt series: from an MRC stack and its angles to the data of one native scene, without truth.

Recorded grey values become what the forward model speaks of, projections of a positive density with nothing
around it: the level of the empty field becomes 0, more mass is brighter, and the scale is such that density 1
through a quarter of the field's width gives the brightest pixels. Edges are tapered, because image spectra
are periodic. All of it is decided from a sample of the images and applied image by image, so a series larger
than memory can be opened and converted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cryogui.errors import UserError
from cryogui.spec import SpecRanges
from cryogui.tiers.angles import mdoc_order, mdoc_pixel_size_A, read_tilts
from cryogui.tiers.mrc import open_stack
from cryogui.tiers.mrc_header import MrcHeader
from cryogui.tiers.ranges import stand_in_tilt_ranges
from cryogui.tiers.scene_data import Microscope, SceneData, TiltGeometry
from cryogui.tiers.stacks import LazyStack
from cryogui.tiers.tilt_axis import (
    ASSUMED,
    MOST_IMAGES,
    AxisFinding,
    spread,
    stated_sentence,
    turned,
    turned_shape,
)

SAMPLED_IMAGES, SAMPLED_SIDE = 9, 256
LARGE_BYTES = 1 << 28  # reading enough images of a larger series to find its axis would keep the user waiting
EMPTY_PERCENT, BRIGHTEST_PERCENT = 5.0, 99.9
TAPER_SHARE = 16  # the taper is this fraction of the side, at either edge

EQUAL_DOSES = "The doses are not recorded: in the order of the recorded times each exposure counts alike."
NO_RANGES = (
    "The series comes without spec ranges: the sliders use the challenge's public ranges, but for the tilt "
    "axis' offset, which may be up to {:g} px."
)
OFFSET_SHARE = 16  # of the width: a recorded axis lies farther off the centre than that of a simulated series


@dataclass(frozen=True)
class GreyScale:
    """How grey values become projections: (grey − empty)/unit, or (empty − grey)/unit where mass is dark.

    Where mass is dark (bright field) the empty level is each image's own, as thicker tilts are darker.
    """

    empty: float
    unit: float
    dark_mass: bool

    @classmethod
    def of(cls, stack: LazyStack) -> GreyScale:
        """Decide from a sample of images: mass is dark when grey values trail off towards the dark."""
        sample = [_thinned(stack[index]) for index in spread(len(stack), SAMPLED_IMAGES)]
        dark = float(np.median([_skewness(image) for image in sample])) < 0.0
        if dark:
            above = [np.percentile(image, 100 - EMPTY_PERCENT) - image for image in sample]
            empty = 0.0
        else:
            empty = float(np.percentile(sample, EMPTY_PERCENT))
            above = [image - empty for image in sample]
        brightest = float(np.percentile(above, BRIGHTEST_PERCENT))
        return cls(empty, (brightest or 1.0) / (stack.shape[2] / 4), dark)

    def __call__(self, grey: np.ndarray) -> np.ndarray:
        """One image in the model's units."""
        if self.dark_mass:
            level = np.percentile(_thinned(grey), 100 - EMPTY_PERCENT)
            return ((level - grey) / self.unit).astype(np.float32)
        return ((grey - self.empty) / self.unit).astype(np.float32)

    @property
    def sentence(self) -> str:
        """What was done, for the user."""
        done = (
            "mass is dark: each image was subtracted from the level of its empty field"
            if self.dark_mass
            else f"mass is bright: the empty level {self.empty:.6g} was subtracted"
        )
        return (
            f"Grey values on import: {done} and divided by {self.unit:.6g} (density 1 through a quarter of "
            "the field gives the brightest pixels)."
        )


def series_data(
    path: Path,
    header: MrcHeader,
    angle_file: Path,
    pixel_size_A: float | None = None,
    axis_angle_deg: float | None = None,
) -> tuple[SceneData, Callable[[], None]]:
    """The data of a series as a native scene, and what closes the file behind it.

    axis_angle_deg: how far the images are to be turned for the tilt axis to lie along y, counter-clockwise as
    shown; found from the images where it is None. Raises UserError when angles and images do not go together.
    """
    _, ny, nx = header.shape
    tilts, order_notes = _with_recorded_order(_tilts(angle_file, path, header.shape[0]), angle_file)
    if header.axes != (1, 2, 3):
        raise UserError(f"{path.name} does not store image after image; convert it to axis order x, y, z.")
    ranges, notes = stand_in_tilt_ranges(tilts.tilt_angles_deg)
    raw = open_stack(path, header)
    grey = GreyScale.of(raw)
    greys = raw.map(grey)
    angle_deg, axis_note = _axis(greys, tilts.tilt_angles_deg, axis_angle_deg)
    ny, nx = turned_shape(ny, nx, angle_deg)
    ranges, reach = _with_wide_offset(ranges, nx)
    edge = f"Edges were tapered over {max(nx // TAPER_SHARE, 1)} pixels."
    data = SceneData(
        y=_upright(greys, angle_deg),
        ranges=ranges,
        microscope=Microscope(pixel_size_A or _pixel_size_A(header, angle_file)),
        geometry=tilts,
        metadata={
            "scene": path.name.split(".")[0],
            "source": path.name,
            "shape": [nx, ny, nx],
            "notes": [NO_RANGES.format(reach), *notes, *order_notes, grey.sentence, edge, axis_note],
        },
    )
    return data, raw.close


def edge_taper(ny: int, nx: int) -> np.ndarray:
    """[y, x] window, float32: 1 inside, falling to 0 by a raised cosine over a sixteenth of each side."""
    return np.outer(_ramp(ny), _ramp(nx)).astype(np.float32)


def _ramp(n: int) -> np.ndarray:
    if n < 4:  # a slice has no rows to spare
        return np.ones(n)
    inset = np.minimum(np.arange(n), np.arange(n)[::-1]) / max(n // TAPER_SHARE, 1)
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(inset, 0.0, 1.0))


def _pixel_size_A(header: MrcHeader, angle_file: Path) -> float | None:
    if angle_file.suffix.lower() == ".mdoc" and (size := mdoc_pixel_size_A(angle_file)):
        return size
    return header.voxel_A[0] if header.voxel_A else None


def _tilts(angle_file: Path, path: Path, count: int) -> TiltGeometry:
    tilts = read_tilts(angle_file)
    if len(tilts.tilt_angles_deg) != count:
        given = len(tilts.tilt_angles_deg)
        raise UserError(
            f"{angle_file.name} gives {given} angles for the {count} images of {path.name}; they must match."
        )
    return tilts


def _with_recorded_order(tilts: TiltGeometry, angle_file: Path) -> tuple[TiltGeometry, list[str]]:
    """The tilts with the order of the exposures where only their times are recorded, and a note on that."""
    order = mdoc_order(angle_file)
    if tilts.dose_before_e_per_A2 is not None or order is None:
        return tilts, []
    return replace(tilts, dose_before_e_per_A2=order, total_dose_e_per_A2=float(len(order))), [EQUAL_DOSES]


def _axis(greys: LazyStack, angles_deg: np.ndarray, stated_deg: float | None) -> tuple[float, str]:
    """How far the images must be turned for their tilt axis to lie along y, °, and what to say about it."""
    if stated_deg is not None:
        return stated_deg, stated_sentence(stated_deg)
    if greys.nbytes > LARGE_BYTES or min(greys.shape) < 2:
        return 0.0, ASSUMED
    sampled, images = spread(len(greys), MOST_IMAGES), _upright(greys, 0.0)
    finding = AxisFinding.of([images[index] for index in sampled], angles_deg[sampled])
    return finding.angle_deg, finding.sentence


def _with_wide_offset(ranges: SpecRanges, nx: int) -> tuple[SpecRanges, float]:
    """The ranges with room for the axis of a recorded series, and how much, px."""
    reach = float(max(nx // OFFSET_SHARE, 1))
    wide = (
        replace(each, minimum=min(each.minimum, -reach), maximum=max(each.maximum, reach))
        if each.name == "tilt_axis_offset"
        else each
        for each in ranges
    )
    return SpecRanges(tuple(wide)), reach


def _upright(greys: LazyStack, angle_deg: float) -> LazyStack:
    """The images turned, and tapered thereafter: what turning brings in at the edges fades too."""
    shape = turned_shape(*greys.shape[1:], angle_deg)
    window = edge_taper(*shape)
    return greys.map(lambda image: turned(image, angle_deg) * window, shape)


def _thinned(image: np.ndarray) -> np.ndarray:
    every = max(image.shape) // SAMPLED_SIDE + 1
    return image[::every, ::every]


def _skewness(image: np.ndarray) -> float:
    deviation = image - image.mean(dtype=np.float64)
    spread = float(deviation.std())
    return float((deviation**3).mean()) / spread**3 if spread else 0.0
