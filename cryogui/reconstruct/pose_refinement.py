"""Particles turned and shifted a little, towards where a map explains them best."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Complex64, Real32, half_spectrum_weights
from cryogui.physics.operators import Measured, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import turn_vectors, turns
from cryogui.reconstruct.shells import Real

_ROUNDS = 2  # of Gauss-Newton for one map: the next map is better, so there is no use in going to the end
_AT_ONCE = 16  # particles
_FIRST_DAMPING, _EASED, _STIFFENED = 1e-3, 0.25, 10.0


class PoseRefinement:
    """Poses of `operator`'s particles, each a small turn and shift away from the given one.

    Every pose is the most likely one under noise of the power `noise` [ky, kx] and normally distributed
    departures: `turn_rad` and `shift_px`, rms of a turn about all three axes and of a shift. 0 keeps them as
    given. departures: [particle, 5], the turns about the image's axes and the shifts, in units of these.
    """

    def __init__(
        self,
        operator: ParticleStack,
        measured: Measured,
        theta: Theta,
        noise: Real,
        turn_rad: float,
        shift_px: float,
    ):
        self._given, self._measured, self._theta = operator, measured, theta
        self._scale = np.repeat([turn_rad / np.sqrt(3.0), shift_px / np.sqrt(2.0)], [3, 2])
        count, ny, nx = operator.y_shape
        self._weights = half_spectrum_weights(nx) * ~operator.nyquist / (noise * ny * nx)
        self.departures = np.zeros((count, 5))
        self.damping = np.full(count, _FIRST_DAMPING)

    @property
    def operator(self) -> ParticleStack:
        """The model with the poses as they are now."""
        return self._posed(np.arange(len(self.departures)), self.departures)

    @property
    def changes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """By how much every particle has been turned (rad) and shifted (px)."""
        moved = self.departures * self._scale
        return np.linalg.norm(moved[:, :3], axis=1), np.linalg.norm(moved[:, 3:], axis=1)

    def improve(self, x: Real32, largest_k: float) -> Iterator[None]:
        """Moves the particles towards x by frequencies up to `largest_k` (cycles per pixel).

        Yields now and then. A step that explains a particle worse is not taken (Levenberg and Marquardt).
        """
        spectrum = self._given.spectrum(x)
        yield
        weights = np.where(self._given.frequency <= largest_k, self._weights, 0.0)
        count = len(self.departures)
        for start in range(0, count, _AT_ONCE):
            part = np.arange(start, min(start + _AT_ONCE, count))
            for _ in range(_ROUNDS):
                self._advance(part, spectrum, weights)
                yield

    def _advance(self, part: NDArray[np.intp], spectrum: Complex64, weights: Real) -> None:
        now, damping = self.departures[part], self.damping[part]
        operator = self._posed(part, now)
        residual = self._residual(operator, part, spectrum)
        slopes = operator.pose_slopes(spectrum, self._theta) * self._scale[:, None, None].astype(np.float32)
        weighted = slopes.conj() * weights.astype(np.float32)
        matrix = np.einsum("iajk,ibjk->iab", weighted, slopes, optimize=True).real + np.eye(5)
        gradient = np.einsum("iajk,ijk->ia", weighted, residual, optimize=True).real - now
        matrix += damping[:, None, None] * np.eye(5) * matrix
        step = np.linalg.solve(matrix.astype(np.float64), gradient[..., None])[..., 0]
        ahead = self._stepped(now, step)
        behind = self._misfit(residual, now, weights)
        better = (
            self._misfit(self._residual(self._posed(part, ahead), part, spectrum), ahead, weights) < behind
        )
        self.departures[part] = np.where(better[:, None], ahead, now)
        self.damping[part] = damping * np.where(better, _EASED, _STIFFENED)

    def _posed(self, part: NDArray[np.intp], departures: Real) -> ParticleStack:
        chosen, moved = self._given.chosen(part), departures * self._scale
        return chosen.posed(turns(moved[:, :3]) @ chosen.rotations, chosen.shifts_px + moved[:, 3:])

    def _stepped(self, departures: Real, step: Real) -> Real:
        """Departures followed by a step; one turn after the other is no sum."""
        ahead = departures + step
        if self._scale[0] > 0.0:
            turn = self._scale[:3]
            turned = turns(step[:, :3] * turn) @ turns(departures[:, :3] * turn)
            ahead[:, :3] = turn_vectors(turned) / turn
        return ahead

    def _residual(self, operator: ParticleStack, part: NDArray[np.intp], spectrum: Complex64) -> Complex64:
        assert self._measured.spectra is not None
        return self._measured.spectra[part] - operator.transferred(operator.slices(spectrum), self._theta)

    def _misfit(self, residual: Complex64, departures: Real, weights: Real) -> Real:
        """−2 log of every particle's likelihood, but for a constant."""
        square = np.square(residual.real) + np.square(residual.imag)
        misfit: Real = np.einsum("ijk,jk->i", square, weights) + np.square(departures).sum(axis=1)
        return misfit
