"""The six specimens of the challenge, as clouds of Gaussians, and their voxel volumes.

ET: vesicles with granules and round fiducials; crowded cytosol; filaments in a lamella. SPA: a symmetric
barrel; a two-lobed granule; an asymmetric assembly. A specimen has a fixed physical size (the field of view
below) whatever the box's size in voxels: more voxels sample it finer. It is scaled so that its brightest
voxel is 1, and it stays inside the region that every tilt or particle image sees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cryogui.physics import molecules, tomograms
from cryogui.physics.gaussians import GaussianCloud, Real, Real32, voxel_integrals

TOMOGRAM_FIELD_A = 960.0
PARTICLE_FIELD_A = 192.0
SMALLEST_SIGMA_PX = 1.2
SMALLEST_SIZE = 24
# room for 3.5 σ of the outermost Gaussian, the largest offset or shift, and half a pixel
MARGIN_SIGMAS, MARGIN_PX = 3.5, 2.0
# parts crowd where they meet; densities above this percentile of all Gaussians' are evened out
CROWDING_PERCENTILE = 80.0


@dataclass(frozen=True)
class Specimen:
    """One scene kind: key, title, variant it belongs to, and the function that builds it in Å."""

    key: str
    title: str
    variant: str
    build: Callable[[np.random.Generator], GaussianCloud]

    @property
    def field_A(self) -> float:
        """Width of the box in Å."""
        return TOMOGRAM_FIELD_A if self.variant == "cryo_et" else PARTICLE_FIELD_A

    @property
    def radius_A(self) -> float:
        """Distance no Gaussian's centre exceeds, from the centre (ET: from the tilt axis, and along it)."""
        return tomograms.TOMOGRAM_RADIUS_A if self.variant == "cryo_et" else molecules.PARTICLE_RADIUS_A


@dataclass(frozen=True)
class Phantom:
    """A specimen in a box of voxels: the cloud (lengths in voxels) and its voxel integrals, 0 to 1."""

    specimen: Specimen
    cloud: GaussianCloud
    x_true: Real32
    pixel_size_A: float


def make_phantom(specimen: Specimen, size: int, rng: np.random.Generator) -> Phantom:
    """The specimen in a box of `size`³ voxels. Raises ValueError when the box is too small to hold it."""
    if size < SMALLEST_SIZE:
        raise ValueError(f"a box of {size} voxels cannot hold a specimen; use {SMALLEST_SIZE} or more")
    pixel = specimen.field_A / size
    cloud = specimen.build(rng)
    sigma = np.maximum(cloud.sigma / pixel, SMALLEST_SIGMA_PX)
    room = size / 2 - MARGIN_PX - MARGIN_SIGMAS * float(sigma.min())
    scale = min(1.0 / pixel, room / specimen.radius_A)
    cloud = GaussianCloud(_held_within(specimen, cloud.centres) * scale, sigma, cloud.weight)
    shape = (size, size, size)
    cloud = _evened(cloud, shape)
    x = voxel_integrals(cloud, shape)
    peak = float(x.max())
    return Phantom(specimen, cloud.weighted(1.0 / peak), x / np.float32(peak), pixel)


def _held_within(specimen: Specimen, centres: Real) -> Real:
    """Centres beyond the specimen's radius pulled back onto it (a filament's or ripple's last few Å)."""
    limit = specimen.radius_A
    if specimen.variant == "cryo_em":
        held: Real = centres * _pull(np.linalg.norm(centres, axis=1), limit)[:, None]
        return held
    x, y, z = centres.T
    pull = _pull(np.hypot(x, z), limit)
    return np.stack([x * pull, np.clip(y, -limit, limit), z * pull], axis=1)


def _pull(distance: Real, limit: float) -> Real:
    return np.minimum(1.0, limit / np.maximum(distance, 1e-9))


def _evened(cloud: GaussianCloud, shape: tuple[int, int, int]) -> GaussianCloud:
    """The cloud with its crowded parts made lighter: a few clumps must not set the scale of the rest."""
    for _ in range(3):
        x = voxel_integrals(cloud, shape)
        at = np.rint(cloud.centres).astype(int)[:, ::-1] + np.array(shape) // 2
        density = x[tuple(at.T)]
        cap = np.percentile(density, CROWDING_PERCENTILE)
        cloud = cloud.weighted(np.minimum(1.0, cap / density))
    return cloud


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "cryo_et": (
        Specimen("vesicles", "vesicles", "cryo_et", tomograms.vesicles),
        Specimen("cytosol", "crowded cytosol", "cryo_et", tomograms.crowded_cytosol),
        Specimen("filaments", "filaments in a lamella", "cryo_et", tomograms.filaments_in_lamella),
    ),
    "cryo_em": (
        Specimen("barrel", "symmetric barrel", "cryo_em", molecules.barrel),
        Specimen("granule", "two-lobed granule", "cryo_em", molecules.two_lobed_granule),
        Specimen("assembly", "asymmetric assembly", "cryo_em", molecules.asymmetric_assembly),
    ),
}
