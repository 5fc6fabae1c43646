"""What a power spectrum should look like: CTF² of its images on a smooth background, fitted to a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cryogui.analysis.spectrum import SECTORS_DEG, Profile, Real
from cryogui.physics.ctf import Ctf

MOST_IMAGES = 32
"""Of more images, this many with defoci spread alike stand for all: the mean must follow a slider."""

_PER_SECTOR, _PER_SECTOR_OF_MANY = 6, 2
"""Directions that stand for a sector's mean; fewer where the mean over images smooths it anyway."""

_WIDTHS = (0.06, 0.12, 0.25, 0.5, 1.0)
"""Of the fit's Gaussians, as shares of the highest frequency."""

_BUMPS = 8
_ROUNDS = 5
_LEAST_SEEN = 0.1  # of a bump: where the CTF lets less through, nothing is known of the amplitude
_LEAST_SCALE = 1e-3  # of the measured power: where the model has none, a ring must not outweigh all others

_LEAST_RING = 2
"""The first ring fitted: what the taper spreads from k = 0 ends before."""


@dataclass(frozen=True)
class ModelPower:
    """CTF² averaged over the images of these CTFs; there is at least one."""

    ctfs: tuple[Ctf, ...]

    @property
    def mean_ctf(self) -> Ctf:
        """The CTF at the mean defocus, by whose zeros the average is marked."""
        return replace(self.ctfs[0], defocus_A=float(np.mean([ctf.defocus_A for ctf in self.ctfs])))

    @property
    def has_directions(self) -> bool:
        """Whether directions differ."""
        return any(ctf.astigmatism_A for ctf in self.ctfs)

    def at(self, kx: Real, ky: Real) -> Real:
        """CTF² at frequencies in 1/Å."""
        return np.asarray(np.mean([ctf(kx, ky) ** 2 for ctf in self.ctfs], axis=0))

    def radial(self, k: Real) -> Real:
        """Mean of CTF² over all directions."""
        return self._along(k, SECTORS_DEG)

    def sector(self, k: Real, direction_deg: float) -> Real:
        """Mean of CTF² over the 45° about a direction, from +x towards +y."""
        return self._along(k, (direction_deg,))

    def envelope(self, k: Real) -> Real:
        """What bounds CTF²."""
        return np.asarray(np.mean([ctf.envelope(k, np.zeros_like(k)) ** 2 for ctf in self.ctfs], axis=0))

    def _along(self, k: Real, middles_deg: Sequence[float]) -> Real:
        if not self.has_directions:
            return self.at(k, np.zeros_like(k))
        count = _PER_SECTOR if len(self.ctfs) == 1 else _PER_SECTOR_OF_MANY
        within = ((np.arange(count) + 0.5) / count - 0.5) * 45.0
        angle = np.radians(np.add.outer(middles_deg, within).ravel())[:, None]
        return np.asarray(self.at(k * np.cos(angle), k * np.sin(angle)).mean(axis=0))


@dataclass(frozen=True, eq=False)
class Fit:
    """Smooth levels between which a model spectrum swings: background + amplitude · CTF².

    The background is a constant and Gaussians about k = 0; the amplitude is free to rise again, as the power
    of a specimen does, but not as fast as Thon rings follow each other. All weights are ≥ 0. most: frequency
    in 1/Å that widths are shares of.
    """

    most: float
    background_weights: Real
    amplitude_weights: Real

    def background(self, k: Real) -> Real:
        """Power where the CTF vanishes."""
        return _falling(k / self.most) @ self.background_weights

    def amplitude(self, k: Real) -> Real:
        """Power that a CTF of 1 adds to the background."""
        return _flexible(k / self.most) @ self.amplitude_weights

    def power(self, k: Real, transfer: Real) -> Real:
        """The model's power where CTF² is `transfer`."""
        return self.background(k) + self.amplitude(k) * transfer


def fit(profile: Profile, transfer: Real) -> Fit | None:
    """The levels with which CTF² (`transfer`, at the profile's k) comes closest to the measured power.

    The power of a ring of n samples scatters by 1/√n of what it should be; so non-negative least squares are
    repeated with the model's own power as the scale, which approaches the most likely levels. None for a
    profile with too few rings to speak of.
    """
    from scipy.optimize import nnls

    usable = profile.filled & (np.arange(len(profile.k)) + 1 >= _LEAST_RING)
    if usable.sum() < 4:
        return None
    power, most, samples = profile.power[usable], float(profile.k[-1]), profile.samples[usable]
    background, amplitude = _falling(profile.k[usable] / most), _flexible(profile.k[usable] / most)
    seen = transfer[usable] @ amplitude >= _LEAST_SEEN * amplitude.sum(axis=0)
    amplitude = np.where(seen, amplitude * transfer[usable][:, None], 0.0)
    columns, scale = np.concatenate([background, amplitude], axis=1), power
    for _ in range(_ROUNDS):
        weights = np.sqrt(samples) / scale
        found, _ = nnls(columns * weights[:, None], power * weights)
        scale = np.maximum(columns @ found, _LEAST_SCALE * power)
    return Fit(most, *np.split(found, [background.shape[1]]))


def representatives(defoci_A: Sequence[float]) -> tuple[int, ...]:
    """Indices of at most `MOST_IMAGES` images whose defoci are spread as those of all."""
    order = np.argsort(np.asarray(defoci_A), kind="stable")
    count = min(len(order), MOST_IMAGES)
    middles = ((np.arange(count) + 0.5) * len(order) / max(count, 1)).astype(int)
    return tuple(int(i) for i in order[middles])


def _falling(share: Real) -> Real:
    """[..., function]: a constant and Gaussians of several widths."""
    gaussians = [np.exp(-0.5 * (share / width) ** 2) for width in _WIDTHS]
    return np.stack([np.ones_like(share), *gaussians], axis=-1)


def _flexible(share: Real) -> Real:
    """[..., function]: the same, and a row of bumps."""
    middles = (np.arange(_BUMPS) + 1.0) / _BUMPS
    bumps = np.exp(-0.5 * ((share[..., None] - middles) * _BUMPS) ** 2)
    return np.concatenate([_falling(share), bumps], axis=-1)
