"""The loop that interpolates a plane out of a volume."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

_SLACK = 1e-6
"""Of a voxel: rounding must not put a border pixel outside."""


@njit(cache=True, nogil=True)
def cut_rows(volume: Any, start: Any, across: Any, down: Any, along: Any, layers: int, out: Any) -> None:
    """Interpolate `volume` [z, y, x] at start + row·down + column·across into `out` [row, column].

    All vectors are (z, y, x) in voxels. It is the mean of `layers` such points, a step `along` apart, as
    far as they lie in the volume; NaN where none does.
    """
    nz, ny, nx = volume.shape
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            total, count = 0.0, 0
            for layer in range(layers):
                k = layer - layers // 2
                z = start[0] + row * down[0] + column * across[0] + k * along[0]
                y = start[1] + row * down[1] + column * across[1] + k * along[1]
                x = start[2] + row * down[2] + column * across[2] + k * along[2]
                if (
                    z < -_SLACK or y < -_SLACK or x < -_SLACK
                    or z > nz - 1 + _SLACK or y > ny - 1 + _SLACK or x > nx - 1 + _SLACK
                ):  # fmt: skip
                    continue
                z0 = min(max(math.floor(z + _SLACK), 0), nz - 1)
                y0 = min(max(math.floor(y + _SLACK), 0), ny - 1)
                x0 = min(max(math.floor(x + _SLACK), 0), nx - 1)
                z1, y1, x1 = min(z0 + 1, nz - 1), min(y0 + 1, ny - 1), min(x0 + 1, nx - 1)
                wz, wy, wx = max(z - z0, 0.0), max(y - y0, 0.0), max(x - x0, 0.0)
                near = (volume[z0, y0, x0] * (1 - wx) + volume[z0, y0, x1] * wx) * (1 - wy) + (
                    volume[z0, y1, x0] * (1 - wx) + volume[z0, y1, x1] * wx
                ) * wy
                far = (volume[z1, y0, x0] * (1 - wx) + volume[z1, y0, x1] * wx) * (1 - wy) + (
                    volume[z1, y1, x0] * (1 - wx) + volume[z1, y1, x1] * wx
                ) * wy
                total += near * (1 - wz) + far * wz
                count += 1
            out[row, column] = total / count if count else np.nan
