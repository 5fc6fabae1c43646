"""Exact measurements of Gaussian clouds: projections in closed form, then transfer function and detector.

Every step follows the project's physics page: the projection is exact, the image's spectrum on its own FFT
grid is multiplied by the transfer function in double precision, and the camera counts electrons. None of the
code of the operators that invert such data is used here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryogui.physics import ctf
from cryogui.physics.ctf import Ctf, Optics, Real
from cryogui.physics.gaussians import (
    GaussianCloud,
    Real32,
    gaussian_particle_projection,
    gaussian_tilt_projection,
)

SHADOW_WIDTH_DEG = 1.0


@dataclass(frozen=True, eq=False)
class TiltSeries:
    """How a tilt series was recorded, as the file states it: one entry per tilt, exposure in e⁻/Å²."""

    tilt_angles_deg: Real
    dose_before: Real
    total_dose: float
    defocus_A: Real

    @classmethod
    def dose_symmetric(cls, tilt_angles_deg: ArrayLike, dose_per_tilt: float, defocus_A: float) -> TiltSeries:
        """A series recorded from zero tilt outwards on alternating sides (Hagen, Wan & Briggs 2017)."""
        angles = np.asarray(tilt_angles_deg, np.float64)
        dose_before = np.empty(len(angles))
        dose_before[np.lexsort((-angles, np.abs(angles)))] = dose_per_tilt * np.arange(len(angles))
        return cls(angles, dose_before, dose_per_tilt * len(angles), np.full(len(angles), defocus_A))

    def actual_deg(self, theta: Mapping[str, float]) -> Real:
        """Angles the stage really went to: nominal + a·j, j the signed number of median steps."""
        angles = self.tilt_angles_deg
        step = float(np.median(np.diff(np.sort(angles)))) if len(angles) > 1 else 1.0
        return angles + theta.get("tilt_angle_accuracy", 0.0) * np.round(angles / step)

    def thickness(self, theta: Mapping[str, float]) -> Real:
        """The specimen's thickness at each tilt as a fraction of the first."""
        return 1.0 - theta.get("dose_induced_shrinkage", 0.0) / 100.0 * self.dose_before / self.total_dose

    def actual_defocus_A(self, theta: Mapping[str, float]) -> Real:
        """Underfocus of each tilt: base + c·(nominal angle / largest nominal angle), c in µm."""
        largest = float(np.abs(self.tilt_angles_deg).max()) or 1.0
        drift = 1e4 * theta.get("ctf_per_tilt_variation", 0.0) * self.tilt_angles_deg / largest
        return self.defocus_A + drift

    def transmitted(self, theta: Mapping[str, float]) -> Real:
        """Amplitude the holder lets through: from 1 to 0 within 1° around |actual angle| = 90° − wedge."""
        if "missing_wedge" not in theta:
            return np.ones(len(self.tilt_angles_deg))
        beyond = np.abs(self.actual_deg(theta)) - (90.0 - theta["missing_wedge"])
        return 0.5 * (1.0 + np.cos(np.pi * np.clip(beyond / SHADOW_WIDTH_DEG + 0.5, 0.0, 1.0)))


@dataclass(frozen=True, eq=False)
class ParticlePoses:
    """Where each particle lies: rotations [n, 3, 3], shifts_px [n, (x, y)], defocus and astigmatism angle."""

    rotations: Real
    shifts_px: Real
    defocus_A: Real
    astigmatism_angle_deg: Real


