"""Other programs doing the same work: each returns milliseconds, or None where it is not installed."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Real32

SAMPLED_SLICES = 8


def astra_projection(x: Real32, angles_deg: NDArray[np.float64], repeats: int) -> dict[str, float] | None:
    """ASTRA's CPU projector, `linear` kernel: all slices [z, x] forward and back, medians in ms."""
    try:
        import astra
    except ImportError:
        return None
    nz, _, nx = x.shape
    geometry = astra.create_proj_geom("parallel", 1.0, nx, np.deg2rad(angles_deg))
    projector = astra.create_projector("linear", geometry, astra.create_vol_geom(nz, nx))
    slices = np.ascontiguousarray(x.transpose(1, 0, 2))
    forward, backward = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        sinograms = [_projected(projector, section) for section in slices]
        forward.append(time.perf_counter() - start)
        start = time.perf_counter()
        for sinogram in sinograms:
            identifier, _ = astra.create_backprojection(sinogram, projector)
            astra.data2d.delete(identifier)
        backward.append(time.perf_counter() - start)
    astra.projector.delete(projector)
    return {"astra_fp_ms": 1e3 * float(np.median(forward)), "astra_bp_ms": 1e3 * float(np.median(backward))}


def _projected(projector: int, section: Real32) -> Real32:
    import astra

    identifier, sinogram = astra.create_sino(section, projector)
    astra.data2d.delete(identifier)
    return np.asarray(sinogram, dtype=np.float32)


def astra_sirt(
    y: Real32, angles_deg: NDArray[np.float64], nz: int, iterations: int
) -> dict[str, float] | None:
    """ASTRA's SIRT on the CPU, `linear` kernel, of a series y [tilt, y, x] into slices of nz by nx.

    SAMPLED_SLICES rows are reconstructed and the median time of one is multiplied by the number of rows, as
    each costs the same. Returns the ms of an iteration and ‖y − Ax‖/‖y‖ of the sampled rows at the end.
    """
    try:
        import astra
    except ImportError:
        return None
    _, ny, nx = y.shape
    geometry = astra.create_proj_geom("parallel", 1.0, nx, np.deg2rad(angles_deg))
    volume = astra.create_vol_geom(nz, nx)
    projector = astra.create_projector("linear", geometry, volume)
    seconds, squares, energy = [], 0.0, 0.0
    for row in np.linspace(ny / 4, 3 * ny / 4, min(SAMPLED_SLICES, ny)).astype(int):
        sinogram = np.ascontiguousarray(y[:, row])
        data = astra.data2d.create("-sino", geometry, sinogram)
        found = astra.data2d.create("-vol", volume, 0.0)
        settings = astra.astra_dict("SIRT")
        settings |= {"ProjectorId": projector, "ProjectionDataId": data, "ReconstructionDataId": found}
        algorithm = astra.algorithm.create(settings)
        start = time.perf_counter()
        astra.algorithm.run(algorithm, iterations)
        seconds.append(time.perf_counter() - start)
        model = _projected(projector, np.asarray(astra.data2d.get(found), dtype=np.float32))
        squares += float(((sinogram - model) ** 2).sum())
        energy += float((sinogram**2).sum())
        astra.algorithm.delete(algorithm)
        astra.data2d.delete([data, found])
    astra.projector.delete(projector)
    return {
        "astra_sirt_iteration_ms": 1e3 * float(np.median(seconds)) * ny / iterations,
        "astra_sirt_residual": float(np.sqrt(squares / energy)),
    }


def skimage_projection(x: Real32, angles_deg: NDArray[np.float64]) -> float:
    """scikit-image's radon of all slices, ms: a few of them timed and scaled up, as each costs the same."""
    from skimage.transform import radon

    ny = x.shape[1]
    rows = np.linspace(0, ny - 1, min(SAMPLED_SLICES, ny)).astype(int)
    radius = min(x.shape[0], x.shape[2]) // 2 - 1
    z, across = np.ogrid[: x.shape[0], : x.shape[2]]
    inside = (z - x.shape[0] // 2) ** 2 + (across - x.shape[2] // 2) ** 2 <= radius**2
    start = time.perf_counter()
    for row in rows:
        radon(x[:, row] * inside, theta=angles_deg, circle=True)
    return 1e3 * (time.perf_counter() - start) * ny / len(rows)
