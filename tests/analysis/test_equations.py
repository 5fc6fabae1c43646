"""Formulas with numbers in them: the numbers are those the model computes with."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cryogui.analysis.equations import bracketed, equations, number
from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import uniform_rotations
from cryogui.physics.tilt import SingleAxisTilt

ANGLES = np.arange(-66.0, 67.0, 3.0)
OPTICS = Optics(10.0, phase_shift_rad=np.pi / 2)


@pytest.fixture(scope="module")
def series() -> SingleAxisTilt:
    dose = np.abs(ANGLES)
    return SingleAxisTilt(
        (16, 16, 16), (16, 16), ANGLES, optics=OPTICS, defocus_A=6000.0, dose_before=dose, total_dose=66.0
    )


def text(equation: object) -> str:
    return "\n".join(equation.lines)


def test_a_tilt_series_in_the_words_of_the_page(series: SingleAxisTilt) -> None:
    theta = {
        "tilt_axis_offset": 0.4, "tilt_angle_accuracy": 0.13, "dose_induced_shrinkage": 2.0,
        "ctf_per_tilt_variation": 0.15, "missing_wedge": 30.0,
    }  # fmt: skip
    index = int(np.flatnonzero(ANGLES == -18.0)[0])
    found = equations(series, theta, index)
    assert list(found) == ["Π", "C", "D"]
    assert "θ = −18.00° + 0.130°·(−6) = −18.78°" in found["Π"].lines
    assert "s = 1 − 2.00 %·0.27 of the dose = 0.9945" in found["Π"].lines
    assert "−2πi k′·0.400 px" in found["Π"].lines[0]
    assert found["Π"].headline == "θ = −18.8°"
    assert "Δf = 0.600 + 0.150·(−18.0°/66.0°) = 0.559 µm" in found["C"].lines
    assert "0.50 π" in found["C"].lines[0]
    assert "λ = 0.0197 Å (300 kV),  Cₛ = 2.70 mm" in found["C"].lines
    assert found["D"].lines[0] == "|θ| = 18.78° < 90° − 30.00° = 60.00°: w = 1.00"


def test_the_sampling_point_in_the_formula_is_the_line_of_the_kernels(series: SingleAxisTilt) -> None:
    theta = {"tilt_angle_accuracy": 0.2, "dose_induced_shrinkage": 3.0}
    for index in (3, 40):
        cz, cx = series.geometry.lines(theta)[index, :2]
        inside = re.search(r"V̂\((\S+) k′, k_y, (\S+) k′\)", equations(series, theta, index)["Π"].lines[0])
        assert [float(value.replace("−", "-")) for value in inside.groups()] == pytest.approx(
            [cx, cz], abs=6e-4
        )


def test_a_shadowed_tilt_says_so(series: SingleAxisTilt) -> None:
    beyond = equations(series, {"missing_wedge": 30.0}, 0)["D"]
    assert beyond.headline == "w = 0.00"
    assert "|θ| = 66.00° ≥" in beyond.lines[0]
    assert equations(series, {}, 0)["D"].lines == ("no limit is known: w = 1",)


def test_blocks_that_are_off_keep_their_equations(series: SingleAxisTilt) -> None:
    part = series.padded().without(frozenset("CD"))
    assert equations(part, {"missing_wedge": 30.0}, 4) == equations(series, {"missing_wedge": 30.0}, 4)


def test_particles(series: SingleAxisTilt) -> None:
    rotations = uniform_rotations(3, np.random.default_rng(0))
    stack = ParticleStack(
        (16, 16, 16), (16, 16), rotations, [[0.5, -1.25]] * 3, [1e4, 1.5e4, 2e4], [10, 43, 90],
        optics=Optics(2.0),
    )  # fmt: skip
    theta = {"defocus_error": 50.0, "astigmatism": 20.0, "beam_tilt": 0.2, "ice_thickness_variation": 50.0}
    found = equations(stack, theta, 1)
    assert "s = (0.50, −1.25) px" in text(found["Π"])
    assert "Δf = 1.500 + 0.050 = 1.550 µm" in found["C"].lines
    assert "Δf(φ) = Δf + 10.0 nm · cos 2(φ − 43°)" in found["C"].lines
    # 65.8 k³ rad per mrad at Cs 2.7 mm and 300 kV, here at k = 1/4 Å
    assert f"{np.rad2deg(65.8 * 0.25**3 * 0.2):.1f}° at Nyquist" in text(found["C"])
    assert "t = 50.0 nm" in text(found["C"])
    assert found["D"].lines == ("e^(−t/Λ) = e^(−50.0 nm / 395 nm) = 0.8811",)
    assert "cos 2" not in text(equations(stack, {}, 1)["C"])


def test_the_first_zero_is_where_the_transfer_changes_sign() -> None:
    image = ImageCtf((64, 64), Optics(1.5), 15000.0, ("defocus_error_nm",))
    words = equations(image, {"defocus_error_nm": 100.0}, 0)["C"].lines[-1]
    at = 1 / float(re.search(r"first zero at (\S+) Å", words).group(1))
    ctf = image.ctf(0, {"defocus_error_nm": 100.0})
    below, above = ctf(np.array([0.995 * at]), np.zeros(1)), ctf(np.array([1.005 * at]), np.zeros(1))
    assert below[0] * above[0] < 0
    assert "Nyquist (3.00 Å)" in words
    coarse = ImageCtf((64, 64), Optics(40.0), 1000.0)
    assert equations(coarse, {}, 0)["C"].lines[-1] == "no zero up to Nyquist (80.00 Å)"


def test_the_identity_has_its_own_formula() -> None:
    assert equations(ImageCtf((8, 8)), {}, 0)["D"].lines == ("ŷ = x",)


@pytest.mark.parametrize(
    ("value", "decimals", "plain", "in_brackets"),
    [(-1.25, 1, "−1.2", "(−1.2)"), (-0.001, 2, "0.00", "0.00"), (0.5, 3, "0.500", "0.500")],
)
def test_numbers(value: float, decimals: int, plain: str, in_brackets: str) -> None:
    assert (number(value, decimals), bracketed(value, decimals)) == (plain, in_brackets)
