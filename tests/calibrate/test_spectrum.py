"""Thon rings tell defocus and astigmatism, how well they are known, and nothing of images left out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from cryogui.calibrate import Verdict
from cryogui.errors import UserError
from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.reconstruct import Problem
from cryogui.spec import Parameter, SpecRanges
from tests.calibrate.strategies import estimates, from_nominal
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA


def test_one_particle_tells_the_defocus() -> None:
    last = estimates("spectrum", from_nominal(particles.problem(96, 1)))[-1]
    assert last.fraction == 1.0
    assert last.spec["defocus_error"] == pytest.approx(THETA["defocus_error"], abs=10.0)


def test_several_tell_both_and_their_errors() -> None:
    steps = estimates("spectrum", from_nominal(particles.problem(64, 8)))
    spec, findings = steps[-1].spec, steps[-1].findings
    for name, most in (("defocus_error", 4.0), ("astigmatism", 8.0)):
        assert findings[name].verdict is Verdict.RESOLVED
        assert 0.1 < findings[name].sigma < most
        assert spec[name] == findings[name].value == pytest.approx(THETA[name], abs=3 * findings[name].sigma)
    assert spec["beam_tilt"] == 0.0
    assert spec["ice_thickness_variation"] == 50.0
    assert all(a.fraction <= b.fraction for a, b in pairwise(steps))


def test_more_noise_makes_the_errors_larger() -> None:
    quiet, noisy = (
        estimates("spectrum", from_nominal(particles.problem(48, 6, noise)))[-1].findings["astigmatism"].sigma
        for noise in (0.1, 1.0)
    )
    assert noisy > 1.5 * quiet


def test_noise_alone_tells_nothing() -> None:
    measured = particles.problem(32, 4)
    y = np.random.default_rng(3).standard_normal(measured.y.shape).astype(np.float32)
    empty = Problem(measured.operator, y, THETA, measured.used, 1.0)
    findings = estimates("spectrum", from_nominal(empty))[-1].findings
    assert all(finding.verdict is not Verdict.RESOLVED for finding in findings.values())


def test_what_is_locked_stays() -> None:
    calibration = from_nominal(particles.problem(48, 6), locked=("defocus_error",))
    last = estimates("spectrum", calibration.at({**calibration.start, "defocus_error": 60.0}))[-1]
    assert set(last.findings) == {"astigmatism"}
    assert last.spec["defocus_error"] == 60.0
    assert last.spec["astigmatism"] == pytest.approx(THETA["astigmatism"], abs=6.0)


def test_images_left_out_have_no_influence() -> None:
    first, second = (
        estimates("spectrum", from_nominal(each))[-1] for each in particles.spoilt(particles.problem(32, 8))
    )
    assert first.spec == second.spec
    assert first.findings == second.findings


def test_a_single_image_by_the_names_its_layout_gives() -> None:
    ranges = SpecRanges(
        (Parameter("defocus_um", 1.0, 1.5, 1.2, "µm"), Parameter("cs_mm", 2.6, 2.8, 2.7, "mm"))
    )
    operator = ImageCtf((64, 64), Optics(1.5), 12_000.0, ranges.names)
    rng = np.random.default_rng(3)
    x = np.zeros((1, 64, 64), dtype=np.float32)
    x[0, 12:-12, 12:-12] = rng.uniform(0, 1, (40, 40))
    y = operator.apply(x, {"defocus_um": 1.26, "cs_mm": 2.7})
    y += 0.02 * y.std() * rng.standard_normal(y.shape).astype(np.float32)
    measured = Problem(operator, y, {}, np.ones(1, dtype=bool))
    finding = estimates("spectrum", from_nominal(measured, ranges))[-1].findings["defocus_um"]
    assert finding.value == pytest.approx(1.26, abs=0.005)
    assert finding.sigma < 0.005


def test_with_nothing_to_find_it_says_so() -> None:
    with pytest.raises(UserError, match="neither is free"):
        estimates("spectrum", from_nominal(particles.problem(16, 2), locked=("defocus_error", "astigmatism")))
