"""Scores against closed forms and against scikit-image."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.scoring import (
    blind_score,
    consistency,
    fsc,
    psnr_db,
    relative_residual,
    score,
    ssim,
    standard_score,
)


@pytest.fixture
def truth() -> np.ndarray:
    return np.random.default_rng(1).random((12, 11, 10)).astype(np.float32)


def test_psnr_of_a_constant_offset_is_exact() -> None:
    truth = np.array([[0.0, 2.0], [1.0, 1.0]])
    assert psnr_db(truth + 0.2, truth) == pytest.approx(20.0)


def test_psnr_does_not_rescale(truth: np.ndarray) -> None:
    assert psnr_db(2 * truth, truth) < 10.0
    assert psnr_db(truth, truth) == math.inf


def test_constant_truth_has_no_peak() -> None:
    flat = np.ones((8, 8, 8))
    assert math.isnan(psnr_db(flat * 0, flat))
    assert math.isnan(ssim(flat * 0, flat))
    assert math.isnan(standard_score(math.nan, 1.0))


def test_ssim_is_scikit_images_in_three_dimensions(truth: np.ndarray) -> None:
    from skimage.metrics import structural_similarity

    noisy = truth + 0.1 * np.random.default_rng(2).standard_normal(truth.shape).astype(np.float32)
    expected = structural_similarity(noisy, truth, data_range=float(np.ptp(truth)))
    assert ssim(noisy, truth) == pytest.approx(expected, abs=1e-6)
    assert ssim(truth, truth) == pytest.approx(1.0)


def test_ssim_of_two_constant_shifts_matches_the_formula() -> None:
    """Where only the mean differs the contrast term is 1 and the luminance term remains."""
    ramp = np.linspace(0, 1, 7)[:, None] * np.ones((7, 7))
    mean, c1 = 0.5, 0.01**2
    luminance = (2 * mean * (mean + 0.3) + c1) / (mean**2 + (mean + 0.3) ** 2 + c1)
    assert ssim(ramp + 0.3, ramp) == pytest.approx(luminance, abs=1e-5)


@pytest.mark.parametrize("thin", [1, 2, 4, 6])
def test_ssim_of_thin_volumes(thin: int) -> None:
    rng = np.random.default_rng(3)
    x = rng.random((16, thin, 16)).astype(np.float32)
    assert ssim(x, x) == pytest.approx(1.0)
    assert 0.0 < ssim(x + 0.1 * rng.standard_normal(x.shape), x) < 1.0


def test_a_slice_file_scores_as_its_image() -> None:
    rng = np.random.default_rng(4)
    x = rng.random((16, 1, 16))
    noisy = x + 0.1 * rng.standard_normal(x.shape)
    assert ssim(noisy, x) == pytest.approx(ssim(noisy[:, 0], x[:, 0]))


def test_shapes_must_agree(truth: np.ndarray) -> None:
    for measure in (psnr_db, ssim, relative_residual, fsc):
        with pytest.raises(ValueError, match="cannot be compared"):
            measure(truth[1:], truth)


def test_consistency_and_residual() -> None:
    y = np.array([3.0, 4.0])
    assert relative_residual(y, 0.5 * y) == pytest.approx(0.5)
    assert consistency(0.25) == 0.75
    assert consistency(1.5) == 0.0
    assert relative_residual(np.zeros(4), np.ones(4)) == 0.0


def test_scores_follow_the_published_formulas() -> None:
    assert standard_score(20.5, 0.682) == pytest.approx(0.433, abs=1e-3)
    assert standard_score(60.0, 1.0) == 1.0
    assert standard_score(10.0, 0.5) == 0.25
    assert blind_score(30.0, 0.5, 0.5) == pytest.approx(0.5)
    assert blind_score(5.0, 0.0, 0.0) == 0.0


def test_score_bundles_everything(truth: np.ndarray) -> None:
    scores = score(0.9 * truth, truth, 0.8)
    assert scores.standard == standard_score(scores.psnr_db, scores.ssim)
    assert scores.blind == blind_score(scores.psnr_db, scores.ssim, 0.8)


def test_fsc_of_equal_opposite_and_independent_arrays(truth: np.ndarray) -> None:
    shells, same = fsc(truth, 3 * truth)
    assert shells[0] == 0.0 and shells[-1] == pytest.approx(0.5)
    np.testing.assert_allclose(same, 1.0, atol=1e-5)
    np.testing.assert_allclose(fsc(truth, -truth)[1], -1.0, atol=1e-5)
    other = np.random.default_rng(9).standard_normal((32, 32, 32))
    independent = fsc(np.random.default_rng(8).standard_normal((32, 32, 32)), other)[1]
    assert np.abs(independent[4:]).max() < 0.3


def test_fsc_weights_match_the_full_transform(truth: np.ndarray) -> None:
    other = truth + np.random.default_rng(5).random(truth.shape)
    a, b = np.fft.fftn(truth), np.fft.fftn(other)
    grid = np.meshgrid(*(np.fft.fftfreq(n) for n in truth.shape), indexing="ij")
    shell = np.rint(np.sqrt(sum(g**2 for g in grid)) * 12).astype(int)
    inside = shell == 4
    expected = (a * b.conj()).real[inside].sum()
    expected /= np.sqrt((np.abs(a[inside]) ** 2).sum() * (np.abs(b[inside]) ** 2).sum())
    assert fsc(truth, other)[1][4] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("length", [7, 33, 38, 39, 70])
def test_ssim_by_slabs_is_ssim_of_the_whole(length: int) -> None:
    from skimage.metrics import structural_similarity

    rng = np.random.default_rng(length)
    truth = rng.random((length, 12, 9)).astype(np.float32)
    found = truth + 0.2 * rng.standard_normal(truth.shape).astype(np.float32)
    whole = structural_similarity(found, truth, data_range=float(np.ptp(truth)))
    assert ssim(found, truth) == pytest.approx(whole, rel=1e-6)
