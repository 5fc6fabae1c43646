from __future__ import annotations

from pathlib import Path

import h5py
import mrcfile
import numpy as np
import pytest

from cryogui import cli
from cryogui.tiers import open_file


@pytest.fixture
def series(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    with mrcfile.new(tmp_path / "needle.mrc") as file:
        file.set_data(rng.normal(100.0, 5.0, (5, 12, 16)).astype(np.float32))
        file.voxel_size = 7.0
        file.set_image_stack()
    (tmp_path / "angles.rawtlt").write_text("-40\n-20\n0\n20\n40\n")
    return tmp_path / "needle.mrc"


@pytest.fixture
def tier(series: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    out, tilts = series.with_name("tier.h5"), series.with_name("angles.rawtlt")
    assert cli.main(["convert", str(series), "--tilts", str(tilts), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    return out


def test_the_angles_are_in_the_tier(tier: Path) -> None:
    with h5py.File(tier) as file:
        np.testing.assert_allclose(file["sample_00/H_ideal/tilt_angles_deg"], [-40, -20, 0, 20, 40])


def test_the_tier_opens_like_any_other(tier: Path, answer) -> None:
    result = answer("info", tier)
    (scene,) = result["scenes"]
    assert (result["layout"], result["variant"]) == ("native", "cryo_et")
    assert scene["y_shape"] == [5, 12, 16]
    assert scene["pixel_size_A"] == pytest.approx(7.0)
    assert not scene["has_truth"]
    assert 0.0 < answer("forward", tier)["residual"] < 1.0


def test_a_stated_pixel_size_wins(series: Path) -> None:
    out, tilts = series.with_name("tier.h5"), series.with_name("angles.rawtlt")
    cli.main(["convert", str(series), "--tilts", str(tilts), "--pixel-size", "9", "--out", str(out)])
    with h5py.File(out) as file:
        assert file["sample_00/H_ideal"].attrs["pixel_size_A"] == 9.0


@pytest.mark.parametrize(
    ("angle", "shape", "words"),
    [("none", (5, 12, 16), "y axis, as stated"), ("-80", (5, 16, 12), "turned by 80° clockwise")],
)
def test_a_stated_axis_is_not_sought(series: Path, angle: str, shape: tuple[int, ...], words: str) -> None:
    out, tilts = series.with_name("tier.h5"), series.with_name("angles.rawtlt")
    cli.main(["convert", str(series), "--tilts", str(tilts), "--axis-angle", angle, "--out", str(out)])
    with open_file(out) as tier:
        (scene,) = tier.scenes
        assert scene.y is not None and scene.y.shape == shape
        assert any(words in note for note in scene.notes)


@pytest.mark.parametrize("angle", ["x", "nan", "181"])
def test_an_impossible_axis_writes_nothing(series: Path, refusal, angle: str) -> None:
    out, tilts = series.with_name("tier.h5"), series.with_name("angles.rawtlt")
    refusal("convert", series, "--tilts", tilts, "--axis-angle", angle, "--out", out)
    assert not out.exists()


@pytest.mark.parametrize("size", ["0", "nan", "inf"])
def test_an_impossible_pixel_size_writes_nothing(series: Path, refusal, size: str) -> None:
    out, tilts = series.with_name("tier.h5"), series.with_name("angles.rawtlt")
    assert "pixel size" in refusal("convert", series, "--tilts", tilts, "--pixel-size", size, "--out", out)
    assert not out.exists()


def test_angles_that_do_not_fit_are_refused(series: Path, refusal) -> None:
    series.with_name("few.tlt").write_text("0\n10\n")
    out = series.with_name("tier.h5")
    refusal("convert", series, "--tilts", series.with_name("few.tlt"), "--out", out)
    refusal("convert", series, "--tilts", series.with_name("absent.tlt"), "--out", out)
    refusal("convert", series, "--out", out)
    assert not out.exists()


def test_the_series_is_never_overwritten(series: Path, refusal) -> None:
    before = series.read_bytes()
    angles = next(path for path in series.parent.iterdir() if path.suffix in (".rawtlt", ".tlt", ".mdoc"))
    assert "would be lost" in refusal("convert", series, "--tilts", angles, "--out", series)
    assert series.read_bytes() == before
