"""Lines of a tilt series against closed forms, and the figures made of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryogui.analysis.sampling import (
    TiltLines,
    bare_geometry,
    elongation,
    geometry_of,
    tilt_figures,
    tilt_lines,
)
from cryogui.physics.gaussians import GaussianCloud, voxel_integrals
from cryogui.physics.image import ImageCtf
from cryogui.physics.operators import Operator
from cryogui.physics.tilt import SingleAxisTilt
from cryogui.session.geometry import Frame


def series(angles: np.ndarray, **more: object) -> SingleAxisTilt:
    return SingleAxisTilt((16, 16, 16), (16, 16), angles, **more)


def lines_of(
    operator: Operator, theta: dict[str, float], excluded: frozenset[int] = frozenset()
) -> TiltLines:
    return tilt_lines(geometry_of(operator), theta, excluded)


REGULAR = np.arange(-60.0, 61.0, 3.0)


def test_a_line_lies_at_k_cos_and_minus_k_sin_of_its_actual_angle() -> None:
    lines = lines_of(series(REGULAR), {"tilt_angle_accuracy": 0.2})
    actual = np.deg2rad(REGULAR + 0.2 * REGULAR / 3.0)
    np.testing.assert_allclose(np.rad2deg(actual), lines.angle_deg)
    np.testing.assert_allclose(lines.ends, np.stack([np.cos(actual), -np.sin(actual)], axis=1))


def test_a_thinner_specimen_is_measured_on_shorter_lines() -> None:
    dosed = series(REGULAR, dose_before=np.arange(41.0), total_dose=41.0)
    lines = lines_of(dosed, {"dose_induced_shrinkage": 10.0})
    factor = 1 - 0.1 * np.arange(41.0) / 41.0
    np.testing.assert_allclose(lines.ends[:, 1], -factor * np.sin(np.deg2rad(REGULAR)))


def test_lines_run_as_the_window_projects() -> None:
    """The frame of an image and the line it measures agree: along its x axis, in components x and z."""
    lines = lines_of(series(REGULAR), {})
    for index in (0, 13, 40):
        x_axis = Frame.of_tilt(REGULAR[index], (16, 16, 16), (16, 16)).rotation[0]
        np.testing.assert_allclose(lines.ends[index], (x_axis[0], x_axis[2]))


def test_a_point_shows_on_the_line_at_the_phase_that_the_line_predicts() -> None:
    """The model's own images: the spectrum of a shifted Gaussian turns as exp(−2πi k·r) along the line."""
    n, at = 32, (4.0, 0.0, 3.0)
    operator = SingleAxisTilt((n, n, n), (n, n), [35.0], taps=8)
    cloud = GaussianCloud.of([at], 2.0, 1.0)
    image = operator.apply(voxel_integrals(cloud, (n, n, n)), {})[0]
    spectrum = np.fft.fft(np.fft.ifftshift(image.sum(axis=0)))
    kx, kz = lines_of(operator, {}).ends[0]
    assert np.angle(spectrum[2]) == pytest.approx(-2 * math.pi * 2 / n * (kx * at[0] + kz * at[2]), abs=1e-3)


def test_what_becomes_of_every_line() -> None:
    lines = lines_of(
        series(np.array([-66.0, -30.0, 0.0, 30.0, 66.0])), {"missing_wedge": 30.0}, frozenset({3})
    )
    assert lines.states == ("shadowed", "measured", "measured", "excluded", "shadowed")
    assert lines.limit_deg == 60.0
    assert lines.used.tolist() == [False, True, True, False, False]
    np.testing.assert_allclose(lines.weight, [0, 1, 1, 1, 0], atol=1e-12)
    without_holder = lines_of(series(REGULAR).without(frozenset("D")), {"missing_wedge": 40.0})
    assert without_holder.limit_deg is None
    assert without_holder.used.all()


def test_sixty_degrees_either_way_miss_a_third_and_stretch_by_1_55() -> None:
    figures = tilt_figures(lines_of(series(REGULAR), {}))
    assert figures.wedge_fraction == pytest.approx(1 / 3)
    assert figures.elongation == pytest.approx(1.55, abs=0.005)
    assert figures.increment_deg == pytest.approx(3.0)
    assert figures.leaning_deg == pytest.approx(0.0)
    assert figures.count == 41


@pytest.mark.parametrize(
    "angles", [np.arange(-90.0, 90.0, 2.0), np.arange(-90.0, 91.0, 2.0), np.arange(0.0, 180.0, 2.0)]
)
def test_a_full_turn_misses_nothing_and_has_the_limit_of_crowther(angles: np.ndarray) -> None:
    figures = tilt_figures(lines_of(series(angles), {}))
    assert (figures.wedge_deg, figures.elongation, figures.leaning_deg) == (0.0, pytest.approx(1.0), 0.0)
    assert figures.crowther(900.0) == pytest.approx(math.pi * 900.0 / 90)


def test_a_one_sided_range_leans_the_way_its_wedge_does() -> None:
    lines = lines_of(series(np.arange(-40.0, 71.0, 2.0)), {})
    figures = tilt_figures(lines)
    assert lines.gap_deg == (70.0, 140.0)
    assert figures.wedge_deg == pytest.approx(70.0)
    assert figures.leaning_deg == pytest.approx(15.0)


def test_leaving_out_the_last_tilts_widens_the_wedge_and_one_within_does_not() -> None:
    operator = series(REGULAR)
    inner = tilt_figures(lines_of(operator, {}, frozenset({20})))
    outer = tilt_figures(lines_of(operator, {}, frozenset({0, 1})))
    assert inner.wedge_deg == pytest.approx(60.0)
    assert inner.increment_deg == pytest.approx(120 / 39)
    assert outer.wedge_deg == pytest.approx(66.0)
    assert outer.elongation > inner.elongation


def test_hardly_any_lines_are_no_error() -> None:
    one = tilt_figures(lines_of(series(np.array([10.0])), {}))
    assert (one.wedge_deg, one.elongation) == (180.0, None)
    none = tilt_figures(lines_of(series(REGULAR), {}, frozenset(range(41))))
    assert (none.count, none.elongation) == (0, None)
    two = tilt_figures(lines_of(series(np.array([-10.0, 10.0])), {}))
    assert (two.wedge_deg, two.increment_deg) == (160.0, 20.0)


def test_elongation_falls_to_one_as_the_wedge_closes() -> None:
    assert elongation(90.0) == pytest.approx(1.0)
    assert elongation(70.0) == pytest.approx(1.31, abs=0.01)  # as tabulated by Radermacher
    assert elongation(0.0) is None


def test_the_geometry_is_found_within_a_padded_detector_and_in_nothing_else() -> None:
    operator = series(REGULAR)
    assert geometry_of(operator) is operator.geometry
    np.testing.assert_array_equal(geometry_of(operator.padded()).angle_deg, REGULAR)
    assert geometry_of(ImageCtf((8, 8))) is None
    assert geometry_of(None) is None


def test_angles_alone_give_the_same_lines() -> None:
    theta = {"tilt_angle_accuracy": 0.1, "missing_wedge": 33.0}
    whole, bare = lines_of(series(REGULAR), theta), tilt_lines(bare_geometry(REGULAR), theta)
    np.testing.assert_array_equal(whole.ends, bare.ends)
    assert whole.states == bare.states
