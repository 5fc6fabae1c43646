"""Simulated measurements: conventions, conservation, determinism, and the camera's statistics."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.physics import ctf
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.gaussians import (
    GaussianCloud,
    gaussian_particle_projection,
    gaussian_tilt_projection,
    voxel_integrals,
)
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.simulate import Detector, ParticlePoses, TiltSeries, particle_signal, tilt_signal
from cryogui.physics.tilt import SingleAxisTilt

N = 36
OPTICS_ET = Optics(10.0, phase_shift_rad=math.pi / 2)
OPTICS_SPA = Optics(4.0)
SERIES = TiltSeries.dose_symmetric(np.arange(-66.0, 67.0, 6.0), 3.0, 6000.0)
THETA_ET = {
    "tilt_axis_offset": 0.7,
    "tilt_angle_accuracy": 0.2,
    "dose_induced_shrinkage": 3.0,
    "ctf_per_tilt_variation": 0.1,
    "missing_wedge": 29.4,
}
THETA_SPA = {"defocus_error": 80.0, "astigmatism": 30.0, "beam_tilt": 0.3, "ice_thickness_variation": 56.0}


@pytest.fixture(scope="module")
def cloud() -> GaussianCloud:
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((40, 3))
    centres *= (9 * rng.random((40, 1)) ** (1 / 3)) / np.linalg.norm(centres, axis=1, keepdims=True)
    return GaussianCloud.of(centres, 1.4, rng.uniform(0.5, 1.5, 40))


@pytest.fixture(scope="module")
def poses() -> ParticlePoses:
    rng = np.random.default_rng(4)
    return ParticlePoses(
        uniform_rotations(6, rng),
        rng.uniform(-2, 2, (6, 2)),
        rng.uniform(1e4, 2e4, 6),
        rng.uniform(0, 180, 6),
    )


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def test_dose_symmetric_order() -> None:
    series = TiltSeries.dose_symmetric([-6.0, -3.0, 0.0, 3.0, 6.0], 2.0, 5000.0)
    np.testing.assert_array_equal(series.dose_before, [8, 4, 0, 2, 6])
    assert series.total_dose == 10.0


def test_angles_err_by_the_signed_number_of_steps() -> None:
    actual = SERIES.actual_deg({"tilt_angle_accuracy": 0.2})
    assert (
        actual[0] == pytest.approx(-66 - 11 * 0.2) and actual[11] == 0.0 and actual[12] == pytest.approx(6.2)
    )


def test_shrinkage_grows_with_the_dose() -> None:
    thickness = SERIES.thickness({"dose_induced_shrinkage": 4.0})
    assert thickness[11] == 1.0
    assert thickness.min() == pytest.approx(1 - 0.04 * 22 / 23)
    assert thickness[12] > thickness[10]


def test_shadow_is_a_raised_cosine_one_degree_wide() -> None:
    series = TiltSeries.dose_symmetric([-61.0, -60.25, 0.0, 59.4, 60.0, 60.6], 1.0, 0.0)
    expected = [0.0, 0.5 * (1 + math.cos(0.75 * math.pi)), 1.0, 1.0, 0.5, 0.0]
    np.testing.assert_allclose(series.transmitted({"missing_wedge": 30.0}), expected, atol=1e-12)
    np.testing.assert_array_equal(series.transmitted({}), 1.0)


def test_a_tilt_is_its_projection_times_the_transfer_function(cloud: GaussianCloud) -> None:
    theta = {"ctf_per_tilt_variation": 0.1}
    signal = tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, theta)
    plain = gaussian_tilt_projection(cloud, (N, N), SERIES.tilt_angles_deg)
    k = np.fft.fftfreq(N, 10.0)
    transfer = Ctf(OPTICS_ET, 6000.0 + 1000.0)(k[None, :], k[:, None])  # the last tilt is the highest
    expected = np.fft.ifft2(np.fft.fft2(plain[-1]) * transfer).real
    np.testing.assert_allclose(signal[-1], expected, atol=1e-5 * expected.max())


def test_phase_plate_keeps_the_mass(cloud: GaussianCloud) -> None:
    signal = tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, {})
    kept = cloud.mass * math.sin(math.pi / 2 + math.asin(0.1))
    np.testing.assert_allclose(signal.sum(axis=(1, 2), dtype=np.float64), kept, rtol=1e-4)


def test_shadowed_tilts_are_empty(cloud: GaussianCloud) -> None:
    signal = tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, {"missing_wedge": 40.0})
    dark = np.abs(SERIES.tilt_angles_deg) > 51
    assert not signal[dark].any() and np.abs(signal[~dark]).max(axis=(1, 2)).min() > 0


def test_tilt_operator_agrees_with_the_exact_series(cloud: GaussianCloud) -> None:
    """Two programs that share only the conventions."""
    operator = SingleAxisTilt(
        (N, N, N),
        (N, N),
        SERIES.tilt_angles_deg,
        optics=OPTICS_ET,
        defocus_A=SERIES.defocus_A,
        dose_before=SERIES.dose_before,
        total_dose=SERIES.total_dose,
        taps=6,
    )
    exact = tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, THETA_ET)
    assert difference(operator.apply(voxel_integrals(cloud, (N, N, N)), THETA_ET), exact) < 5e-4
    nominal = {**dict.fromkeys(THETA_ET, 0.0), "missing_wedge": 30.0}
    assert difference(operator.apply(voxel_integrals(cloud, (N, N, N)), nominal), exact) > 0.1


def test_particle_operator_agrees_with_the_exact_images(cloud: GaussianCloud, poses: ParticlePoses) -> None:
    operator = ParticleStack(
        (N, N, N),
        (N, N),
        poses.rotations,
        poses.shifts_px,
        poses.defocus_A,
        poses.astigmatism_angle_deg,
        optics=OPTICS_SPA,
        taps=6,
    )
    exact = particle_signal(cloud, (N, N), poses, OPTICS_SPA, THETA_SPA)
    assert difference(operator.apply(voxel_integrals(cloud, (N, N, N)), THETA_SPA), exact) < 2e-3


def test_ice_gain_and_amplitude_contrast_set_the_mean(cloud: GaussianCloud, poses: ParticlePoses) -> None:
    signal = particle_signal(cloud, (N, N), poses, OPTICS_SPA, {"ice_thickness_variation": 50.0})
    expected = 0.1 * cloud.mass * math.exp(-50.0 / 395.0)
    np.testing.assert_allclose(signal.sum(axis=(1, 2), dtype=np.float64), expected, rtol=1e-3)


def test_beam_tilt_is_a_pure_phase(cloud: GaussianCloud, poses: ParticlePoses) -> None:
    fine = Optics(1.5)
    straight = particle_signal(cloud, (N, N), poses, fine, {})
    tilted = particle_signal(cloud, (N, N), poses, fine, {"beam_tilt": 3.0})
    assert difference(tilted, straight) > 0.05
    power, tilted_power = (np.abs(np.fft.fft2(images)) for images in (straight, tilted))
    inside = np.ones((N, N), bool)
    inside[:, N // 2] = inside[N // 2] = False  # the Nyquist lines of a real image cannot hold a phase
    np.testing.assert_allclose(tilted_power[:, inside], power[:, inside], atol=1e-4 * power.max())


def test_transfer_function_of_one_particle(cloud: GaussianCloud, poses: ParticlePoses) -> None:
    signal = particle_signal(cloud, (N, N), poses, OPTICS_SPA, THETA_SPA)
    plain = gaussian_particle_projection(cloud, (N, N), poses.rotations, poses.shifts_px)
    k = np.fft.fftfreq(N, 4.0)
    kx, ky = np.broadcast_arrays(k[None, :], k[:, None])
    transfer = Ctf(OPTICS_SPA, poses.defocus_A[2] + 800.0, 300.0, poses.astigmatism_angle_deg[2])(kx, ky)
    transfer = transfer * math.exp(-56 / 395) * ctf.ice_depth_envelope(kx**2 + ky**2, 560.0, OPTICS_SPA)
    coma = np.exp(0.3j * ctf.coma_phase(kx, ky, OPTICS_SPA))
    expected = np.fft.ifft2(np.fft.fft2(plain[2]) * transfer * coma).real
    np.testing.assert_allclose(signal[2], expected, atol=1e-3 * expected.max())


def test_counts_are_poisson_with_readout_noise() -> None:
    camera = Detector(dose_e_per_px=200.0, contrast=0.5, readout_noise=6.0)
    signal = np.full((1, 300, 300), 0.4, np.float32)
    noise = camera.record(signal, np.random.default_rng(1), transmitted=0.9) - 0.4
    variance = (200.0 * (0.9 + 0.5 * 0.4) + 36.0) / (200.0 * 0.5) ** 2
    assert abs(noise.mean()) < 4 * math.sqrt(variance / noise.size)
    assert noise.var() == pytest.approx(variance, rel=0.03)


def test_dark_pixels_count_nothing() -> None:
    camera = Detector(dose_e_per_px=50.0, contrast=2.0, readout_noise=0.0)
    dark = camera.record(np.full((1, 4, 4), -0.8, np.float32), np.random.default_rng(1))
    np.testing.assert_allclose(dark, -0.5)


def test_detector_is_set_for_a_noise_level(cloud: GaussianCloud) -> None:
    signal = tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, {})
    camera = Detector.for_noise(signal, 0.1, 0.3, 2.0)
    measured = camera.record(signal, np.random.default_rng(0))
    assert difference(measured, signal) == pytest.approx(0.1, rel=0.03)
    assert camera.contrast * np.abs(signal).max() == pytest.approx(0.3, rel=0.01)


def test_transmission_is_measured_with_counting_noise() -> None:
    camera = Detector(dose_e_per_px=5.0, contrast=0.1, readout_noise=1.0)
    fraction = camera.transmission(0.87, 4000, 100, np.random.default_rng(2))
    assert fraction.mean() == pytest.approx(0.87, abs=3e-3)
    assert fraction.std() == pytest.approx(math.sqrt(0.87 / 500), rel=0.1)


def test_same_seed_same_bytes(cloud: GaussianCloud) -> None:
    signal = [tilt_signal(cloud, (N, N), SERIES, OPTICS_ET, THETA_ET) for _ in range(2)]
    assert signal[0].tobytes() == signal[1].tobytes()
    camera = Detector(300.0, 0.2, 2.0)
    first, again, other = (
        camera.record(signal[0], np.random.default_rng(seed)).tobytes() for seed in (1, 1, 2)
    )
    assert first == again != other
