"""What the optics make of the power of a tilt series' images, whatever the specimen is."""

from __future__ import annotations

import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.fourier import Real32, frequencies, half_frequencies
from cryogui.physics.operators import Theta
from cryogui.physics.stack import nyquist_lines
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.physics.transfer import Aberrations, Link, Transfer

DRIFT = "ctf_per_tilt_variation"


class TiltPower:
    """|CTF|² of the tilts `indices` of a series, on the half spectra that rfft2 makes of ny × nx pixels.

    The drift moves the defocus of the outermost tilts by its full value. Shadows, which change a tilt's power
    alike at all frequencies, are left out.
    """

    def __init__(
        self, geometry: TiltGeometry, optics: Optics, shape: tuple[int, int], indices: NDArray[np.integer]
    ):
        ny, nx = shape
        ky, kx = frequencies(ny)[:, None], half_frequencies(nx)[None, :]
        pixel = optics.pixel_size_A
        self.y_shape = (len(indices), ny, nx)
        self.optics: Optics | None = optics
        self.links = {DRIFT: Link("defocus_A", 1e4)}
        self.nyquist = nyquist_lines(ny, nx)
        self.frequency: NDArray[np.float64] = np.hypot(ky, kx)
        mean = float(geometry.defocus_A.mean())
        transfer = Transfer(optics, kx / pixel, ky / pixel, self.nyquist, mean)
        self._base, factor = transfer.tables(Aberrations())
        self._height = np.abs(factor) * np.float32(geometry.scale)
        self._per_defocus = transfer.defocus
        self._geometry, self._indices = geometry, indices

    def power(self, theta: Theta) -> Real32:
        """|transfer|² of every tilt [tilt, ky, kx], scale included."""
        focus = self._geometry.focus(theta)[self._indices].astype(np.float32)
        phase = self._base + self._per_defocus * focus[:, None, None]
        power: Real32 = np.square(np.sin(phase) * self._height)
        return power

    def chosen(self, indices: NDArray[np.integer]) -> Self:
        """The same of some of the tilts, counted among its own."""
        other = copy.copy(self)
        other.y_shape, other._indices = (len(indices), *self.y_shape[1:]), self._indices[indices]
        return other
