"""Kernels of the total-variation step: the dual field p[axis] of a volume, its gradient and divergence.

The gradient takes forward differences, none across the last plane of an axis, each multiplied by that axis's
weight. All arrays are float32 and of one shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, prange


@njit(parallel=True, fastmath=True, cache=True)
def primal(b: Any, rz: Any, ry: Any, rx: Any, scales: Any, low: Any, inside: Any, x: Any) -> None:
    """x = max(b − Σ scalesₐ·(adjoint of the difference along a)(rₐ), low) where `inside` is 1, and 0 else."""
    nz, ny, nx = b.shape
    sz, sy, sx = scales
    for z in prange(nz):
        for y in range(ny):
            for i in range(nx):
                x[z, y, i] = b[z, y, i] + sz * rz[z, y, i] + sy * ry[z, y, i] + sx * rx[z, y, i]
            if z > 0:
                for i in range(nx):
                    x[z, y, i] -= sz * rz[z - 1, y, i]
            if y > 0:
                for i in range(nx):
                    x[z, y, i] -= sy * ry[z, y - 1, i]
            for i in range(1, nx):
                x[z, y, i] -= sx * rx[z, y, i - 1]
            for i in range(nx):
                x[z, y, i] = max(x[z, y, i], low) * inside[z, y, i]


@njit(parallel=True, fastmath=True, cache=True)
def dual(x: Any, steps: Any, momentum: Any, pz: Any, py: Any, px: Any, rz: Any, ry: Any, rx: Any) -> None:
    """One projected ascent of the dual from r along the gradient of x into p, and the extrapolation into r.

    The last entries along an axis stay 0: no difference is taken there.
    """
    nz, ny, nx = x.shape
    tz, ty, tx = steps
    one = np.float32(1)
    for z in prange(nz):
        gz, gy, gx = np.zeros(nx, np.float32), np.zeros(nx, np.float32), np.zeros(nx, np.float32)
        for y in range(ny):
            if z < nz - 1:
                for i in range(nx):
                    gz[i] = rz[z, y, i] + tz * (x[z + 1, y, i] - x[z, y, i])
            if y < ny - 1:
                for i in range(nx):
                    gy[i] = ry[z, y, i] + ty * (x[z, y + 1, i] - x[z, y, i])
            else:
                gy[:] = np.float32(0)
            for i in range(nx - 1):
                gx[i] = rx[z, y, i] + tx * (x[z, y, i + 1] - x[z, y, i])
            for i in range(nx):
                scale = one / np.sqrt(max(gz[i] * gz[i] + gy[i] * gy[i] + gx[i] * gx[i], one))
                a, b, c = scale * gz[i], scale * gy[i], scale * gx[i]
                rz[z, y, i] = a + momentum * (a - pz[z, y, i])
                ry[z, y, i] = b + momentum * (b - py[z, y, i])
                rx[z, y, i] = c + momentum * (c - px[z, y, i])
                pz[z, y, i], py[z, y, i], px[z, y, i] = a, b, c
