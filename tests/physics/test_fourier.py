import numpy as np
import pytest
from numba import njit

from cryogui.physics.fourier import (
    Gridding,
    fast_cos,
    fast_sin,
    half_spectrum_weights,
    padded_length,
    resized,
)


@njit
def _sine_and_cosine(x):  # type: ignore[no-untyped-def]
    return fast_sin(x), fast_cos(x)


def test_fast_sine_and_cosine_are_single_precision_over_the_range_of_a_ctf() -> None:
    for x in np.linspace(-2000, 2000, 4001).astype(np.float32):
        sine, cosine = _sine_and_cosine(x)
        # the argument itself is rounded to 6e-8 of its size: that, not the polynomial, limits the answer
        tolerance = 1e-6 + 1.2e-7 * abs(float(x))
        assert sine == pytest.approx(np.sin(float(x)), abs=tolerance)
        assert cosine == pytest.approx(np.cos(float(x)), abs=tolerance)


@pytest.mark.parametrize(("taps", "error"), [(4, 2e-3), (6, 3e-5), (8, 1e-6)])
def test_interpolated_plane_waves_are_right_anywhere_in_the_box(taps: int, error: float) -> None:
    n, gridding = 32, Gridding(taps)
    length = padded_length(n)
    x = np.arange(n) - n // 2
    deapodised = gridding.deapodisation(n).astype(np.float64)
    for fraction in np.linspace(0, 1, 17, endpoint=False):
        weights = np.polynomial.polynomial.polyval(fraction, gridding.weights.astype(np.float64).T)
        taps_at = np.arange(taps) - taps // 2 + 1
        wave = (weights[:, None] * np.exp(-2j * np.pi * taps_at[:, None] * x / length)).sum(0) * deapodised
        assert np.abs(wave - np.exp(-2j * np.pi * fraction * x / length)).max() < error


def test_slopes_are_the_derivative_of_the_weights() -> None:
    gridding, f, h = Gridding(4), 0.3, 1e-4
    value = lambda at: np.polynomial.polynomial.polyval(at, gridding.weights.astype(np.float64).T)  # noqa: E731
    slope = np.polynomial.polynomial.polyval(f, gridding.slopes.astype(np.float64).T)
    np.testing.assert_allclose((value(f + h) - value(f - h)) / (2 * h), slope, atol=1e-5)


def test_only_kernels_of_a_known_width_exist() -> None:
    with pytest.raises(ValueError, match="4, 6 or 8"):
        Gridding(5)


@pytest.mark.parametrize("n", [7, 8])
def test_half_spectrum_weights_make_parsevals_sum(n: int) -> None:
    y = np.random.default_rng(0).standard_normal(n)
    spectrum = np.fft.rfft(y)
    assert (half_spectrum_weights(n) * np.abs(spectrum) ** 2).sum() / n == pytest.approx((y**2).sum())


@pytest.mark.parametrize(("fine", "coarse"), [(32, 20), (31, 20), (32, 15), (33, 17)])
def test_a_smooth_object_is_the_same_on_fewer_samples(fine: int, coarse: int) -> None:
    def blob(n: int) -> np.ndarray:
        axis = (np.arange(n) - n // 2) / n
        return np.exp(-0.5 * ((axis[:, None] - 0.1) ** 2 + (axis + 0.05) ** 2) / 0.08**2).astype(np.float32)

    np.testing.assert_allclose(resized(blob(fine), coarse, (0, 1)), blob(coarse), atol=2e-3)
    np.testing.assert_allclose(resized(blob(coarse), fine, (0, 1)), blob(fine), atol=2e-3)
