"""How strong the noise of a measurement is."""

from __future__ import annotations

import numpy as np

from cryogui.reconstruct.problem import Problem

_MEDIAN_OF_NORMAL = 0.67449  # median of |z| for z of unit variance
_HIGH = 0.9
_EMPTY = 0.005  # of that quantile: of normal noise less than one in a hundred differences is smaller


def noise_sigma(problem: Problem) -> float:
    """Standard deviation of the noise in y: as stated, else estimated from the used images.

    The estimate is the median of |second differences along x and y|, which smooth objects hardly reach
    (after Immerkær 1996). Empty field that was tapered or masked holds no noise, and does not count.
    """
    if problem.noise_sigma is not None:
        return problem.noise_sigma
    differences = problem.y[problem.used]
    for axis in (1, 2):
        if differences.shape[axis] > 2:
            differences = np.diff(differences, 2, axis=axis) / np.float32(np.sqrt(6.0))
    sizes = np.abs(differences)
    sizes = sizes[sizes > _EMPTY * np.quantile(sizes, _HIGH)]
    return float(np.median(sizes)) / _MEDIAN_OF_NORMAL if len(sizes) else 0.0
