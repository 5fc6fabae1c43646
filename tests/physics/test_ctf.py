from pathlib import Path

import numpy as np
import pytest

from cryogui.physics import ctf
from cryogui.physics.ctf import Ctf, Optics

OPTICS = Optics(pixel_size_A=8.0)


@pytest.mark.parametrize(
    ("defocus_A", "expected"),
    [
        (15000, [0.1000, 0.1444, 0.2755, 0.4819, 0.7283, 0.9385, 0.9903, 0.7519, 0.1801, -0.5461]),
        (25000, [0.1000, 0.1738, 0.3880, 0.6970, 0.9617, 0.9237, 0.3503, -0.5734, -0.9877, -0.1474]),
    ],
)
def test_ctf_meets_the_reference_curve(defocus_A: float, expected: list[float]) -> None:
    k = np.linspace(0, 1 / 16, 10)
    np.testing.assert_allclose(Ctf(OPTICS, defocus_A)(k, np.zeros_like(k)), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("image", "ctf_of_image", "scale", "tolerance"),
    [
        (0, Ctf(Optics(1.1, 300, 2.7, 0.1, 0.4 * np.pi, 40), 15000, 3000, 25), 0.9, 2e-4),
        (1, Ctf(Optics(1.5, 200, 2.7, 0.07, 0.0, 40), 25000), 1.0, 4.2e-4),
    ],
)
def test_ctf_meets_another_programs_images(
    shared_data: Path, image: int, ctf_of_image: Ctf, scale: float, tolerance: float
) -> None:
    # read by hand: two 256 x 129 float32 sections behind a 1024-byte header
    stored = np.fromfile(shared_data / "real/ctf/ctf_reference.mrc", dtype="<f4", offset=1024)
    expected = stored.reshape(2, 256, 129)[image]
    pixel = ctf_of_image.optics.pixel_size_A
    kx, ky = np.fft.rfftfreq(256, pixel)[None, :], np.fft.fftfreq(256, pixel)[:, None]
    difference = np.abs(scale * ctf_of_image(kx, ky) - expected)
    assert np.delete(difference, 128, axis=0).max() < tolerance


def test_transfer_at_zero_frequency_is_the_amplitude_contrast_and_underfocus_is_positive() -> None:
    zero = np.zeros(1)
    assert Ctf(OPTICS, 15000)(zero, zero)[0] == pytest.approx(0.1)
    small = np.full(1, 0.005)
    assert Ctf(OPTICS, 15000)(small, zero)[0] > 0.1 > Ctf(OPTICS, -15000)(small, zero)[0]


def test_astigmatism_is_the_full_difference_between_the_two_defoci() -> None:
    k, zero = np.linspace(0.001, 0.06, 50), np.zeros(50)
    oval = Ctf(OPTICS, 15000, astigmatism_A=2000, astigmatism_angle_deg=90)
    np.testing.assert_allclose(oval(zero, k), Ctf(OPTICS, 16000)(zero, k), atol=1e-12)
    np.testing.assert_allclose(oval(k, zero), Ctf(OPTICS, 14000)(k, zero), atol=1e-12)


def test_astigmatism_angle_runs_from_x_towards_y() -> None:
    k = np.array([0.04]) / np.sqrt(2)
    oval = Ctf(OPTICS, 15000, astigmatism_A=2000, astigmatism_angle_deg=45)
    assert oval(k, k)[0] == pytest.approx(Ctf(OPTICS, 16000)(k, k)[0])
    assert oval(k, -k)[0] == pytest.approx(Ctf(OPTICS, 14000)(k, -k)[0])


def test_beam_tilt_of_one_milliradian_turns_the_phase_as_published() -> None:
    k, zero = np.array([1.0]), np.zeros(1)
    assert ctf.coma_phase(k, zero, Optics(1.0))[0] == pytest.approx(65.8, abs=0.05)
    assert ctf.coma_phase(zero, k, Optics(1.0))[0] == 0.0


def test_envelopes_meet_their_closed_forms() -> None:
    k2, optics = np.array([0.04]), Optics(1.0, convergence_mrad=0.1, focal_spread_A=50.0)
    wave = optics.wavelength
    assert ctf.b_factor_envelope(k2, 40.0)[0] == pytest.approx(np.exp(-0.4))
    slope = 2.7e7 * wave**2 * 0.2**3 - 1e4 * 0.2
    assert ctf.spatial_envelope(k2, optics, 1e4)[0] == pytest.approx(np.exp(-((np.pi * 1e-4 * slope) ** 2)))
    assert ctf.temporal_envelope(k2, optics)[0] == pytest.approx(
        np.exp(-0.5 * (np.pi * wave * 50 * 0.04) ** 2)
    )


def test_ice_absorbs_by_its_mean_free_path_and_averages_the_defocus() -> None:
    optics = Optics(1.0)
    assert ctf.ice_gain(3950.0, optics) == pytest.approx(np.exp(-1))
    assert np.isfinite(ctf.ice_gain(-1e30, optics))
    k2, thickness = np.array([0.0, 0.09]), 800.0
    depths = np.linspace(-thickness / 2, thickness / 2, 4001)
    averaged = np.cos(np.pi * optics.wavelength * k2[1] * depths).mean()
    envelope = ctf.ice_depth_envelope(k2, thickness, optics)
    assert envelope[0] == 1.0
    assert envelope[1] == pytest.approx(averaged, abs=1e-3)


def test_exposure_filter_meets_grant_and_grigorieff() -> None:
    k = np.array([0.1])
    critical = 0.24499 * 0.1**-1.6649 + 2.8141
    assert ctf.exposure_filter(k, 20.0)[0] == pytest.approx(np.exp(-10.0 / critical))
    assert ctf.exposure_filter(k, 20.0, 200.0)[0] == pytest.approx(np.exp(-10.0 / (0.8 * critical)))
    assert ctf.exposure_filter(np.zeros(1), 20.0)[0] == 1.0


@pytest.mark.parametrize(
    "bad",
    [
        {"pixel_size_A": 0.0},
        {"pixel_size_A": 1e-30},
        {"pixel_size_A": 1.0, "voltage_kV": -300.0},
        {"pixel_size_A": 1.0, "amplitude_contrast": 1.5},
    ],
)
def test_optics_refuse_impossible_values(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        Optics(**bad)
