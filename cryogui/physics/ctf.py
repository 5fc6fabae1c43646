"""Contrast transfer: the optics of one microscope, the CTF of one image, and the terms that multiply it.

Conventions are those of the project's physics page: positive defocus is underfocus, frequencies in 1/Å,
CTF = sin(χ + asin w), astigmatism angles from +x towards +y. Everything here is double precision and made
for checking, plotting and preparing tables; the live path works on `transfer.Transfer`, built from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.electron import ice_mean_free_path_A, wavelength_A

Real: TypeAlias = NDArray[np.float64]

_MOST_EXPONENT = 700.0  # of e, in double precision


@dataclass(frozen=True)
class Optics:
    """What all images of one data set share: pixel size, beam and lens.

    `wavelength_A` replaces the wavelength that follows from the voltage, for files made with a rounded one;
    `sign` is −1 for files whose CTF starts at −w. `convergence_mrad` is the beam's semi-angle,
    `focal_spread_A` the standard deviation of the defocus.
    """

    pixel_size_A: float
    voltage_kV: float = 300.0
    cs_mm: float = 2.7
    amplitude_contrast: float = 0.1
    phase_shift_rad: float = 0.0
    b_factor_A2: float = 0.0
    convergence_mrad: float = 0.0
    focal_spread_A: float = 0.0
    wavelength_A: float | None = None
    sign: float = 1.0

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("the pixel size in Å", self.pixel_size_A, 0.01, 1e4),
            ("the voltage in kV", self.voltage_kV, 1.0, 1e4),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} must lie in {least:g} … {most:g}, not {value:g}")
        if not 0 <= self.amplitude_contrast < 1:
            raise ValueError(f"amplitude contrast must lie in 0 … 1, not {self.amplitude_contrast:g}")

    @property
    def wavelength(self) -> float:
        """Electron wavelength in Å."""
        return self.wavelength_A if self.wavelength_A is not None else wavelength_A(self.voltage_kV)

    @property
    def cs_A(self) -> float:
        """Spherical aberration in Å."""
        return self.cs_mm * 1e7

    @property
    def ice_mean_free_path_A(self) -> float:
        """Mean free path in vitreous ice, Å."""
        return ice_mean_free_path_A(self.voltage_kV)


@dataclass(frozen=True)
class Ctf:
    """The contrast transfer function of one image; call it with frequencies kx, ky in 1/Å.

    Envelopes (B-factor, spatial and temporal coherence, the depth of `thickness_A` of ice) are included.
    Source: the usual wave-optical expressions (Wade 1992; Rohou & Grigorieff 2015 for the astigmatic
    defocus).
    """

    optics: Optics
    defocus_A: float
    astigmatism_A: float = 0.0
    astigmatism_angle_deg: float = 0.0
    thickness_A: float = 0.0

    def phase(self, kx: Real, ky: Real) -> Real:
        """χ(kx, ky) in radians, phase plate included, amplitude contrast not."""
        o = self.optics
        k2 = kx**2 + ky**2
        angle = np.arctan2(ky, kx) - math.radians(self.astigmatism_angle_deg)
        defocus = self.defocus_A + 0.5 * self.astigmatism_A * np.cos(2 * angle)
        return defocus_phase(k2, o) * defocus + spherical_phase(k2, o) * o.cs_mm + o.phase_shift_rad

    def __call__(self, kx: Real, ky: Real) -> Real:
        o = self.optics
        transfer = o.sign * np.sin(self.phase(kx, ky) + math.asin(o.amplitude_contrast))
        return transfer * self.envelope(kx, ky)

    def envelope(self, kx: Real, ky: Real) -> Real:
        """What bounds |CTF|; it changes sign where the depth of the ice turns contrast over."""
        o = self.optics
        k2 = kx**2 + ky**2
        coherence = temporal_envelope(k2, o) * spatial_envelope(k2, o, self.defocus_A)
        return coherence * b_factor_envelope(k2, o.b_factor_A2) * ice_depth_envelope(k2, self.thickness_A, o)


def defocus_phase(k2: Real, optics: Optics) -> Real:
    """∂χ/∂Δf = πλk², radians per Å of underfocus; `k2` in 1/Å²."""
    return math.pi * optics.wavelength * k2


def spherical_phase(k2: Real, optics: Optics) -> Real:
    """∂χ/∂Cs = −(π/2)λ³k⁴, radians per mm of spherical aberration."""
    return -0.5 * math.pi * 1e7 * optics.wavelength**3 * k2**2


def b_factor_envelope(k2: Real, b_factor_A2: float) -> Real:
    """exp(−B k²/4)."""
    return np.exp(-0.25 * b_factor_A2 * k2)


def spatial_envelope(k2: Real, optics: Optics, defocus_A: float) -> Real:
    """Partial spatial coherence, exp[−(πα)²(Cs λ² k³ − Δf k)²] (Frank 1973)."""
    k = np.sqrt(k2)
    slope = optics.cs_A * optics.wavelength**2 * k**3 - defocus_A * k
    return np.exp(-((math.pi * optics.convergence_mrad * 1e-3 * slope) ** 2))


def temporal_envelope(k2: Real, optics: Optics) -> Real:
    """Partial temporal coherence, exp[−½(πλδ)² k⁴] with the focal spread δ in Å."""
    return np.exp(-0.5 * (math.pi * optics.wavelength * optics.focal_spread_A) ** 2 * k2**2)


def coma_phase(kx: Real, ky: Real, optics: Optics) -> Real:
    """Phase per mrad of beam tilt along +x: ψ = 2π Cs λ² k² kx·10⁻³ rad."""
    return 2e-3 * math.pi * optics.cs_A * optics.wavelength**2 * (kx**2 + ky**2) * kx


def ice_gain(thickness_A: float, optics: Optics) -> float:
    """Fraction e^(−t/Λ) of the beam that passes `thickness_A` of ice unscattered; always finite."""
    return math.exp(min(-thickness_A / optics.ice_mean_free_path_A, _MOST_EXPONENT))


def ice_depth_envelope(k2: Real, thickness_A: float, optics: Optics) -> Real:
    """Loss from averaging the defocus over the ice's depth: sinc(πλtk²/2), sinc(u) = sin(u)/u."""
    return np.sinc(0.5 * optics.wavelength * thickness_A * k2)


def exposure_filter(k: Real, dose_e_per_A2: float, voltage_kV: float = 300.0) -> Real:
    """Amplitude left at frequency k after an accumulated exposure: exp(−N/(2Nc)).

    Critical exposure Nc = 0.24499 k^−1.6649 + 2.8141 e⁻/Å² at 300 kV, 0.8 of it at 200 kV
    (Grant & Grigorieff, eLife 4, e06980, 2015); linear in the voltage between and beyond.
    """
    with np.errstate(divide="ignore"):
        critical = 0.24499 * np.asarray(k, dtype=np.float64) ** -1.6649 + 2.8141
    return np.exp(-0.5 * dose_e_per_A2 / (critical * (1.0 + 0.002 * (voltage_kV - 300.0))))
