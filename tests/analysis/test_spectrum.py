"""Levels, places and directions of power spectra."""

import numpy as np
import pytest

from cryogui.analysis.spectrum import SECTORS_DEG, TILE_PX, image_power, mean_spectrum, taper, whole_plane
from cryogui.physics.ctf import Ctf, Optics

SHAPES = [(64, 64), (33, 48), (48, 33), (31, 31), (1, 64), (1, 91), (700, 530)]


def noise(shape: tuple[int, ...], sigma: float = 1.0) -> np.ndarray:
    return np.random.default_rng(0).normal(3.0, sigma, shape).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_white_noise_has_its_variance_at_every_frequency(shape: tuple[int, int]) -> None:
    count = max(4, 200_000 // (shape[0] * shape[1]))
    spectrum = mean_spectrum(iter(noise((count, *shape), sigma=2.0)), (1.5, 1.5))
    profile = spectrum.radial()
    known = profile.samples > 0
    error = 4.0 * np.sqrt(2.5 / (count * profile.samples[known]))  # the taper joins neighbouring samples
    assert spectrum.images == count
    assert np.all(np.abs(profile.power[known][2:] - 4.0) < 4.0 * np.maximum(error, 0.02)[2:])
    assert np.average(profile.power[known], weights=profile.samples[known]) == pytest.approx(4.0, rel=0.02)


def test_the_mean_of_an_image_is_no_power() -> None:
    flat = np.full((40, 40), 7.0, dtype=np.float32)
    assert image_power(flat).max() < 1e-8


WAVES = [
    ((64, 64), (2.0, 2.0)),
    ((48, 75), (2.0, 2.0)),
    ((1, 64), (2.0, 2.0)),
    ((60, 40), (3.0, 1.5)),
    ((900, 900), (2.0, 2.0)),
]


@pytest.mark.parametrize(("shape", "pixel"), WAVES)
def test_a_wave_peaks_at_its_frequency(shape: tuple[int, int], pixel: tuple[float, float]) -> None:
    x = np.arange(shape[1]) * pixel[1]
    image = np.broadcast_to(np.cos(2 * np.pi * 0.11 * x), shape).astype(np.float32)
    spectrum = mean_spectrum([image], pixel)
    profile = spectrum.radial()
    peak = profile.k[np.nanargmax(profile.power)]
    step = 1.0 / (min(shape[1], TILE_PX) * pixel[1])
    assert peak == pytest.approx(0.11, abs=step)
    if spectrum.has_directions:
        across, along = (np.nanmax(spectrum.sector(d).power) for d in (90.0, 0.0))
        assert along > 100 * across


def test_nyquist_is_that_of_the_coarser_axis() -> None:
    assert mean_spectrum([noise((16, 16))], (2.0, 4.0)).nyquist == pytest.approx(1 / 8)
    row = mean_spectrum([noise((1, 16))], (4.0, 2.0))
    assert row.nyquist == pytest.approx(1 / 4)
    assert not row.has_directions


@pytest.mark.parametrize("shape", [(8, 8), (7, 9), (6, 9), (9, 6), (1, 8), (1, 7)])
def test_the_whole_plane_is_that_of_a_full_transform(shape: tuple[int, int]) -> None:
    image = noise(shape)
    expected = np.fft.fftshift(np.abs(np.fft.fft2(image)) ** 2)
    np.testing.assert_allclose(
        whole_plane(np.abs(np.fft.rfft2(image)) ** 2, shape[1]), expected, rtol=1e-4, atol=1e-3
    )


def test_sectors_share_every_sample() -> None:
    spectrum = mean_spectrum([noise((33, 40))], (1.0, 1.0))
    shares = sum(spectrum.sector(direction).samples for direction in SECTORS_DEG)
    np.testing.assert_array_equal(shares, spectrum.radial().samples)


@pytest.mark.parametrize("direction", SECTORS_DEG)
def test_sectors_tell_the_direction_of_an_astigmatism(direction: float) -> None:
    """Where the defocus is larger, Thon rings lie further in: the power there is that of a rounder CTF."""
    n, pixel = 256, 2.0
    ctf = Ctf(Optics(pixel), 12000.0, astigmatism_A=4000.0, astigmatism_angle_deg=direction)
    kx, ky = np.fft.rfftfreq(n, pixel)[None, :], np.fft.fftfreq(n, pixel)[:, None]
    rng = np.random.default_rng(1)
    images = [np.fft.irfft2(np.fft.rfft2(rng.normal(size=(n, n))) * ctf(kx, ky), s=(n, n)) for _ in range(8)]
    spectrum = mean_spectrum(iter(np.asarray(images, dtype=np.float32)), (pixel, pixel))

    def likeness(sector: float, defocus_A: float) -> float:
        profile = spectrum.sector(sector)
        used = profile.filled & (profile.k < 0.12)
        k = profile.k[used]
        return float(np.corrcoef(profile.power[used], Ctf(ctf.optics, defocus_A)(k, 0 * k) ** 2)[0, 1])

    along, across = direction, (direction + 90.0) % 180.0
    assert likeness(along, 14000.0) > 0.8 > 0.6 > likeness(along, 10000.0)
    assert likeness(across, 10000.0) > 0.8 > 0.6 > likeness(across, 14000.0)


def test_images_are_asked_for_one_at_a_time_and_large_ones_cut_up() -> None:
    alive = 0

    def images():
        nonlocal alive
        for _ in range(3):
            alive += 1
            assert alive == 1
            yield noise((600, 1300))
            alive -= 1

    spectrum = mean_spectrum(images(), (1.0, 1.0))
    assert spectrum.shape == (TILE_PX, TILE_PX)
    assert spectrum.power.shape == (TILE_PX, TILE_PX // 2 + 1)


def test_no_images_are_refused() -> None:
    with pytest.raises(ValueError, match="no image"):
        mean_spectrum(iter(()), (1.0, 1.0))


@pytest.mark.parametrize("n", [1, 2, 5, 64, 91])
def test_the_taper_is_symmetric_and_one_in_the_middle(n: int) -> None:
    window = taper(n)
    np.testing.assert_array_equal(window, window[::-1])
    assert window[n // 2] == 1.0
    assert window.min() > 0
