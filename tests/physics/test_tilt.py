import numpy as np
import pytest

from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.gaussians import GaussianCloud, gaussian_tilt_projection, voxel_integrals
from cryogui.physics.tilt import SingleAxisTilt
from tests.physics import laws

OPTICS = Optics(pixel_size_A=10.0, phase_shift_rad=np.pi / 2)
ANGLES = np.linspace(-66, 66, 13)
THETA = {
    "tilt_axis_offset": 0.4,
    "tilt_angle_accuracy": 0.13,
    "dose_induced_shrinkage": 2.0,
    "ctf_per_tilt_variation": 0.1,
    "missing_wedge": 23.4,  # puts the outermost tilts into the shadow's edge
}
# wide enough that single precision does not drown the differences, in the parameter's unit
STEPS = {
    "tilt_axis_offset": 0.02,
    "tilt_angle_accuracy": 0.02,
    "dose_induced_shrinkage": 0.5,
    "ctf_per_tilt_variation": 0.1,
    "missing_wedge": 0.02,
}
SHAPES = [
    ((32, 32, 32), (32, 32)),
    ((20, 31, 33), (31, 45)),
    ((32, 1, 32), (1, 32)),
    ((33, 12, 30), (14, 31)),
]


def tilt_series(volume: tuple[int, int, int], detector: tuple[int, int], taps: int = 6) -> SingleAxisTilt:
    return SingleAxisTilt(
        volume, detector, ANGLES, optics=OPTICS, defocus_A=6000.0, dose_before=np.abs(ANGLES),
        total_dose=70.0, scale=0.7, taps=taps,
    )  # fmt: skip


@pytest.fixture(params=SHAPES, ids=str, scope="module")
def operator(request: pytest.FixtureRequest) -> SingleAxisTilt:
    return tilt_series(*request.param)


def test_linear(operator: SingleAxisTilt) -> None:
    laws.assert_linear(operator, THETA)


def test_adjoint(operator: SingleAxisTilt) -> None:
    laws.assert_adjoint(operator, THETA)


def test_normal_is_adjoint_after_apply(operator: SingleAxisTilt) -> None:
    laws.assert_normal(operator, THETA, 1e-4)


def test_residual_without_inverse_transform(operator: SingleAxisTilt) -> None:
    laws.assert_parseval(operator, THETA)


@pytest.mark.parametrize("name", STEPS)
def test_derivative(operator: SingleAxisTilt, name: str) -> None:
    laws.assert_derivative(operator, THETA, name, STEPS[name])


def test_gradient(operator: SingleAxisTilt) -> None:
    laws.assert_gradient(operator, THETA)


def cloud(n: int) -> GaussianCloud:
    """Forty Gaussians of 2 to 4 voxels, inside the disc that every tilt sees."""
    rng = np.random.default_rng(7)
    return GaussianCloud.of(
        rng.uniform(-0.19, 0.19, (40, 3)) * n, rng.uniform(2, 4, 40), rng.uniform(0.5, 1, 40)
    )


@pytest.mark.parametrize(("taps", "error"), [(4, 1e-3), (6, 3e-4)])
@pytest.mark.parametrize("n", [64, 128])
def test_error_against_exact_projections_of_gaussians(n: int, taps: int, error: float) -> None:
    operator = SingleAxisTilt(
        (n, n, n), (n, n), ANGLES, dose_before=np.abs(ANGLES), total_dose=70.0, taps=taps
    )
    theta = {"tilt_axis_offset": 0.37, "tilt_angle_accuracy": 0.1, "dose_induced_shrinkage": 3.0}
    exact = gaussian_tilt_projection(
        cloud(n), (n, n), operator.geometry.actual_deg(theta), thickness=1 - 0.03 * np.abs(ANGLES) / 70,
        offset_px=0.37,
    )  # fmt: skip
    assert laws.relative(operator.apply(voxel_integrals(cloud(n), (n, n, n)), theta), exact) < error


