"""The IMOD-like pipeline: it finds the axis where it can, filters, and comes closer with every pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cryogui.physics.ctf import Optics
from cryogui.physics.gaussians import GaussianCloud, voxel_integrals
from cryogui.physics.simulate import TiltSeries, tilt_signal
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.reconstruct import Problem, Start, Step
from cryogui.reconstruct.axis_search import AxisOffset, axis_from_centres, find_axis
from cryogui.reconstruct.imod import ImodOptions, imod

N = 28
ANGLES = np.linspace(-60.0, 60.0, 31)
OPTICS = Optics(10.0, phase_shift_rad=np.pi / 2)
SERIES = TiltSeries.dose_symmetric(ANGLES, 3.0, 6000.0)


def _cloud() -> GaussianCloud:
    rng = np.random.default_rng(3)
    return GaussianCloud.of(rng.uniform(-7.5, 7.5, (25, 3)), 1.25, rng.uniform(0.5, 1.0, 25))


def _problem(theta: dict[str, float], noise: float = 0.05) -> Problem:
    y = tilt_signal(_cloud(), (N, N), SERIES, OPTICS, theta)
    sigma = noise * float(np.sqrt(np.mean(y**2)))
    y = y + np.float32(sigma) * np.random.default_rng(4).standard_normal(y.shape).astype(np.float32)
    operator = SingleAxisTilt(
        (N, N, N), (N, N), ANGLES, optics=OPTICS, defocus_A=SERIES.defocus_A,
        dose_before=SERIES.dose_before, total_dose=SERIES.total_dose,
    )  # fmt: skip
    return Problem(operator, y, theta, np.ones(len(y), dtype=bool), sigma or None)


def _steps(problem: Problem, options: ImodOptions, start: Start | None = None) -> list[Step]:
    """Steps that hold a volume, copied."""
    return [replace(step, x=step.x.copy()) for step in imod(problem, options, start) if step.x is not None]


def _images(offset_px: float) -> NDArray[np.float32]:
    return tilt_signal(_cloud(), (N, N), SERIES, OPTICS, {"tilt_axis_offset": offset_px})


@pytest.mark.parametrize("offset_px", [-1.7, 0.0, 0.6])
def test_centres_of_mass_tell_the_axis(offset_px: float) -> None:
    found = axis_from_centres(_images(offset_px), np.deg2rad(ANGLES))
    assert found.offset_px == pytest.approx(offset_px, abs=0.02)
    assert found.error_px < 0.02


def test_a_specimen_that_leaves_the_frame_has_no_centre() -> None:
    images = _images(0.0) * (1.0 / np.cos(np.deg2rad(ANGLES)) ** 2)[:, None, None]
    assert axis_from_centres(images.astype(np.float32), np.deg2rad(ANGLES)).error_px == np.inf
    assert axis_from_centres(0.0 * _images(0.0), np.deg2rad(ANGLES)).error_px == np.inf


def test_only_a_certain_and_distant_offset_replaces_the_spec() -> None:
    assert AxisOffset(1.0, 0.1).contradicts(0.0)
    assert not AxisOffset(1.0, 0.1).contradicts(0.9)
    assert not AxisOffset(1.0, 0.4).contradicts(-4.0)


def test_few_tilts_find_nothing() -> None:
    problem = _problem({})
    assert find_axis(problem.only(np.abs(ANGLES) < 7)).error_px == np.inf


def test_an_axis_off_centre_is_found_and_a_true_one_left_alone() -> None:
    truth = {"tilt_axis_offset": 0.8}
    wrong = _problem(truth).with_spec({})
    (*_, step) = _steps(wrong, ImodOptions(passes=2))
    assert step.found["tilt_axis_offset"] == pytest.approx(0.8, abs=0.08)
    assert step.note.startswith("tilt axis at")
    (*_, untouched) = _steps(wrong, ImodOptions(passes=2, align=False))
    assert not untouched.found
    (*_, right) = _steps(_problem(truth), ImodOptions(passes=2))
    assert not right.found


def test_passes_come_closer_to_the_data() -> None:
    problem = _problem({})
    residuals = [problem.residual(step.x) for step in _steps(problem, ImodOptions()) if step.x is not None]
    assert len(residuals) == 16
    assert residuals[-1] < 0.5 * residuals[0]
    assert residuals[-1] == min(residuals)


def test_the_contrast_of_a_series_without_phase_plate_is_turned_upright() -> None:
    """At this defocus most of the signal's frequencies have a negative CTF."""
    optics, x = Optics(10.0), voxel_integrals(_cloud(), (N, N, N))
    operator = SingleAxisTilt((N, N, N), (N, N), ANGLES, optics=optics, defocus_A=-20_000.0)
    problem = Problem(operator, operator.apply(x, {}), {}, np.ones(len(ANGLES), dtype=bool))
    (first,) = _steps(problem, ImodOptions(passes=0, align=False))
    assert first.x is not None
    assert np.corrcoef(first.x.ravel(), x.ravel())[0, 1] > 0.5


def test_what_is_left_out_does_not_matter() -> None:
    problem = _problem({})
    used = np.ones(len(ANGLES), dtype=bool)
    used[[3, 15]] = False
    spoilt = problem.y.copy()
    spoilt[~used] = 1e3
    options = ImodOptions(passes=2)
    clean = _steps(problem.only(used), options)[-1].x
    np.testing.assert_array_equal(_steps(replace(problem, y=spoilt, used=used), options)[-1].x, clean)


def test_an_interrupted_run_goes_on_as_if_it_had_not_been() -> None:
    problem, options = _problem({}), ImodOptions(passes=3)
    steps = _steps(problem, options)
    assert steps[1].x is not None
    again = _steps(problem, options, Start(steps[1].x, 2))
    np.testing.assert_array_equal(again[-1].x, steps[-1].x)


def test_a_single_slice_with_its_sinogram_is_reconstructed() -> None:
    operator = SingleAxisTilt((24, 1, 24), (1, 24), ANGLES)
    x = np.zeros(operator.x_shape, dtype=np.float32)
    x[9:14, 0, 10:17] = 1.0
    problem = Problem(operator, operator.apply(x, {}), {}, np.ones(len(ANGLES), dtype=bool))
    (*_, step) = _steps(problem, ImodOptions())
    assert step.x is not None
    assert np.corrcoef(step.x.ravel(), x.ravel())[0, 1] > 0.9