@dataclass(frozen=True)
class Detector:
    """A counting camera: electrons per pixel without a specimen, contrast κ, readout noise in electrons."""

    dose_e_per_px: float
    contrast: float
    readout_noise: float

    @classmethod
    def for_noise(
        cls,
        signal: Real32,
        noise: float,
        peak_contrast: float,
        readout_noise: float,
        transmitted: float = 1.0,
    ) -> Detector:
        """The camera whose noise in y is `noise` times the signal's rms, its strongest contrast given.

        Solves Var y = (D·ḡ + readout²)/(Dκ)² for the dose D, with ḡ the mean transmitted fraction.
        """
        contrast = peak_contrast / float(np.abs(signal).max())
        mean = transmitted + contrast * float(signal.mean(dtype=np.float64))
        wanted = (contrast * noise) ** 2 * float(np.mean(np.square(signal, dtype=np.float64)))
        dose = (mean + math.sqrt(mean**2 + 4.0 * wanted * readout_noise**2)) / (2.0 * wanted)
        return cls(_three_digits(dose), _three_digits(contrast), readout_noise)

    def record(self, signal: Real32, rng: np.random.Generator, transmitted: float = 1.0) -> Real32:
        """Measured images y = (counts/D − g)/κ of a clean `signal` behind ice that transmits g.

        Counts ~ Poisson(D·(g + κ·signal)); `signal` already contains the factor g.
        """
        expected = self.dose_e_per_px * (transmitted + self.contrast * signal.astype(np.float64))
        counts = rng.poisson(np.maximum(expected, 0.0)) + self.readout_noise * rng.standard_normal(
            signal.shape
        )
        measured: Real32 = ((counts / self.dose_e_per_px - transmitted) / self.contrast).astype(np.float32)
        return measured

    def transmission(
        self, transmitted: float, images: int, pixels: int, rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """Measured transmitted fraction of the dose of each image, with its counting noise."""
        total = self.dose_e_per_px * pixels
        fraction: NDArray[np.float32] = (rng.poisson(total * transmitted, images) / total).astype(np.float32)
        return fraction


def tilt_signal(
    cloud: GaussianCloud,
    shape: tuple[int, int],
    series: TiltSeries,
    optics: Optics,
    theta: Mapping[str, float],
) -> Real32:
    """Noise-free tilt series [tilt, y, x] under the mismatch `theta`, which may hold any of:

    tilt_axis_offset (px), tilt_angle_accuracy (°/tilt), dose_induced_shrinkage (%), ctf_per_tilt_variation
    (µm), missing_wedge (°; without it nothing is shadowed).
    """
    projections = gaussian_tilt_projection(
        cloud,
        shape,
        series.actual_deg(theta),
        thickness=series.thickness(theta),
        offset_px=theta.get("tilt_axis_offset", 0.0),
    )
    kx, ky = _frequencies(shape, optics)
    transfer = np.stack([Ctf(optics, focus)(kx, ky) for focus in series.actual_defocus_A(theta)])
    return _filtered(projections, transfer * series.transmitted(theta)[:, None, None])


def particle_signal(
    cloud: GaussianCloud,
    shape: tuple[int, int],
    poses: ParticlePoses,
    optics: Optics,
    theta: Mapping[str, float],
) -> Real32:
    """Noise-free particle images [particle, y, x], the ice's gain included, under the mismatch `theta`:

    defocus_error (nm), astigmatism (nm), beam_tilt (mrad), ice_thickness_variation (nm), each 0 when absent.
    """
    projections = gaussian_particle_projection(cloud, shape, poses.rotations, poses.shifts_px)
    kx, ky = _frequencies(shape, optics)
    ice_A = 10.0 * theta.get("ice_thickness_variation", 0.0)
    shared = ctf.ice_gain(ice_A, optics) * ctf.ice_depth_envelope(kx**2 + ky**2, ice_A, optics)
    coma = np.exp(1j * theta.get("beam_tilt", 0.0) * ctf.coma_phase(kx, ky, optics))
    defocus = poses.defocus_A + 10.0 * theta.get("defocus_error", 0.0)
    astigmatism_A = 10.0 * theta.get("astigmatism", 0.0)
    transfer = [
        Ctf(optics, focus, astigmatism_A, angle)(kx, ky)
        for focus, angle in zip(defocus, poses.astigmatism_angle_deg, strict=True)
    ]
    return _filtered(projections, np.stack(transfer) * (shared * coma))


def _frequencies(shape: tuple[int, int], optics: Optics) -> tuple[Real, Real]:
    """kx, ky in 1/Å on the half grid of a real image, broadcastable to each other."""
    kx = np.fft.rfftfreq(shape[1], optics.pixel_size_A)[None, :]
    ky = np.fft.fftfreq(shape[0], optics.pixel_size_A)[:, None]
    return np.broadcast_to(kx, (shape[0], kx.shape[1])), np.broadcast_to(ky, (shape[0], kx.shape[1]))


def _filtered(images: Real32, transfer: NDArray[np.inexact]) -> Real32:
    from scipy import fft

    spectra = fft.rfft2(images.astype(np.float64), workers=-1) * transfer
    filtered: Real32 = fft.irfft2(spectra, s=images.shape[1:], workers=-1).astype(np.float32)
    return filtered


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")
