"""Images, volumes, movies and pictures of them, written by commands and read back."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mrcfile
import numpy as np
import pytest
import tifffile
from PIL import Image

from cryogui.tiers import open_file
from tests.commands.conftest import ANGLES, TRUE, N, blob

pytestmark = pytest.mark.usefixtures("qapp")  # pictures are drawn on the tests' own screen


def _read(path: Path) -> np.ndarray:
    with mrcfile.open(path) as file:
        return np.array(file.data)


@pytest.fixture
def y(public_tier: Path) -> np.ndarray:
    with closing(open_file(public_tier)) as tier:
        return np.asarray(tier.scenes[0].y)


def test_the_measured_series_as_data(public_tier: Path, y, answer, tmp_path: Path) -> None:
    result = answer("export", public_tier, "--what", "measured", "--out", tmp_path / "y.mrc")
    assert result["shape"] == [7, N, N]
    np.testing.assert_array_equal(_read(tmp_path / "y.mrc"), y)
    with mrcfile.open(tmp_path / "y.mrc") as file:
        assert file.voxel_size.x == pytest.approx(10.0)
    answer("export", public_tier, "--what", "measured", "--image", 2, "--out", tmp_path / "one.tif")
    np.testing.assert_array_equal(np.squeeze(tifffile.imread(tmp_path / "one.tif")), y[2])


def test_expectation_and_residual_follow_the_spec(public_tier: Path, y, answer, tmp_path: Path) -> None:
    answer("export", public_tier, "--what", "forward", "--spec", "true", "--out", tmp_path / "f.mrc")
    answer("export", public_tier, "--what", "residual", "--spec", "true", "--out", tmp_path / "r.mrc")
    forward, residual = _read(tmp_path / "f.mrc"), _read(tmp_path / "r.mrc")
    np.testing.assert_allclose(forward, y, atol=1e-5 * np.abs(y).max())
    np.testing.assert_allclose(residual, y - forward, atol=1e-6)
    answer("export", public_tier, "--what", "residual", "--set", "tilt_axis_offset=-1", "--out",
           tmp_path / "off.mrc")  # fmt: skip
    assert np.abs(_read(tmp_path / "off.mrc")).max() > 100 * np.abs(residual).max()


def test_volumes_and_their_slices(public_tier: Path, answer, tmp_path: Path) -> None:
    answer("export", public_tier, "--what", "truth", "--out", tmp_path / "x.mrc")
    np.testing.assert_array_equal(_read(tmp_path / "x.mrc"), blob())
    answer(
        "export", public_tier, "--what", "truth", "--plane", "xz", "--slice", 3, "--out", tmp_path / "s.mrc"
    )
    np.testing.assert_array_equal(np.squeeze(_read(tmp_path / "s.mrc")), blob()[:, 3])
    result = answer("export", public_tier, "--scene", 1, "--what", "quick", *_settings(), "--out",
                    tmp_path / "q.mrc")  # fmt: skip
    quick = _read(tmp_path / "q.mrc")
    assert result["spec"] == dict(TRUE)
    assert np.corrcoef(quick.ravel(), blob().ravel())[0, 1] > 0.8


def test_voxels_that_are_no_cubes_are_drawn_in_their_proportion(answer, tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "flat.mrc") as file:
        file.set_data(blob())
        file.voxel_size = (4.0, 4.0, 8.0)  # x, y, z
    for plane, stretched in (("xy", (1, 1)), ("xz", (2, 1)), ("yz", (1, 2))):
        out = tmp_path / f"{plane}.png"
        answer("export", tmp_path / "flat.mrc", "--what", "truth", "--plane", plane, "--bare", "--size", 1,
               "--out", out)  # fmt: skip
        with Image.open(out) as picture:
            assert picture.height / picture.width == stretched[0] / stretched[1]


def test_a_bare_picture_has_the_grey_of_every_pixel(public_tier: Path, y, answer, tmp_path: Path) -> None:
    from cryogui.app.views.levels import percentile_levels

    answer("export", public_tier, "--image", 0, "--bare", "--size", 1, "--out", tmp_path / "y.png")
    with Image.open(tmp_path / "y.png") as file:
        picture = np.asarray(file.convert("RGB"))
    step = picture.shape[0] // N
    assert picture.shape == (N * step, N * step, 3) and step > 1
    low, high = percentile_levels(y[0])
    grey = np.clip((y[0] - low) * 256 / (high - low), 0, 255).astype(np.uint8)
    expected = np.kron(grey, np.ones((step, step), np.uint8))
    np.testing.assert_array_equal(picture, np.repeat(expected[:, :, None], 3, axis=2))


def test_pictures_grow_with_their_size_and_carry_a_colour_bar(
    public_tier: Path, answer, tmp_path: Path
) -> None:
    widths = []
    for size in (1, 2):
        answer("export", public_tier, "--what", "residual", "--size", size, "--out", tmp_path / "r.png")
        with Image.open(tmp_path / "r.png") as file:
            picture = np.asarray(file.convert("RGB"))
        widths.append(picture.shape[1])
    assert widths[1] == 2 * widths[0]
    bar = picture[:, -picture.shape[1] // 8 : -picture.shape[1] // 12].reshape(-1, 3)
    assert len(np.unique(bar, axis=0)) > 200  # the colours of the diverging map


def test_a_drawing_holds_the_image_without_loss(public_tier: Path, y, answer, tmp_path: Path) -> None:
    import base64
    import io

    answer("export", public_tier, "--image", 1, "--out", tmp_path / "y.svg")
    tree = ElementTree.parse(tmp_path / "y.svg")
    images = [node for node in tree.iter() if node.tag.endswith("}image")]
    data = images[0].attrib["{http://www.w3.org/1999/xlink}href"].partition("base64,")[2]
    with Image.open(io.BytesIO(base64.b64decode(data))) as file:
        picture = np.asarray(file.convert("L"), int)
    assert picture.shape == (N, N)
    assert np.corrcoef(picture.ravel(), y[1].ravel())[0, 1] > 0.99
    words = "".join(text for node in tree.iter() for text in (node.text or "",))
    assert "measured y" in words and "tilt 2" in words


KINDS: list[tuple[tuple[Any, ...], int]] = [
    (("--tilt",), len(ANGLES)),
    (("--slices", "xz"), N),
    (("--sweep", "tilt_axis_offset", "--frames", 5), 5),
]


@pytest.mark.parametrize(("kind", "steps"), KINDS)
def test_movies_have_their_frames(public_tier: Path, answer, tmp_path: Path, kind: Any, steps: int) -> None:
    once = answer("movie", public_tier, *kind, "--once", "--out", tmp_path / "m.gif")
    with Image.open(tmp_path / "m.gif") as file:
        assert file.n_frames == once["frames"] == steps
        assert file.size == (once["width"], once["height"])
        assert once["width"] % 2 == once["height"] % 2 == 0
    back = answer("movie", public_tier, *kind, "--fps", 30, "--out", tmp_path / "m.mp4")
    assert back["frames"] == 2 * steps - 2
    assert (tmp_path / "m.mp4").stat().st_size > 1000


def test_a_sweep_changes_what_depends_on_it(public_tier: Path, tmp_path: Path, answer) -> None:
    answer("movie", public_tier, "--sweep", "tilt_axis_offset", "--panes", "forward", "--frames", 3, "--once",
           "--bare", "--out", tmp_path / "m.gif")  # fmt: skip
    centres = []
    with Image.open(tmp_path / "m.gif") as file:
        for number in range(3):
            file.seek(number)
            grey = np.asarray(file.convert("L"), float)[30:]  # below the banner
            centres.append((grey * np.arange(grey.shape[1])).sum() / grey.sum())
    assert centres[0] < centres[1] < centres[2]


def test_a_volume_by_itself_can_be_drawn(answer, refusal, tmp_path: Path) -> None:
    with mrcfile.new(tmp_path / "x.mrc", data=blob()) as volume:
        volume.voxel_size = 5.0
        volume.set_volume()
    answer("export", tmp_path / "x.mrc", "--what", "object", "--out", tmp_path / "x.png")
    answer("movie", tmp_path / "x.mrc", "--slices", "yz", "--out", tmp_path / "x.gif")
    assert "holds no images" in refusal("export", tmp_path / "x.mrc", "--out", tmp_path / "y.mrc")
    assert "no series" in refusal("movie", tmp_path / "x.mrc", "--tilt", "--out", tmp_path / "y.gif")
    assert "would be lost" in refusal("export", tmp_path / "x.mrc", "--out", tmp_path / "x.mrc")
    assert sorted(os.listdir(tmp_path)) == ["x.gif", "x.mrc", "x.png"]


def test_a_report_has_the_figures_of_the_scene(public_tier: Path, answer, refusal, tmp_path: Path) -> None:
    forward = answer("forward", public_tier, *_settings())
    result = answer("report", public_tier, *_settings(), "--out", tmp_path / "r.pdf")
    assert result["figures"]["‖r‖/‖y‖"] == f"{forward['residual']:.3f}"
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    assert "use .pdf" in refusal("report", public_tier, "--out", tmp_path / "r.txt")
    assert os.listdir(tmp_path) == ["r.pdf"]


def test_refusals_say_how_to_mend_and_leave_nothing(public_tier: Path, refusal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert ".png" in refusal("export", public_tier, "--out", out / "y.jpg")
    assert "0 … 6" in refusal("export", public_tier, "--image", 7, "--out", out / "y.png")
    assert "0 … 15" in refusal(
        "export", public_tier, "--what", "truth", "--slice", 16, "--out", out / "y.png"
    )
    assert "its truth" in refusal(
        "export", public_tier, "--scene", 1, "--what", "truth", "--out", out / "x.mrc"
    )
    assert "the folder does not exist" in refusal(
        "export", public_tier, "--out", tmp_path / "absent" / "y.png"
    )
    assert "tilt_axis_offset" in refusal("movie", public_tier, "--sweep", "beam", "--out", out / "m.gif")
    assert ".gif or .mp4" in refusal("movie", public_tier, "--tilt", "--out", out / "m.avi")
    assert "names no panes" in refusal(
        "movie", public_tier, "--tilt", "--panes", "all", "--out", out / "m.gif"
    )
    assert list(out.iterdir()) == []


def test_pictures_need_no_display(public_tier: Path, tmp_path: Path) -> None:
    environment = {
        n: v for n, v in os.environ.items() if n not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "cryogui", "export", public_tier, "--out", tmp_path / "y.svg"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert ElementTree.parse(tmp_path / "y.svg").getroot().tag.endswith("svg")


def _settings() -> list[str]:
    return [part for name, value in TRUE.items() for part in ("--set", f"{name}={value}")]
