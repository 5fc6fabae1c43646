"""How strong the noise of a measurement is."""

from __future__ import annotations

import numpy as np

from cryogui.reconstruct.problem import Problem

_MEDIAN_OF_NORMAL = 0.67449  # median of |z| for z of unit variance


def noise_sigma(problem: Problem) -> float:
    """Standard deviation of the noise in y: as stated, else estimated from the used images.

    The estimate is the median of |second differences along x and y|, which smooth objects hardly reach
    (after Immerkær 1996).
    """
    if problem.noise_sigma is not None:
        return problem.noise_sigma
    differences = problem.y[problem.used]
    for axis in (1, 2):
        if differences.shape[axis] > 2:
            differences = np.diff(differences, 2, axis=axis) / np.float32(np.sqrt(6.0))
    return float(np.median(np.abs(differences))) / _MEDIAN_OF_NORMAL
