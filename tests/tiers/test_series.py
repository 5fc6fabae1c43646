"""Real tilt series: angles found and read, grey values made sense of, opening equal to converting."""

from pathlib import Path

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers import LazyStack, Scene, convert, open_file
from cryogui.tiers.angles import find_tilts, mdoc_order, mdoc_pixel_size_A, read_tilts
from cryogui.tiers.series import GreyScale, edge_taper
from tests.tiers.mrc_files import write_mrc

ANGLES = np.arange(-40.0, 41.0, 10.0)


@pytest.fixture
def blobs() -> np.ndarray:
    """Nine images of a bright blob that moves across, uint16 on an empty level of 200."""
    y, x = np.mgrid[:32, :40]
    images = [np.exp(-((x - 20 - a / 8) ** 2 + (y - 16) ** 2) / 18) for a in ANGLES]
    return (200 + 3000 * np.array(images)).astype(np.uint16)


def write_series(folder: Path, images: np.ndarray, name: str = "blob.mrc") -> Path:
    series = write_mrc(folder / name, images, space_group=0, voxel=5.0)
    series.with_suffix(".rawtlt").write_text("\n".join(f"{angle:.2f}" for angle in ANGLES))
    return series


def only_scene(path: Path) -> Scene:
    """The one scene of a file, its images read."""
    with open_file(path) as tier:
        (scene,) = tier.scenes
        assert scene.y is not None
    return scene


def test_opening_a_series_gives_the_scene_that_converting_gives(blobs: np.ndarray, tmp_path: Path) -> None:
    series = write_series(tmp_path, blobs)
    out = convert(series, series.with_suffix(".rawtlt"), tmp_path / "out.h5")
    with open_file(series) as direct, open_file(out) as converted:
        assert (direct.layout, converted.layout) == ("mrc", "native")
        mine, theirs = direct.scenes[0], converted.scenes[0]
        np.testing.assert_array_equal(mine.y, theirs.y)
    np.testing.assert_array_equal(mine.tilt_angles_deg, theirs.tilt_angles_deg)
    for name in ("title", "variant", "ranges", "pixel_size_A", "image_labels", "facts", "notes", "spec_dag"):
        assert getattr(mine, name) == getattr(theirs, name), name
    ours, others = mine.operator(), theirs.operator()
    assert ours is not None and others is not None
    assert ours.x_shape == others.x_shape and ours.y_shape == others.y_shape == (9, 32, 40)
    assert mine.x_true is None and mine.true_spec is None


def test_an_explicit_pixel_size_wins(blobs: np.ndarray, tmp_path: Path) -> None:
    series = write_series(tmp_path, blobs)
    out = convert(series, series.with_suffix(".rawtlt"), tmp_path / "out.h5", pixel_size_A=7.5)
    assert only_scene(out).pixel_size_A == 7.5
    assert only_scene(series).pixel_size_A == 5.0
    with pytest.raises(UserError, match="pixel size"):
        convert(series, series.with_suffix(".rawtlt"), tmp_path / "out.h5", pixel_size_A=-1.0)


def test_bright_mass_becomes_positive_density_on_nothing(blobs: np.ndarray, tmp_path: Path) -> None:
    y = only_scene(write_series(tmp_path, blobs)).y
    assert isinstance(y, np.ndarray)
    assert abs(float(np.median(y))) < 0.05
    assert y.min() > -0.05
    assert y.max() == pytest.approx(blobs.shape[2] / 4, rel=0.1)


def test_dark_mass_is_turned_over(blobs: np.ndarray, tmp_path: Path) -> None:
    inverted = (4000 - blobs.astype(np.int64)).astype(np.int16)
    scene = only_scene(write_series(tmp_path, inverted))
    bright = only_scene(write_series(tmp_path, blobs, "bright.mrc")).y
    assert isinstance(scene.y, np.ndarray) and isinstance(bright, np.ndarray)
    assert any("mass is dark" in note for note in scene.notes)
    assert np.corrcoef(scene.y.ravel(), bright.ravel())[0, 1] > 0.999


def test_the_taper_reaches_zero_at_every_edge_and_leaves_the_middle() -> None:
    window = edge_taper(64, 96)
    assert not window[0].any() and not window[-1].any() and not window[:, 0].any() and not window[:, -1].any()
    assert (window[4:-4, 6:-6] == 1.0).all()
    assert edge_taper(1, 96)[0, 48] == 1.0


def test_a_flat_series_does_not_divide_by_zero() -> None:
    grey = GreyScale.of(LazyStack((3, 8, 8), lambda index: np.full((8, 8), 7.0)))
    assert not grey(np.full((8, 8), 7.0)).any()


def test_numbers_of_angles_and_images_must_agree(blobs: np.ndarray, tmp_path: Path) -> None:
    series = write_series(tmp_path, blobs)
    (tmp_path / "few.tlt").write_text("1 2 3")
    with pytest.raises(UserError, match=r"few.tlt gives 3 angles for the 9 images of blob.mrc"):
        convert(series, tmp_path / "few.tlt", tmp_path / "out.h5")
    assert not (tmp_path / "out.h5").exists()


def test_a_stack_without_angles_is_a_volume_and_says_so(blobs: np.ndarray, tmp_path: Path) -> None:
    series = write_mrc(tmp_path / "blob.mrc", blobs, space_group=0)
    tier = open_file(series)
    assert tier.variant == "volume"
    assert any("no tilt angles beside it" in issue.what for issue in tier.issues)


