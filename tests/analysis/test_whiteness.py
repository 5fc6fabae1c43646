"""Residuals held against white noise."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.whiteness import whiteness

SIGMA, PIXEL = 0.3, (2.0, 2.0)


def noise(count: int = 12, n: int = 48) -> np.ndarray:
    return np.random.default_rng(5).normal(0.0, SIGMA, (count, n, n)).astype(np.float32)


def test_white_noise_of_the_stated_level_is_white() -> None:
    assert whiteness(noise(), SIGMA, PIXEL).ratio == pytest.approx(1.0, abs=0.05)
    assert whiteness(noise(), 2 * SIGMA, PIXEL).ratio == pytest.approx(0.25, abs=0.02)


def test_a_little_of_one_frequency_shows_and_is_named() -> None:
    x = np.arange(48) * PIXEL[1]
    wave = (0.15 * np.sin(2 * np.pi * x / 16.0)).astype(np.float32)
    found = whiteness(noise() + wave, SIGMA, PIXEL)
    assert found.k == pytest.approx(1 / 16.0, abs=0.011) and found.ratio_there > 1.5
    energy = float(np.mean((noise() + wave) ** 2)) / SIGMA**2
    assert found.ratio - 1.0 > 1.2 * (energy - 1.0), "rings count alike, whatever they hold"


def test_noise_that_was_fitted_is_below_one() -> None:
    smooth = noise()
    spectrum = np.fft.rfft2(smooth)
    k = np.hypot(*np.meshgrid(np.fft.rfftfreq(48), np.fft.fftfreq(48)))
    left = np.fft.irfft2(spectrum * (k > 0.25)).astype(np.float32)
    found = whiteness(left, SIGMA, PIXEL)
    assert found.ratio < 0.6 and found.k < 0.13 and found.ratio_there < 0.1


def test_without_images_there_is_none() -> None:
    with pytest.raises(ValueError, match="no image"):
        whiteness([], SIGMA, PIXEL)
