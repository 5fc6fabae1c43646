"""The CTF that an operator tells is the one it computes with."""

import numpy as np
import pytest
import scipy.fft

from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.particles import ParticleStack
from cryogui.physics.tilt import SingleAxisTilt

N = 24
OPTICS = Optics(2.0, b_factor_A2=30.0)


def on_grid(ctf: Ctf | None) -> np.ndarray:
    assert ctf is not None
    return ctf(scipy.fft.rfftfreq(N, 2.0)[None, :], scipy.fft.fftfreq(N, 2.0)[:, None])


@pytest.mark.parametrize(
    "theta",
    [
        {"defocus_um": 1.7, "cs_mm": 2.2, "amplitude_contrast": 0.2, "ice_thickness_nm": 80.0},
        {"defocus_error_nm": 120.0, "Cs_error_mm": -0.4, "B_factor_error": 25.0},
    ],
)
def test_of_an_image(theta: dict[str, float]) -> None:
    image = ImageCtf((N, N), OPTICS, 12000.0, tuple(theta), ice_thickness_nm=50.0)
    gain = np.exp(-300.0 / OPTICS.ice_mean_free_path_A) if "ice_thickness_nm" in theta else 1.0
    np.testing.assert_allclose(image.power(theta)[0], (gain * on_grid(image.ctf(0, theta))) ** 2, atol=2e-5)


def test_of_an_astigmatic_particle() -> None:
    turns = np.broadcast_to(np.eye(3), (2, 3, 3))
    stack = ParticleStack(
        (N, N, N), (N, N), turns, np.zeros((2, 2)), [9000.0, 14000.0], [10.0, 70.0], optics=OPTICS
    )
    theta = {"defocus_error": 90.0, "astigmatism": 150.0, "beam_tilt": 1.0}
    inside = ~stack.nyquist  # where a real image can hold any phase
    for particle in range(2):
        expected = on_grid(stack.ctf(particle, theta)) ** 2
        np.testing.assert_allclose(stack.power(theta)[particle][inside], expected[inside], atol=2e-5)


def test_of_a_tilt_its_padded_variant_and_a_model_without() -> None:
    tilts = SingleAxisTilt((N, N, N), (N, N), [-30.0, 0.0, 30.0], optics=OPTICS, defocus_A=8000.0)
    theta = {"ctf_per_tilt_variation": 0.3}
    impulse = np.zeros((N, N, N), dtype=np.float32)
    impulse[N // 2, N // 2, N // 2] = 1.0
    loaded = tilts.load(impulse)
    seen, projected = (scipy.fft.rfft2(tilts.images(loaded, theta, [2], after)[0]) for after in ("C", "Π"))
    inside = slice(1, N // 2 - 1)
    ratio = (seen / projected)[inside, inside].real
    np.testing.assert_allclose(ratio, on_grid(tilts.ctf(2, theta))[inside, inside], atol=2e-3)
    assert tilts.padded().ctf(2, theta) == tilts.ctf(2, theta)
    assert tilts.without(frozenset("C")).ctf(2, theta) is None
    assert SingleAxisTilt((N, N, N), (N, N), [0.0]).ctf(0, {}) is None
