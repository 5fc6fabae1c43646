"""Where a CTF vanishes, in closed form: along one direction its phase is a quadratic in k²."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cryogui.physics.ctf import Ctf, Real, defocus_phase, spherical_phase


@dataclass(frozen=True)
class Zero:
    """A zero of a CTF: the frequency k in 1/Å, and the order n of χ + asin w = nπ."""

    order: int
    k: float


def zeros(ctf: Ctf, most: float, direction_deg: float | None = None) -> tuple[Zero, ...]:
    """The zeros of sin(χ + asin w) with 0 < k ≤ `most` (1/Å), by rising k.

    direction_deg: from +x towards +y; None leaves the astigmatism out, which is the mean of all directions.
    """
    slope = _slope(ctf) * _defocus_A(ctf, direction_deg)
    curvature, constant = _curvature(ctf), _constant(ctf)
    reach = [0.0, most**2]
    if curvature:
        turning = -slope / (2 * curvature)
        reach += [turning] if 0 < turning < most**2 else []
    phases = [constant + slope * s + curvature * s**2 for s in reach]
    first, last = math.ceil(min(phases) / math.pi), math.floor(max(phases) / math.pi)
    found = [
        Zero(order, math.sqrt(s))
        for order in range(first, last + 1)
        for s in _positive_roots(curvature, slope, constant - order * math.pi)
        if s <= most**2
    ]
    return tuple(sorted(found, key=lambda zero: zero.k))


def zero_ring(ctf: Ctf, zero: Zero, directions_deg: Real) -> Real:
    """Where the zero that lies at `zero` in the mean of all directions lies along each of these, in 1/Å.

    NaN along a direction in which the phase does not reach it.
    """
    twice = 2 * np.radians(directions_deg - ctf.astigmatism_angle_deg)
    slope = _slope(ctf) * (ctf.defocus_A + 0.5 * ctf.astigmatism_A * np.cos(twice))
    curvature, constant = _curvature(ctf), _constant(ctf) - zero.order * math.pi
    with np.errstate(invalid="ignore", divide="ignore"):
        larger = -0.5 * (slope + np.copysign(np.sqrt(slope**2 - 4 * curvature * constant), slope))
        roots = np.stack(
            [larger / curvature if curvature else np.full_like(slope, np.nan), constant / larger]
        )
        off = np.where(roots > 0, np.abs(roots - zero.k**2), np.inf)
        nearest = np.take_along_axis(roots, off.argmin(axis=0)[None], axis=0)[0]
        return np.sqrt(np.where(nearest > 0, nearest, np.nan))


def defocus_of_zero(ctf: Ctf, zero: Zero) -> float:
    """The defocus in Å at which `ctf`, all else unchanged and astigmatism left out, has this zero."""
    s = zero.k**2
    return (zero.order * math.pi - _constant(ctf) - _curvature(ctf) * s**2) / (_slope(ctf) * s)


def _defocus_A(ctf: Ctf, direction_deg: float | None) -> float:
    if direction_deg is None:
        return ctf.defocus_A
    twice = 2 * math.radians(direction_deg - ctf.astigmatism_angle_deg)
    return ctf.defocus_A + 0.5 * ctf.astigmatism_A * math.cos(twice)


def _slope(ctf: Ctf) -> float:
    """Phase per k² and Å of defocus."""
    return float(defocus_phase(np.ones(1), ctf.optics)[0])


def _curvature(ctf: Ctf) -> float:
    """Phase per k⁴."""
    return float(spherical_phase(np.ones(1), ctf.optics)[0]) * ctf.optics.cs_mm


def _constant(ctf: Ctf) -> float:
    """Phase at k = 0."""
    return ctf.optics.phase_shift_rad + math.asin(ctf.optics.amplitude_contrast)


def _positive_roots(a: float, b: float, c: float) -> list[float]:
    """The roots s > 0 of a·s² + b·s + c."""
    if not a:
        roots = [-c / b] if b else []
    else:
        discriminant = b * b - 4 * a * c
        if discriminant < 0:
            return []
        larger = -0.5 * (b + math.copysign(math.sqrt(discriminant), b))  # never a difference of near equals
        roots = [larger / a, c / larger] if larger else [0.0]
    return sorted({s for s in roots if s > 0})
