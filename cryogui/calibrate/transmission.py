"""Ice thickness from the share of the dose that passes it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cryogui.calibrate.calibration import Calibration
from cryogui.calibrate.estimate import Estimate, Finding
from cryogui.calibrate.registry import strategy
from cryogui.errors import UserError
from cryogui.physics.stack import TransferStack
from cryogui.reconstruct.problem import Problem


@dataclass(frozen=True)
class TransmissionOptions:
    """There is nothing to choose."""


@strategy("transmission", "Transmitted dose", ("particles",), ("ice_thickness_variation",))
def transmission(calibration: Calibration, options: TransmissionOptions) -> Iterator[Estimate]:
    """Finds the ice thickness from the mean share of the dose that passes it: t = −Λ ln T.

    Energy-filtered images are dimmed by what the ice scatters, e^(−t/Λ) with Λ the mean free path of
    inelastic scattering (Malis, Cheng & Egerton, J. Electron Microsc. Tech. 8, 193, 1988), which serves to
    map the ice of whole grids (Rice et al., J. Struct. Biol. 204, 38, 2018).

    Here every particle has a measured transmission, and all are behind the same ice: their mean is taken, and
    its error from their scatter. From the images alone a thickness cannot be found, as it only dims and blurs
    what could itself be fainter and softer.
    """
    name = _sought(calibration)
    value, sigma = thickness(calibration.problem, name)
    spec = calibration.clipped({name: value})
    yield Estimate(spec, 1.0, {name: Finding.of(calibration.ranges[name], spec[name], sigma)})


def thickness(problem: Problem, name: str) -> tuple[float, float]:
    """The thickness, as the parameter `name` has it, and its standard error; inf for a single particle.

    Raises UserError when no transmission was measured that a thickness follows from.
    """
    operator = problem.operator
    if problem.transmission is None:
        raise UserError(
            "The file holds no measured transmission, and images alone do not tell the thickness of ice; "
            "set it by hand."
        )
    passed = problem.transmission[problem.used].astype(np.float64)
    mean = float(passed.mean())
    if not 0.0 < mean <= 1.0:
        raise UserError(
            f"The mean transmission is {mean:.3g}, and only one between 0 and 1 tells a thickness; correct "
            "it in the file."
        )
    assert isinstance(operator, TransferStack) and operator.optics is not None
    link = operator.links[name]
    per_log = operator.optics.ice_mean_free_path_A / link.factor
    error = float(passed.std(ddof=1)) / math.sqrt(len(passed)) if len(passed) > 1 else math.inf
    return link.reference - per_log * math.log(mean), per_log * error / mean


def _sought(calibration: Calibration) -> str:
    operator = calibration.problem.operator
    assert isinstance(operator, TransferStack)
    for name in calibration.free:
        if name in operator.links and operator.links[name].quantity == "thickness_A":
            return name
    raise UserError("The transmitted dose tells the ice thickness, which is not free here; unlock it first.")
