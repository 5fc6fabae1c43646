"""What a model leaves over by direction within the images, held against white noise of the stated level.

What an error leaves over, to first order, is the image times the change of what transfers it: an astigmatism
changes χ by cos 2φ, so its power goes as cos² 2φ, with four lobes; a beam tilt (a phase of cos φ), a shift or
a wrong stretch along one direction leave cos² φ, with two; a defocus or a gain leave it even.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.analysis.spectrum import TAPER, Image, mean_spectrum

Real = NDArray[np.float64]

COUNT = 12
STEP_DEG = 180.0 / COUNT
DIRECTIONS_DEG = np.arange(COUNT) * STEP_DEG
"""Middles of the sectors, from +x towards +y; with their mirror images they cover the plane once."""


@dataclass(frozen=True)
class Lobes:
    """One harmonic of a ratio over the direction: its amplitude, the standard error of that under white
    noise, and the direction of its first lobe in degrees from 0."""

    amplitude: float
    error: float
    at_deg: float


@dataclass(frozen=True, eq=False)
class ByDirection:
    """Power of residual images over that of the noise.

    k: [ring], in 1/Å (1/px without a pixel size). cells: [ring, direction], NaN where nothing was sampled.
    samples: [ring, direction], behind them all, mirror images included.
    """

    k: Real
    cells: Real
    samples: Real

    @property
    def ratio(self) -> Real:
        """Mean [direction] over the rings that reach into every sector, each counted once as in `whiteness`;
        NaN where none does."""
        chosen = self._rings
        return self.cells[chosen].mean(axis=0) if chosen.any() else np.full(COUNT, np.nan)

    @property
    def error(self) -> Real:
        """Standard error [direction] of `ratio`, were it 1: that of white noise."""
        chosen = self._rings
        if not chosen.any():
            return np.full(COUNT, np.nan)
        # mirror images are no news, and the taper makes neighbours alike
        variance = 2.0 / (_taper_share() ** 2 * self.samples[chosen])
        return np.asarray(np.sqrt(variance.sum(axis=0)) / chosen.sum())

    @property
    def mean(self) -> float:
        """Over all directions."""
        return float(self.ratio.mean())

    def lobes(self, fold: int) -> Lobes:
        """The part of the ratio that repeats `fold` times in a turn: 2 or 4."""
        wave = np.exp(-1j * fold * np.deg2rad(DIRECTIONS_DEG))
        found = complex(2.0 / COUNT * (self.ratio @ wave))
        error = math.sqrt(2.0 / COUNT * float((self.error**2).mean()))
        at = -math.degrees(cmath.phase(found)) / fold
        return Lobes(abs(found), error, at % (360.0 / fold))

    @property
    def _rings(self) -> NDArray[np.bool_]:
        return np.asarray((self.samples > 0).all(axis=1))


def by_direction(residuals: Iterable[Image], sigma: float, pixel: tuple[float, float]) -> ByDirection:
    """Of the mean power of residual images [y, x] of one shape, up to Nyquist, under noise of standard
    deviation `sigma`. Raises ValueError when there is no image."""
    spectrum = mean_spectrum(residuals, pixel)
    k, power, samples = spectrum.by_direction(COUNT)
    kept = k <= spectrum.nyquist * (1 + 1e-9)
    return ByDirection(k[kept], power[kept] / sigma**2, samples[kept] * spectrum.images)


def relative(found: ByDirection) -> ByDirection:
    """The same relative to its mean, for noise of a level that is not known."""
    mean = found.mean
    return ByDirection(found.k, found.cells / mean if mean > 0 else found.cells, found.samples)


def turned(found: ByDirection, by_deg: float) -> ByDirection:
    """The same counted from another direction, to the nearest sector."""
    steps = -round(by_deg / STEP_DEG)
    return ByDirection(found.k, np.roll(found.cells, steps, axis=1), np.roll(found.samples, steps, axis=1))


def together(parts: Iterable[ByDirection]) -> ByDirection:
    """The mean of several of the same shape. Raises ValueError when there is none."""
    total: Real | None = None
    samples = np.zeros(0)
    k = samples
    for part in parts:
        power = np.where(part.samples > 0, part.cells, 0.0) * part.samples
        total, samples = (power, part.samples) if total is None else (total + power, samples + part.samples)
        k = part.k
    if total is None:
        raise ValueError("there is no image to look at by direction")
    cells = np.divide(total, samples, out=np.full(total.shape, np.nan), where=samples > 0)
    return ByDirection(k, cells, samples)


def _taper_share() -> float:
    """Share of the samples along one axis that the taper leaves independent: (Σw²)² / (nΣw⁴)."""
    squares, fourths = 1.0 - 2 * TAPER * (1 - 3 / 8), 1.0 - 2 * TAPER * (1 - 35 / 128)
    return squares**2 / fourths
