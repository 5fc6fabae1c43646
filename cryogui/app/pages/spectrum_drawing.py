"""The curves, marks and pictures that a spectrum and its model are drawn as. Nothing is kept here."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from cryogui.analysis.spectrum import SECTORS_DEG, PowerSpectrum, Profile, whole_plane
from cryogui.analysis.spectrum_model import Fit, ModelPower, fit
from cryogui.app.pages.spectrum_sources import Taken
from cryogui.app.views.plot import Mark, PlotCurve
from cryogui.physics.ctf import Ctf
from cryogui.physics.ctf_zeros import Zero, zero_ring, zeros
from cryogui.session.looks import SpectrumLook

FINE_POINTS, FINE_POINTS_OF_MANY = 600, 300
"""Of a model curve, however few rings were measured; fewer where the mean over images smooths it anyway."""

MOST_ZEROS = 24
_RING_POINTS = 120
_SECTOR_COLOURS = ("curve_1", "curve_2", "curve_3", "curve_4")


class Drawing:
    """A spectrum with, where it has one, the model fitted to it.

    reach: the highest frequency drawn. transfer: CTF² of its images; None without a CTF. levels: what the
    model swings between; None where nothing can be fitted.
    """

    def __init__(self, taken: Taken, transfer: ModelPower | None, reach: float) -> None:
        self.taken, self.transfer, self.reach = taken, transfer, reach
        self.radial = cut(taken.radial, reach)
        self.levels: Fit | None = None
        if transfer is not None and taken.source != "residual":
            self.levels = fit(self.radial, transfer.radial(self.radial.k))

    def curves(self, look: SpectrumLook) -> list[PlotCurve]:
        """Measured first, then the model, its levels and the noise."""
        points = FINE_POINTS if self.taken.index is not None else FINE_POINTS_OF_MANY
        k = np.linspace(self.radial.k[0], self.reach, points)
        by_sector = look.sectors and self.taken.spectrum.has_directions
        curves = list(self._sectors(k) if by_sector else self._means(k))
        if self.levels is not None and self.transfer is not None and look.envelope:
            background, above = self.levels.background(k), self.levels.amplitude(k)
            upper = background + above * self.transfer.envelope(k)
            curves.append(PlotCurve("envelope", k, upper, "muted", True, 1.0, is_ranging=False))
            curves.append(PlotCurve("background", k, background, "faint", True, 1.0, is_ranging=False))
        if self.taken.sigma is not None:
            noise = np.full(len(k), self.taken.sigma**2)
            curves.append(PlotCurve("noise σ²", k, noise, "warn", True, 1.0, is_ranging=False))
        return curves

    def _means(self, k: np.ndarray) -> Iterator[PlotCurve]:
        name = "mean of all directions" if self.taken.spectrum.has_directions else "power"
        yield PlotCurve(name, self.radial.k, self.radial.power)
        if self.levels is not None and self.transfer is not None:
            modelled = self.levels.power(k, self.transfer.radial(k))
            yield PlotCurve("model CTF²", k, modelled, "accent", is_ranging=False)

    def _sectors(self, k: np.ndarray) -> Iterator[PlotCurve]:
        """Each direction in a colour of its own, its model dashed."""
        for direction, colour in zip(SECTORS_DEG, _SECTOR_COLOURS, strict=True):
            profile = cut(self.taken.spectrum.sector(direction), self.reach)
            yield PlotCurve(f"{direction:.0f}°", profile.k, profile.power, colour)
        if self.levels is None or self.transfer is None:
            return
        for direction, colour in zip(SECTORS_DEG, _SECTOR_COLOURS, strict=True):
            modelled = self.levels.power(k, self.transfer.sector(k, direction))
            yield PlotCurve(f"model {direction:.0f}°", k, modelled, colour, True, 1.2, False, is_told=False)

    def marks(self, look: SpectrumLook) -> list[Mark]:
        """Zeros of the mean CTF, as far as rings can tell them apart; Nyquist where the plot goes beyond."""
        marks = []
        if look.zeros and self.transfer is not None:
            marks += [
                Mark(zero.k, "accent") for zero in told_zeros(self.transfer.mean_ctf, self.taken, self.reach)
            ]
        if self.taken.spectrum.nyquist < 0.99 * self.reach:
            marks.append(Mark(self.taken.spectrum.nyquist, "muted", "Nyquist"))
        return marks

    def has_model_beside(self, look: SpectrumLook) -> bool:
        """Whether the half of kx < 0 shows the model."""
        return look.beside and self.levels is not None and self.taken.rows is None

    def picture(self, look: SpectrumLook) -> np.ndarray:
        """log₁₀ of the power [ky, kx], k = 0 at index n // 2; a sinogram's [image, kx]. float32."""
        if self.taken.rows is not None:
            return logarithm(whole_rows(self.taken.rows, self.taken.spectrum.columns))
        power = self.taken.spectrum.plane()
        if self.has_model_beside(look):
            middle = power.shape[1] // 2
            power[:, :middle] = self._modelled_half(middle)
        return logarithm(power)

    def _modelled_half(self, columns: int) -> np.ndarray:
        assert self.levels is not None and self.transfer is not None
        ky, kx = axes(self.taken.spectrum)
        k_y, k_x = np.broadcast_arrays(ky[:, None], kx[None, :columns])
        return self.levels.power(np.hypot(k_x, k_y), self.transfer.at(k_x, k_y))

    def rings(self, look: SpectrumLook) -> list[np.ndarray]:
        """The zeros as closed curves in pixels of the picture [point, (x, y)]."""
        spectrum = self.taken.spectrum
        if not look.zeros or self.transfer is None or not spectrum.has_directions:
            return []
        ctf = self.transfer.mean_ctf
        return [ring(ctf, zero, spectrum) for zero in told_zeros(ctf, self.taken, self.reach)]


