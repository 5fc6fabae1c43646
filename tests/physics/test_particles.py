from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from cryogui.physics import ctf, slice_kernels
from cryogui.physics.ctf import Ctf, Optics
from cryogui.physics.fourier import resized
from cryogui.physics.gaussians import GaussianCloud, gaussian_particle_projection, voxel_integrals
from cryogui.physics.particles import ParticleStack
from cryogui.physics.rotations import turns
from tests.physics import laws

OPTICS = Optics(pixel_size_A=3.0)
THETA = {"defocus_error": 50.0, "astigmatism": 20.0, "beam_tilt": 0.2, "ice_thickness_variation": 50.0}
STEPS = {"defocus_error": 2.0, "astigmatism": 2.0, "beam_tilt": 0.2, "ice_thickness_variation": 4.0}
COUNT = 7


def stack(n: int, taps: int = 6, count: int = COUNT) -> ParticleStack:
    rng = np.random.default_rng(2)
    return ParticleStack(
        (n, n, n), (n, n), Rotation.random(count, random_state=1).as_matrix(), rng.uniform(-2, 2, (count, 2)),
        np.linspace(1e4, 2e4, count), np.linspace(0, 170, count), optics=OPTICS, scale=0.8, taps=taps,
    )  # fmt: skip


@pytest.fixture(params=[32, 31], scope="module")
def operator(request: pytest.FixtureRequest) -> ParticleStack:
    return stack(request.param)


def test_linear(operator: ParticleStack) -> None:
    laws.assert_linear(operator, THETA)


def test_adjoint(operator: ParticleStack) -> None:
    laws.assert_adjoint(operator, THETA)


def test_normal_is_adjoint_after_apply(operator: ParticleStack) -> None:
    laws.assert_normal(operator, THETA, 1e-4)


def test_residual_without_inverse_transform(operator: ParticleStack) -> None:
    laws.assert_parseval(operator, THETA)


@pytest.mark.parametrize("name", STEPS)
def test_derivative(operator: ParticleStack, name: str) -> None:
    laws.assert_derivative(operator, THETA, name, STEPS[name])


def test_gradient(operator: ParticleStack) -> None:
    laws.assert_gradient(operator, THETA)


@pytest.mark.parametrize(("taps", "error"), [(4, 1e-3), (6, 3e-4)])
@pytest.mark.parametrize("n", [64, 128])
def test_error_against_exact_projections_of_gaussians(n: int, taps: int, error: float) -> None:
    rng = np.random.default_rng(7)
    cloud = GaussianCloud.of(
        rng.uniform(-0.18, 0.18, (40, 3)) * n, rng.uniform(2, 3, 40), rng.uniform(0.5, 1, 40)
    )
    operator = stack(n, taps, count=6)
    images = operator.images(operator.load(voxel_integrals(cloud, (n, n, n))), {}, after="Π") / 0.8
    exact = gaussian_particle_projection(cloud, (n, n), operator.rotations, operator.shifts_px)
    assert laws.relative(images, exact) < error


def test_transfer_of_a_particle_is_the_product_of_the_reference_terms() -> None:
    n = 32
    operator = stack(n)
    loaded = operator.load(laws.smooth_object(operator))
    plain = np.fft.fft2(operator.images(loaded, {}, after="Π"))
    k = np.fft.fftfreq(n, 3.0)
    kx, ky = k[None, :], k[:, None]
    shared = ctf.ice_gain(500.0, OPTICS) * ctf.ice_depth_envelope(kx**2 + ky**2, 500.0, OPTICS)
    shared = shared * np.exp(1j * 0.2 * ctf.coma_phase(kx, ky, OPTICS))
    for i in range(COUNT):
        defocus, angle = np.linspace(1e4, 2e4, COUNT)[i] + 500.0, np.linspace(0, 170, COUNT)[i]
        expected = np.fft.ifft2(plain[i] * shared * Ctf(OPTICS, defocus, 200.0, angle)(kx, ky)).real
        assert laws.relative(operator.images(loaded, THETA, [i])[0], expected) < 1e-5


def test_the_detector_block_is_the_gain_of_the_ice() -> None:
    operator = stack(16)
    loaded = operator.load(laws.smooth_object(operator))
    before, after = operator.images(loaded, THETA, after="C"), operator.images(loaded, THETA)
    np.testing.assert_allclose(after, before * ctf.ice_gain(500.0, OPTICS), atol=1e-5)


def test_back_projection_finds_the_object_and_its_live_slice_is_the_same_plane() -> None:
    n, count = 32, 400
    poses = Rotation.random(count, random_state=3).as_matrix()
    optics = Optics(3.0, phase_shift_rad=np.pi / 2, cs_mm=0.0)
    operator = ParticleStack((n, n, n), (n, n), poses, np.zeros((count, 2)), 1.5e4, 0.0, optics=optics)
    x = laws.smooth_object(operator)
    y, used = operator.apply(x, {}), np.ones(count, dtype=bool)
    found = operator.reconstruct(y, {}, used)
    assert np.corrcoef(found.ravel(), x.ravel())[0, 1] > 0.97
    plane = operator.slice(operator.measure(y), {}, 17, used)
    assert laws.relative(plane, found[17]) < 0.1


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    turn = np.broadcast_to(np.eye(3), (2, 3, 3))
    with pytest.raises(ValueError, match="cubic"):
        ParticleStack((8, 8, 9), (8, 8), turn, np.zeros((2, 2)), 1e4, 0.0, optics=OPTICS)
    with pytest.raises(ValueError, match="rotations"):
        ParticleStack((8, 8, 8), (8, 8), turn, np.zeros((3, 2)), 1e4, 0.0, optics=OPTICS)


