"""Tier files made from specimens: what they hold, what blind ones keep back, and that a seed fixes them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui import demo
from cryogui.errors import UserError
from cryogui.resources import challenge_ranges
from cryogui.scoring import relative_residual
from cryogui.tiers import Scene, TierFile, open_file
from cryogui.tiers.make import make_tiers

SIZE, IMAGES = 32, 9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiers")
    make_tiers(folder, tiers=("public", "hidden"), size=SIZE, images=IMAGES, seed=5)
    return folder


def test_files_have_their_names(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "cryo_em_hidden.h5",
        "cryo_em_hidden.sealed",
        "cryo_em_public.h5",
        "cryo_et_hidden.h5",
        "cryo_et_hidden.sealed",
        "cryo_et_public.h5",
    ]


@pytest.mark.parametrize("variant", ["cryo_em", "cryo_et"])
def test_public_tier_opens_with_three_scenes_and_truth(folder: Path, variant: str) -> None:
    with closing(open_file(folder / f"{variant}_public.h5")) as tier:
        check_public(tier, variant)


def check_public(tier: TierFile, variant: str) -> None:
    assert (tier.layout, tier.variant, tier.tier, tier.issues) == ("native", variant, "public", ())
    assert len({scene.title for scene in tier.scenes}) == 3
    for scene in tier.scenes:
        assert scene.y is not None and scene.y.shape == (IMAGES, SIZE, SIZE)
        assert scene.x_true is not None and scene.x_true.shape == (SIZE,) * 3
        assert scene.ranges == challenge_ranges(variant, "public")
        assert (scene.transmission is not None) == (variant == "cryo_em")


@pytest.mark.parametrize("variant", ["cryo_em", "cryo_et"])
def test_true_spec_lies_in_the_middle_of_the_ranges_and_explains_y(folder: Path, variant: str) -> None:
    with closing(open_file(folder / f"{variant}_public.h5")) as tier:
        for scene in tier.scenes:
            check_truth(scene)


def check_truth(scene: Scene) -> None:
    assert scene.true_spec is not None and scene.x_true is not None
    for parameter in scene.ranges:
        margin = 0.1 * (parameter.maximum - parameter.minimum)
        value = scene.true_spec[parameter.name]
        assert parameter.minimum + margin <= value <= parameter.maximum - margin
    operator = scene.operator()
    assert operator is not None
    y = np.asarray(scene.y)
    explained = relative_residual(y, operator.apply(scene.x_true, scene.true_spec))
    assert 0.08 < explained < 0.15
    assert relative_residual(y, operator.apply(scene.x_true, scene.ranges.nominal)) > explained
    assert scene.noise_sigma == pytest.approx(explained * np.sqrt(np.mean(y**2)), rel=0.1)


@pytest.mark.parametrize("variant", ["cryo_em", "cryo_et"])
def test_blind_tier_keeps_its_truth_in_the_sealed_file(folder: Path, variant: str) -> None:
    with h5py.File(folder / f"{variant}_hidden.h5") as file:
        for group in file.values():
            assert "x_true" not in group and "true_spec" not in group.attrs
            assert "seed" not in json.loads(group.attrs["metadata"])
    sealed = folder / f"{variant}_hidden.sealed"
    assert sealed.stat().st_mode & 0o077 == 0
    with h5py.File(sealed) as file:
        assert file.attrs["format"] == "cryogui-sealed"
        names = challenge_ranges(variant, "hidden").names
        for group in file.values():
            assert group["x_true"].shape == (SIZE,) * 3
            assert tuple(json.loads(group.attrs["true_spec"])) == names


def test_sealed_file_does_not_open_as_a_tier(folder: Path) -> None:
    with pytest.raises(UserError):
        open_file(folder / "cryo_et_hidden.sealed")


def test_tilt_series_is_recorded_dose_symmetrically(folder: Path) -> None:
    with h5py.File(folder / "cryo_et_public.h5") as file:
        ideal = file["sample_00/H_ideal"]
        assert ideal["tilt_angles_deg"][0] == -66.0 and ideal["tilt_angles_deg"][-1] == 66.0
        assert ideal["dose_before_e_per_A2"][IMAGES // 2] == 0.0
        assert ideal.attrs["total_dose_e_per_A2"] == 3.0 * IMAGES
        assert ideal.attrs["phase_shift_rad"] == pytest.approx(np.pi / 2)


def test_same_seed_same_file_and_scenes_differ_between_tiers(folder: Path, tmp_path: Path) -> None:
    again, _ = make_tiers(tmp_path, ("cryo_em",), ("hidden",), SIZE, IMAGES, seed=5)
    assert again.read_bytes() == (folder / "cryo_em_hidden.h5").read_bytes()
    with h5py.File(again) as hidden, h5py.File(folder / "cryo_em_public.h5") as public:
        assert relative_residual(public["sample_00/y"][:], hidden["sample_00/y"][:]) > 0.5


def test_blind_tier_without_a_seed_cannot_be_made_again(tmp_path: Path) -> None:
    said: list[str] = []
    first, second = (
        make_tiers(tmp_path / name, ("cryo_em",), ("dev",), 24, 1, progress=said.append)[0].read_bytes()
        for name in ("a", "b")
    )
    assert first != second
    scenes = ("symmetric barrel", "two-lobed granule", "asymmetric assembly")
    assert said == 2 * [f"cryo_em_dev.h5: {scene}" for scene in scenes]


@pytest.mark.parametrize(("size", "images"), [(8, 3), (4096, 3), (32, 0)])
def test_impossible_sizes_are_refused(tmp_path: Path, size: int, images: int) -> None:
    with pytest.raises(UserError, match="not possible"):
        make_tiers(tmp_path, ("cryo_et",), ("public",), size, images)
    assert not list(tmp_path.iterdir())


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot be made"):
        make_tiers(tmp_path / "file" / "folder", ("cryo_em",), ("public",), 24, 1)


def test_demo_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    monkeypatch.setattr("cryogui.tiers.make.DEFAULT_SIZE", 24)
    monkeypatch.setattr("cryogui.tiers.make.DEFAULT_IMAGES", {"cryo_et": 3, "cryo_em": 3})
    path = demo.demo_tier("cryo_em")
    assert path.name == "demo_cryo_em_public.h5" and tmp_path in path.parents
    made = path.stat().st_mtime_ns
    assert demo.demo_tier("cryo_em") == path and path.stat().st_mtime_ns == made
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_demo_without_a_cache_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cryogui").write_text("in the way")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    with pytest.raises(UserError, match="cache folder"):
        demo.demo_tier("cryo_et")
