"""Which way the tilt axis lies, told from what tilting leaves unchanged."""

from pathlib import Path

import numpy as np
import pytest

from cryogui.physics.gaussians import GaussianCloud, gaussian_tilt_projection
from cryogui.physics.live import LiveModel
from cryogui.tiers import open_file
from cryogui.tiers.tilt_axis import AxisFinding, shrunk, turned

ANGLES = np.linspace(-60, 60, 15)


@pytest.fixture
def images() -> np.ndarray:
    rng = np.random.default_rng(1)
    cloud = GaussianCloud.of(rng.uniform(-10, 10, (12, 3)), 2.0, 1.0)
    return gaussian_tilt_projection(cloud, (40, 48), ANGLES)


def test_an_axis_along_y_is_left_alone(images: np.ndarray) -> None:
    finding = AxisFinding.of(list(images), ANGLES)
    assert not finding.along_x
    assert finding.along_y_residual < 0.8 * finding.along_x_residual


def test_an_axis_along_x_is_noticed_and_turning_the_images_mends_it(images: np.ndarray) -> None:
    lying = [np.rot90(image, -1) for image in images]
    finding = AxisFinding.of(lying, ANGLES)
    assert finding.along_x
    assert "turned by 90°" in finding.sentence
    np.testing.assert_array_equal([turned(image, finding.angle_deg) for image in lying], images)


def test_empty_images_have_no_axis_and_stay_as_they_are() -> None:
    assert not AxisFinding.of([np.zeros((8, 8), np.float32)] * 3, np.array([-10.0, 0.0, 10.0])).along_x


@pytest.mark.parametrize("shape", [(64, 64), (130, 100), (1000, 300), (7, 900)])
def test_shrunk_images_keep_their_mean_and_fit(shape: tuple[int, int]) -> None:
    small = shrunk(np.ones(shape, np.float32))
    assert small.mean() == pytest.approx(1.0)
    assert min(shape) < 16 or max(small.shape) <= 64


def test_turning_the_needle_makes_its_reconstruction_explain_it(shared_data: Path) -> None:
    with open_file(shared_data / "real/tilt_series/nist_needle_haadf_91x64x64.mrc") as tier:
        (scene,) = tier.scenes
        assert any("nearer the images' x axis" in note for note in scene.notes)
        y, operator = np.asarray(scene.y), scene.operator()
    assert operator is not None
    live = LiveModel(operator, y)
    live.set_object(live.reconstruct({}))
    as_recorded = LiveModel(operator, np.ascontiguousarray(np.rot90(y, -1, axes=(1, 2))))
    as_recorded.set_object(as_recorded.reconstruct({}))
    assert live.misfit({}).residual < 0.85 * as_recorded.misfit({}).residual