def test_a_shift_meets_another_programs_shifted_delta(shared_data: Path) -> None:
    """A point moved by (2.5, 3.3) pixels: the stored image, but for frequencies that a shift muddles."""
    n = 8
    stored = np.fromfile(shared_data / "real/ctf/shift_shifted_2.5_3.3.mrc", dtype="<f4", offset=1024)
    expected = np.fft.rfft2(np.roll(stored.reshape(n, n), (n // 2, n // 2), axis=(0, 1)))
    operator = ParticleStack(
        (n, n, n), (n, n), [np.eye(3)], [(2.5, 3.3)], 1e4, 0.0, optics=Optics(1.0), taps=8
    )
    point = np.zeros(operator.x_shape, np.float32)
    point[n // 2, n // 2, n // 2] = 1.0
    image = np.fft.rfft2(operator.images(operator.load(point), {}, after="Π")[0])
    inside = ~operator.nyquist
    np.testing.assert_allclose(image[inside], expected[inside], atol=1e-4)


@pytest.mark.parametrize("n", [32, 31])
def test_chosen_particles_are_modelled_as_among_all(n: int) -> None:
    operator, x = stack(n), laws.noise((n, n, n), 3)
    some = np.array([4, 1])
    chosen = operator.chosen(some)
    np.testing.assert_allclose(chosen.apply(x, THETA), operator.apply(x, THETA)[some], atol=1e-4)
    laws.assert_adjoint(chosen, THETA)


@pytest.mark.parametrize(("fine", "coarse"), [(48, 32), (49, 32)])
def test_coarser_particles_see_the_same(fine: int, coarse: int) -> None:
    rng = np.random.default_rng(4)
    places = rng.uniform(-0.2, 0.2, (20, 3))
    cloud = {n: GaussianCloud.of(places * n, 0.05 * n, 1.0) for n in (fine, coarse)}
    x = {n: voxel_integrals(cloud[n], (n, n, n)) * (n / fine) ** 3 for n in cloud}
    operator = stack(fine)
    seen = resized(operator.apply(x[fine], THETA), coarse, (1, 2))
    assert laws.relative(operator.coarsened(coarse).apply(x[coarse], THETA), seen) < 0.02


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_normal_of_slices_along_the_planes_of_the_grid(axis: str) -> None:
    turns = Rotation.from_euler(axis, [[0], [45], [90], [135], [180]], degrees=True).as_matrix()
    operator = ParticleStack((16, 16, 16), (16, 16), turns, np.zeros((5, 2)), 1e4, 0.0, optics=OPTICS, taps=6)
    laws.assert_normal(operator, THETA, 1e-4)


def test_the_density_is_the_same_however_many_threads_insert_it() -> None:
    operator, fine = stack(16), 64
    density = np.random.default_rng(6).uniform(0.0, 1.0, (COUNT, 16, 9)).astype(np.float32)
    grids = []
    for bounds in ([0, 33], [0, 0, 1, 7, 33]):
        grids.append(np.zeros((33, fine, fine), dtype=np.float32))
        slice_kernels.insert_density(
            density, operator.rotations, np.fft.fftfreq(16), np.fft.rfftfreq(16), ~operator.nyquist,
            operator.gridding.weights, np.array(bounds), grids[-1],
        )  # fmt: skip
    assert grids[0].any()
    np.testing.assert_allclose(grids[1], grids[0], atol=1e-5)


def test_slopes_of_poses_are_derivatives() -> None:
    operator, step = stack(24), 1e-2
    x = laws.noise((24, 24, 24), 8) * operator.support
    x = resized(resized(x, 12, (0, 1, 2)), 24, (0, 1, 2)) * operator.support
    spectrum = operator.spectrum(x)
    slopes = operator.pose_slopes(spectrum, THETA)
    for number in range(5):
        turn, shift = np.zeros(3), np.zeros(2)
        (turn if number < 3 else shift)[number % 3] = step
        seen = [
            posed.transferred(posed.slices(spectrum), THETA)
            for sign in (1.0, -1.0)
            for posed in [
                operator.posed(turns(sign * turn) @ operator.rotations, operator.shifts_px + sign * shift)
            ]
        ]
        expected = (seen[0] - seen[1]) / (2.0 * step)
        assert np.linalg.norm(slopes[:, number] - expected) < 0.02 * np.linalg.norm(expected)


def test_weights_may_depend_on_frequency() -> None:
    operator = stack(16)
    weights = np.random.default_rng(5).uniform(0.5, 2.0, (COUNT, 1, 1)).astype(np.float32)
    x = laws.noise((16, 16, 16), 6) * operator.support
    y = operator.apply(x, THETA)
    expected = operator.adjoint(weights * y, THETA)
    got = operator.weighted_adjoint(operator.measure(y), THETA, weights)
    assert laws.relative(got, expected) < 1e-5
    assert laws.relative(operator.weighted_normal(THETA, weights)(x), expected * operator.support) < 1e-3
