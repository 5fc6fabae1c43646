"""The fit of the CTF finds what was wrong with it and leaves alone what was right; images are filtered."""

from __future__ import annotations

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.physics.ctf import Optics
from cryogui.physics.image import ImageCtf
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem, Step, find_method
from tests.reconstruct import particles
from tests.reconstruct.particles import THETA, error
from tests.reconstruct.series import steps


def last_step(problem: Problem, **values: bool) -> Step:
    return steps("ctffind4", problem, **values)[-1]


@pytest.mark.parametrize("wrong_by_nm", [-90.0, 150.0])
def test_a_defocus_error_is_found_from_one_particle(wrong_by_nm: float) -> None:
    measured = particles.problem(96, 1)
    given = THETA | {"defocus_error": THETA["defocus_error"] + wrong_by_nm}
    found = last_step(measured.with_spec(given)).found
    assert found["defocus_error"] == pytest.approx(THETA["defocus_error"], abs=10.0)


def test_astigmatism_is_found_from_several() -> None:
    measured = particles.problem(64, 8)
    found = last_step(measured.with_spec(THETA | {"astigmatism": 0.0})).found
    assert found["defocus_error"] == pytest.approx(THETA["defocus_error"], abs=3.0)
    assert found["astigmatism"] == pytest.approx(THETA["astigmatism"], abs=6.0)


def test_what_is_right_is_left_alone() -> None:
    step = last_step(particles.problem(48, 6))
    assert step.found == {name: THETA[name] for name in ("defocus_error", "astigmatism")}


def test_the_volume_comes_closer_with_what_was_found() -> None:
    measured = particles.problem(48, 24).with_spec(THETA | {"defocus_error": -100.0})
    fitted, as_given = (error(last_step(measured, fit=fit).x, 48) for fit in (True, False))
    assert fitted < 0.6
    assert fitted < 0.8 * as_given


def test_images_left_out_have_no_influence() -> None:
    clean, rubbish = particles.spoilt(particles.problem(32, 8))
    first, second = (last_step(each) for each in (clean, rubbish))
    assert first.found == second.found
    np.testing.assert_array_equal(first.x, second.x)


@pytest.mark.parametrize("shape", [(64, 64), (49, 70)])
def test_a_single_image_is_fitted_and_deconvolved(shape: tuple[int, int]) -> None:
    operator = ImageCtf(shape, Optics(1.5), 12_000.0, ("defocus_error_nm",))
    rng = np.random.default_rng(3)
    x = np.zeros((1, *shape), dtype=np.float32)
    x[0, 12:-12, 12:-12] = rng.uniform(0, 1, (shape[0] - 24, shape[1] - 24))
    y = operator.apply(x, {"defocus_error_nm": 40.0})
    sigma = 0.02 * float(y.std())
    y += sigma * rng.standard_normal(y.shape).astype(np.float32)
    step = last_step(Problem(operator, y, {"defocus_error_nm": 0.0}, np.ones(1, dtype=bool), sigma))
    assert step.found["defocus_error_nm"] == pytest.approx(40.0, abs=5.0)
    assert step.x is not None
    assert np.corrcoef(step.x.ravel(), x.ravel())[0, 1] > 0.9 > np.corrcoef(y.ravel(), x.ravel())[0, 1]


def test_an_image_without_optics_has_nothing_to_fit() -> None:
    y = np.random.default_rng(1).standard_normal((1, 24, 24)).astype(np.float32)
    assert last_step(Problem(ImageCtf((24, 24)), y, {}, np.ones(1, dtype=bool))).found == {}


def test_a_tilt_series_is_refused() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [-10.0, 10.0])
    measured = Problem(operator, np.ones(operator.y_shape, np.float32), {}, np.ones(2, dtype=bool))
    with pytest.raises(UserError, match="reconstructs particle images with known poses or a single image"):
        find_method("ctffind4").require_fit(measured)
