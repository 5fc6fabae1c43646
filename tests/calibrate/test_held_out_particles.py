"""Particles left out are predicted best under the true spec, and those that do not count change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.calibrate.held_out_particles import held_out
from cryogui.errors import UserError
from cryogui.reconstruct import Problem
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA


@pytest.fixture(scope="module")
def measured() -> Problem:
    return particles.problem(32, 24)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("defocus_error", 0.0), ("defocus_error", 120.0), ("astigmatism", -20.0), ("beam_tilt", -0.6)],
)
def test_a_wrong_spec_predicts_worse(measured: Problem, name: str, wrong: float) -> None:
    assert held_out(measured, THETA | {name: wrong}) > held_out(measured, THETA) + 1e-5


def test_it_does_not_depend_on_where_the_problem_stands(measured: Problem) -> None:
    assert held_out(measured.with_spec({}), THETA) == held_out(measured, THETA)


def test_ice_counts_where_its_transmission_was_measured(measured: Problem) -> None:
    passed = np.full(24, np.exp(-500.0 / 3950.0), dtype=np.float32)
    both = replace(measured, transmission=passed)
    thicker = THETA | {"ice_thickness_variation": 60.0}
    assert held_out(both, THETA) == pytest.approx(held_out(measured, THETA), abs=1e-9)
    assert held_out(both, thicker) > held_out(both, THETA) + 1e-5
    assert held_out(measured, thicker) == held_out(measured, THETA)


def test_a_larger_box_is_made_coarser() -> None:
    fine = particles.problem(72, 6)
    assert held_out(fine, THETA) < held_out(fine, THETA | {"defocus_error": -40.0})


def test_images_left_out_have_no_influence(measured: Problem) -> None:
    first, second = (held_out(each, THETA) for each in particles.spoilt(measured))
    assert first == second


def test_one_particle_predicts_nothing(measured: Problem) -> None:
    with pytest.raises(UserError, match="two or more"):
        held_out(measured.only(np.arange(24) == 0), THETA)


def test_empty_images_are_predicted(measured: Problem) -> None:
    assert held_out(replace(measured, y=np.zeros_like(measured.y), noise_sigma=None), THETA) == 0.0