def test_projection_runs_along_z_and_turns_x_towards_minus_z() -> None:
    n = 32
    point = GaussianCloud.of([(6.0, 3.0, 4.0)], 2.0, 1.0)
    operator = SingleAxisTilt((n, n, n), (n, n), [0.0, 90.0], taps=6)
    images = operator.apply(voxel_integrals(point, (n, n, n)), {})
    peak = [np.unravel_index(image.argmax(), image.shape) for image in images]
    assert peak == [(n // 2 + 3, n // 2 + 6), (n // 2 + 3, n // 2 - 4)]


def test_ctf_of_every_tilt_is_the_reference_ctf_with_its_own_defocus() -> None:
    n = 32
    operator = SingleAxisTilt((n, n, n), (n, n), [-60.0, 0.0, 60.0], optics=OPTICS, defocus_A=6000.0)
    x = laws.smooth_object(operator)
    loaded = operator.load(x)
    plain = operator.images(loaded, {}, after="Π")
    theta = {"ctf_per_tilt_variation": 0.15}
    k = np.fft.fftfreq(n, 10.0)
    for i, defocus in enumerate([4500.0, 6000.0, 7500.0]):
        transfer = Ctf(OPTICS, defocus)(k[None, :], k[:, None])
        expected = np.fft.ifft2(np.fft.fft2(plain[i]) * transfer).real
        assert laws.relative(operator.images(loaded, theta)[i], expected) < 1e-5


def test_tilts_beyond_the_wedge_are_shadowed_smoothly() -> None:
    operator = SingleAxisTilt((16, 16, 16), (16, 16), [0.0, 59.4, 60.0, 60.6])
    np.testing.assert_allclose(
        operator.geometry.transmitted({"missing_wedge": 30.0}), [1.0, 1.0, 0.5, 0.0], atol=1e-12
    )
    assert operator.geometry.transmitted({}).min() == 1.0


def test_nothing_that_leaves_the_detector_is_in_the_support() -> None:
    operator = SingleAxisTilt((64, 8, 64), (8, 64), [-60.0, 0.0, 60.0])
    z, _, x = np.nonzero(np.broadcast_to(operator.support, operator.x_shape))
    for angle in np.deg2rad([-60, 0, 60]):
        column = (x - 32) * np.cos(angle) - (z - 32) * np.sin(angle) + 32
        assert column.min() >= -1e-6
        assert column.max() <= 63 + 1e-6


def test_without_optics_and_dose_there_is_no_parameter_for_them() -> None:
    operator = SingleAxisTilt((16, 1, 16), (1, 16), [0.0, 10.0])
    assert operator.parameters == ("tilt_axis_offset", "tilt_angle_accuracy", "missing_wedge")
    assert [block.symbol for block in operator.blocks] == ["Π", "D"]


@pytest.mark.parametrize("padded", [True, False])
def test_what_leaves_a_padded_detector_does_not_come_back_on_the_other_side(padded: bool) -> None:
    n = 32
    at_the_edge = GaussianCloud.of([(13.0, 0.0, 0.0)], 2.0, 1.0)
    x = voxel_integrals(at_the_edge, (n, n, n))
    periodic = SingleAxisTilt((n, n, n), (n, n), [0.0], taps=6)
    operator = periodic.padded() if padded else periodic
    image = operator.apply(x, {"tilt_axis_offset": 8.0})[0]
    came_back = image[:, :12].sum()
    if padded:
        assert abs(came_back) < 1e-3
        assert image.sum() < 0.1  # nearly all of it is off the detector
    else:
        assert came_back > 0.5


@pytest.mark.parametrize(("volume", "detector"), [((16, 12, 16), (12, 18)), ((17, 1, 20), (1, 21))])
def test_the_padded_detector_keeps_every_law(volume: tuple[int, int, int], detector: tuple[int, int]) -> None:
    operator = tilt_series(volume, detector).padded()
    assert operator.y_shape[1:] == detector
    laws.assert_linear(operator, THETA)
    laws.assert_adjoint(operator, THETA)
    laws.assert_normal(operator, THETA, 1e-4)
    laws.assert_parseval(operator, THETA)
    laws.assert_gradient(operator, THETA)


def test_padded_and_periodic_detectors_agree_on_what_stays_inside() -> None:
    periodic = tilt_series((32, 32, 32), (32, 32))
    x = laws.smooth_object(periodic)
    loaded = periodic.load(x)
    plain = periodic.images(loaded, THETA, after="Π")
    wide = periodic.padded()
    assert laws.relative(wide.images(wide.load(x), THETA, after="Π"), plain) < 1e-3


def test_back_projection_finds_the_object_and_its_live_slice_is_the_same_plane() -> None:
    n = 64
    operator = SingleAxisTilt((n, n, n), (n, n), np.arange(-88, 90, 2.0))
    x = voxel_integrals(cloud(n), (n, n, n))
    theta, used = {"tilt_axis_offset": 0.6}, np.ones(89, dtype=bool)
    y = operator.apply(x, theta)
    found = operator.reconstruct(y, theta, used)
    # the Wiener constant leaves 1/1.1 of the object; the rest is what the few missing angles cost
    assert np.vdot(found, x) / np.vdot(x, x) == pytest.approx(1 / 1.1, abs=0.03)
    assert laws.relative(1.1 * found, x) < 0.12
    plane = operator.slice(operator.measure(y), theta, 30, used)
    assert laws.relative(plane, found[:, 30]) < 0.05
    assert laws.relative(1.1 * operator.reconstruct(y, {}, used), x) > 2 * laws.relative(1.1 * found, x)


def test_the_live_slice_of_a_padded_detector_is_a_plane_of_its_reconstruction() -> None:
    operator = SingleAxisTilt((32, 24, 32), (24, 32), np.arange(-60, 61, 4.0)).padded()
    x, used = laws.smooth_object(operator), np.ones(31, dtype=bool)
    y = operator.apply(x, {"tilt_axis_offset": 0.6})
    plane = operator.slice(operator.measure(y), {"tilt_axis_offset": 0.6}, 11, used)
    assert laws.relative(plane, operator.reconstruct(y, {"tilt_axis_offset": 0.6}, used)[:, 11]) < 0.05


def test_a_tilt_stands_for_half_the_way_to_its_neighbours_round_the_half_turn() -> None:
    operator = SingleAxisTilt((16, 1, 16), (1, 16), [30.0, -60.0, 0.0, 60.0])
    used = np.array([True, True, False, True])
    gaps = np.rad2deg(operator.geometry.gaps_rad({}, used))
    np.testing.assert_allclose(gaps, [[90, 30], [60, 90], [0, 0], [30, 60]])
    weights = operator.ramp({}, used)
    assert weights[2].max() == 0
    assert weights.max() <= 1 / 16 + 1e-12  # never more than one cell of the object's resolution
    # all that is known of the mean, once: the tilts share the central cell, whatever wedge is missing
    assert weights[:, 0].sum() == pytest.approx(np.pi * 0.25 / 16)


def test_the_same_line_recorded_twice_counts_once() -> None:
    once = SingleAxisTilt((16, 1, 16), (1, 16), [-90.0, -30.0, 30.0])
    twice = SingleAxisTilt((16, 1, 16), (1, 16), [-90.0, -30.0, 30.0, 90.0])
    both = twice.ramp({}, np.ones(4, bool))
    np.testing.assert_allclose(both[0] + both[3], once.ramp({}, np.ones(3, bool))[0], atol=1e-12)


def test_images_left_out_do_not_enter_the_reconstruction() -> None:
    operator = SingleAxisTilt((16, 16, 16), (16, 16), [-20.0, 0.0, 20.0])
    y = laws.noise(operator.y_shape, 1)
    spoiled = y.copy()
    spoiled[1] = 1e6
    used = np.array([True, False, True])
    np.testing.assert_array_equal(operator.reconstruct(y, {}, used), operator.reconstruct(spoiled, {}, used))


def test_wrong_shapes_are_refused_by_name() -> None:
    operator = SingleAxisTilt((8, 8, 8), (8, 8), [0.0])
    with pytest.raises(ValueError, match="volume has shape"):
        operator.load(np.zeros((8, 8, 9), np.float32))
    with pytest.raises(ValueError, match="does not fit"):
        SingleAxisTilt((8, 9, 8), (8, 8), [0.0])
    with pytest.raises(KeyError, match="no parameter named"):
        operator.derivative(np.zeros((8, 8, 8), np.float32), {}, "defocus_error")


def test_radon_transform_of_another_program_agrees() -> None:
    from skimage.transform import radon

    n = 64
    operator = SingleAxisTilt((n, 1, n), (1, n), np.arange(-90, 90, 5.0), taps=6)
    flat = GaussianCloud.of(cloud(n).centres * [1, 0, 1], 3.0, 1.0)
    x = voxel_integrals(flat, (n, 1, n)) * operator.support
    theirs = radon(x[:, 0], theta=np.arange(-90, 90, 5.0), circle=True).T
    assert laws.relative(operator.apply(x, {})[:, 0], theirs) < 0.01
