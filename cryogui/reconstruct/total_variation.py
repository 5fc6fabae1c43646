"""The proximal step of total variation: the smoothest volume near a given one, in the sense of TV."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import PARALLEL_KERNELS, Real32
from cryogui.reconstruct import tv_kernels


class TvProximal:
    """argmin ½‖x − v‖² + λ Σ |(w_z ∂z x, w_y ∂y x, w_x ∂x x)|, x ≥ low and 0 outside, for a row of similar v.

    The dual problem is solved by the fast gradient projection of Beck & Teboulle (2009, IEEE TIP 18:2419),
    and every call starts from the dual field of the call before: a few inner steps are then enough.
    inside: boolean [z, y, x]; weights: (w_z, w_y, w_x); low: not above 0, −∞ for no bound.
    """

    def __init__(
        self, inside: NDArray[np.bool_], weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
        low: float = -math.inf,
    ):  # fmt: skip
        self._inside = inside.astype(np.float32)
        z, y, x = (np.zeros(inside.shape, dtype=np.float32) for _ in range(3))
        self._field = z, y, x
        self._ahead = z.copy(), y.copy(), x.copy()
        self._weights = np.asarray(weights, dtype=np.float64)
        self._low = np.float32(low)

    def __call__(self, v: Real32, strength: float, steps: int, out: Real32) -> None:
        """The minimiser for λ = strength into `out`, after that many inner steps."""
        if strength <= 0.0:
            np.multiply(np.maximum(v, self._low), self._inside, out=out)
            return
        scales = _three(strength * self._weights)
        bound = 4.0 * float((self._weights**2).sum())  # of the squared norm of the weighted gradient
        lengths = _three(self._weights / (bound * strength))
        for ahead, field in zip(self._ahead, self._field, strict=True):
            ahead[:] = field
        speed = 1.0
        with PARALLEL_KERNELS:
            for _ in range(steps):
                faster = 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * speed * speed))
                momentum, speed = np.float32((speed - 1.0) / faster), faster
                tv_kernels.primal(v, *self._ahead, scales, self._low, self._inside, out)
                tv_kernels.dual(out, lengths, momentum, *self._field, *self._ahead)
            tv_kernels.primal(v, *self._field, scales, self._low, self._inside, out)


def _three(values: NDArray[np.float64]) -> tuple[np.float32, np.float32, np.float32]:
    z, y, x = values.astype(np.float32)
    return z, y, x
