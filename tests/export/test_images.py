"""Images written as MRC and TIFF read back as they were, by other readers."""

import os
import warnings
from pathlib import Path

import mrcfile
import numpy as np
import pytest
import tifffile

from cryogui.errors import UserError
from cryogui.export import require_free, write_image

DATA = np.random.default_rng(5).normal(3.0, 2.0, (4, 10, 15)).astype(np.float32)


class Lazy:
    """A stack that notes which images were asked for."""

    def __init__(self) -> None:
        self.shape = DATA.shape
        self.asked: list[int] = []

    def __getitem__(self, index: int) -> np.ndarray:
        self.asked.append(index)
        return DATA[index]


def test_a_series_as_mrc_is_an_image_stack(tmp_path: Path) -> None:
    write_image(tmp_path / "y.mrc", DATA, 2.5)
    assert mrcfile.validate(tmp_path / "y.mrc")
    with mrcfile.open(tmp_path / "y.mrc") as file:
        np.testing.assert_array_equal(file.data, DATA)
        assert file.is_image_stack()
        assert file.header.mode == 2
        assert file.voxel_size.tolist() == pytest.approx((2.5, 2.5, 2.5))
        assert b"cryogui" in file.header.label[0]
        figures = [file.header[name] for name in ("dmin", "dmax", "dmean", "rms")]
        assert figures == pytest.approx([DATA.min(), DATA.max(), DATA.mean(), DATA.std()], rel=1e-5)


def test_a_volume_as_mrc_keeps_its_three_edges(tmp_path: Path) -> None:
    write_image(tmp_path / "x.map", DATA, (8.0, 4.0, 2.0), "volume")
    assert mrcfile.validate(tmp_path / "x.map")
    with mrcfile.open(tmp_path / "x.map") as file:
        np.testing.assert_array_equal(file.data, DATA)
        assert file.is_volume()
        assert file.voxel_size.tolist() == pytest.approx((2.0, 4.0, 8.0))


def test_one_image_of_unknown_pixel_size(tmp_path: Path) -> None:
    write_image(tmp_path / "one.mrc", DATA[0])
    with mrcfile.open(tmp_path / "one.mrc") as file:
        np.testing.assert_array_equal(np.squeeze(file.data), DATA[0])
        assert file.voxel_size.tolist() == (0.0, 0.0, 0.0)


def test_what_is_written_opens_here_again(tmp_path: Path) -> None:
    from cryogui.tiers import open_file

    write_image(tmp_path / "x.mrc", DATA, 5.0, "volume")
    with open_file(tmp_path / "x.mrc") as file:
        np.testing.assert_array_equal(file.scenes[0].x_true, DATA)
        assert file.scenes[0].pixel_size_A == pytest.approx(5.0)
        assert not [issue for issue in file.issues if issue.severity != "note"]


def test_values_that_are_no_numbers_do_not_spoil_the_header(tmp_path: Path) -> None:
    holed = DATA.copy()
    holed[1, 2, 3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_image(tmp_path / "y.mrc", holed, 1.0)
    with mrcfile.open(tmp_path / "y.mrc") as file:
        np.testing.assert_array_equal(file.data, holed)
        assert file.header.dmax < file.header.dmin  # 'not determined', as the format says it


@pytest.mark.parametrize(("kind", "axes"), [("series", "frames"), ("volume", "slices")])
def test_tiff_is_what_imagej_reads(tmp_path: Path, kind: str, axes: str) -> None:
    write_image(tmp_path / "y.tif", DATA, (80.0, 25.0, 25.0), kind)
    with tifffile.TiffFile(tmp_path / "y.tif") as file:
        np.testing.assert_array_equal(file.asarray(), DATA)
        assert file.is_imagej
        assert file.imagej_metadata["unit"] == "nm"
        assert file.imagej_metadata[axes] == 4
        assert file.imagej_metadata.get("spacing") == (8.0 if kind == "volume" else None)
        across, whole = file.pages[0].tags["XResolution"].value
        assert whole / across == pytest.approx(2.5)


def test_one_image_as_tiff_without_a_pixel_size(tmp_path: Path) -> None:
    write_image(tmp_path / "y.TIFF", DATA[0])
    with tifffile.TiffFile(tmp_path / "y.TIFF") as file:
        np.testing.assert_array_equal(np.squeeze(file.asarray()), DATA[0])
        assert "unit" not in file.imagej_metadata


@pytest.mark.parametrize("name", ["y.mrc", "y.tif"])
def test_a_stack_is_read_one_image_at_a_time(tmp_path: Path, name: str) -> None:
    lazy, told = Lazy(), []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        assert len(lazy.asked) <= done + 1

    write_image(tmp_path / name, lazy, 1.0, progress=progress)
    assert lazy.asked == [0, 1, 2, 3]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("name", ["y.mrc", "y.tif"])
def test_an_export_that_is_cancelled_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    class Stop(Exception):
        pass

    def progress(done: int, total: int) -> None:
        if done == 2:
            raise Stop

    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(Stop):
        write_image(tmp_path / name, DATA, 1.0, progress=progress)
    assert (tmp_path / name).read_bytes() == b"precious"
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["y.mrc", "y.tif"])
def test_a_full_disk_is_a_sentence(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="the disk is full"):
        write_image(tmp_path / name, DATA)
    assert os.listdir(tmp_path) == []


def test_refusals_say_how_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'\.jpg' is no ending known here; use .*\.mrc.* or \.tiff"):
        write_image(tmp_path / "y.jpg", DATA)
    with pytest.raises(UserError, match="has no ending"):
        write_image(tmp_path / "y", DATA)
    with pytest.raises(UserError, match="the folder does not exist"):
        write_image(tmp_path / "absent" / "y.mrc", DATA)
    assert os.listdir(tmp_path) == []


def test_more_than_a_tiff_can_hold_is_refused(tmp_path: Path) -> None:
    class Huge:
        shape = (2000, 1024, 1024)

        def __getitem__(self, index: int) -> np.ndarray:
            raise AssertionError("nothing is computed for a file that cannot be")

    with pytest.raises(UserError, match="at most 4 GB; write these images as MRC"):
        write_image(tmp_path / "y.tif", Huge())


def test_an_open_file_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "open.mrc").write_bytes(b"data")
    (tmp_path / "link.mrc").symlink_to(tmp_path / "open.mrc")
    with pytest.raises(UserError, match="is open here and would be lost"):
        require_free(tmp_path / "link.mrc", [tmp_path / "absent.h5", tmp_path / "open.mrc"])
    require_free(tmp_path / "other.mrc", [tmp_path / "open.mrc"])
