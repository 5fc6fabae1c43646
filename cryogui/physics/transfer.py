"""Block C: the microscope's transfer as tables on one image grid, ready for the kernels.

The value at a grid point of image i is sin(base + defocus·Δfᵢ + …)·factor. Everything that all images share
(spherical aberration, phase plate, coma, ice, envelopes) is in the two tables `base` and `factor`, which are
small and remade for every slider move; what differs between images enters through three fixed tables.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryogui.physics import ctf
from cryogui.physics.ctf import Ctf, Optics, Real
from cryogui.physics.fourier import Complex64, Real32


@dataclass(frozen=True)
class Aberrations:
    """Departures from the optics that all images share; zero is the ideal microscope."""

    defocus_A: float = 0.0
    astigmatism_A: float = 0.0
    beam_tilt_mrad: float = 0.0
    thickness_A: float = 0.0
    cs_mm: float = 0.0
    amplitude_contrast: float = 0.0
    b_factor_A2: float = 0.0


@dataclass(frozen=True)
class Link:
    """How a mismatch parameter moves an aberration: departure = factor·(value − reference)."""

    quantity: str
    factor: float
    reference: float = 0.0

    def departure(self, value: float) -> float:
        """The aberration's departure, in its own unit, at a parameter value."""
        return self.factor * (value - self.reference)


def aberrations(links: Mapping[str, Link], theta: Mapping[str, float]) -> Aberrations:
    """The aberrations that a setting of the mismatch parameters stands for."""
    departures: dict[str, float] = {}
    for name, link in links.items():
        if name in theta:
            departures[link.quantity] = departures.get(link.quantity, 0.0) + link.departure(theta[name])
    return Aberrations(**departures)