def told_zeros(ctf: Ctf, taken: Taken, reach: float) -> list[Zero]:
    """The zeros, up to where they are less than two rings apart."""
    step = float(taken.radial.k[0])
    found: list[Zero] = []
    for zero in zeros(ctf, reach)[:MOST_ZEROS]:
        if found and zero.k - found[-1].k < 2 * step:
            break
        found.append(zero)
    return found


def ring(ctf: Ctf, zero: Zero, spectrum: PowerSpectrum) -> np.ndarray:
    """A zero all round, in pixels of the picture [point, (x, y)]; where the phase reaches it."""
    angle = np.linspace(0.0, 2 * np.pi, _RING_POINTS, endpoint=False)
    k = zero_ring(ctf, zero, np.degrees(angle))
    rows, columns = spectrum.shape
    x = columns // 2 + k * np.cos(angle) * columns * spectrum.pixel[1]
    y = rows // 2 + k * np.sin(angle) * rows * spectrum.pixel[0]
    return np.column_stack([x, y])[np.isfinite(k)]


def cut(profile: Profile, reach: float) -> Profile:
    """The part of a profile up to `reach`."""
    kept = profile.k <= reach * (1 + 1e-9)
    return Profile(profile.k[kept], profile.power[kept], profile.samples[kept])


def axes(spectrum: PowerSpectrum) -> tuple[np.ndarray, np.ndarray]:
    """ky of every row and kx of every column of the whole plane, k = 0 at index n // 2."""
    sides = zip(spectrum.shape, spectrum.pixel, strict=True)
    ky, kx = (np.fft.fftshift(np.fft.fftfreq(n, size)) for n, size in sides)
    return ky, kx


def place_of(taken: Taken, column: int, row: int) -> tuple[float, str]:
    """|k| of a pixel of the picture, and where it lies in words."""
    ky, kx = axes(taken.spectrum)
    x, unit = float(kx[column]), f"1/{taken.unit}"
    if taken.rows is not None:
        k, where = abs(x), f"image {row + 1}  kx {x:.4f} {unit}"
    else:
        y = float(ky[row])
        k = math.hypot(x, y)
        where = f"kx {x:.4f}  ky {y:.4f}  k {k:.4f} {unit}"
    return k, f"{where}  ({1 / k:.4g} {taken.unit})" if k else where


def whole_rows(rows: np.ndarray, columns: int) -> np.ndarray:
    """Half spectra [row, kx ≥ 0] with their mirror images, each row by itself."""
    return np.concatenate([whole_plane(row[None], columns) for row in rows])


def logarithm(power: np.ndarray) -> np.ndarray:
    """log₁₀ as float32; where there is no power (k = 0), the least there is elsewhere."""
    some = power[power > 0]
    least = float(some.min()) if some.size else 1.0
    return np.log10(np.maximum(power, least)).astype(np.float32)
