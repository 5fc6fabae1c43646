"""What particle stacks and single images share: known spectra seen through the microscope's transfer.

For a fixed object the spectra Sᵢ are computed once, in `load`; every mismatch parameter then only changes
multiplications, and the residual is one pass over the data by Parseval's theorem.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics import stack_kernels
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    WORKERS,
    Complex64,
    Real32,
    as_floats,
    frequencies,
    half_frequencies,
    half_spectrum_weights,
    image_energy,
)
from cryogui.physics.operators import Loaded, Measured, Operator, Theta
from cryogui.physics.transfer import Aberrations, Link, Transfer, aberrations

WIENER = 0.05  # keeps |CTF|² + ε away from zero where quick reconstructions divide by it


class TransferStack(Operator):
    """Images [image, ny, nx] whose spectra, but for the transfer, do not depend on the mismatch."""

    slice_plane = "xy"

    def __init__(
        self,
        y_shape: tuple[int, int, int],
        optics: Optics | None,
        defocus_A: NDArray[np.float64],
        astigmatism_angle_deg: NDArray[np.float64],
        links: Mapping[str, Link],
        scale: float = 1.0,
    ):
        self.y_shape = y_shape
        self.optics = optics
        self.links = dict(links) if optics is not None else {}
        self.parameters = tuple(self.links)
        self.scale = scale
        _, ny, nx = y_shape
        self._ky, self._kx = frequencies(ny), half_frequencies(nx)
        pixel = optics.pixel_size_A if optics else 1.0
        self.nyquist = nyquist_lines(ny, nx)
        ky, kx = self._ky[:, None] / pixel, self._kx[None, :] / pixel
        self.transfer = Transfer(optics, kx, ky, self.nyquist, float(defocus_A.mean()))
        self._defocus_A, self._angle_deg = defocus_A, astigmatism_angle_deg
        twice = 2.0 * np.deg2rad(astigmatism_angle_deg)
        self._angles = np.stack([np.cos(twice), np.sin(twice)], axis=1)
        self._columns = half_spectrum_weights(nx)

    def _leave_out(self, symbols: frozenset[str]) -> None:
        self.links = {name: link for name, link in self.links.items() if name in self.parameters}
        if "C" in symbols:
            self.transfer = self.transfer.without_convolution()
        if "D" in symbols:
            self.transfer = self.transfer.without_gain()

    @abstractmethod
    def _unload(self, spectra: Complex64) -> Real32:
        """Adjoint of `load`, mirror half of the spectra included: Re Σᵢ Σₖ Sᵢ(k)·e^{+2πi…}."""

    def ctf(self, image: int, theta: Theta) -> Ctf | None:
        departure = aberrations(self.links, theta)
        return self.transfer.ctf(departure, float(self._defocus_A[image]), float(self._angle_deg[image]))

    def measure(self, y: Real32) -> Measured:
        y = self._checked(y, self.y_shape, "image stack")
        return Measured(y, scipy.fft.rfft2(y, workers=WORKERS), image_energy(y))

    def images(
        self, loaded: Loaded, theta: Theta, indices: Sequence[int] | None = None, after: str | None = None
    ) -> Real32:
        chosen = slice(None) if indices is None else list(indices)
        spectra = np.ascontiguousarray(loaded[chosen])
        if after == "Π":
            return self._to_images(spectra.copy() if spectra is loaded else spectra)
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        if after == "C" and self.optics is not None:
            factor = factor / np.complex64(self.transfer.gain(departure))
        out = np.empty_like(spectra)
        self._multiply(spectra, self._per_image(departure)[chosen], base, factor, out)
        return self._to_images(out)

    def tangent(self, loaded: Loaded, theta: Theta, name: str) -> Real32:
        departure, link = aberrations(self.links, theta), self.links[name]
        base, factor = self.transfer.tables(departure)
        phase_slope = self.transfer.phase_slope(link.quantity, departure)
        factor_slope = self.transfer.factor_slope(link.quantity, departure)
        mix = np.zeros((self.y_shape[0], 3))
        if link.quantity == "astigmatism_A":
            mix[:, 1:] = self._angles
        elif phase_slope is not None:
            mix[:, 0] = 1.0
        out = np.empty_like(loaded)
        with PARALLEL_KERNELS:
            stack_kernels.tangent(
                as_floats(loaded),
                self._per_image(departure),
                mix * link.factor,
                *self._fixed_tables,
                base,
                as_floats(factor),
                _table(phase_slope, base.shape, np.float32),
                as_floats(_table(factor_slope, base.shape, np.complex64) * np.float32(link.factor)),
                as_floats(out),
            )
        return self._to_images(out)

    def squared_residual(self, loaded: Loaded, measured: Measured, theta: Theta) -> NDArray[np.float64]:
        assert measured.spectra is not None
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        per_image = np.zeros(self.y_shape[0])
        with PARALLEL_KERNELS:
            stack_kernels.misfit(
                as_floats(loaded),
                as_floats(measured.spectra),
                self._per_image(departure),
                *self._fixed_tables,
                base,
                as_floats(factor),
                self._columns,
                per_image,
            )
        return per_image / self._pixels

    def squared_gradient(
        self, loaded: Loaded, measured: Measured, theta: Theta, image_weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], dict[str, float]]:
        assert measured.spectra is not None
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        per_row = np.zeros((base.shape[0], self.y_shape[0]))
        phase = np.zeros((3, *base.shape), dtype=np.float32)
        amplitude = np.zeros(base.shape, dtype=np.complex64)
        with PARALLEL_KERNELS:
            stack_kernels.gradient(
                as_floats(loaded), as_floats(measured.spectra), self._per_image(departure),
                *self._fixed_tables, base, as_floats(factor), self._columns, self._angles, image_weights,
                per_row, phase, as_floats(amplitude),
            )  # fmt: skip
        gradient = {
            name: link.factor * self._slope(link.quantity, departure, phase, amplitude) / self._pixels
            for name, link in self.links.items()
        }
        return per_row.sum(axis=0) / self._pixels, gradient

    def adjoint(self, y: Real32, theta: Theta) -> Real32:
        return self.weighted_adjoint(self.measure(y), theta, np.float32(1))

    def weighted_adjoint(self, measured: Measured, theta: Theta, weights: Real32 | np.float32) -> Real32:
        """Hᵀ(θ)·W·y for weights that depend on frequency, [image, ky, kx] or broadcast to it."""
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        assert measured.spectra is not None
        spectra = measured.spectra * weights
        self._multiply(spectra, self._per_image(departure), base, factor.conj(), spectra)
        return self._unload(spectra) * np.float32(1.0 / self._pixels)

    def chosen(self, indices: NDArray[np.integer]) -> Self:
        """The same model of some of the images, in the order of `indices`."""
        other = copy.copy(self)
        other._whole = None
        other.y_shape = (len(indices), *self.y_shape[1:])
        other._defocus_A, other._angle_deg = self._defocus_A[indices], self._angle_deg[indices]
        other._angles = self._angles[indices]
        return other

    def power(self, theta: Theta) -> Real32:
        """|transfer|² of every image [image, ky, kx], scale included."""
        shape = (self.y_shape[0], len(self._ky), len(self._kx))
        return np.abs(self.transferred(np.full(shape, self.scale, dtype=np.complex64), theta)) ** 2

    def transferred(self, loaded: Complex64, theta: Theta) -> Complex64:
        """The model's image spectra [image, ky, kx] of what `load` has made, into a new array."""
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        out = np.empty_like(loaded)
        self._multiply(loaded, self._per_image(departure), base, factor, out)
        return out

    def matched(self, measured: Measured, theta: Theta) -> Complex64:
        """Spectra of the measurement multiplied by the conjugate transfer, scale included."""
        assert measured.spectra is not None
        departure = aberrations(self.links, theta)
        base, factor = self.transfer.tables(departure)
        out = np.empty_like(measured.spectra)
        self._multiply(measured.spectra, self._per_image(departure), base, factor.conj() * self.scale, out)
        return out

    @property
    def frequency(self) -> NDArray[np.float64]:
        """|k| in cycles per pixel at every point [ky, kx] of an image's spectrum."""
        return np.hypot(self._ky[:, None], self._kx[None, :])

    @property
    def _pixels(self) -> int:
        return self.y_shape[1] * self.y_shape[2]

    @property
    def _fixed_tables(self) -> tuple[Real32, Real32, Real32]:
        return self.transfer.defocus, self.transfer.along, self.transfer.across

    def _per_image(self, departure: Aberrations) -> NDArray[np.float64]:
        """(Δfᵢ, δ cos 2φ₀, δ sin 2φ₀) of every image."""
        defocus = self._defocus_A + departure.defocus_A
        return np.column_stack([defocus, departure.astigmatism_A * self._angles])

    def _multiply(
        self, spectra: Complex64, images: NDArray[np.float64], base: Real32, factor: Complex64, out: Complex64
    ) -> None:
        tables = (*self._fixed_tables, base, as_floats(np.ascontiguousarray(factor, dtype=np.complex64)))
        if len(spectra) == 1:  # the image on screen: not worth waking, or waiting for, another core
            stack_kernels.spectrum(as_floats(spectra)[0], images[0], *tables, as_floats(out)[0])
        else:
            with PARALLEL_KERNELS:
                stack_kernels.spectra(as_floats(spectra), images, *tables, as_floats(out))

    def _slope(self, quantity: str, departure: Aberrations, phase: Any, amplitude: Any) -> float:
        if quantity == "astigmatism_A":
            return float(np.vdot(self.transfer.along, phase[1]) + np.vdot(self.transfer.across, phase[2]))
        phase_slope = self.transfer.phase_slope(quantity, departure)
        if phase_slope is not None:
            return float(np.vdot(phase_slope, phase[0]))
        factor_slope = self.transfer.factor_slope(quantity, departure)
        assert factor_slope is not None
        return float((amplitude * factor_slope).sum().real)

    def _to_images(self, spectra: Complex64) -> Real32:
        workers = WORKERS if len(spectra) > 1 else 1
        images: Real32 = scipy.fft.irfft2(spectra, s=self.y_shape[1:], workers=workers, overwrite_x=True)
        return images


def _table(values: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    return np.zeros(shape, dtype=dtype) if values is None else np.ascontiguousarray(values, dtype=dtype)


def nyquist_lines(ny: int, nx: int) -> NDArray[np.bool_]:
    """Frequencies of an rfft2 grid without a distinct mirror partner on even axes."""
    lines = np.zeros((ny, nx // 2 + 1), dtype=bool)
    if ny % 2 == 0:
        lines[ny // 2] = True
    if nx % 2 == 0:
        lines[:, -1] = True
    return lines
