"""Power spectra of images: of one or the mean of many, their radial and sector averages, and as pictures.

Each image loses its mean, is tapered at its edges, and transformed; |transform|² is divided by the taper's
energy, so that white noise of variance σ² has power σ² at every frequency. Images wider than `TILE_PX` are
cut into overlapping tiles whose spectra are averaged (Welch 1967), which bounds memory and calms the speckle.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.fourier import frequencies, half_frequencies, half_spectrum_weights

Real = NDArray[np.float64]
Image = NDArray[np.float32]

TAPER = 0.125
"""Share of a side over which each edge falls to nothing, as a raised cosine."""

TILE_PX = 512

SECTORS_DEG = (0.0, 45.0, 90.0, 135.0)
"""Middles of the sectors, from +x towards +y as the astigmatism's angle; each is 45° wide, and with its
mirror image they cover the plane once."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Power along |k|: k in 1/Å at the middle of each bin, mean power, and the number of samples behind it.

    Power is NaN in a bin without samples. The bin about k = 0 is left out, as the mean was taken away.
    """

    k: Real
    power: Real
    samples: Real

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Bins with a power above zero, which a logarithm and a fit can use."""
        return (self.samples > 0) & (self.power > 0)


@dataclass(frozen=True, eq=False)
class PowerSpectrum:
    """Mean power of `images` images on the half plane that a real transform keeps.

    power: [ky, kx ≥ 0] as numpy's rfft2 orders it, in squared units of the images. columns: width of what was
    transformed. pixel: (y, x) in Å, or 1 where the size is not known and k is in 1/px.
    """

    power: Real
    columns: int
    pixel: tuple[float, float]
    images: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the whole plane."""
        return self.power.shape[0], self.columns

    @property
    def nyquist(self) -> float:
        """The highest frequency recorded in every direction; along the row for images of one row."""
        sides = [size for n, size in zip(self.shape, self.pixel, strict=True) if n > 1]
        return 0.5 / max(sides, default=1.0)

    @property
    def has_directions(self) -> bool:
        """Whether there is more than one direction."""
        return min(self.shape) > 1

    def radial(self) -> Profile:
        """Mean over all directions."""
        return self._profile(np.ones(1, dtype=bool))

    def sector(self, direction_deg: float) -> Profile:
        """Mean over the 45° about one of `SECTORS_DEG`."""
        return self._profile(self._polar.sector(len(SECTORS_DEG)) == SECTORS_DEG.index(direction_deg))

    def by_direction(self, count: int) -> tuple[Real, Real, Real]:
        """(k [ring], mean power, samples behind it [ring, direction]) in `count` sectors that cover half a
        turn, the first about +x; power is NaN where there is no sample. As `Profile` otherwise."""
        polar = self._polar
        rings = len(polar.k)
        cell = (polar.ring * count + polar.sector(count)).ravel()
        samples, total = (
            np.bincount(cell, np.ravel(weights), rings * count).astype(np.float64).reshape(rings, count)[1:]
            for weights in (polar.weight, polar.weight * self.power)
        )
        power: Real = np.divide(total, samples, out=np.full(samples.shape, np.nan), where=samples > 0)
        return polar.k[1:], power, samples

    def plane(self) -> Real:
        """The whole plane [ky, kx], k = 0 at index n // 2 of each axis."""
        return whole_plane(self.power, self.columns)

    @cached_property
    def _polar(self) -> _Polar:
        return _polar(self.shape, self.pixel)

    def _profile(self, chosen: NDArray[np.bool_]) -> Profile:
        polar = self._polar
        weights = polar.weight * chosen
        count = len(polar.k)
        samples = np.bincount(polar.ring.ravel(), weights.ravel(), count)[1:].astype(np.float64)
        total = np.bincount(polar.ring.ravel(), (weights * self.power).ravel(), count)[1:]
        power = np.divide(total, samples, out=np.full(count - 1, np.nan), where=samples > 0)
        return Profile(polar.k[1:], power, samples)


