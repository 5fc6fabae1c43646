"""The likelihood of Thon rings peaks where the truth is, and the specimen's power comes out with it."""

from __future__ import annotations

import numpy as np

from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.thon import ThonRings


def rings(seed: int, noise: float) -> tuple[ThonRings, float]:
    """One image of white noise of power 4 seen through a CTF, in noise of the given variance."""
    rng = np.random.default_rng(seed)
    operator = ImageCtf((96, 80), Optics(2.0), 15_000.0, ("defocus_error",))
    y = operator.apply(2.0 * rng.standard_normal((1, 96, 80)).astype(np.float32), {"defocus_error": 30.0})
    y += np.sqrt(noise) * rng.standard_normal(y.shape).astype(np.float32)
    return ThonRings(operator, operator.measure(y), noise), noise


def test_the_likelihood_peaks_at_the_truth() -> None:
    judged, _ = rings(1, 0.1)
    grid = np.arange(-60.0, 125.0, 5.0)
    scores = [judged.log_likelihood({"defocus_error": value}) for value in grid]
    assert grid[int(np.argmax(scores))] == 30.0


def test_the_power_of_the_specimen_is_found() -> None:
    judged, _ = rings(2, 0.1)
    signal = judged.signal({"defocus_error": 30.0})
    np.testing.assert_allclose(np.median(signal[judged.kept]), 4.0, rtol=0.1)


def test_noise_is_told_from_the_specimen_where_rings_are_dark() -> None:
    judged, noise = rings(3, 2.0)
    found = judged.noise_spectrum({"defocus_error": 30.0})
    np.testing.assert_allclose(np.median(found[judged.kept]), noise, rtol=0.1)
