"""The border of a support mask as polygons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mask_outline(mask: NDArray[np.bool_]) -> tuple[NDArray[np.floating], ...]:
    """Closed polygons [point, 2] of (x, y) around the True pixels; none where the mask is all one value."""
    if mask.all() or not mask.any():
        return ()
    from skimage.measure import find_contours

    padded = np.pad(mask, 1).astype(np.float32)
    return tuple(contour[:, ::-1] - 1.0 for contour in find_contours(padded, 0.5))
