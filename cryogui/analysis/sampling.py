"""Which part of Fourier space a tilt series measures: its lines in the kx–kz plane, and what they leave out.

By the central-slice theorem a tilt at θ measures the line (kx, kz) = k′·(cosθ, −s·sinθ) of every plane of
constant ky, with the thickness factor s of a shrinking specimen; the signs are those of the forward model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryogui.physics.operators import Cropped, Operator, Theta
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.physics.tilt_geometry import TiltGeometry

State = Literal["measured", "shadowed", "excluded"]

GAP_RATIO = 1.5
"""A gap between neighbouring lines that exceeds every other by this factor is a missing wedge."""


@dataclass(frozen=True, eq=False)
class TiltLines:
    """The lines of a series in the kx–kz plane, in the file's order.

    angle_deg: actual stage angles. ends [tilt, (kx, kz)]: where each line ends at k′ = +1; the other end lies
    opposite. weight: the amplitude the holder lets through, 0 … 1. states: what becomes of each line.
    limit_deg: beyond this angle the holder shadows; None where it does not.
    """

    angle_deg: NDArray[np.float64]
    ends: NDArray[np.float64]
    weight: NDArray[np.float64]
    states: tuple[State, ...]
    limit_deg: float | None

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which lines a reconstruction uses."""
        return np.array([state == "measured" for state in self.states])

    @property
    def gap_deg(self) -> tuple[float, float]:
        """(from, to): the tilt angles between which the largest gap lies, `to` counted on past 90°.

        (0, 180) where no line is used.
        """
        angles = np.sort(self.angle_deg[self.used])
        if not len(angles):
            return 0.0, 180.0
        gaps = np.diff(angles, append=angles[0] + 180.0)
        widest = int(np.argmax(gaps))
        return float(angles[widest]), float(angles[widest] + gaps[widest])


@dataclass(frozen=True)
class TiltFigures:
    """What the lines of a series are good for.

    count: lines used. increment_deg: mean angle between neighbours, the wedge apart. wedge_deg: width of the
    missing wedge, 0 where the half turn is covered; wedge_fraction: its share of Fourier space.
    elongation: of the point-spread function along the wedge's direction; None where it is without bound.
    leaning_deg: by how much that direction leans away from z, because the tilt range is not symmetric.
    """

    count: int
    increment_deg: float
    wedge_deg: float
    elongation: float | None
    leaning_deg: float

    @property
    def wedge_fraction(self) -> float:
        """The missing part of Fourier space: sectors of a turn, alike at every ky."""
        return self.wedge_deg / 180.0

    def crowther(self, diameter: float) -> float:
        """The finest detail that is sampled without gaps in an object `diameter` across, in its unit.

        d = πD/N for N lines spread evenly over the half turn, hence D·Δθ for an increment Δθ (Crowther,
        DeRosier & Klug, Proc. R. Soc. A 317, 319, 1970).
        """
        return diameter * math.radians(self.increment_deg)


def geometry_of(operator: Operator | None) -> TiltGeometry | None:
    """The geometry of a tilt series, whatever detector it has; None for particles and images."""
    inner = operator.inner if isinstance(operator, Cropped) else operator
    return inner.geometry if isinstance(inner, SingleAxisTilt) else None


def bare_geometry(tilt_angles_deg: NDArray[np.floating]) -> TiltGeometry:
    """The geometry of a series of which nothing but the angles is known."""
    angles = np.asarray(tilt_angles_deg, dtype=np.float64)
    return TiltGeometry(angles, np.zeros_like(angles), np.zeros_like(angles), 1.0)


def tilt_lines(geometry: TiltGeometry, theta: Theta, excluded: frozenset[int] = frozenset()) -> TiltLines:
    """The lines that a series measures under the setting θ, without the images `excluded`."""
    cz, cx = geometry.lines(theta)[:, :2].T
    seen = geometry.expects(theta)
    states: tuple[State, ...] = tuple(
        "excluded" if index in excluded else "measured" if seen[index] else "shadowed"
        for index in range(geometry.count)
    )
    shadows = geometry.has_holder and "missing_wedge" in theta
    return TiltLines(
        angle_deg=geometry.actual_deg(theta),
        ends=np.stack([cx, cz], axis=1),
        weight=geometry.transmitted(theta),
        states=states,
        limit_deg=90.0 - theta["missing_wedge"] if shadows else None,
    )


def tilt_figures(lines: TiltLines) -> TiltFigures:
    """Increment, missing wedge and elongation of the lines that are used."""
    angles = np.sort(lines.angle_deg[lines.used])
    gaps = np.sort(np.diff(angles, append=angles[0] + 180.0)) if len(angles) else np.array([180.0])
    is_wedge = len(gaps) < 2 or gaps[-1] > GAP_RATIO * gaps[-2]
    wedge = float(gaps[-1]) if is_wedge else 0.0
    distinct = int((gaps[: len(gaps) - is_wedge] > 1e-6).sum())
    start, end = lines.gap_deg
    leaning = (start + end) / 2 - 90.0 if is_wedge else 0.0
    return TiltFigures(
        count=len(angles),
        increment_deg=(180.0 - wedge) / distinct if distinct else 180.0,
        wedge_deg=wedge,
        elongation=elongation((180.0 - wedge) / 2),
        leaning_deg=leaning,
    )


def elongation(largest_tilt_deg: float) -> float | None:
    """Stretch of the point-spread function along the beam for tilts to ±α; None for α = 0.

    e = √[(α + sinα·cosα)/(α − sinα·cosα)] (Radermacher, in Frank (ed.), Electron Tomography, 1992).
    """
    alpha = math.radians(largest_tilt_deg)
    mixed = math.sin(alpha) * math.cos(alpha)
    return math.sqrt((alpha + mixed) / (alpha - mixed)) if alpha > 1e-3 else None