class Transfer:
    """Transfer tables for one set of optics on the frequencies kx, ky (1/Å, broadcast to the grid's shape).

    `even` marks points that are their own mirror image on the grid (Nyquist lines), where a real image
    cannot hold an odd phase: terms that change sign between mirror points are left out there.
    Without optics the transfer is 1 everywhere and nothing can be changed.
    """

    def __init__(
        self, optics: Optics | None, kx: Real, ky: Real, even: NDArray[np.bool_], defocus_A: float = 0.0
    ):
        self.optics = optics
        self._convolves = self._absorbs = True
        shape = np.broadcast_shapes(kx.shape, ky.shape)
        self._kx = np.broadcast_to(kx, shape)
        self._k2 = np.broadcast_to(kx**2 + ky**2, shape)
        self._zeros = np.zeros(shape, dtype=np.float32)
        if optics is None:
            self.defocus = self.along = self.across = self._zeros
            return
        self._spherical = ctf.spherical_phase(self._k2, optics)
        self._coma = np.where(even, 0.0, ctf.coma_phase(self._kx, np.broadcast_to(ky, shape), optics))
        self._fixed = (
            optics.sign
            * ctf.temporal_envelope(self._k2, optics)
            * ctf.spatial_envelope(self._k2, optics, defocus_A)
        )
        slope = ctf.defocus_phase(self._k2, optics)
        twice = 2.0 * np.arctan2(np.broadcast_to(ky, shape), self._kx)
        self.defocus = slope.astype(np.float32)
        self.along = (0.5 * slope * np.cos(twice)).astype(np.float32)
        self.across = np.where(even, 0.0, 0.5 * slope * np.sin(twice)).astype(np.float32)

    def without_convolution(self) -> Transfer:
        """Only the loss of the beam in the ice: no CTF, no coma, no envelope."""
        other = copy.copy(self)
        other._convolves = False
        other.defocus = other.along = other.across = self._zeros
        return other

    def without_gain(self) -> Transfer:
        """The same for ice that takes nothing from the beam."""
        other = copy.copy(self)
        other._absorbs = False
        return other

    def gain(self, departure: Aberrations) -> float:
        """Fraction e^(−t/Λ) of the beam that passes the ice."""
        if self.optics is None or not self._absorbs:
            return 1.0
        return ctf.ice_gain(departure.thickness_A, self.optics)

    def ctf(self, departure: Aberrations, defocus_A: float, astigmatism_angle_deg: float = 0.0) -> Ctf | None:
        """The CTF, as a formula, of the image with this base defocus; None where nothing is convolved."""
        if self.optics is None or not self._convolves:
            return None
        optics = replace(
            self.optics,
            cs_mm=self.optics.cs_mm + departure.cs_mm,
            amplitude_contrast=self._contrast(departure),
            b_factor_A2=self.optics.b_factor_A2 + departure.b_factor_A2,
        )
        return Ctf(
            optics,
            defocus_A + departure.defocus_A,
            departure.astigmatism_A,
            astigmatism_angle_deg,
            departure.thickness_A,
        )

    def tables(self, departure: Aberrations) -> tuple[Real32, Complex64]:
        """(base phase, factor) of the whole grid under the given departures."""
        quarter_turn = self._zeros + np.float32(math.pi / 2)  # a sine of 1
        if self.optics is None:
            return quarter_turn, np.ones(self._zeros.shape, dtype=np.complex64)
        if not self._convolves:
            return quarter_turn, self._factor(departure).astype(np.complex64)
        base = self._spherical * (self.optics.cs_mm + departure.cs_mm)
        base += self.optics.phase_shift_rad + math.asin(self._contrast(departure))
        return base.astype(np.float32), self._factor(departure).astype(np.complex64)

    def phase_slope(self, quantity: str, departure: Aberrations) -> Real | None:
        """∂χ/∂quantity on the grid, or None for a quantity that does not move every image's χ alike."""
        if quantity == "defocus_A":
            return self.defocus.astype(np.float64)
        if quantity == "cs_mm":
            return self._spherical
        if quantity == "amplitude_contrast":
            return np.full(self._k2.shape, 1.0 / math.sqrt(1.0 - self._contrast(departure) ** 2))
        return None

    def factor_slope(self, quantity: str, departure: Aberrations) -> NDArray[np.complex128] | None:
        """∂factor/∂quantity on the grid, or None for quantities that do not enter the factor."""
        o = self.optics
        assert o is not None
        if quantity == "beam_tilt_mrad":
            return 1j * self._coma * self._factor(departure)
        if quantity == "b_factor_A2":
            return -0.25 * self._k2 * self._factor(departure)
        if quantity == "thickness_A":
            slope = np.zeros(self._k2.shape, dtype=np.complex128)
            if self._absorbs:
                slope -= self._factor(departure) / o.ice_mean_free_path_A
            if self._convolves:
                u = 0.5 * math.pi * o.wavelength * self._k2
                blurring = u * _sinc_slope(u * departure.thickness_A)
                slope += self.gain(departure) * self._iceless_factor(departure) * blurring
            return slope
        return None

    def _contrast(self, departure: Aberrations) -> float:
        assert self.optics is not None
        return min(max(self.optics.amplitude_contrast + departure.amplitude_contrast, 0.0), 0.999)

    def _factor(self, departure: Aberrations) -> NDArray[np.complex128]:
        assert self.optics is not None
        if not self._convolves:
            return np.full(self._k2.shape, self.gain(departure), dtype=np.complex128)
        envelope = ctf.ice_depth_envelope(self._k2, departure.thickness_A, self.optics)
        return self._iceless_factor(departure) * self.gain(departure) * envelope

    def _iceless_factor(self, departure: Aberrations) -> NDArray[np.complex128]:
        o = self.optics
        assert o is not None
        factor = self._fixed * ctf.b_factor_envelope(self._k2, o.b_factor_A2 + departure.b_factor_A2)
        coma: NDArray[np.complex128] = np.exp(1j * departure.beam_tilt_mrad * self._coma)
        return factor * coma


def _sinc_slope(u: Real) -> Real:
    """d/du of sin(u)/u."""
    small = np.abs(u) < 1e-3
    safe = np.where(small, 1.0, u)
    return np.where(small, -u / 3.0, (np.cos(safe) - np.sin(safe) / safe) / safe)
