"""Central lines of images' Fourier transforms, exactly: the transform of an image's projection onto a line.

By the central-slice theorem a line through the origin of an image's transform is the 1-D transform of the
image summed across that line. Here each sample is the sum itself, Σ y(x)·e^(−2πi k·x) with x counted from the
middle pixel (index n // 2): nothing is interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.fourier import Complex64, Real32

Real = NDArray[np.float64]


def line_frequencies(shape: tuple[int, int], most: int | None = None) -> Real:
    """k in cycles per pixel of the cells of a line through images [y, x], or of the first `most` of them."""
    side = max(shape)
    count = (side - 1) // 2 if most is None else min((side - 1) // 2, most)
    return np.arange(1, count + 1) / side


@dataclass(frozen=True, eq=False)
class LineWaves:
    """The waves that lines through images of one shape are summed with: [direction · k, x] and [.., y]."""

    across: Complex64
    along: Complex64
    lines: int

    @classmethod
    def of(cls, shape: tuple[int, int], directions: Real, k: Real) -> LineWaves:
        """For images [y, x], unit vectors `directions` [direction, (x, y)] and cycles per pixel `k`."""
        points = (k[None, :, None] * directions[:, None, :]).reshape(-1, 2)
        return cls(_waves(points[:, 0], shape[1]), _waves(points[:, 1], shape[0]), len(directions))

    def through(self, images: Real32) -> Complex64:
        """The lines [image, direction, k] of images [image, y, x]."""
        found = np.empty((len(images), len(self.across)), dtype=np.complex64)
        for number, image in enumerate(images):
            found[number] = np.einsum("px,px->p", self.along @ image.astype(np.complex64), self.across)
        return found.reshape(len(images), self.lines, -1)


def central_lines(images: Real32, directions: Real, k: Real) -> Complex64:
    """Samples [image, direction, k] along unit vectors `directions` [direction, (x, y)] of images
    [image, y, x]."""
    _, ny, nx = images.shape
    return LineWaves.of((ny, nx), directions, k).through(images)


def line_profile(line: NDArray[np.complexfloating], length: int) -> Real:
    """The projection [place] whose transform a line holds from its first cell on; mean zero, the middle pixel
    at index length // 2."""
    spectrum = np.zeros(length // 2 + 1, dtype=np.complex128)
    kept = min(len(line), len(spectrum) - 1)
    spectrum[1 : kept + 1] = line[:kept]
    return np.fft.fftshift(np.fft.irfft(spectrum, length))


def towards(angle_deg: NDArray[np.floating] | Real) -> Real:
    """Unit vectors [direction, (x, y)] at angles from +x towards +y."""
    angle = np.deg2rad(np.asarray(angle_deg, dtype=np.float64))
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _waves(k: Real, n: int) -> Complex64:
    place = np.arange(n) - n // 2
    return np.exp(-2j * np.pi * k[:, None] * place).astype(np.complex64)
