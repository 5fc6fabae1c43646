"""The beam tilt is found from phases, the rest from power and transmission; what cannot be known is said."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cryogui.calibrate import Verdict
from cryogui.calibrate.particle_gradient import estimates
from cryogui.errors import UserError
from cryogui.reconstruct import Problem
from tests.calibrate.strategies import PARTICLE_RANGES, from_nominal
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA

OTHERS = ("defocus_error", "astigmatism", "ice_thickness_variation")


def tilted(beam_tilt: float, seed: int = 6, noise: float = 0.1) -> Problem:
    """32³ voxels of 2 Å, whose noise is of the given seed, the other parameters as they are."""
    operator, theta = particles.stack(32, 24), THETA | {"beam_tilt": beam_tilt}
    y = operator.apply(particles.molecule(32), theta)
    sigma = noise * float(y.std())
    y = y + sigma * np.random.default_rng(seed).standard_normal(y.shape).astype(np.float32)
    return Problem(operator, y, theta | {"beam_tilt": 0.0}, np.ones(24, dtype=bool), sigma)


@pytest.mark.parametrize("beam_tilt", [-0.1, 0.3])
def test_a_beam_tilt_is_found(beam_tilt: float) -> None:
    calibration = from_nominal(tilted(beam_tilt), locked=OTHERS).at(THETA | {"beam_tilt": 0.0})
    *steps, last = estimates(calibration)
    finding = last.findings["beam_tilt"]
    assert set(last.findings) == {"beam_tilt"}
    assert finding.verdict is Verdict.RESOLVED
    assert last.spec == calibration.start.replace(beam_tilt=finding.value)
    assert abs(finding.value - beam_tilt) < 3.0 * finding.sigma
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)


def test_its_error_is_that_of_the_data() -> None:
    sigmas = []
    for noise in (0.1, 1.0):
        *_, last = estimates(from_nominal(tilted(0.1, noise=noise), locked=OTHERS))
        sigmas.append(last.findings["beam_tilt"].sigma)
    assert sigmas[1] > 2.0 * sigmas[0]


def test_all_is_found_from_nominal() -> None:
    measured = particles.problem(48, 12)
    gain = math.exp(-10.0 * THETA["ice_thickness_variation"] / 3950.0)
    passed = gain * (1.0 + 1e-4 * np.random.default_rng(1).standard_normal(12))
    *_, last = estimates(from_nominal(replace(measured, transmission=passed.astype(np.float32))))
    assert set(last.findings) == set(PARTICLE_RANGES.names)
    for name in ("defocus_error", "astigmatism", "beam_tilt"):
        assert abs(last.spec[name] - THETA[name]) < 3.0 * last.findings[name].sigma
    assert last.findings["ice_thickness_variation"].verdict is Verdict.RESOLVED


def test_ice_without_a_transmission_is_flat() -> None:
    locked = ("defocus_error", "astigmatism", "beam_tilt")
    *_, last = estimates(from_nominal(tilted(0.1), locked=locked))
    finding = last.findings["ice_thickness_variation"]
    assert finding.verdict is Verdict.FLAT
    assert "scale" in finding.trades_with
    assert last.spec["ice_thickness_variation"] == 50.0


def test_images_left_out_have_no_influence() -> None:
    ends = []
    for each in particles.spoilt(particles.problem(24, 9)):
        *_, last = estimates(from_nominal(each))
        ends.append((last.spec, last.findings))
    assert ends[0] == ends[1]


def test_with_nothing_to_find_it_says_so() -> None:
    with pytest.raises(UserError, match="Nothing that particles show is free"):
        list(estimates(from_nominal(tilted(0.1), locked=PARTICLE_RANGES.names)))


def test_empty_images_tell_nothing() -> None:
    empty = replace(particles.problem(24, 6), y=np.zeros((6, 24, 24), np.float32), noise_sigma=None)
    *_, last = estimates(from_nominal(empty))
    assert {finding.verdict for finding in last.findings.values()} == {Verdict.FLAT}
    assert last.spec == from_nominal(empty).start
