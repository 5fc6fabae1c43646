"""How far what a model leaves over is from white noise of the stated level, frequency by frequency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cryogui.analysis.spectrum import Image, mean_spectrum


@dataclass(frozen=True)
class Whiteness:
    """Power of a residual over that of the noise.

    ratio: mean over all rings of |k| up to Nyquist, each counted once: 1 for white noise, more where there is
    something unexplained, less where noise was fitted. k: of the ring that is least like the noise, in 1/Å
    (1/px without a pixel size), and ratio_there.
    """

    ratio: float
    k: float
    ratio_there: float


def whiteness(residuals: Iterable[Image], sigma: float, pixel: tuple[float, float]) -> Whiteness:
    """Of residual images [y, x] of one shape, under noise of standard deviation `sigma`.

    Unlike ‖r‖², in which the many samples of high frequencies outweigh the few of low ones, all rings count
    alike: a misfit at low frequencies shows. The ring least like the noise is that whose log-ratio is largest
    in units of its own scatter. Raises ValueError when there is no image, or no ring.
    """
    spectrum = mean_spectrum(residuals, pixel)
    profile = spectrum.radial()
    kept = profile.filled & (profile.k <= spectrum.nyquist * (1 + 1e-9))
    if not kept.any():
        raise ValueError("the images are too small to have a spectrum")
    ratios = profile.power[kept] / sigma**2
    worst = int(np.argmax(np.abs(np.log(ratios)) * np.sqrt(profile.samples[kept])))
    return Whiteness(float(ratios.mean()), float(profile.k[kept][worst]), float(ratios[worst]))
