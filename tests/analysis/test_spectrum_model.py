"""The fitted model lies over the profile it was fitted to, and its levels are the true ones."""

from dataclasses import replace

import numpy as np
import pytest

from cryogui.analysis.spectrum import SECTORS_DEG, Profile
from cryogui.analysis.spectrum_model import MOST_IMAGES, ModelPower, fit, representatives
from cryogui.physics.ctf import Ctf, Optics

CTF = Ctf(Optics(1.5), 15000.0)
K = np.arange(1, 128) / (256 * 1.5)


def profile(power: np.ndarray) -> Profile:
    return Profile(K, power, 2 * np.pi * np.arange(1, 128))


def test_the_fit_finds_levels_of_its_own_kind() -> None:
    transfer = ModelPower((CTF,)).radial(K)
    amplitude, background = 50.0 * np.exp(-0.5 * (K / 0.08) ** 2), 2.0 + 3.0 * np.exp(-0.5 * (K / 0.15) ** 2)
    found = fit(profile(background + amplitude * transfer), transfer)
    assert found is not None
    np.testing.assert_allclose(found.background(K)[10:], background[10:], rtol=0.1)
    np.testing.assert_allclose(
        found.power(K, transfer)[5:], (background + amplitude * transfer)[5:], rtol=0.05
    )


def test_a_wrong_defocus_fits_worse() -> None:
    truth = ModelPower((CTF,)).radial(K)
    measured = profile(1.0 + 20.0 * np.exp(-K / 0.1) * truth)

    def misfit(defocus_A: float) -> float:
        transfer = ModelPower((replace(CTF, defocus_A=defocus_A),)).radial(K)
        levels = fit(measured, transfer)
        assert levels is not None
        return float(np.sum((levels.power(K, transfer) / measured.power - 1.0)[3:] ** 2))

    assert misfit(15000.0) < 0.2 * min(misfit(14000.0), misfit(16000.0))


def test_levels_are_never_negative_whatever_was_measured() -> None:
    noise = np.random.default_rng(2).exponential(size=len(K))
    levels = fit(profile(noise), ModelPower((CTF,)).radial(K))
    assert levels is not None
    assert levels.background(K).min() >= 0
    assert levels.amplitude(K).min() >= 0


def test_where_the_ctf_lets_nothing_through_no_amplitude_is_invented() -> None:
    transfer = np.where(K < 0.2, 1.0, 1e-4)
    levels = fit(profile(2.0 + 5.0 * np.exp(-K / 0.03)), transfer)
    assert levels is not None
    assert levels.amplitude(K[-20:]).max() < 1.0


def test_empty_rings_and_zeros_are_passed_over_and_too_few_are_no_fit() -> None:
    power = np.full(len(K), 2.0)
    power[7], power[9] = np.nan, 0.0
    levels = fit(profile(power), np.ones(len(K)))
    assert levels is not None
    np.testing.assert_allclose(levels.power(K, np.ones(len(K))), 2.0, rtol=1e-6)
    assert fit(Profile(K[:4], np.ones(4), np.ones(4)), np.ones(4)) is None


def test_directions_average_to_the_whole() -> None:
    model = ModelPower((replace(CTF, astigmatism_A=3000.0, astigmatism_angle_deg=20.0),))
    mean = np.mean([model.sector(K, direction) for direction in SECTORS_DEG], axis=0)
    np.testing.assert_allclose(model.radial(K), mean, atol=1e-12)
    near = ModelPower((replace(CTF, defocus_A=16500.0),)).radial(K)
    far = ModelPower((replace(CTF, defocus_A=13500.0),)).radial(K)
    along = model.sector(K, 0.0)[:60]
    assert np.corrcoef(along, near[:60])[0, 1] > np.corrcoef(along, far[:60])[0, 1]


def test_many_images_average_their_ctfs_and_are_marked_by_the_mean_defocus() -> None:
    model = ModelPower((CTF, replace(CTF, defocus_A=17000.0)))
    each = [ModelPower((ctf,)).radial(K) for ctf in model.ctfs]
    np.testing.assert_allclose(model.radial(K), np.mean(each, axis=0))
    assert model.mean_ctf.defocus_A == 16000.0
    assert np.all(model.radial(K) <= model.envelope(K) + 1e-12)


@pytest.mark.parametrize("count", [1, 7, 32, 1000])
def test_representatives_are_spread_as_all_are(count: int) -> None:
    defoci = np.random.default_rng(3).permutation(np.linspace(10000.0, 20000.0, count))
    chosen = representatives(defoci)
    assert len(set(chosen)) == min(count, MOST_IMAGES)
    assert np.mean(defoci[list(chosen)]) == pytest.approx(np.mean(defoci), abs=10.0)
