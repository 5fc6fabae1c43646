"""SGD and non-uniform refinement: each part does its work, and nothing it must not see has influence."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.physics.fourier import resized
from cryogui.reconstruct.nonuniform import NonUniform
from cryogui.reconstruct.shells import Shells
from cryogui.reconstruct.stacks import used_stack
from cryogui.reconstruct.stochastic import Descent
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA, error, molecule
from tests.reconstruct.series import assert_resumable, result, steps


def test_without_noise_it_converges() -> None:
    measured = particles.problem(24, 60, noise=1e-4)
    x = result("cryosparc", measured, refinements=8)
    assert measured.residual(x) < 0.02
    assert error(x, 24) < 0.1


def test_positivity_is_kept_and_can_be_turned_off() -> None:
    measured = particles.problem(24, 10, noise=0.3)
    assert result("cryosparc", measured).min() >= 0.0
    assert result("cryosparc", measured, positivity=False).min() < 0.0


def test_frequencies_march_through_growing_boxes() -> None:
    notes = [step.note for step in steps("cryosparc", particles.problem(48, 8))]
    boxes = [int(note.split()[2]) for note in notes if note.startswith("box of")]
    assert boxes == sorted(boxes)
    assert len(boxes) == 3


def test_images_left_out_have_no_influence() -> None:
    clean, rubbish = particles.spoilt(particles.problem(20, 9))
    np.testing.assert_array_equal(result("cryosparc", clean), result("cryosparc", rubbish))


def test_an_interrupted_run_goes_on_to_the_same_end() -> None:
    there = assert_resumable("cryosparc", particles.problem(20, 9), epochs=1, refinements=2)
    assert [bool(step.state) for step in there] == [False] * (len(there) - 2) + [True, True]


def test_one_particle_is_refused() -> None:
    with pytest.raises(UserError, match="two particles or more"):
        steps("cryosparc", particles.problem(16, 1))


def test_descent_alone_finds_the_coarse_volume() -> None:
    measured = particles.problem(32, 40, noise=0.02)
    operator, data = used_stack(measured)
    ratio = np.geomspace(1e-5, 10.0, 17)
    descent = Descent(operator, data, THETA, ratio, 16)  # type: ignore[arg-type]
    for _ in descent.prepare():
        pass
    rng = np.random.default_rng(1)
    for x in descent.run(np.zeros((16, 16, 16), np.float32), 16, 8, rng):
        found = x
    wanted = resized(molecule(32), 16, (0, 1, 2))
    assert np.linalg.norm(found - wanted) < 0.3 * np.linalg.norm(wanted)


def test_what_half_maps_agree_about_stays_and_the_rest_is_smoothed() -> None:
    rng = np.random.default_rng(2)
    detail = rng.standard_normal((32, 32, 32)).astype(np.float32)
    noise = [rng.standard_normal(detail.shape).astype(np.float32) for _ in range(2)]
    left = np.arange(32) < 16
    halves = [np.where(left, detail, each).astype(np.float32) for each in noise]
    smooth = NonUniform(Shells(detail.shape))
    smooth.fit(*halves)
    kept = smooth.applied(halves[0])
    assert kept[..., 4:12].std() > 0.7 * detail[..., 4:12].std()
    assert kept[..., 20:28].std() < 0.3 * noise[0][..., 20:28].std()
