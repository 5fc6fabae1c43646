"""Every step of a forward model as a formula with the present numbers in it, for one image."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cryogui.physics.ctf import Ctf, coma_phase, ice_depth_envelope, ice_gain
from cryogui.physics.ctf_zeros import zeros
from cryogui.physics.operators import Cropped, Operator, Theta
from cryogui.physics.particles import ParticleStack
from cryogui.physics.stack import TransferStack
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.physics.tilt_geometry import TiltGeometry
from cryogui.physics.transfer import aberrations


@dataclass(frozen=True)
class Equation:
    """headline: the one figure that says most; lines: the formula, and what its symbols stand for now."""

    headline: str
    lines: tuple[str, ...]


def equations(operator: Operator, theta: Theta, index: int) -> dict[str, Equation]:
    """An equation for each block of the whole model, by symbol, under θ at image `index`."""
    whole = operator.whole
    inner = whole.inner if isinstance(whole, Cropped) else whole
    found = {}
    for block in whole.blocks:
        if block.symbol == "Π" and isinstance(inner, SingleAxisTilt):
            found["Π"] = _tilt_projection(inner.geometry, theta, index)
        elif block.symbol == "Π" and isinstance(inner, ParticleStack):
            found["Π"] = _central_slice(inner, index)
        elif block.symbol == "C":
            found["C"] = _transfer(inner, theta, index)
        elif block.symbol == "D" and isinstance(inner, SingleAxisTilt):
            found["D"] = _holder(inner.geometry, theta, index)
        elif block.symbol == "D" and isinstance(inner, TransferStack) and inner.optics is not None:
            found["D"] = _absorption(inner, theta)
        else:
            found[block.symbol] = Equation("", (block.formula,))
    return found


# ---- projections


def _tilt_projection(geometry: TiltGeometry, theta: Theta, index: int) -> Equation:
    cz, cx, offset, _, _ = geometry.lines(theta)[index]
    nominal, steps = geometry.angle_deg[index], geometry.step_index[index]
    actual, accuracy = geometry.actual_deg(theta)[index], theta.get("tilt_angle_accuracy", 0.0)
    lines = [
        f"P(k′, k_y) = e^(−2πi k′·{number(offset, 3)} px) · V̂({number(cx, 3)} k′, k_y, {number(cz, 3)} k′)",
        f"θ = {number(nominal, 2)}° + {bracketed(accuracy, 3)}°·{bracketed(steps, 0)} = {number(actual, 2)}°",
    ]
    if geometry.dose_share.any():
        shrinkage, share = theta.get("dose_induced_shrinkage", 0.0), geometry.dose_share[index]
        thickness = 1.0 - shrinkage / 100.0 * share
        lines.append(
            f"s = 1 − {bracketed(shrinkage, 2)} %·{number(share, 2)} of the dose = {number(thickness, 4)}"
        )
    return Equation(f"θ = {number(actual, 1)}°", tuple(lines))


def _central_slice(stack: ParticleStack, index: int) -> Equation:
    r_x, r_y, beam = stack.rotations[index]
    tilt = math.degrees(math.acos(float(np.clip(beam[2], -1.0, 1.0))))
    lines = (
        "P(k) = V̂(kx·r_x + ky·r_y) · e^(−2πi k·s)",
        f"r_x = {vector(r_x)},  r_y = {vector(r_y)}",
        f"s = {vector(stack.shifts_px[index])} px;  seen {number(tilt, 1)}° from z",
    )
    return Equation(f"{number(tilt, 0)}° from z", lines)


# ---- contrast transfer


def _transfer(operator: Operator, theta: Theta, index: int) -> Equation:
    ctf, ideal = operator.ctf(index, theta), operator.ctf(index, {})
    assert ctf is not None and ideal is not None
    lines = [_ctf_formula(ctf), _defocus(ctf, ideal, operator, theta, index)]
    if ctf.astigmatism_A:
        half, towards = ctf.astigmatism_A / 20.0, ctf.astigmatism_angle_deg
        lines.append(f"Δf(φ) = Δf + {bracketed(half, 1)} nm · cos 2(φ − {number(towards, 0)}°)")
    lines.append(_lens(ctf))
    nyquist = 0.5 / ctf.optics.pixel_size_A
    if isinstance(operator, TransferStack):
        lines += _extra_phases(operator, theta, nyquist)
    lines.append(_first_zero(ctf, nyquist))
    return Equation(f"Δf {number(ctf.defocus_A / 1e4, 2)} µm", tuple(lines))


def _ctf_formula(ctf: Ctf) -> str:
    o = ctf.optics
    plate = f" + {number(o.phase_shift_rad / math.pi, 2)} π" if o.phase_shift_rad else ""
    envelopes = "".join(
        part
        for part, is_there in (
            (f" · exp(−{number(o.b_factor_A2, 1)} Å² k²/4)", o.b_factor_A2),
            (" · E_spatial", o.convergence_mrad),
            (" · E_temporal", o.focal_spread_A),
        )
        if is_there
    )
    sign = "−" if o.sign < 0 else ""
    return (
        f"CTF = {sign}sin(χ + asin {number(o.amplitude_contrast, 3)}){envelopes},  "
        f"χ = πλΔf k² − (π/2)Cₛλ³k⁴{plate}"
    )


def _defocus(ctf: Ctf, ideal: Ctf, operator: Operator, theta: Theta, index: int) -> str:
    base, now = ideal.defocus_A / 1e4, ctf.defocus_A / 1e4
    if isinstance(operator, SingleAxisTilt):
        drift = theta.get("ctf_per_tilt_variation", 0.0)
        angles = operator.geometry.angle_deg
        share = f"({number(angles[index], 1)}°/{number(float(np.abs(angles).max()), 1)}°)"
        return f"Δf = {number(base, 3)} + {bracketed(drift, 3)}·{share} = {number(now, 3)} µm"
    return f"Δf = {number(base, 3)} + {bracketed(now - base, 3)} = {number(now, 3)} µm"


def _lens(ctf: Ctf) -> str:
    o = ctf.optics
    return f"λ = {number(o.wavelength, 4)} Å ({o.voltage_kV:g} kV),  Cₛ = {number(o.cs_mm, 2)} mm"


def _extra_phases(stack: TransferStack, theta: Theta, nyquist: float) -> list[str]:
    """Coma and the ice's depth, where the model knows them."""
    assert stack.optics is not None
    departure = aberrations(stack.links, theta)
    quantities = {link.quantity for link in stack.links.values()}
    lines = []
    if "beam_tilt_mrad" in quantities:
        phase = coma_phase(np.array([nyquist]), np.zeros(1), stack.optics)[0] * departure.beam_tilt_mrad
        lines.append(
            f"e^{{iψ}}: ψ = 2πCₛλ²k²(k·β), β = {number(departure.beam_tilt_mrad, 3)} mrad along x: "
            f"{number(math.degrees(phase), 1)}° at Nyquist"
        )
    if "thickness_A" in quantities:
        blur = ice_depth_envelope(np.array([nyquist**2]), departure.thickness_A, stack.optics)[0]
        lines.append(
            f"sinc(πλtk²/2), t = {number(departure.thickness_A / 10, 1)} nm: {number(blur, 3)} at Nyquist"
        )
    return lines


