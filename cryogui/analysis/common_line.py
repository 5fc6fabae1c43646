"""The line that two particles share in Fourier space, and how well their images agree along it.

The central slices of two views with beam directions b₁, b₂ cross in the line along b₁ × b₂. Both images
measure it, so after correction for CTF, shift and aberrations their transforms agree along it (Crowther 1971;
van Heel 1987). For right poses the pair of lines that agrees best is the pair that the poses predict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.analysis.central_lines import LineWaves, central_lines, line_frequencies, line_profile, towards
from cryogui.physics.fourier import Complex64, Real32
from cryogui.physics.operators import Theta
from cryogui.physics.particles import ParticleStack

Real = NDArray[np.float64]

WIENER = 0.05  # keeps |transfer|² + ε away from zero
STEP_DEG = 3.0  # between the lines of the map
MOST_CELLS = 48  # of the lines in the map, from the middle
_PARALLEL = 0.02  # sine of the angle below which two views share a whole plane rather than a line
_BAND = 5  # cells over which a correlation along k is taken


@dataclass(frozen=True)
class Crossing:
    """Where the line lies in either image: angles from +x towards +y, the first within 0° … 180°.

    between_deg: the angle between the views.
    """

    first_deg: float
    second_deg: float
    between_deg: float


@dataclass(frozen=True, eq=False)
class Pair:
    """Two images [2, y, x] freed of transfer and shift, with the particle in the middle.

    noise: [2, ky, kx ≥ 0], power of their noise at every frequency; None where it is not known.
    """

    images: Real32
    noise: Real | None


@dataclass(frozen=True, eq=False)
class CommonLine:
    """Two images along their common line, each cell counted in proportion to |k| as a back-projection does:
    otherwise the few of the lowest frequencies would decide.

    k: [cell], cycles per pixel. profiles: [2, place], projections onto the line so filtered, of root mean
    square 1 and about the particle's middle at index length // 2. correlation: of the two, −1 … 1; expected:
    what the noise leaves of a correlation of 1, None where it is not known. by_k: [cell], the correlation
    within `_BAND` neighbouring cells.
    """

    crossing: Crossing
    k: Real
    profiles: Real
    correlation: float
    expected: float | None
    by_k: Real


@dataclass(frozen=True, eq=False)
class LineMap:
    """How alike every line of the first image is to every line of the second.

    correlation: [first, second], lines `STEP_DEG` apart, from 0° to 180° and from 0° to 360°.
    """

    correlation: Real

    def better(self, place: Crossing) -> int:
        """How many pairs of lines agree better than the one nearest to `place`."""
        row = round(place.first_deg / STEP_DEG)
        column = round(place.second_deg / STEP_DEG)
        if row == len(self.correlation):  # 180° is the other end of 0°
            row, column = 0, column + self.correlation.shape[1] // 2
        here = self.correlation[row, column % self.correlation.shape[1]]
        return int((self.correlation > here).sum())

    @property
    def best_deg(self) -> tuple[float, float]:
        """The angles of the pair that agrees best."""
        first, second = np.unravel_index(int(np.argmax(self.correlation)), self.correlation.shape)
        return float(first) * STEP_DEG, float(second) * STEP_DEG


def crossing(first: Real, second: Real) -> Crossing | None:
    """Of two rotations (rows: an image's x, y and beam axes in the volume); None for views along the same
    line."""
    along = np.cross(first[2], second[2])
    sine = float(np.linalg.norm(along))
    if sine < _PARALLEL:
        return None
    along = along / sine
    angles = [float(np.degrees(np.arctan2(r[1] @ along, r[0] @ along))) for r in (first, second)]
    if not 0.0 <= angles[0] % 360.0 < 180.0:  # the other end of the same line
        angles = [angle + 180.0 for angle in angles]
    between = float(np.degrees(np.arctan2(sine, abs(float(first[2] @ second[2])))))
    return Crossing(angles[0] % 360.0, angles[1] % 360.0, between)


def corrected(
    stack: ParticleStack, images: Real32, chosen: tuple[int, int], theta: Theta, noise_sigma: float | None
) -> Pair:
    """The two images `chosen` of a stack, freed of their transfer under the spec θ by a Wiener filter."""
    ones = [stack.chosen(np.array([index])) for index in chosen]
    spectra = scipy.fft.rfft2(images[list(chosen)]).astype(np.complex64)
    nothing = np.ones((1, *spectra.shape[1:]), dtype=np.complex64)
    # one by one, which takes no other core from the image on screen
    transfer = np.concatenate([one.transferred(nothing, theta) for one in ones])
    power = np.abs(transfer) ** 2
    wiener = transfer.conj() / (power + WIENER * float(np.mean(power)))
    spectra *= wiener * np.concatenate([_centring(one) for one in ones])
    freed = scipy.fft.irfft2(spectra, s=images.shape[1:]).astype(np.float32)
    if noise_sigma is None:
        return Pair(freed, None)
    pixels = images.shape[1] * images.shape[2]
    return Pair(freed, noise_sigma**2 * pixels * np.abs(wiener).astype(np.float64) ** 2)


def common_line(pair: Pair, place: Crossing) -> CommonLine:
    """A pair along its common line."""
    k = line_frequencies(pair.images.shape[1:])
    directions = towards(np.array([place.first_deg, place.second_deg]))
    lines = np.stack(
        [
            central_lines(pair.images[n : n + 1], directions[n : n + 1], k)[0, 0].astype(np.complex128) * k
            for n in (0, 1)
        ]
    )
    energy = 2.0 * (np.abs(lines) ** 2).sum(axis=1)
    noise = _noise_energy(pair, directions, k)
    lines = _unit(lines, axis=1)
    length = pair.images.shape[2]
    profiles = np.array([line_profile(line, length) for line in lines]) * length
    expected = None
    if noise is not None and energy.all():
        expected = float(np.sqrt(np.prod(np.clip(1.0 - noise / energy, 0.0, 1.0))))
    correlation = float(2.0 * (lines[0] * lines[1].conj()).real.sum())
    return CommonLine(place, k, profiles, correlation, expected, _by_k(lines))


def line_map(pair: Pair) -> LineMap:
    """Every line of the first image held against every line of the second, out to `MOST_CELLS` cells."""
    _, ny, nx = pair.images.shape
    k = line_frequencies((ny, nx), MOST_CELLS)
    lines = _unit(_map_waves((ny, nx)).through(pair.images) * k.astype(np.float32), axis=2)
    same = 2.0 * (lines[0] @ lines[1].conj().T).real
    opposite = 2.0 * (lines[0] @ lines[1].T).real  # a line's other end is its conjugate
    return LineMap(np.concatenate([same, opposite], axis=1).astype(np.float64))


@lru_cache(maxsize=1)
def _map_waves(shape: tuple[int, int]) -> LineWaves:
    """Made once: sliders ask for the map again and again."""
    angles = np.arange(0.0, 180.0, STEP_DEG)
    return LineWaves.of(shape, towards(angles), line_frequencies(shape, MOST_CELLS))


def _unit(lines: NDArray[np.complexfloating], axis: int) -> NDArray[np.complexfloating]:
    """Of energy 1 with the mirror halves; what is empty stays so."""
    size = np.sqrt(2.0 * (np.abs(lines) ** 2).sum(axis=axis, keepdims=True))
    return np.asarray(np.divide(lines, size, out=np.zeros_like(lines), where=size > 0))


def _noise_energy(pair: Pair, directions: Real, k: Real) -> Real | None:
    """Energy [2] of the noise in the two weighted lines, its power taken from the nearest grid point."""
    if pair.noise is None:
        return None
    _, ny, nx = pair.images.shape
    found = []
    for power, (x, y) in zip(pair.noise, directions, strict=True):
        way = 1.0 if x >= 0 else -1.0  # the half plane kept is kx ≥ 0
        column, row = np.rint(way * x * k * nx).astype(int), np.rint(way * y * k * ny).astype(int)
        found.append(2.0 * float((power[row % ny, column] * k**2).sum()))
    return np.array(found)


def _by_k(lines: NDArray[np.complexfloating]) -> Real:
    """Correlation within a band of cells about each; NaN where there is nothing."""
    band = np.ones(_BAND)
    products = lines[0] * lines[1].conj()
    energies = [np.convolve(np.abs(line) ** 2, band, "same") for line in lines]
    together = np.convolve(products.real, band, "same")
    size = np.sqrt(energies[0] * energies[1])
    return np.asarray(np.divide(together, size, out=np.full(len(size), np.nan), where=size > 0))


def _centring(stack: ParticleStack) -> Complex64:
    """e^(+2πi k·s) of every particle [particle, ky, kx]."""
    _, ny, nx = stack.y_shape
    ky, kx = np.fft.fftfreq(ny)[:, None], np.fft.rfftfreq(nx)
    x, y = stack.shifts_px[:, :1, None], stack.shifts_px[:, 1:, None]
    return np.exp(2j * np.pi * (kx * x + ky * y)).astype(np.complex64)
