"""A single image through a 2-D CTF, or through nothing at all (the identity)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.fourier import WORKERS, Complex64, Real32
from cryogui.physics.operators import Block, Loaded, Measured, Theta
from cryogui.physics.stack import WIENER, TransferStack
from cryogui.physics.transfer import Link


class ImageCtf(TransferStack):
    """One image: ŷ = CTF·x̂ on the image's own grid. Objects have shape (1, ny, nx), measurements too.

    optics None: the identity. parameters: which of the names in `links` the file gives ranges for; 'errors'
    add to the optics, absolute values replace what the optics say. ice_thickness_nm: the thickness that the
    ideal image already contains, so that only a departure from it changes anything.
    """

    def __init__(
        self,
        image_shape: tuple[int, int],
        optics: Optics | None = None,
        defocus_A: float = 0.0,
        parameters: Sequence[str] = (),
        ice_thickness_nm: float = 0.0,
    ):
        known = links(optics, defocus_A, ice_thickness_nm) if optics is not None else {}
        chosen = {name: known[name] for name in parameters if name in known}
        super().__init__((1, *image_shape), optics, np.array([defocus_A]), np.zeros(1), chosen)
        self.x_shape = (1, *image_shape)
        self.support = np.ones((1, 1, 1), dtype=bool)
        transfer = Block("C", "Contrast transfer", "sin(χ + asin w) · exp(−Bk²/4)", self.parameters)
        absorbing = tuple(name for name, link in chosen.items() if link.quantity == "thickness_A")
        detector = Block("D", "Detector", "e^(−t/Λ)" if optics else "ŷ = x", absorbing)
        self.blocks = (transfer, detector) if optics is not None else (detector,)

    refinements = 0  # deconvolving twice would only undo the damping of the noise

    def load(self, x: Real32) -> Loaded:
        """The image's spectrum [1, ky, kx]."""
        spectrum: Complex64 = scipy.fft.rfft2(self._checked(x, self.x_shape, "image"), workers=WORKERS)
        return spectrum

    def normal(
        self, theta: Theta, image_weights: NDArray[np.float64] | None = None
    ) -> Callable[[Real32], Real32]:
        power = self.power(theta) * np.float32(1.0 if image_weights is None else image_weights[0])
        return lambda x: self._to_images((self.load(x) * power).astype(np.complex64))

    def reconstruct(self, y: Real32, theta: Theta, used: NDArray[np.bool_]) -> Real32:
        """Wiener deconvolution."""
        return self._deconvolved(self.measure(y), theta)

    def slice(self, measured: Measured, theta: Theta, index: int, used: NDArray[np.bool_]) -> Real32:
        plane: Real32 = self._deconvolved(measured, theta)[0]
        return plane

    def _deconvolved(self, measured: Measured, theta: Theta) -> Real32:
        if self.optics is None:
            return measured.images.copy()
        spectra = self.matched(measured, theta)
        spectra /= self.power(theta) + np.float32(WIENER)
        return self._to_images(spectra)

    def _unload(self, spectra: Complex64) -> Real32:
        return self._to_images(spectra) * np.float32(self._pixels)


def links(optics: Optics, defocus_A: float, ice_thickness_nm: float) -> dict[str, Link]:
    """Every parameter name that published image files use, mapped onto one model."""
    return {
        "defocus_error": Link("defocus_A", 10.0),
        "astigmatism": Link("astigmatism_A", 10.0),
        "beam_tilt": Link("beam_tilt_mrad", 1.0),
        "ice_thickness_variation": Link("thickness_A", 10.0, ice_thickness_nm),
        "defocus_um": Link("defocus_A", 1e4, defocus_A * 1e-4),
        "cs_mm": Link("cs_mm", 1.0, optics.cs_mm),
        "amplitude_contrast": Link("amplitude_contrast", 1.0, optics.amplitude_contrast),
        "ice_thickness_nm": Link("thickness_A", 10.0, ice_thickness_nm),
        "defocus_error_nm": Link("defocus_A", 10.0),
        "Cs_error_mm": Link("cs_mm", 1.0),
        "B_factor_error": Link("b_factor_A2", 1.0),
        "ice_thickness_error_nm": Link("thickness_A", 10.0),
    }
