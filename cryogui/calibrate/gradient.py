"""Variable projection with analytic derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate
from cryogui.calibrate.particle_gradient import PARTICLE_NAMES, estimates
from cryogui.calibrate.registry import strategy
from cryogui.calibrate.tilt_gradient import NAMES, TiltSearch
from cryogui.reconstruct.options import option


@dataclass(frozen=True)
class GradientOptions:
    """How well the inner problem is solved."""

    iterations: int = option(
        60, "iterations", "Of the positive volume, for every spec that is tried.", low=10, high=1000
    )


@strategy("gradient", "Variable projection", ("tilt_series", "particles"), (*NAMES, *PARTICLE_NAMES))
def gradient(calibration: Calibration, options: GradientOptions) -> Iterator[Estimate]:
    """Finds the spec under which the best volume leaves the least over, by analytic derivatives.

    Variable projection (Golub & Pereyra, SIAM J. Numer. Anal. 10, 413, 1973): for every spec the volume is
    solved for, so that what is minimised depends on a few parameters, and its gradient needs no derivative of
    the volume.

    Here a tilt series is cut to a coarse one, the shadowed tilts left out. Offset and angles are released
    first, against a volume with a Gaussian prior that is solved exactly, then the angles against a positive
    and piecewise smooth one, whose bias is a third of that. The offset is then the centres of mass' where the
    frames hold the whole specimen. Shrinkage and the drift of the defocus stay as they are and are told how
    little is known of them. The wedge is not part of it: a shadow is no matter of gradients. Of particles,
    only the beam tilt, an odd phase, needs a volume; what power spectra and the transmission tell better than
    any gradient is found from them first.
    """
    if calibration.problem.kind == "particles":
        yield from estimates(calibration)
    else:
        yield from TiltSearch(calibration, options.iterations).run()
