"""The point-spread function of a sampling: what a weighted back-projection makes of a single point.

PSF = HᵀWH δ with the program's own operator H, less its contrast transfer and detector, and the weights W of
its quick reconstruction (the share of Fourier space that each line or slice stands for). So it shows what the
directions alone do; the transfer is the spectrum tab's business. Along the tilt axis a series samples
everything, so its function is computed in the xz plane alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32
from cryogui.physics.operators import Operator, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.physics.tilt_geometry import TiltGeometry

FINER = 4  # samples per voxel
SHOWN_PX = 32  # voxels across
_LARGEST_SERIES_PX, _LARGEST_STACK_PX = 256, 64
_MOST_VIEWS = 2000


@dataclass(frozen=True, eq=False)
class PointSpread:
    """Central planes of a point-spread function, 1 at its peak.

    planes: images by plane, 'xz' [z, x], 'xy' [y, x], 'yz' [z, y], with `FINER` samples per voxel and the
    peak at index n // 2. widths: full width at half maximum along x, y, z, in voxels; no y for a series.
    """

    planes: dict[str, Real32]
    widths: dict[str, float]


def series_point_spread(
    geometry: TiltGeometry, width_px: int, theta: Theta, used: NDArray[np.bool_]
) -> PointSpread:
    """The function of a tilt series under θ, from the tilts marked in `used`; in the xz plane.

    width_px: of the images. A box of more than 256 pixels is cut down, as only the centre is shown.
    """
    n = min(width_px, _LARGEST_SERIES_PX)
    flat: Operator = SingleAxisTilt(
        (n, 1, n), (1, n), geometry.angle_deg, dose_before=geometry.dose_share, total_dose=1.0
    )  # fmt: skip
    if not geometry.has_holder:
        flat = flat.without(frozenset({"D"}))
    point = np.zeros(flat.x_shape, dtype=np.float32)
    point[n // 2, 0, n // 2] = 1.0
    spread = flat.reconstruct(flat.apply(point, theta), theta, used)
    plane = finer(spread[:, 0])
    return PointSpread({"xz": plane}, _widths({"z": plane[:, _middle(plane)], "x": plane[_middle(plane)]}))


def stack_point_spread(stack: ParticleStack, used: NDArray[np.bool_]) -> PointSpread:
    """The function of a particle stack, from the particles marked in `used`, in three planes.

    In a box of at most 64 pixels, and from at most 2000 of them, taken evenly from the stack: more change
    nothing that could be seen. Shifts do not matter, as H and Hᵀ cancel them.
    """
    chosen = np.flatnonzero(used)
    chosen = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), _MOST_VIEWS)).astype(int)]
    n = min(stack.x_shape[0], _LARGEST_STACK_PX)
    assert stack.optics is not None
    bare = ParticleStack(
        (n, n, n), (n, n), stack.rotations[chosen], np.zeros((len(chosen), 2)), 0.0, 0.0,
        optics=stack.optics,
    ).without(frozenset({"C", "D"}))  # fmt: skip
    point = np.zeros(bare.x_shape, dtype=np.float32)
    middle = n // 2
    point[middle, middle, middle] = 1.0
    everything = np.ones(bare.y_shape[0], dtype=bool)
    spread = bare.reconstruct(bare.apply(point, {}), {}, everything)
    planes = {"xy": finer(spread[middle]), "xz": finer(spread[:, middle]), "yz": finer(spread[:, :, middle])}
    at = _middle(planes["xy"])
    profiles = {"x": planes["xy"][at], "y": planes["xy"][:, at], "z": planes["xz"][:, at]}
    return PointSpread(planes, _widths(profiles))


def finer(plane: Real32) -> Real32:
    """The middle of a band-limited plane on a grid `FINER` times finer, 1 at the centre."""
    n = len(plane)
    even = n - n % 2
    start = n // 2 - even // 2
    spectrum = np.fft.fftshift(np.fft.fft2(plane[start : start + even, start : start + even]))
    margin = even * (FINER - 1) // 2
    fine = np.fft.ifft2(np.fft.ifftshift(np.pad(spectrum, margin))).real
    half = min(SHOWN_PX, even) * FINER // 2
    centre = len(fine) // 2
    fine = fine[centre - half : centre + half, centre - half : centre + half]
    peak = fine[half, half]
    return np.asarray(fine / peak if peak > 0 else fine, dtype=np.float32)


def full_width(profile: NDArray[np.float32]) -> float:
    """Full width at half the height of the middle sample, in samples; the whole length if it never falls."""
    middle = _middle(profile)
    half = float(profile[middle]) / 2
    return _fall(profile[middle:], half) + _fall(profile[middle::-1], half)


def _fall(side: NDArray[np.float32], level: float) -> float:
    """Where `side` first falls below `level`, between samples."""
    below = np.flatnonzero(side < level)
    if not len(below):
        return float(len(side) - 1)
    last = int(below[0])
    before, after = float(side[last - 1]), float(side[last])
    return last - 1 + (before - level) / (before - after)


def _middle(array: NDArray[np.float32]) -> int:
    return len(array) // 2


def _widths(profiles: dict[str, NDArray[np.float32]]) -> dict[str, float]:
    return {axis: full_width(profile) / FINER for axis, profile in profiles.items()}
