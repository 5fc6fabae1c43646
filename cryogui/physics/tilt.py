"""Cryo-ET forward model: one volume seen under a series of stage tilts about the y axis.

Tilting about y leaves ky alone, so the volume is transformed once into G[kz, kx, ky] and every image is a
gather along one line per frequency k' of its detector row (central-slice theorem):
ŷᵢ(k', ky) = wᵢ · CTFᵢ(k', ky) · e^(−2πi k'tₐ) · V̂(k'cosθᵢ, ky, −sᵢk'sinθᵢ).
Image spectra are held as [tilt, k', ky] with the half axis ky innermost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from cryogui.physics import tilt_derivatives, tilt_kernels, tilt_plane
from cryogui.physics.convolution import Convolution
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    WORKERS,
    Complex64,
    Gridding,
    Real32,
    as_floats,
    frequencies,
    half_frequencies,
    half_spectrum_weights,
    image_energy,
)
from cryogui.physics.operators import Cropped, Loaded, Measured, Operator, Theta
from cryogui.physics.tilt_blocks import tilt_blocks, tilt_parameters
from cryogui.physics.tilt_convolution import response
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.physics.tilt_plane import TiltPlane
from cryogui.physics.transfer import Aberrations, Transfer

_SCATTER_CHUNK = 32  # floats per thread's share of ky: two cache lines, so that threads never share one
_WIENER = 0.1  # keeps |CTF|² + ε away from zero where the quick reconstruction divides by it


class SingleAxisTilt(Operator):
    """A tilt series. y_shape is (tilt, ny, nx); ny = 1 is a single slice with its sinogram.

    volume_shape: (nz, ny, nx) voxels; detector_shape: (ny, nx) pixels, of any width; tilt_angles_deg:
    nominal. optics: None for data without a CTF; defocus_A: base underfocus, one number or one per tilt.
    dose_before, total_dose: e⁻/Å² received before each tilt and in all; without them nothing shrinks.
    scale: factor from projected density to the measurement's unit. taps: 4 fast, 6 fine, 8 for checks.
    binning: recorded pixels per pixel, see `TiltGeometry`.
    Raises ValueError when shapes and angles do not fit together.
    """

    def __init__(
        self,
        volume_shape: tuple[int, int, int],
        detector_shape: tuple[int, int],
        tilt_angles_deg: ArrayLike,
        *,
        optics: Optics | None = None,
        defocus_A: ArrayLike = 0.0,
        dose_before: ArrayLike | None = None,
        total_dose: float | None = None,
        scale: float = 1.0,
        taps: int = 4,
        binning: float = 1.0,
    ):
        angles = np.atleast_1d(np.asarray(tilt_angles_deg, dtype=np.float64))
        ny, nx = detector_shape
        if volume_shape[1] > ny:
            raise ValueError(f"a volume of {volume_shape[1]} rows does not fit a detector of {ny}")
        share = np.zeros(len(angles))
        if dose_before is not None and total_dose:
            share = np.asarray(dose_before, dtype=np.float64) / total_dose
        focus = np.broadcast_to(np.asarray(defocus_A, dtype=np.float64), angles.shape).copy()
        self.geometry = TiltGeometry(angles, share, focus, scale, binning=binning)
        self.x_shape, self.y_shape = volume_shape, (len(angles), ny, nx)
        seen = self.geometry.support(volume_shape[0], volume_shape[2], nx)
        self.support = seen[:, None, :]
        self.gridding = Gridding(taps)
        self.plane = TiltPlane(volume_shape, ny, seen, self.gridding)
        self.optics = optics
        pixel = optics.pixel_size_A if optics else 1.0
        self._k = frequencies(nx)
        kx, ky = self._k[:, None] / pixel, half_frequencies(ny)[None, :] / pixel
        even = np.zeros((nx, ny // 2 + 1), dtype=bool)
        self.transfer = Transfer(optics, kx, ky, even, float(self.geometry.defocus_A.mean()))
        self._no_transfer = Transfer(None, kx, ky, even)
        # the frequency −½ of an even row has no partner +½, so a real image cannot hold its phase: left empty
        mute = nx // 2 if nx % 2 == 0 else -1
        self._sampling = self._tabled(self.transfer, mute)
        self._plain_sampling = self._tabled(self._no_transfer, mute)
        self._columns = half_spectrum_weights(ny)
        self.parameters = tilt_parameters(share, optics)
        self.blocks = tilt_blocks(self.parameters, optics)

    def _leave_out(self, symbols: frozenset[str]) -> None:
        if "C" in symbols:
            self.optics, self.transfer, self._sampling = None, self._no_transfer, self._plain_sampling
        if "D" in symbols:
            self.geometry = replace(self.geometry, has_holder=False)

    def load(self, x: Real32) -> Complex64:
        """The volume's padded spectrum G[kz, kx, ky]."""
        return self.plane.spectrum(self._checked(x, self.x_shape, "volume"))

    def measure(self, y: Real32) -> Measured:
        y = self._checked(y, self.y_shape, "tilt series")
        spectra = scipy.fft.rfft2(np.ascontiguousarray(y.transpose(0, 2, 1)), workers=WORKERS)
        return Measured(y, spectra, image_energy(y))

    def images(
        self, loaded: Loaded, theta: Theta, indices: Sequence[int] | None = None, after: str | None = None
    ) -> Real32:
        lines = self._lines(theta)
        if after in ("Π", "C"):
            lines[:, 4] = self.geometry.scale
        if indices is not None:
            lines = lines[list(indices)]
        sampling = self._plain_sampling if after == "Π" else self._sampling
        out = self._empty_spectra(len(lines))
        if len(lines) == 1:  # the image on screen: not worth waking, or waiting for, another core
            tilt_kernels.spectrum(as_floats(loaded), lines[0], sampling, as_floats(out)[0])
        else:
            with PARALLEL_KERNELS:
                tilt_kernels.spectra(as_floats(loaded), lines, sampling, as_floats(out))
        return self._to_images(out)

    def tangent(self, loaded: Loaded, theta: Theta, name: str) -> Real32:
        out = self._empty_spectra(self.y_shape[0])
        turning, direction = self.geometry.turning(theta), self.geometry.direction(name, theta)
        with PARALLEL_KERNELS:
            tilt_derivatives.tangent(
                as_floats(loaded), self._lines(theta), turning, direction, self._sampling, as_floats(out)
            )
        return self._to_images(out)

    def squared_residual(self, loaded: Loaded, measured: Measured, theta: Theta) -> NDArray[np.float64]:
        assert measured.spectra is not None
        per_image, energy = np.zeros(self.y_shape[0]), measured.energy * self._pixels
        with PARALLEL_KERNELS:
            tilt_kernels.misfit(
                as_floats(loaded), as_floats(measured.spectra), self._lines(theta), self._sampling,
                self._columns, energy, per_image,
            )  # fmt: skip
        return per_image / self._pixels

    def squared_gradient(
        self, loaded: Loaded, measured: Measured, theta: Theta, image_weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], dict[str, float]]:
        assert measured.spectra is not None
        per_image, energy = np.zeros(self.y_shape[0]), measured.energy * self._pixels
        by_knob = np.zeros((self.y_shape[0], len(tilt_derivatives.KNOBS)))
        with PARALLEL_KERNELS:
            tilt_derivatives.gradient(
                as_floats(loaded), as_floats(measured.spectra), self._lines(theta),
                self.geometry.turning(theta), self._sampling, self._columns, energy, per_image, by_knob,
            )  # fmt: skip
        weighted = by_knob * (image_weights / self._pixels)[:, None]
        gradient = {n: float(np.vdot(weighted, self.geometry.direction(n, theta))) for n in self.parameters}
        return per_image / self._pixels, gradient

    def adjoint(self, y: Real32, theta: Theta) -> Real32:
        return self._backproject(self.measure(y).spectra, self._lines(theta))

    def normal(
        self, theta: Theta, image_weights: NDArray[np.float64] | None = None
    ) -> Callable[[Real32], Real32]:
        weights = np.ones(self.y_shape[0]) if image_weights is None else image_weights
        transfer = self.normal_transfer(theta, weights)
        convolution = Convolution(transfer, self.y_shape[1], self.plane.seen[:, None, :])
        return lambda x: convolution(self._checked(x, self.x_shape, "volume"))

    def normal_transfer(self, theta: Theta, image_weights: NDArray[np.float64]) -> Real32:
        """Per ky, HᵀWH is a convolution in (z, x): its transfer [ky, kz, kx], on a padded grid."""
        lines = self._lines(theta)
        lines[:, 4] *= np.sqrt(image_weights)
        density = np.ones((*self.y_shape[:1], self.y_shape[2], self.y_shape[1] // 2 + 1), dtype=np.complex64)
        square = lines.copy()
        square[:, 2] = 0.0  # the shift's phase cancels against its conjugate
        for _ in range(2):
            self._transfer_back(density, square)
        transfer = response(density.real, lines, self._k, self.x_shape, self.gridding)
        transfer /= np.float32(self.y_shape[2])
        return transfer

    def reconstruct(self, y: Real32, theta: Theta, used: NDArray[np.bool_]) -> Real32:
        """Weighted back-projection (Crowther et al. 1970): ramp, weights for uneven tilts, Wiener CTF."""
        spectra, lines = self.measure(y).spectra, self._wiener_lines(theta)
        assert spectra is not None
        spectra *= self.ramp(theta, used).astype(np.float32)[:, :, None]
        tilt_plane.divide_by_power(as_floats(spectra), lines, self._sampling, _WIENER)
        return self._backproject(spectra, lines)

    def slice(self, measured: Measured, theta: Theta, index: int, used: NDArray[np.bool_]) -> Real32:
        """The xz plane of the quick reconstruction at row y = index."""
        assert measured.spectra is not None
        nz, ny, nx = self.x_shape
        row = index + self.y_shape[1] // 2 - ny // 2
        profiles = np.zeros((self.y_shape[0], self.y_shape[2]), dtype=np.complex64)
        lines = self._wiener_lines(theta)
        filters = self.ramp(theta, used) / self.y_shape[1]
        column_phase = self._columns * np.exp(2j * np.pi * half_frequencies(self.y_shape[1]) * row)
        with PARALLEL_KERNELS:
            tilt_plane.filtered_rows(
                measured.spectra, lines, self._sampling, filters, _WIENER, column_phase.astype(np.complex64),
                profiles,
            )  # fmt: skip
            fine = tilt_plane.upsampled(profiles)
            plane = np.zeros((nz, nx), dtype=np.float32)
            tilt_plane.back_project(fine, lines, self.y_shape[2], self.plane.seen, plane)
        return plane

    def ramp(self, theta: Theta, used: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Weights [tilt, k'] of back-projection: the arc that each unshadowed tilt stands for at |k'|.

        To either side that is half the way to the neighbouring line, but no more than half of 1/nx, the
        object's resolution in Fourier space: further away (beyond the Crowther limit, in the missing wedge) a
        line knows nothing, and would only amplify its noise.
        """
        radius: NDArray[np.float64] = np.abs(self._k)
        radius[0] = 0.25 / len(radius)  # mean of |k'| over the central cell, not 0: keeps the object's level
        gaps = self.geometry.gaps_rad(theta, used & self.expects(theta))
        sides = np.minimum(gaps[:, None, :] * radius[:, None], 1.0 / len(radius))
        return np.asarray(0.5 * sides.sum(axis=2))

    def padded(self) -> Cropped:
        """The same series on a detector that does not wrap round, for objects that fill or leave the frame.

        Along y only the CTF carries anything over the edge, so without one the rows stay as they are.
        """
        _, ny, nx = self.y_shape
        rows = 2 * ny if self.optics and ny > 1 else ny
        wide = SingleAxisTilt(
            self.x_shape, (rows, 2 * nx), self.geometry.angle_deg, optics=self.optics,
            defocus_A=self.geometry.defocus_A, dose_before=self.geometry.dose_share, total_dose=1.0,
            scale=self.geometry.scale, taps=self.gridding.taps,
        )  # fmt: skip
        return Cropped(wide, (ny, nx))

    def ctf(self, image: int, theta: Theta) -> Ctf | None:
        return self.transfer.ctf(Aberrations(), float(self.geometry.focus(theta)[image]))

    def expects(self, theta: Theta) -> NDArray[np.bool_]:
        return self.geometry.expects(theta)

    @property
    def _pixels(self) -> int:
        return self.y_shape[1] * self.y_shape[2]

    def _tabled(self, transfer: Transfer, mute: int) -> tilt_kernels.Sampling:
        base, factor = transfer.tables(Aberrations())
        real = np.ascontiguousarray(factor.real)
        return tilt_kernels.Sampling(
            self._k, mute, self.gridding.weights, self.gridding.slopes, transfer.defocus, base, real
        )

    def _lines(self, theta: Theta) -> NDArray[np.float64]:
        """Geometry rows with the shift counted from the detector's first column, as FFTs do."""
        lines = self.geometry.lines(theta)
        lines[:, 2] += self.y_shape[2] // 2
        return lines

    def _wiener_lines(self, theta: Theta) -> NDArray[np.float64]:
        """As `_lines`, with unshadowed gain: half-shadowed tilts are left out by the ramp, not divided up."""
        lines = self._lines(theta)
        lines[:, 4] = self.geometry.scale
        return lines

    def _backproject(self, spectra: Complex64 | None, lines: NDArray[np.float64]) -> Real32:
        assert spectra is not None
        self._transfer_back(spectra, lines)
        return self.plane.adjoint_spectrum(self._scattered(spectra, lines)) * np.float32(1.0 / self._pixels)

    def _scattered(self, spectra: Complex64, lines: NDArray[np.float64]) -> Complex64:
        grid = self.plane.empty_grid()
        with PARALLEL_KERNELS:
            tilt_kernels.scatter(
                as_floats(spectra), lines, self._k, self.gridding.weights, _SCATTER_CHUNK, as_floats(grid)
            )
        return grid

    def _transfer_back(self, spectra: Complex64, lines: NDArray[np.float64]) -> None:
        with PARALLEL_KERNELS:
            tilt_kernels.transfer_back(as_floats(spectra), lines, self._sampling)

    def _empty_spectra(self, count: int) -> Complex64:
        return np.empty((count, self.y_shape[2], self.y_shape[1] // 2 + 1), dtype=np.complex64)

    def _to_images(self, spectra: Complex64) -> Real32:
        workers = WORKERS if len(spectra) > 1 else 1
        rows = scipy.fft.irfft2(
            spectra, s=(self.y_shape[2], self.y_shape[1]), workers=workers, overwrite_x=True
        )
        return np.ascontiguousarray(rows.transpose(0, 2, 1))