def _first_zero(ctf: Ctf, nyquist: float) -> str:
    found = zeros(ctf, nyquist)
    limit = f"up to Nyquist ({number(1 / nyquist, 2)} Å)"
    return (
        f"first zero at {number(1 / found[0].k, 1)} Å, {len(found)} {limit}" if found else f"no zero {limit}"
    )


# ---- detector


def _holder(geometry: TiltGeometry, theta: Theta, index: int) -> Equation:
    let_through = float(geometry.transmitted(theta)[index])
    angle = abs(float(geometry.actual_deg(theta)[index]))
    headline = f"w = {number(let_through, 2)}"
    if "missing_wedge" not in theta:
        return Equation(headline, ("no limit is known: w = 1",))
    limit = 90.0 - theta["missing_wedge"]
    sign = "<" if angle < limit else "≥"
    compared = (
        f"|θ| = {number(angle, 2)}° {sign} 90° − {number(theta['missing_wedge'], 2)}° = {number(limit, 2)}°"
    )
    return Equation(
        headline, (f"{compared}: w = {number(let_through, 2)}", "w falls from 1 to 0 over 1° about the limit")
    )


def _absorption(stack: TransferStack, theta: Theta) -> Equation:
    assert stack.optics is not None
    thickness = aberrations(stack.links, theta).thickness_A
    gain = ice_gain(thickness, stack.optics)
    path = stack.optics.ice_mean_free_path_A
    line = (
        f"e^(−t/Λ) = e^(−{bracketed(thickness / 10, 1)} nm / {number(path / 10, 0)} nm) = {number(gain, 4)}"
    )
    return Equation(f"gain {number(gain, 3)}", (line,))


# ---- numbers


def number(value: float, decimals: int) -> str:
    """A number with true minus, and no minus before a zero."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def bracketed(value: float, decimals: int) -> str:
    """The same within brackets where a sign before it would stand beside another."""
    text = number(value, decimals)
    return f"({text})" if text.startswith("−") else text


def vector(values: Iterable[float]) -> str:
    """'(0.12, −0.50, 0.86)'."""
    return f"({', '.join(number(float(value), 2) for value in values)})"
