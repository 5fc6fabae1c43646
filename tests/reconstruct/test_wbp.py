"""Weighted back-projection: its level, its weights for uneven tilts, and what must not enter it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryogui.physics.ctf import Optics
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem
from cryogui.reconstruct.wbp import section_weights
from tests.physics.laws import noise, relative
from tests.reconstruct import series as made


def _plain(angles: np.ndarray, n: int = 32, ny: int = 12) -> SingleAxisTilt:
    return SingleAxisTilt((n, ny, n), (ny, n), angles)


@pytest.mark.parametrize("weighting", ["exact", "ramp"])
def test_all_round_it_returns_the_object_at_its_own_level(weighting: str) -> None:
    problem, x = made.measured(_plain(np.arange(-90.0, 90.0, 3.0)), {"tilt_axis_offset": 0.6})
    found = made.result("wbp", problem, weighting=weighting, window="none")
    assert np.vdot(found, x) / np.vdot(x, x) == pytest.approx(1.0, abs=0.06)
    assert relative(found, x) < 0.1
    assert problem.residual(found) < 0.1


def test_exact_weights_make_up_for_uneven_tilts_and_the_plain_ramp_does_not() -> None:
    dense_and_sparse = np.concatenate([np.arange(-90.0, 0.0, 1.0), np.arange(0.0, 90.0, 5.0)])
    problem, x = made.measured(_plain(dense_and_sparse))
    exact = relative(made.result("wbp", problem, window="none"), x)
    assert exact < 0.2
    assert relative(made.result("wbp", problem, window="none", weighting="ramp"), x) > 2 * exact


def test_the_same_line_recorded_twice_counts_once_where_lines_are_apart() -> None:
    once, twice = _plain(np.array([-90.0, -30.0, 30.0])), _plain(np.array([-90.0, -30.0, 30.0, 90.0]))
    both = section_weights(twice, {}, np.ones(4, bool), 32)
    alone = section_weights(once, {}, np.ones(3, bool), 32)
    np.testing.assert_allclose((both[0] + both[3])[8:], alone[0, 8:], rtol=0.01)
    np.testing.assert_allclose(both[0], both[3])


@pytest.mark.parametrize("turn_deg", [180.0, 360.0])
def test_even_tilts_are_weighted_by_the_ramp_up_to_the_resolution_they_give(turn_deg: float) -> None:
    k = np.fft.rfftfreq(64)
    tilt = _plain(np.arange(-90.0, -90.0 + turn_deg, 2.0), 64)
    used = np.ones(tilt.geometry.count, bool)
    ramp, exact = (section_weights(tilt, {}, used, 64, weighting) for weighting in ("ramp", "exact"))
    inner = k < 0.9 / (64 * np.deg2rad(2.0))
    np.testing.assert_allclose(exact[:, inner], ramp[:, inner], rtol=0.01)
    assert ramp[:, 5].sum() == pytest.approx(np.pi * k[5])
    assert exact[:, -1].max() < 0.95 * ramp[:, -1].min()


@pytest.mark.parametrize(("volume", "detector"), made.SHAPES, ids=str)
@pytest.mark.parametrize("padded", [False, True])
def test_any_shape_and_the_detector_that_does_not_wrap(
    volume: tuple[int, int, int], detector: tuple[int, int], padded: bool
) -> None:
    operator = made.series(volume, detector)
    problem, x = made.measured(operator.padded() if padded else operator, made.SPEC)
    found = made.result("wbp", problem)
    assert found.shape == volume
    assert np.corrcoef(found.ravel(), x.ravel())[0, 1] > 0.8
    assert problem.residual(found) < 0.5


@pytest.mark.parametrize("weighting", ["exact", "ramp"])
def test_images_left_out_have_no_influence(weighting: str) -> None:
    problem, _ = made.measured(made.series(), made.SPEC)
    used = problem.used.copy()
    used[[2, 11]] = False
    spoiled = problem.y.copy()
    spoiled[~used] = 1e4 * noise(spoiled[~used].shape, 1)
    first, second = replace(problem, used=used), replace(problem, used=used, y=spoiled)
    found = made.result("wbp", first, weighting=weighting)
    np.testing.assert_array_equal(found, made.result("wbp", second, weighting=weighting))
    assert relative(found, made.result("wbp", problem, weighting=weighting)) > 1e-3


def test_shadowed_tilts_are_left_out() -> None:
    problem, _ = made.measured(made.series(), {"missing_wedge": 40.0})
    spoiled = problem.y.copy()
    spoiled[0] = 1e3
    np.testing.assert_array_equal(
        made.result("wbp", problem), made.result("wbp", replace(problem, y=spoiled))
    )


@pytest.mark.parametrize("weighting", ["exact", "ramp"])
def test_a_series_that_is_all_in_the_shadow_shows_nothing(weighting: str) -> None:
    problem, _ = made.measured(_plain(np.array([-60.0, 60.0])), {"missing_wedge": 40.0})
    assert not made.result("wbp", problem, weighting=weighting).any()


def test_flipped_phases_bring_back_what_the_ctf_turned_over() -> None:
    optics = Optics(4.0, phase_shift_rad=np.pi / 2)
    operator = SingleAxisTilt(
        (32, 32, 32), (32, 32), np.arange(-90.0, 90.0, 3.0), optics=optics, defocus_A=2e4
    )
    point = np.zeros(operator.x_shape, np.float32)
    point[16, 16, 16] = 1.0
    problem = Problem(operator, operator.apply(point, {}), {}, np.ones(60, bool))
    left, flipped = (made.result("wbp", problem, ctf=ctf) for ctf in ("none", "phase flip"))
    assert flipped[16, 16, 16] > 1.3 * left[16, 16, 16]
    assert flipped.argmax() == point.argmax()


def test_a_lower_cutoff_lets_less_noise_through() -> None:
    operator = made.series()
    problem, _ = made.measured(operator)
    only_noise = replace(problem, y=noise(operator.y_shape, 3))
    energy = [np.linalg.norm(made.result("wbp", only_noise, cutoff=c)) for c in (1.0, 0.6, 0.3)]
    assert energy[0] > 1.5 * energy[1] > 2.0 * energy[2]
