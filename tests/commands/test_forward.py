from __future__ import annotations

from contextlib import closing
from pathlib import Path

import h5py
import mrcfile
import numpy as np
import pytest

from cryogui.physics.live import LiveModel
from cryogui.tiers import open_file
from tests.commands.conftest import TRUE, blob


def test_the_truth_under_the_true_spec_explains_the_measurement(public_tier: Path, answer) -> None:
    true = answer("forward", public_tier, "--scene", 0, "--x", "true", "--spec", "true")
    assert set(true) == {"scene", "spec", "residual", "consistency", "per_image"}
    assert true["scene"] == "sample_00"
    assert true["spec"] == dict(TRUE)
    assert true["residual"] < 1e-5
    assert true["consistency"] == pytest.approx(1 - true["residual"])
    assert true["per_image"] is None

    nominal = answer("forward", public_tier)
    assert nominal["spec"] == {"tilt_axis_offset": 0.0, "tilt_angle_accuracy": 0.0}
    assert nominal["residual"] > 0.05


def test_setting_every_value_by_hand_is_the_true_spec(public_tier: Path, answer) -> None:
    assert answer("forward", public_tier, *_settings())["residual"] < 1e-5


def test_each_image_on_request(public_tier: Path, answer) -> None:
    result = answer("forward", public_tier, "--per-image")
    assert len(result["per_image"]) == 7
    for image in result["per_image"]:
        assert image["consistency"] == pytest.approx(max(0.0, 1.0 - image["residual"]))


def test_the_expected_images_are_written(public_tier: Path, answer, tmp_path: Path) -> None:
    out = tmp_path / "expected.h5"
    result = answer("forward", public_tier, "--per-image", "--out", out)
    with h5py.File(out) as written, h5py.File(public_tier) as tier:
        assert list(written) == ["sample_00"]
        y_hat, y = written["sample_00/y_hat"], tier["sample_00/y"][()]
        assert (y_hat.dtype, y_hat.shape) == (np.float32, y.shape)
        apart = np.linalg.norm(y_hat[()] - y, axis=(1, 2)) / np.linalg.norm(y, axis=(1, 2))
    np.testing.assert_allclose(apart, [image["residual"] for image in result["per_image"]], atol=1e-4)


def test_a_detector_that_does_not_wrap_round_on_request(public_tier: Path, answer) -> None:
    # the images were made periodic, and the object is small: what little wraps round is missing now
    wide = answer("forward", public_tier, "--padded", *_settings())
    assert 0 < wide["residual"] < 0.05


def test_without_truth_a_quick_reconstruction_under_the_same_spec_stands_in(
    public_tier: Path, answer
) -> None:
    result = answer("forward", public_tier, "--scene", "sample_01", *_settings())
    with closing(open_file(public_tier)) as tier:
        y, operator = tier.scenes[1].y, tier.scenes[1].operator()
    quick = LiveModel(operator, y).reconstruct(TRUE)
    left_over = np.linalg.norm(y - operator.apply(quick, TRUE)) / np.linalg.norm(y)
    assert result["residual"] == pytest.approx(left_over, rel=1e-3)


def test_a_volume_of_your_own_can_be_the_object(public_tier: Path, answer, tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "own.mrc", data=blob()) as volume:
        volume.voxel_size = 10.0
        volume.set_volume()
    with h5py.File(tmp_path / "own.h5", "w") as submission:
        submission["sample_00/x_hat"] = np.zeros_like(blob())
        submission["sample_01/x_hat"] = blob()
    for own in (tmp_path / "own.mrc", tmp_path / "own.h5", public_tier):
        result = answer("forward", public_tier, "--scene", 1, "--x", own, *_settings())
        assert result["residual"] < 1e-5, own.name


def test_refusals_say_how_to_mend(public_tier: Path, refusal, tmp_path: Path) -> None:
    assert "sample_00, sample_01" in refusal("forward", public_tier, "--scene", 7)
    assert "tilt_axis_offset, tilt_angle_accuracy" in refusal("forward", public_tier, "--set", "beam=1")
    assert "--spec nominal" in refusal("forward", public_tier, "--scene", 1, "--spec", "true")
    assert "name a volume" in refusal("forward", public_tier, "--scene", 1, "--x", "true")

    with mrcfile.new(tmp_path / "small.mrc", data=blob()[:8]) as volume:
        volume.voxel_size = 10.0
        volume.set_volume()
    assert "16 × 16 × 16" in refusal("forward", public_tier, "--x", tmp_path / "small.mrc")
    assert "no images" in refusal("forward", tmp_path / "small.mrc")
    assert "no volume" in refusal("forward", public_tier, "--x", _without_volume(tmp_path))


def test_nothing_is_written_when_refused(public_tier: Path, refusal, tmp_path: Path) -> None:
    refusal("forward", public_tier, "--set", "beam=1", "--out", tmp_path / "expected.h5")
    assert list(tmp_path.iterdir()) == []
    assert "folder" in refusal("forward", public_tier, "--out", tmp_path / "absent" / "expected.h5")


def _without_volume(folder: Path) -> Path:
    path = folder / "blind.h5"
    with h5py.File(path, "w") as blind:
        blind["sample_00/y"] = np.ones((1, 16, 16), np.float32)
        blind["sample_00/H_ideal"] = np.eye(16)
    return path


def _settings() -> list[str]:
    return [part for name, value in TRUE.items() for part in ("--set", f"{name}={value}")]


def test_what_is_read_is_never_overwritten(public_tier: Path, refusal, tmp_path: Path) -> None:
    tier = tmp_path / "tier.h5"
    tier.write_bytes(public_tier.read_bytes())
    (tmp_path / "alias.h5").symlink_to(tier)
    for out in (tier, tmp_path / "alias.h5"):
        assert "would be lost" in refusal("forward", tier, "--out", out)
        assert "would be lost" in refusal("forward", public_tier, "--x", tier, "--out", out)
    assert tier.read_bytes() == public_tier.read_bytes()


def test_images_and_blocks_can_be_left_out(public_tier: Path, answer, refusal) -> None:
    with closing(open_file(public_tier)) as tier:
        scene = tier.scenes[0]
        live = LiveModel(scene.operator(), scene.y)
        live.set_object(scene.x_true)
        weights = np.ones(len(scene.y))
        weights[[0, 6]] = 0
        nominal = scene.ranges.nominal
        expected = live.weighted(weights).misfit(nominal).residual
        plain = live.without(frozenset({"C"})).misfit(nominal).residual
    assert answer("forward", public_tier, "--exclude", "6,0")["residual"] == pytest.approx(expected)
    assert answer("forward", public_tier, "--without", "C")["residual"] == pytest.approx(plain)
    assert "no image '7'" in refusal("forward", public_tier, "--exclude", "7")
    assert "leaves nothing" in refusal("forward", public_tier, "--exclude", "0,1,2,3,4,5,6")
    assert "cannot do without 'X'" in refusal("forward", public_tier, "--without", "X")


def test_a_quick_reconstruction_in_place_of_the_truth(public_tier: Path, answer) -> None:
    with closing(open_file(public_tier)) as tier:
        scene = tier.scenes[0]
        live = LiveModel(scene.operator(), scene.y)
        live.set_object(live.reconstruct(scene.ranges.nominal))
        expected = live.misfit(scene.ranges.nominal).residual
    assert answer("forward", public_tier, "--x", "quick")["residual"] == pytest.approx(expected)
