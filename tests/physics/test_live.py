import numpy as np
import pytest

from cryogui.physics.live import LiveModel
from cryogui.physics.tilt import SingleAxisTilt
from tests.physics import laws


@pytest.fixture
def live() -> LiveModel:
    operator = SingleAxisTilt((16, 16, 16), (16, 16), np.linspace(-60, 60, 9))
    x = laws.smooth_object(operator)
    model = LiveModel(operator, operator.apply(x, {"tilt_axis_offset": 0.5}))
    model.set_object(x)
    return model


def test_the_true_spec_explains_the_measurement_and_another_does_not(live: LiveModel) -> None:
    assert live.misfit({"tilt_axis_offset": 0.5}).residual < 1e-4
    wrong = live.misfit({"tilt_axis_offset": 0.0})
    images = live.images({"tilt_axis_offset": 0.0})
    y = live.measured.images
    assert wrong.residual == pytest.approx(np.linalg.norm(images - y) / np.linalg.norm(y), rel=1e-4)
    assert wrong.consistency == pytest.approx(1 - wrong.residual)
    expected = np.linalg.norm(images - y, axis=(1, 2)) / np.linalg.norm(y, axis=(1, 2))
    np.testing.assert_allclose(wrong.per_image, expected, rtol=1e-4)


def test_the_gradient_points_away_from_the_truth(live: LiveModel) -> None:
    below = live.gradient({"tilt_axis_offset": 0.3})
    assert (
        below.gradient["tilt_axis_offset"]
        < 0
        < live.gradient({"tilt_axis_offset": 0.7}).gradient["tilt_axis_offset"]
    )
    assert below.residual == pytest.approx(live.misfit({"tilt_axis_offset": 0.3}).residual, rel=1e-6)


def test_the_curvature_is_that_of_the_misfit_where_nothing_is_left_over(live: LiveModel) -> None:
    names, true, step = ("tilt_axis_offset", "tilt_angle_accuracy"), {"tilt_axis_offset": 0.5}, 0.02
    weights = np.arange(9.0)
    model = live.weighted(weights)
    matrix = model.curvature(true, names)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-5)
    for number, name in enumerate(names):
        at = true.get(name, 0.0)
        ahead, behind = (model.gradient({**true, name: at + way * step}).gradient for way in (1, -1))
        found = [(ahead[each] - behind[each]) / (2 * step) for each in names]
        np.testing.assert_allclose(found, matrix[number], rtol=0.02, atol=1e-3 * np.diag(matrix).max())
    assert model.energy == pytest.approx(float(weights @ live.measured.energy))
    assert model.pixel_count == 8 * 16 * 16


def test_the_visible_image_is_one_of_all_images(live: LiveModel) -> None:
    np.testing.assert_array_equal(
        live.image(3, {"tilt_axis_offset": 0.2}), live.images({"tilt_axis_offset": 0.2})[3]
    )


def test_an_image_of_weight_zero_does_not_count(live: LiveModel) -> None:
    y = live.measured.images.copy()
    y[4] = 1e3
    weights = np.ones(9)
    weights[4] = 0
    model = LiveModel(live.operator, y, weights)
    model.set_object(model.reconstruct({}))
    assert model.misfit({}).residual < 1.0
    assert model.misfit({}).per_image[4] > 0.9


def test_the_quick_reconstruction_has_the_level_that_explains_the_measurement_best(live: LiveModel) -> None:
    theta = {"tilt_axis_offset": 0.5}
    found = live.reconstruct(theta)
    best = [
        np.linalg.norm(live.operator.apply(found * s, theta) - live.measured.images)
        for s in (0.98, 1.0, 1.02)
    ]
    assert best[1] < min(best[0], best[2])


def test_an_empty_measurement_is_no_division_by_zero() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [0.0, 10.0])
    model = LiveModel(operator, np.zeros(operator.y_shape, np.float32))
    model.set_object(np.zeros(operator.x_shape, np.float32))
    misfit = model.misfit({})
    assert misfit.residual == 0.0
    assert np.isnan(misfit.per_image).all()


def test_asking_for_images_before_there_is_an_object_is_an_error() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [0.0])
    with pytest.raises(RuntimeError, match="set_object"):
        LiveModel(operator, np.zeros(operator.y_shape, np.float32)).image(0, {})


def test_images_left_out_later_count_neither_in_residual_nor_reconstruction(live: LiveModel) -> None:
    spoilt = live.measured.images.copy()
    spoilt[4] += 1e3
    weights = np.ones(9)
    weights[4] = 0
    other = LiveModel(live.operator, spoilt, weights)
    part = live.weighted(weights)
    other.set_object(part.reconstruct({}))
    part.set_object(part.reconstruct({}))
    assert part.misfit({}).residual == pytest.approx(other.misfit({}).residual, rel=1e-5)
    np.testing.assert_allclose(part.reconstruct({}), other.reconstruct({}), atol=1e-5)
    assert np.flatnonzero(~part.used).tolist() == [4]
    assert live.used.all()