def test_convert_wants_an_mrc_file(tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(UserError, match="is not an MRC file"):
        convert(tmp_path / "a.h5", tmp_path / "a.tlt", tmp_path / "out.h5")


def test_angle_files_are_found_by_name_and_count(tmp_path: Path) -> None:
    series = tmp_path / "needle_91x64.mrc"
    (tmp_path / "needle.tlt").write_text("1\n2\n3\n")
    (tmp_path / "need.tlt").write_text("1\n2\n3\n")
    assert find_tilts(series, 3) == tmp_path / "needle.tlt"
    assert find_tilts(series, 4) is None
    (tmp_path / "needle_91x64.mrc.mdoc").write_text("")
    assert find_tilts(series, 4) == tmp_path / "needle_91x64.mrc.mdoc"
    (tmp_path / "needle_91x64.rawtlt").write_text("")
    assert find_tilts(series, 4) == tmp_path / "needle_91x64.rawtlt"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.tlt", "1.0 two", "no number"),
        ("a.tlt", "1.0 \x1b[2J" + "x" * 100_000, r"no number \('\\x1b\[2Jx{16}'\); mend it"),
        ("a.tlt", "", "no tilt angles"),
        ("a.tlt", "nan", "beyond ±180"),
        ("a.rawtlt", "900", "beyond ±180"),
        ("a.mdoc", "[ZValue = 0]\nDefocus = 1\n", "no TiltAngle for image 0"),
    ],
)
def test_what_is_no_list_of_angles_is_refused(name: str, text: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=expected):
        read_tilts(tmp_path / name)


def test_mdoc_sections_are_ordered_by_their_number_and_give_doses(tmp_path: Path) -> None:
    (tmp_path / "a.mdoc").write_text(
        "PixelSpacing = 5.4\nImageFile = a.mrc\n\n[T = a title]\n\n"
        "[ZValue = 1]\nTiltAngle = 3.0\nExposureDose = 2.0\nPriorRecordDose = 0.0\n\n"
        "[ZValue = 0]\nTiltAngle = -3.0\nExposureDose = 2.0\nPriorRecordDose = 2.0\n"
    )
    tilts = read_tilts(tmp_path / "a.mdoc")
    np.testing.assert_array_equal(tilts.tilt_angles_deg, [-3.0, 3.0])
    np.testing.assert_array_equal(tilts.dose_before_e_per_A2, [2.0, 0.0])
    assert tilts.total_dose_e_per_A2 == 4.0
    assert mdoc_pixel_size_A(tmp_path / "a.mdoc") == 5.4


def test_real_angle_files(shared_data: Path) -> None:
    tilts = read_tilts(shared_data / "real" / "metadata" / "tilt_series.mdoc")
    assert tilts.tilt_angles_deg.shape == (41,)
    np.testing.assert_allclose(tilts.tilt_angles_deg[:3], [0.001, 3.00113, -2.99863], atol=1e-3)
    assert tilts.dose_before_e_per_A2 is None
    assert read_tilts(shared_data / "real" / "alignment" / "00254.tlt").tilt_angles_deg[0] == -60.01


def test_the_needle_opens_as_a_series(shared_data: Path) -> None:
    scene = only_scene(shared_data / "real" / "tilt_series" / "nist_needle_haadf_91x64x64.mrc")
    assert scene.y is not None and scene.y.shape == (91, 64, 64)
    assert scene.pixel_size_A == pytest.approx(179.95, abs=0.01)
    assert scene.image_labels[0] == "−90.0°"
    assert "missing_wedge" not in scene.ranges.names
    operator = scene.operator()
    assert operator is not None and operator.x_shape == (64, 64, 64)


def write_mdoc(path: Path, times: list[str]) -> Path:
    sections = [
        f"[ZValue = {i}]\nTiltAngle = {angle}\nExposureDose = 0\nDateTime = {time}\n"
        for i, (angle, time) in enumerate(zip((-3.0, 0.0, 3.0), times, strict=True))
    ]
    path.write_text("PixelSpacing = 5.4\n\n" + "\n".join(sections))
    return path


def test_recorded_times_give_the_order_of_the_exposures(tmp_path: Path) -> None:
    times = ["30-Nov-15  15:22:37", "30-Nov-15  15:21:38", "01-Dec-15  00:01:00"]
    np.testing.assert_array_equal(mdoc_order(write_mdoc(tmp_path / "a.mdoc", times)), [1, 0, 2])
    iso = ["2015-Nov-30 15:22:37", "2015-Nov-30 15:21:38", "2015-Dec-01 00:01:00"]
    np.testing.assert_array_equal(mdoc_order(write_mdoc(tmp_path / "b.mdoc", iso)), [1, 0, 2])
    assert mdoc_order(write_mdoc(tmp_path / "c.mdoc", [*times[:2], "yesterday"])) is None
    assert mdoc_order(tmp_path / "none.tlt") is None


def test_a_series_with_times_but_no_doses_shrinks_in_the_recorded_order(tmp_path: Path) -> None:
    series = write_mrc(tmp_path / "s.mrc", np.ones((3, 16, 16), np.float32), space_group=0, voxel=5.0)
    write_mdoc(tmp_path / "s.mdoc", ["30-Nov-15 15:22:37", "30-Nov-15 15:21:38", "30-Nov-15 15:20:00"])
    scene = only_scene(series)
    operator = scene.operator()
    assert operator is not None
    np.testing.assert_allclose(operator.geometry.dose_share, [2 / 3, 1 / 3, 0])
    assert any("each exposure counts alike" in note for note in scene.notes)


def test_the_real_mdoc_was_recorded_from_zero_tilt_outwards(shared_data: Path) -> None:
    order = mdoc_order(shared_data / "real/metadata/tilt_series.mdoc")
    assert order is not None
    assert sorted(order) == list(range(41))
    assert order[0] == 0
