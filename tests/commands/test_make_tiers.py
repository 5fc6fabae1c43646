from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui import cli

SMALL = ("--size", 32, "--images", 5, "--seed", 3)


@pytest.mark.parametrize("variant", ["cryo_em", "cryo_et"])
def test_a_public_tier_explains_itself(tmp_path: Path, answer, variant: str) -> None:
    made = answer("make-tiers", tmp_path / "new", "--variant", variant, "--tier", "public", *SMALL)
    (file,) = made["files"]
    scenes = answer("info", file)["scenes"]
    assert len(scenes) == 3
    for scene in scenes:
        assert scene["has_truth"]
        assert (scene["x_shape"], scene["y_shape"]) == ([32, 32, 32], [5, 32, 32])
        assert len(scene["spec_ranges"]) >= 4
    true = answer("forward", file, "--scene", 2, "--spec", "true")["residual"]
    nominal = answer("forward", file, "--scene", 2)["residual"]
    assert true < 0.25, "the operator and the simulation must agree to within the noise"
    assert true < nominal


def test_blind_tiers_keep_their_truth_apart(tmp_path: Path, answer) -> None:
    made = answer("make-tiers", tmp_path, "--variant", "cryo_et", "--tier", "hidden", *SMALL)
    for name in made["files"]:
        if name.endswith(".h5"):
            for scene in answer("info", name)["scenes"]:
                assert not scene["has_truth"]


def test_the_seed_decides(tmp_path: Path, answer) -> None:
    def measurement(folder: str, seed: int) -> np.ndarray:
        made = answer("make-tiers", tmp_path / folder, "--variant", "cryo_et", "--tier", "public",
                      "--size", 32, "--images", 3, "--seed", seed)  # fmt: skip
        with h5py.File(made["files"][0]) as tier:
            return tier["sample_00/y"][()]

    first = measurement("a", 3)
    np.testing.assert_array_equal(first, measurement("b", 3))
    assert not np.array_equal(first, measurement("c", 4))


@pytest.mark.parametrize(
    "wrong", [("--size", 0), ("--images", 0), ("--images", 10**8), ("--size", "big"), ("--tier", "secret")]
)
def test_impossible_orders_make_nothing(tmp_path: Path, refusal, wrong: tuple[object, ...]) -> None:
    refusal("make-tiers", tmp_path / "new", *wrong)
    assert not (tmp_path / "new").exists()


def test_progress_is_not_mixed_with_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("make-tiers", tmp_path, "--variant", "cryo_em", "--tier", "public", *SMALL)
    assert cli.main([*map(str, arguments)]) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{tmp_path / 'cryo_em_public.h5'}\n"
    assert captured.err
