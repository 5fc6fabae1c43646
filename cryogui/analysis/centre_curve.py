"""Measured centres of mass of a tilt series against the curve that a spec expects, and what bends between.

Under a spec with angles θᵢ, thickness factors sᵢ and the offset tₐ the centre of mass of image i lies at
xᵢ = x̄·cosθᵢ − z̄·sᵢ·sinθᵢ + tₐ, yᵢ = ȳ, with (x̄, ȳ, z̄) that of the specimen (Helgason 1980; Natterer, The
Mathematics of Computerized Tomography, 1986, II.4). The specimen is not known, so x̄ and z̄ are fitted: what is
left is what no specimen explains under this spec.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.operators import Theta
from cryogui.physics.tilt_derivatives import KNOBS
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.reconstruct.centres_of_mass import Centres

Real = NDArray[np.float64]

FEWEST_TILTS = 5


@dataclass(frozen=True, eq=False)
class CentreCurve:
    """The curve of a spec through measured centres.

    expected_px, misfit_px: [tilt], the curve and measured − curve, across the axis; drift_px: [tilt], the
    measured y less its mean. whole: [tilt], the images it was fitted to. across_px, depth_px: x̄ and z̄.
    """

    expected_px: Real
    misfit_px: Real
    drift_px: Real
    whole: NDArray[np.bool_]
    across_px: float
    depth_px: float

    @property
    def scatter_px(self) -> float:
        """Root mean square of the misfit of the images fitted."""
        return _rms(self.misfit_px[self.whole])


@dataclass(frozen=True)
class Bend:
    """How much a change of one quantity, alone, would take from the misfit.

    value: that change, with its standard error; share: of the misfit's squares, 0 to 1.
    """

    value: float
    error: float
    share: float

    @property
    def is_seen(self) -> bool:
        """Whether the value is beyond what scatter makes of nothing."""
        return abs(self.value) > 3.0 * self.error


def curve_under(
    geometry: TiltGeometry, theta: Theta, centres: Centres, counted: NDArray[np.bool_]
) -> CentreCurve | None:
    """The curve of the spec θ through the images `counted` [tilt].

    None where centres cannot be trusted (`Centres.can_be_trusted`), or are too few to fit two numbers to.
    """
    whole = centres.whole(counted)
    if not centres.can_be_trusted(counted) or whole.sum() < FEWEST_TILTS:
        return None
    lines = geometry.lines(theta)
    design, shift = lines[:, [1, 0]], lines[:, 2]
    solution = np.linalg.lstsq(design[whole], (centres.x_px - shift)[whole], rcond=None)[0]
    expected = design @ solution + shift
    drift = centres.y_px - float(centres.y_px[whole].mean())
    across, depth = map(float, solution)
    return CentreCurve(expected, centres.x_px - expected, drift, whole, across, depth)


def bend_by(geometry: TiltGeometry, theta: Theta, curve: CentreCurve, name: str) -> Bend | None:
    """What a change of the parameter `name` would take from the misfit, in its file unit; None where the
    parameter does not move centres."""
    by = dict(zip(KNOBS, geometry.direction(name, theta).T, strict=True))
    cz_by_angle, cx_by_angle, cz_by_thickness = geometry.turning(theta).T
    moved = (
        by["angle_rad"] * (curve.across_px * cx_by_angle + curve.depth_px * cz_by_angle)
        + by["thickness_factor"] * curve.depth_px * cz_by_thickness
        + by["shift_px"]
    )
    lines = geometry.lines(theta)
    return _bend(moved[curve.whole], lines[:, [1, 0]][curve.whole], curve.misfit_px[curve.whole])


def axis_turn_deg(curve: CentreCurve) -> Bend | None:
    """How far the tilt axis lies off the images' y axis, positive from +y towards +x; None where centres do
    not move.

    About an axis turned by ψ centres move along x′·sinψ in y while they move along x′·cosψ in x: y follows x.
    """
    moved = curve.expected_px[curve.whole]
    found = _bend(moved, np.ones((len(moved), 1)), curve.drift_px[curve.whole])
    if found is None:
        return None
    slope = math.degrees(1.0 / (1.0 + found.value**2))
    return Bend(-math.degrees(math.atan(found.value)), found.error * slope, found.share)


def _bend(moved: Real, fitted: Real, misfit: Real) -> Bend | None:
    """The least-squares factor of `moved` in `misfit`, beside the columns `fitted` whose factors are free."""
    free = moved - fitted @ np.linalg.lstsq(fitted, moved, rcond=None)[0]
    left = misfit - fitted @ np.linalg.lstsq(fitted, misfit, rcond=None)[0]
    energy, spare = float(free @ free), len(left) - fitted.shape[1] - 1
    if spare < 1 or energy <= 1e-12 * max(float(moved @ moved), 1e-12) or energy < 1e-20:
        return None
    value = float(free @ left) / energy
    before, after = float(left @ left), float(np.sum((left - value * free) ** 2))
    share = 1.0 - after / before if before > 0.0 else 0.0
    return Bend(value, math.sqrt(after / spare / energy), share)


def _rms(values: Real) -> float:
    return float(np.sqrt(np.mean(values**2)))
