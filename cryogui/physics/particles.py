"""Cryo-EM single particles with known poses: central slices of one volume through the microscope's transfer.

ŷᵢ(k) = e^(−t/Λ)·sinc(πλtk²/2)·CTFᵢ(k)·e^{iψ(k)}·e^(−2πi k·sᵢ)·V̂(kx·r_x + ky·r_y), with r_x, r_y the first two
rows of the particle's rotation (components x, y, z) and sᵢ its shift in pixels.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Self

import numba
import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from cryogui.physics import slice_kernels
from cryogui.physics.convolution import Convolution
from cryogui.physics.ctf import Optics
from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    WORKERS,
    Complex64,
    Gridding,
    Real32,
    padded_length,
    wrapped_index,
)
from cryogui.physics.operators import NO_IMAGES_WITHOUT_PROJECTION, Block, Loaded, Measured, Theta
from cryogui.physics.rotations import turns
from cryogui.physics.slice_convolution import response
from cryogui.physics.stack import WIENER, TransferStack
from cryogui.physics.transfer import Link

LINKS = {
    "defocus_error": Link("defocus_A", 10.0),
    "astigmatism": Link("astigmatism_A", 10.0),
    "beam_tilt": Link("beam_tilt_mrad", 1.0),
    "ice_thickness_variation": Link("thickness_A", 10.0),
}


class ParticleStack(TransferStack):
    """A stack of particle images of one volume.

    volume_shape: (n, n, n) voxels; image_shape: (n, n) pixels; rotations: [particle, 3, 3], its rows
    the image's x, y and beam axes in the volume; shifts_px: [particle, (x, y)], positive moves the particle
    towards +x, +y; defocus_A: base underfocus; astigmatism_angle_deg: direction φ₀ from +x towards +y.
    Raises ValueError when shapes do not fit together.
    """

    def __init__(
        self,
        volume_shape: tuple[int, int, int],
        image_shape: tuple[int, int],
        rotations: ArrayLike,
        shifts_px: ArrayLike,
        defocus_A: ArrayLike,
        astigmatism_angle_deg: ArrayLike,
        *,
        optics: Optics,
        scale: float = 1.0,
        taps: int = 4,
    ):
        self.rotations = np.ascontiguousarray(rotations, dtype=np.float64)
        self.shifts_px = np.ascontiguousarray(shifts_px, dtype=np.float64)
        count = len(self.rotations)
        if self.rotations.shape != (count, 3, 3) or self.shifts_px.shape != (count, 2):
            raise ValueError("rotations must be [particle, 3, 3] and shifts [particle, 2]")
        if len(set(volume_shape)) != 1 or set(image_shape) != set(volume_shape):
            raise ValueError(
                f"particles need a cubic volume and square images, not {volume_shape} and {image_shape}"
            )
        defocus = np.broadcast_to(np.asarray(defocus_A, dtype=np.float64), (count,))
        angle = np.broadcast_to(np.asarray(astigmatism_angle_deg, dtype=np.float64), (count,))
        super().__init__((count, *image_shape), optics, defocus, angle, LINKS, scale)
        self.x_shape = volume_shape
        n = volume_shape[0]
        axis = np.arange(n) - n // 2
        squared = axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2
        self.support = squared <= ((n - 1) // 2) ** 2
        self.gridding = Gridding(taps)
        self.blocks = _BLOCKS

    def load(self, x: Real32) -> Loaded:
        """Central slices [particle, ky, kx] of the volume, shifts included."""
        return self.slices(self.spectrum(x))

    def spectrum(self, x: Real32) -> Complex64:
        """The volume's spectrum on a padded grid, which every pose takes its central slice from.

        Every axis is padded only when it is transformed.
        """
        x = self._checked(x, self.x_shape, "volume")
        grid: Complex64 = (x * self._window).astype(np.complex64)
        m = padded_length(len(x))
        for axis in (2, 1, 0):
            padded = np.zeros((*grid.shape[:axis], m, *grid.shape[axis + 1 :]), dtype=np.complex64)
            padded[(slice(None),) * axis + (wrapped_index(len(x), m),)] = grid
            grid = scipy.fft.fft(padded, axis=axis, workers=WORKERS, overwrite_x=True)
        return grid

    def slices(self, spectrum: Complex64) -> Complex64:
        """What `load` makes of a volume, from its `spectrum`."""
        out = np.empty((self.y_shape[0], len(self._ky), len(self._kx)), dtype=np.complex64)
        with PARALLEL_KERNELS:
            slice_kernels.central_slices(
                spectrum,
                self.rotations,
                self._shifts,
                self._ky,
                self._kx,
                ~self.nyquist,
                self.gridding.weights,
                out,
            )
        out *= np.float32(self.scale)
        return out

    def posed(self, rotations: NDArray[np.float64], shifts_px: NDArray[np.float64]) -> Self:
        """The same particles in other poses."""
        other = copy.copy(self)
        other._whole = None
        other.rotations, other.shifts_px = np.ascontiguousarray(rotations), np.ascontiguousarray(shifts_px)
        return other

    def pose_slopes(self, spectrum: Complex64, theta: Theta) -> Complex64:
        """Derivatives [particle, 5, ky, kx] of the model's image spectra of a volume with that `spectrum`.

        By turns about the image's x, y and beam axes (rad), as differences over half a pixel at the edge of
        the box, and by shifts along x and y (px).
        """
        step = 0.5 / self.x_shape[0]
        shape = (self.y_shape[0], 5, len(self._ky), len(self._kx))
        slopes = np.empty(shape, dtype=np.complex64)
        for axis in range(3):
            ahead, behind = (
                self.posed(turns(sign * step * np.eye(3)[axis]) @ self.rotations, self.shifts_px)
                for sign in (1.0, -1.0)
            )
            difference = ahead.slices(spectrum) - behind.slices(spectrum)
            slopes[:, axis] = self.transferred(difference, theta) / np.float32(2.0 * step)
        model = self.transferred(self.slices(spectrum), theta)
        slopes[:, 3] = model * (-2j * np.pi * self._kx).astype(np.complex64)
        slopes[:, 4] = model * (-2j * np.pi * self._ky[:, None]).astype(np.complex64)
        return slopes

    def normal(
        self, theta: Theta, image_weights: NDArray[np.float64] | None = None
    ) -> Callable[[Real32], Real32]:
        """HᵀWH is one 3-D convolution: its transfer is made once, then an apply is two padded FFTs."""
        weights = np.ones(self.y_shape[0]) if image_weights is None else image_weights
        return self.weighted_normal(theta, weights[:, None, None])

    def weighted_normal(self, theta: Theta, weights: NDArray[np.floating]) -> Callable[[Real32], Real32]:
        """The same for weights that depend on frequency, [image, ky, kx] or broadcast to it."""
        density = (self.power(theta) * weights * self._columns).astype(np.float32)
        n = self.x_shape[0]
        transfer = response(density, self.rotations, self._ky, self._kx, ~self.nyquist, n, self.gridding)
        transfer /= np.float32(self._pixels)
        convolution = Convolution(transfer, padded_length(n), self.support)
        return lambda x: convolution(self._checked(x, self.x_shape, "volume"))

    def chosen(self, indices: NDArray[np.integer]) -> Self:
        other = super().chosen(indices)
        other.rotations, other.shifts_px = self.rotations[indices], self.shifts_px[indices]
        return other

    def coarsened(self, n: int) -> ParticleStack:
        """The same particles in n³ larger voxels and n² larger pixels; see `fourier.resized`."""
        fine = self.x_shape[0]
        assert self.optics is not None
        return ParticleStack(
            (n, n, n),
            (n, n),
            self.rotations,
            self.shifts_px * (n / fine),
            self._defocus_A,
            self._angle_deg,
            optics=replace(self.optics, pixel_size_A=self.optics.pixel_size_A * fine / n),
            scale=self.scale * fine / n,
            taps=self.gridding.taps,
        )

    def crossings(self, count: int) -> NDArray[np.float64]:
        """How often `count` random central slices one cell 1/n thick cross at each frequency [ky, kx]."""
        n = self.x_shape[0]
        k = self.frequency
        k[0, 0] = 0.3826 / n  # mean of |k| over the central cell
        return count / (2.0 * k * n)

    def reconstruct(self, y: Real32, theta: Theta, used: NDArray[np.bool_]) -> Real32:
        """CTF-weighted back-projection: the less often a frequency is met, the more it counts."""
        filtered = self._filtered(self.measure(y), theta, used)
        return self._unload(filtered) * np.float32(1.0 / self._pixels)

    def slice(self, measured: Measured, theta: Theta, index: int, used: NDArray[np.bool_]) -> Real32:
        """The xy plane of the quick reconstruction at z = index."""
        n = self.x_shape[0]
        images = self._to_images(self._filtered(measured, theta, used)[used])
        plane = np.zeros((n, n), dtype=np.float32)
        with PARALLEL_KERNELS:
            slice_kernels.back_project_plane(
                images, self.rotations[used], self.shifts_px[used], float(index - n // 2), plane
            )
        return np.where(self.support[index], plane, np.float32(0))

    def _filtered(self, measured: Measured, theta: Theta, used: NDArray[np.bool_]) -> Complex64:
        """Matched spectra over the power that meets them: their own, and that of slices crossing there."""
        power = self.power(theta)
        crossing = self.crossings(int(used.sum())) * power[used].mean(axis=0)
        spectra = self.matched(measured, theta)
        weights = 1.0 / (self.x_shape[0] * (power + crossing + WIENER * self.scale**2))
        spectra *= np.where(self.nyquist, 0.0, weights).astype(np.float32)
        spectra[~used] = 0
        return spectra

    @property
    def _shifts(self) -> NDArray[np.float64]:
        """Shifts counted from the image's first pixel, as FFTs do."""
        shifts: NDArray[np.float64] = self.shifts_px + np.array([self.y_shape[2] // 2, self.y_shape[1] // 2])
        return shifts

    @cached_property
    def _window(self) -> Real32:
        d = self.gridding.deapodisation(self.x_shape[0])
        return np.where(self.support, d[:, None, None] * d[:, None] * d, 0).astype(np.float32)

    def _inserted(self, spectra: Complex64, shifts: NDArray[np.float64], m: int) -> Complex64:
        grid = np.zeros((m, m, m), dtype=np.complex64)
        with PARALLEL_KERNELS:
            slice_kernels.insert_slices(
                spectra,
                self.rotations,
                shifts,
                self._ky,
                self._kx,
                ~self.nyquist,
                self.gridding.weights,
                numba.get_num_threads(),
                grid,
            )
        return grid

    def _inverse(self, grid: Complex64, n: int) -> Real32:
        """Unscaled inverse transform, its real part centred and cropped to n³.

        Each axis is cropped before the next is transformed: nearly half of the work lies outside.
        """
        index = wrapped_index(n, grid.shape[0])
        for axis in (2, 1, 0):
            grid = scipy.fft.ifft(grid, axis=axis, norm="forward", workers=WORKERS, overwrite_x=True)
            grid = np.take(grid, index, axis=axis)
        return np.ascontiguousarray(grid.real)

    def _unload(self, spectra: Complex64) -> Real32:
        grid = self._inserted(spectra * self._columns, self._shifts, padded_length(self.x_shape[0]))
        return self._inverse(grid, self.x_shape[0]) * self._window * np.float32(self.scale)


_BLOCKS = (
    Block("Π", "Central slice", "V̂(kx·r_x + ky·r_y) · e^(−2πi k·s)", essential=NO_IMAGES_WITHOUT_PROJECTION),
    Block(
        "C",
        "Contrast transfer",
        "sin(χ + asin w) · e^{iψ} · sinc(πλtk²/2)",
        ("defocus_error", "astigmatism", "beam_tilt", "ice_thickness_variation"),
    ),
    Block("D", "Detector", "e^(−t/Λ)", ("ice_thickness_variation",)),
)