def mean_spectrum(images: Iterable[Image], pixel: tuple[float, float]) -> PowerSpectrum:
    """The mean power spectrum of images [y, x] of one shape, which are asked for one at a time.

    Raises ValueError when there is none.
    """
    total: Real | None = None
    count = columns = 0
    for image in images:
        power = image_power(image)
        total = power if total is None else total + power
        columns, count = min(image.shape[1], TILE_PX), count + 1
    if total is None:
        raise ValueError("there is no image to take a spectrum of")
    return PowerSpectrum(total / count, columns, pixel, count)


def image_power(image: Image) -> Real:
    """Power of one image [y, x] on the half plane [ky, kx ≥ 0], mean over its tiles."""
    rows, columns = (min(n, TILE_PX) for n in image.shape)
    window = taper(rows)[:, None] * taper(columns)
    total, count = np.zeros((rows, columns // 2 + 1)), 0
    for tile in _tiles(image):
        total += _tile_power(tile, window)
        count += 1
    return total / count


@lru_cache(maxsize=16)
def taper(n: int) -> Image:
    """1 in the middle of `n` samples, falling to nothing over `TAPER` of them at each end."""
    edge = round(TAPER * n)
    window = np.ones(n, dtype=np.float32)
    ramp = np.sin(0.5 * np.pi * (np.arange(edge) + 0.5) / max(edge, 1)) ** 2
    window[:edge], window[n - edge :] = ramp, ramp[::-1]
    window.flags.writeable = False
    return window


def whole_plane(half: Real, columns: int) -> Real:
    """A half plane [ky, kx ≥ 0] with its mirror image: [ky, kx], k = 0 at index n // 2 of each axis."""
    rows = half.shape[0]
    mirrored = half[-np.arange(rows) % rows]
    negative = mirrored[:, columns // 2 : 0 : -1]
    positive = half[:, : (columns + 1) // 2]
    return np.fft.fftshift(np.concatenate([negative, positive], axis=1), axes=0)


def _tile_power(tile: Image, window: Image) -> Real:
    mean = np.vdot(tile, window) / window.sum()
    spectrum = scipy.fft.rfft2((tile - mean) * window)
    power: Real = (spectrum.real**2 + spectrum.imag**2) / float((window**2).sum(dtype=np.float64))
    return power


def _tiles(image: Image) -> Iterator[Image]:
    """The image, or tiles of `TILE_PX` that overlap where they are tapered and reach all its edges."""
    starts = [_starts(n) for n in image.shape]
    for top in starts[0]:
        for left in starts[1]:
            yield image[top : top + TILE_PX, left : left + TILE_PX]


def _starts(n: int) -> list[int]:
    if n <= TILE_PX:
        return [0]
    steps = math.ceil((n - TILE_PX) / ((1.0 - 2.0 * TAPER) * TILE_PX))
    return [round(i * (n - TILE_PX) / steps) for i in range(steps + 1)]


@dataclass(frozen=True, eq=False)
class _Polar:
    """For each sample of a half plane: its ring, its direction from +x towards +y, and how often it counts.
    k: middles of rings."""

    ring: NDArray[np.intp]
    angle_deg: Real
    weight: Real
    k: Real

    def sector(self, count: int) -> NDArray[np.intp]:
        """Which of `count` sectors of half a turn each lies in, the first about +x."""
        return np.rint(self.angle_deg / (180.0 / count)).astype(np.intp) % count


@lru_cache(maxsize=8)
def _polar(shape: tuple[int, int], pixel: tuple[float, float]) -> _Polar:
    rows, columns = shape
    ky, kx = frequencies(rows)[:, None] / pixel[0], half_frequencies(columns)[None, :] / pixel[1]
    width = 1.0 / max(n * size for n, size in zip(shape, pixel, strict=True) if n > 1 or max(shape) == 1)
    k = np.hypot(ky, kx)
    ring = np.rint(k / width).astype(np.intp)
    angle = np.degrees(np.arctan2(ky, kx))
    weight = np.broadcast_to(half_spectrum_weights(columns).astype(np.float64), k.shape)
    return _Polar(ring, angle, weight, np.arange(ring.max() + 1) * width)
