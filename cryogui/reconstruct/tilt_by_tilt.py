"""A tilt series taken one tilt at a time: what the volume predicts of it, and the correction that follows.

The model is that of `SingleAxisTilt`, computed the other way round: the volume stays in real space, where
the correction by one tilt changes it at once, and its projection is spread onto a detector twice as fine and
transformed (a non-uniform Fourier transform along the detector's x). A tilt costs a pass over the volume
instead of two transforms of it.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import (
    PARALLEL_KERNELS,
    Complex64,
    Gridding,
    Real32,
    frequencies,
    half_frequencies,
    padded_length,
)
from cryogui.physics.operators import Cropped
from cryogui.physics.transfer import Aberrations
from cryogui.reconstruct import ray_kernels
from cryogui.reconstruct.noise_weights import signal_share
from cryogui.reconstruct.problem import Problem

_TAPS = 6
_SLABS = 8
_WIENER = 0.05  # keeps CTF² + ε away from zero where a difference is divided by the CTF
_SHORTEST_RAY = 0.1  # of the longest: shorter ones, at the rim, would only amplify noise
_LOWEST = np.float32(-3e38)


class TiltByTilt:
    """Projects and corrects a volume [z, x, y], the tilt axis innermost, by single tilts of `problem`.

    thickness: planes of the volume that may hold anything, counted about its middle; the rest stays empty.
    weigh_noise: corrections count by the share of signal at their frequency.
    """

    def __init__(self, problem: Problem, thickness: int, weigh_noise: bool):
        tilt = problem.tilt_series
        self._nz, self._ny, self._nx = tilt.x_shape
        _, self._rows, self._columns = tilt.y_shape
        self._lines = tilt.geometry.lines(problem.theta)
        self._gridding = Gridding(_TAPS)
        self._fine = padded_length(self._columns)
        self.seen = tilt.plane.seen.copy()
        depth = np.arange(self._nz) - self._nz // 2
        self.seen[(depth < -(thickness // 2)) | (depth >= thickness - thickness // 2)] = False
        self._frame: tuple[slice, slice] = (slice(None), slice(None))
        if isinstance(problem.operator, Cropped):
            self._frame = problem.operator.window
        self._first_row = self._rows // 2 - self._ny // 2
        self._y = problem.y
        k, ky = frequencies(self._columns)[:, None], half_frequencies(self._rows)
        share = signal_share(problem, np.hypot(k, ky)) if weigh_noise else np.ones((1, 1), dtype=np.float32)
        base, factor = tilt.transfer.tables(Aberrations())
        self._set_transfers(base, factor.real, tilt.transfer.defocus, share, tilt.geometry.scale)

    @property
    def views(self) -> NDArray[np.int64]:
        """Tilts the holder lets through, by number."""
        return np.flatnonzero(self._lines[:, 4] > 0.0)

    def image(self, x: Real32, tilt: int) -> Real32:
        """[x, y]: the image of one tilt, on the operator's detector."""
        parts = np.empty((_SLABS, self._fine, self._ny), dtype=np.float32)
        with PARALLEL_KERNELS:
            ray_kernels.project(x, *self._direction(tilt), self._gridding.weights, self.seen, parts)
        rows = np.zeros((self._fine, self._rows), dtype=np.float32)
        rows[:, self._first_row : self._first_row + self._ny] = parts.sum(axis=0)
        spectrum = scipy.fft.rfft2(rows)[self._low] * self._forth[tilt]
        image: Real32 = scipy.fft.irfft2(spectrum, s=(self._columns, self._rows))
        return image

    def correct(self, x: Real32, tilt: int, relaxation: float, positive: bool) -> None:
        """Spread `relaxation` times the difference of a measured image and x's evenly along its rays."""
        down, across = self._frame
        difference = np.zeros((self._columns, self._rows), dtype=np.float32)
        difference[across, down] = self._y[tilt].T - self.image(x, tilt)[across, down]
        evened = scipy.fft.irfft2(scipy.fft.rfft2(difference) * self._balance[tilt], s=difference.shape)
        evened *= np.float32(relaxation * self._fine / self._columns) / self._rays[tilt][:, None]
        spectrum = np.zeros((self._fine, self._rows // 2 + 1), dtype=np.complex64)
        spectrum[self._low] = scipy.fft.rfft2(evened) * self._back[tilt]
        rows = scipy.fft.irfft2(spectrum, s=(self._fine, self._rows), overwrite_x=True)
        rows = np.ascontiguousarray(rows[:, self._first_row : self._first_row + self._ny])
        lowest = np.float32(0) if positive else _LOWEST
        with PARALLEL_KERNELS:
            ray_kernels.add_back(rows, *self._direction(tilt), self._gridding.weights, self.seen, lowest, x)

    def _direction(self, tilt: int) -> tuple[float, float, float]:
        cz, cx = self._lines[tilt, :2]
        return cz, cx, self._fine / self._columns

    def _set_transfers(
        self, base: Real32, factor: Real32, defocus: Real32, share: Real32, scale: float
    ) -> None:
        """Per tilt what its spectrum is multiplied by on the way to the image, and on the way back.

        Half of what divides by the CTF acts before the division by the ray lengths and half after it, so that
        a correction is a symmetric operator that never adds to an error.
        """
        k = frequencies(self._columns)
        window = np.fft.ifftshift(self._gridding.deapodisation(self._columns))
        self._low = np.fft.ifftshift(np.arange(-(self._columns // 2), (self._columns + 1) // 2))
        if self._columns % 2 == 0:
            window[self._columns // 2] = 0.0  # −½ has no partner +½: left empty, as the operator does
        self._forth: list[Complex64] = []
        self._balance: list[Real32] = []
        self._back: list[Complex64] = []
        self._rays: list[Real32] = []
        for cz, cx, shift, defocus_A, gain in self._lines:
            transfer = gain * np.sin(base + np.float32(defocus_A) * defocus) * factor
            turn = (window * np.exp(-2j * np.pi * k * (shift + self._columns // 2)))[:, None]
            balance = np.sqrt(share / (transfer**2 + _WIENER * scale**2))
            self._forth.append((turn * transfer).astype(np.complex64))
            self._balance.append(balance.astype(np.float32))
            self._back.append((turn.conj() * transfer * balance).astype(np.complex64))
            spread = np.abs(scipy.fft.irfft2(transfer * balance, s=(self._columns, self._rows))).sum(axis=1)
            self._rays.append(self._ray_lengths(cz, cx, shift, spread / max(spread.sum(), 1e-30)))

    def _ray_lengths(self, cz: float, cx: float, shift: float, spread: Real32) -> Real32:
        """[x]: how many voxels of the support lie on the ray to each detector column.

        Near the rim the CTF brings in light from longer rays: there it is their mean over its `spread` [x].
        """
        z, x = np.nonzero(self.seen)
        place = (x - self._nx // 2) * cx + (z - self._nz // 2) * cz + shift + self._columns // 2
        low = np.floor(place).astype(np.int64)
        part = place - low
        length = np.bincount(low % self._columns, 1.0 - part, self._columns)
        length += np.bincount((low + 1) % self._columns, part, self._columns)
        around = scipy.fft.irfft(scipy.fft.rfft(length) * scipy.fft.rfft(spread), n=self._columns)
        shortest = _SHORTEST_RAY * max(length.max(), 1.0)
        return np.asarray(np.maximum(np.maximum(length, around), shortest), dtype=np.float32)
