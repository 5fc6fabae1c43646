"""Where a Fourier shell correlation falls below its threshold, against curves with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from cryogui.analysis.resolution import AGAINST_TRUTH, BETWEEN_HALVES, Shells, shells_of

FREQUENCY = np.linspace(0.0, 0.05, 11)  # 1/Å


def shells(*correlation: float) -> Shells:
    return Shells(FREQUENCY[: len(correlation)], np.array(correlation))


def test_between_two_shells_the_crossing_is_interpolated() -> None:
    curve = shells(1.0, 1.0, 0.9, 0.1, 0.0)
    assert curve.crossing(0.5) == pytest.approx(0.0125)
    assert curve.resolution(0.5) == pytest.approx(80.0)


def test_the_first_crossing_counts_and_the_mean_does_not() -> None:
    assert shells(-1.0, 0.9, 0.9, 0.3, 0.9, 0.1).crossing(0.6) == pytest.approx(0.0125)
    assert shells(1.0, 0.1, 0.9).crossing(0.5) == FREQUENCY[1]


def test_a_curve_that_stays_above_has_no_crossing() -> None:
    assert shells(1.0, 0.9, 0.8).resolution(0.143) is None


def test_a_volume_without_its_high_frequencies_is_resolved_up_to_the_cut() -> None:
    rng, n, voxel = np.random.default_rng(2), 32, 4.0
    volume = ndimage.gaussian_filter(rng.normal(size=(n, n, n)), 0.5).astype(np.float32)
    radius = np.sqrt(sum(np.meshgrid(*[np.fft.fftfreq(n) ** 2] * 3, indexing="ij")))
    cut = np.fft.ifftn(np.fft.fftn(volume) * (radius < 0.25)).real
    noisy = cut + 0.001 * rng.normal(size=volume.shape)
    found = shells_of(noisy, volume, voxel)
    for threshold in (AGAINST_TRUTH, BETWEEN_HALVES):
        assert found.resolution(threshold) == pytest.approx(voxel / 0.25, rel=0.12)  # one shell
    assert found.frequency[-1] == pytest.approx(0.5 / voxel)


def test_a_slice_has_rings() -> None:
    image = np.random.default_rng(0).normal(size=(16, 1, 16))
    np.testing.assert_allclose(shells_of(image, image).correlation, 1.0)
