"""Residuals by direction: white noise is even, and patterns made on purpose are found."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.analysis.residual_directions import (
    COUNT,
    DIRECTIONS_DEG,
    ByDirection,
    by_direction,
    relative,
    together,
    turned,
)
from cryogui.analysis.spectrum import SECTORS_DEG, mean_spectrum

N, SIGMA, PIXEL = 48, 0.3, (2.0, 2.0)


def shaped(gain: object, count: int = 24, seed: int = 5) -> np.ndarray:
    """Noise whose amplitude is `gain` of the direction (radians, from +x towards +y)."""
    noise = np.random.default_rng(seed).normal(0.0, SIGMA, (count, N, N))
    ky, kx = np.fft.fftfreq(N)[:, None], np.fft.rfftfreq(N)
    angle = np.arctan2(ky, kx)
    return np.fft.irfft2(np.fft.rfft2(noise) * gain(angle), s=(N, N)).astype(np.float32)


def found(gain: object) -> ByDirection:
    return by_direction(shaped(gain), SIGMA, PIXEL)


def test_white_noise_is_one_in_every_direction_within_its_error() -> None:
    scatter = []
    for seed in range(12):
        part = by_direction(shaped(np.ones_like, 4, seed), SIGMA, PIXEL)
        scatter.append((part.ratio - 1.0) / part.error)
    assert np.sqrt(np.mean(np.square(scatter))) == pytest.approx(1.0, rel=0.2)
    even = found(np.ones_like)
    assert even.mean == pytest.approx(1.0, abs=0.03)
    for fold in (2, 4):
        lobes = even.lobes(fold)
        assert lobes.amplitude < 4.0 * lobes.error < 0.1


@pytest.mark.parametrize("at_deg", [0.0, 30.0, 90.0, 135.0])
def test_two_lobes_have_their_direction(at_deg: float) -> None:
    part = found(lambda angle: 1.0 + np.cos(angle - np.deg2rad(at_deg)) ** 2)
    lobes = part.lobes(2)
    assert lobes.amplitude > 1.0 and lobes.amplitude > 3.0 * part.lobes(4).amplitude
    assert abs((lobes.at_deg - at_deg + 90.0) % 180.0 - 90.0) < 4.0


def test_an_astigmatism_leaves_four_lobes_along_its_axis_and_across() -> None:
    part = found(lambda angle: 2.0 * np.abs(np.cos(2.0 * (angle - np.deg2rad(20.0)))))
    lobes = part.lobes(4)
    assert lobes.amplitude > 1.0 and lobes.amplitude > 5.0 * part.lobes(2).amplitude
    assert lobes.at_deg == pytest.approx(20.0, abs=4.0)
    about = turned(part, 15.0)
    assert about.lobes(4).at_deg == pytest.approx(lobes.at_deg - 15.0, abs=0.01)


def test_a_half_turn_is_covered_once() -> None:
    part = found(np.ones_like)
    spectrum = mean_spectrum(shaped(np.ones_like), PIXEL)
    np.testing.assert_allclose(part.samples.sum(axis=1) / 24, spectrum.radial().samples[: len(part.k)])
    np.testing.assert_allclose(turned(part, 180.0).cells, part.cells)
    assert len(DIRECTIONS_DEG) == COUNT and part.k[-1] <= 0.25 + 1e-9


def test_sectors_of_forty_five_degrees_are_those_of_the_spectrum() -> None:
    spectrum = mean_spectrum(shaped(lambda angle: 1.0 + np.cos(angle) ** 2), PIXEL)
    k, power, samples = spectrum.by_direction(len(SECTORS_DEG))
    for number, direction in enumerate(SECTORS_DEG):
        profile = spectrum.sector(direction)
        np.testing.assert_allclose(k, profile.k)
        np.testing.assert_allclose(power[:, number], profile.power)
        np.testing.assert_allclose(samples[:, number], profile.samples)


def test_images_one_by_one_are_the_series() -> None:
    images = shaped(lambda angle: 1.0 + np.cos(angle) ** 2)
    parts = together(by_direction([image], SIGMA, PIXEL) for image in images)
    np.testing.assert_allclose(parts.ratio, by_direction(images, SIGMA, PIXEL).ratio, rtol=1e-5)
    np.testing.assert_allclose(parts.error, by_direction(images, SIGMA, PIXEL).error)
    with pytest.raises(ValueError, match="no image"):
        together([])


def test_without_a_level_it_is_relative_to_its_mean() -> None:
    assert relative(by_direction(shaped(np.ones_like), 1.0, PIXEL)).mean == pytest.approx(1.0)


def test_images_too_small_have_no_directions() -> None:
    assert np.isnan(by_direction(np.ones((1, 2, 2), np.float32), SIGMA, PIXEL).mean)
