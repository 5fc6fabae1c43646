"""How good a reconstruction is: PSNR, SSIM, consistency, the challenge's two scores, Fourier shells.

Peak and data range are max − min of the truth, and the reconstruction is never rescaled. Where a score has
no value (a constant truth has no peak) it is NaN, which every view shows as a dash.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SSIM_WINDOW = 7
SSIM_SLAB = 32  # planes scored at a time
_EMPTY_NORM = 1e-10
_THINNEST_WINDOW = 3


@dataclass(frozen=True)
class Scores:
    """The scores of one reconstruction of one scene."""

    psnr_db: float
    ssim: float
    consistency: float

    @property
    def standard(self) -> float:
        """Score of the standard board, 0 to 1."""
        return standard_score(self.psnr_db, self.ssim)

    @property
    def blind(self) -> float:
        """Score of the blind board, 0 to 1."""
        return blind_score(self.psnr_db, self.ssim, self.consistency)


def score(x_hat: NDArray[np.floating], x_true: NDArray[np.floating], consistency: float) -> Scores:
    """All scores of `x_hat` against `x_true`; `consistency` is that of the spec it is submitted with."""
    return Scores(psnr_db(x_hat, x_true), ssim(x_hat, x_true), consistency)


def psnr_db(x_hat: NDArray[np.floating], x_true: NDArray[np.floating]) -> float:
    """10 log₁₀(peak² / mean squared error) in dB, infinite for equal arrays, NaN for a constant truth.

    Raises ValueError when the shapes differ.
    """
    _require_same_shape(x_hat, x_true)
    difference = np.subtract(x_hat, x_true, dtype=np.float64).ravel()
    error = float(difference @ difference) / difference.size
    peak = _data_range(x_true)
    if peak == 0.0:
        return math.nan
    return math.inf if error == 0.0 else 10.0 * math.log10(peak**2 / error)


def ssim(x_hat: NDArray[np.floating], x_true: NDArray[np.floating]) -> float:
    """Mean structural similarity with scikit-image's defaults over all axes, NaN for a constant truth.

    The window is 7 voxels, or the largest odd number that fits the shortest axis; along an axis too thin
    for any window (a slice file has ny = 1) the slices are scored one by one and averaged.
    Raises ValueError when the shapes differ.
    """
    _require_same_shape(x_hat, x_true)
    data_range = _data_range(x_true)
    if data_range == 0.0:
        return math.nan
    return _ssim(np.asarray(x_hat, np.float32), np.asarray(x_true, np.float32), data_range)


def _ssim(a: NDArray[np.float32], b: NDArray[np.float32], data_range: float) -> float:
    from skimage import metrics

    similarity: Callable[..., float] = metrics.structural_similarity
    shortest = min(a.shape)
    if shortest < _THINNEST_WINDOW:
        axis = a.shape.index(shortest)
        slices = zip(np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0), strict=True)
        return float(np.mean([_ssim(one, other, data_range) for one, other in slices]))
    window = min(SSIM_WINDOW, shortest - 1 + shortest % 2)
    slabs = list(_overlapping_slabs(len(a), window - 1))
    means = [similarity(a[slab], b[slab], win_size=window, data_range=data_range) for slab in slabs]
    return float(np.average(means, weights=[slab.stop - slab.start - window + 1 for slab in slabs]))


def _overlapping_slabs(length: int, overlap: int) -> Iterator[slice]:
    """Slabs whose interiors, `overlap` planes thinner, tile the whole: the mean of windows needs no more.

    scikit-image holds a dozen arrays as large as its input at once, which for 256³ voxels is nearly 1 GB.
    """
    for start in range(0, length - overlap, SSIM_SLAB):
        yield slice(start, min(start + SSIM_SLAB + overlap, length))


def relative_residual(y: NDArray[np.floating], y_hat: NDArray[np.floating]) -> float:
    """‖y − ŷ‖ / ‖y‖, and 0 for a measurement that is empty. Raises ValueError when the shapes differ."""
    _require_same_shape(y, y_hat)
    norm = float(np.linalg.norm(np.asarray(y, np.float64).ravel()))
    if norm < _EMPTY_NORM:
        return 0.0
    return float(np.linalg.norm(np.subtract(y, y_hat, dtype=np.float64).ravel())) / norm


def consistency(residual: float) -> float:
    """max(0, 1 − residual), where `residual` is ‖y − Ĥx̂‖ / ‖y‖."""
    return max(0.0, 1.0 - residual)


def standard_score(psnr: float, ssim_value: float) -> float:
    """0.5·clip((PSNR − 15)/30, 0, 1) + 0.5·SSIM."""
    return 0.5 * _clip_unit((psnr - 15.0) / 30.0) + 0.5 * ssim_value


def blind_score(psnr: float, ssim_value: float, consistency_value: float) -> float:
    """0.4·clip((PSNR − 10)/40, 0, 1) + 0.4·SSIM + 0.2·consistency.

    10 and 40 dB are the only reading under which every published blind row has a consistency below 1.
    """
    return 0.4 * _clip_unit((psnr - 10.0) / 40.0) + 0.4 * ssim_value + 0.2 * consistency_value


def fsc(a: NDArray[np.floating], b: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fourier shell correlation of two arrays of one shape (rings for images).

    Returns the shells' spatial frequencies in cycles per voxel, 0 to 0.5, and the correlation in each,
    Re Σ A·B* / √(Σ|A|² Σ|B|²); 0 in shells where an array is empty. Shells are one frequency sample of the
    longest axis wide. Raises ValueError when the shapes differ.
    """
    from scipy import fft

    _require_same_shape(a, b)
    spectra = [fft.rfftn(np.asarray(one, np.float32), workers=-1) for one in (a, b)]
    shell = _shell_numbers(a.shape)
    last = max(a.shape) // 2
    weight = np.full(spectra[0].shape[-1], 2.0)
    weight[0] = 1.0
    if a.shape[-1] % 2 == 0:
        weight[-1] = 1.0
    cross, power_a, power_b = (
        np.bincount(shell.ravel(), (product * weight).ravel())[: last + 1]
        for product in (
            (spectra[0] * spectra[1].conj()).real,
            np.abs(spectra[0]) ** 2,
            np.abs(spectra[1]) ** 2,
        )
    )
    norm = np.sqrt(power_a * power_b)
    correlation = np.divide(cross, norm, out=np.zeros_like(cross), where=norm > 0.0)
    return np.arange(len(correlation)) / max(a.shape), correlation


def _shell_numbers(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The shell each rfftn sample of an array of `shape` belongs to."""
    axes = [np.fft.fftfreq(n) for n in shape[:-1]] + [np.fft.rfftfreq(shape[-1])]
    squared = np.zeros(tuple(len(axis) for axis in axes))
    for number, axis in enumerate(axes):
        squared += (axis**2).reshape([-1 if i == number else 1 for i in range(len(axes))])
    shells: NDArray[np.int64] = np.rint(np.sqrt(squared) * max(shape)).astype(np.int64)
    return shells


def _clip_unit(value: float) -> float:
    return value if math.isnan(value) else min(max(value, 0.0), 1.0)


def _data_range(x: NDArray[np.floating]) -> float:
    return float(np.max(x)) - float(np.min(x))


def _require_same_shape(a: NDArray[np.floating], b: NDArray[np.floating]) -> None:
    if np.shape(a) != np.shape(b):
        raise ValueError(f"arrays of shape {np.shape(a)} and {np.shape(b)} cannot be compared")
