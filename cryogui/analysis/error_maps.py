"""Where a reconstruction is wrong: its error, and its structural similarity, voxel by voxel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryogui.scoring import SSIM_SLAB, SSIM_WINDOW

_THINNEST_WINDOW = 3


def error_map(x_hat: NDArray[np.float32], x_true: NDArray[np.float32]) -> NDArray[np.float32]:
    """|x̂ − x|. Raises ValueError when the shapes differ."""
    _require_same_shape(x_hat, x_true)
    return np.abs(np.subtract(x_hat, x_true, dtype=np.float32))


def ssim_map(
    x_hat: NDArray[np.float32], x_true: NDArray[np.float32], check: Callable[[], None] = lambda: None
) -> NDArray[np.float32]:
    """Structural similarity in the window about every voxel (Wang et al. 2004), 1 where both agree.

    Window and range are those of `scoring.ssim`, whose value is the mean over the windows that lie within.
    `check` is called between slabs and may raise to end it. All ones for a constant truth: it has no range.
    Raises ValueError when the shapes differ.
    """
    _require_same_shape(x_hat, x_true)
    data_range = float(np.max(x_true)) - float(np.min(x_true))
    if data_range == 0.0:
        return np.ones(x_true.shape, np.float32)
    shortest = min(x_true.shape)
    if shortest < _THINNEST_WINDOW:
        axis = x_true.shape.index(shortest)
        pairs = zip(np.moveaxis(x_hat, axis, 0), np.moveaxis(x_true, axis, 0), strict=True)
        slices = [_by_slabs(one, other, data_range, check) for one, other in pairs]
        return np.moveaxis(np.stack(slices), 0, axis)
    return _by_slabs(x_hat, x_true, data_range, check)


def _by_slabs(
    a: NDArray[Any], b: NDArray[Any], data_range: float, check: Callable[[], None]
) -> NDArray[np.float32]:
    """Slab by slab: scikit-image holds a dozen arrays as large as its input at once."""
    from skimage import metrics

    shortest = min(a.shape)
    window = min(SSIM_WINDOW, shortest - 1 + shortest % 2)
    result = np.empty(a.shape, np.float32)
    for start in range(0, len(a), SSIM_SLAB):
        check()
        stop = min(start + SSIM_SLAB, len(a))
        low, high = max(0, start - window), min(len(a), stop + window)
        parts = (np.asarray(one[low:high], np.float32) for one in (a, b))
        _, similarity = metrics.structural_similarity(
            *parts, win_size=window, data_range=data_range, full=True
        )
        result[start:stop] = similarity[start - low : stop - low]
    return result


def _require_same_shape(a: NDArray[Any], b: NDArray[Any]) -> None:
    if a.shape != b.shape:
        raise ValueError(f"arrays of shape {a.shape} and {b.shape} cannot be compared")
