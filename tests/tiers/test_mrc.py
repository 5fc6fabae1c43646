"""MRC volumes: read like another program reads them, refused when the header lies."""

import bz2
import gzip
from pathlib import Path
from typing import Any

import mrcfile
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers import LazyStack, inspect, open_file
from cryogui.tiers import mrc as mrc_module
from tests.tiers.mrc_files import mrc_bytes, write_mrc


@pytest.fixture
def data() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(4, 5, 6)).astype(np.float32)


def opened(path: Path) -> np.ndarray:
    tier = open_file(path)
    assert (tier.layout, tier.variant) == ("mrc", "volume")
    (scene,) = tier.scenes
    assert scene.y is None and scene.operator() is None
    assert scene.x_true is not None
    return scene.x_true


@pytest.mark.parametrize("kind", ["int8", "int16", "uint16", "float16", "float32"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_mode_and_byte_order(kind: str, order: str, data: np.ndarray, tmp_path: Path) -> None:
    values = (data * 20).astype(kind) if kind != "uint16" else (data * 20 + 500).astype(kind)
    x = opened(write_mrc(tmp_path / "v.mrc", values, order))
    assert x.dtype == np.float32 and x.dtype.isnative
    np.testing.assert_array_equal(x, values.astype(np.float32))


@pytest.mark.parametrize("axes", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
def test_axis_order_ends_as_z_y_x(axes: tuple[int, int, int], data: np.ndarray, tmp_path: Path) -> None:
    """`data` is [z, y, x]; a file whose columns run along axes[0] stores it transposed."""
    stored = data.transpose(3 - axes[2], 3 - axes[1], 3 - axes[0])
    np.testing.assert_array_equal(opened(write_mrc(tmp_path / "v.map", stored, axes=axes)), data)


def test_packed_files(data: np.ndarray, tmp_path: Path) -> None:
    for name, pack in (("v.map.gz", gzip.compress), ("v.map.bz2", bz2.compress)):
        (tmp_path / name).write_bytes(pack(mrc_bytes(data)))
        np.testing.assert_array_equal(opened(tmp_path / name), data)


def test_the_extended_header_is_skipped(data: np.ndarray, tmp_path: Path) -> None:
    path = write_mrc(tmp_path / "v.map", data, extended=b"symmetry".ljust(160))
    np.testing.assert_array_equal(opened(path), data)


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"map_id": b"\0\0\0\0"}, "lacks the MAP identifier"),
        ({"stamp": b"\0\0\0\0"}, "has no machine stamp"),
        ({"stamp": b"\x11\x11\0\0"}, "contradicts its byte order"),
        ({"axes": (0, 0, 0)}, "names no axis order"),
    ],
)
def test_what_real_files_get_wrong_is_a_warning(
    fields: dict[str, Any], finding: str, data: np.ndarray, tmp_path: Path
) -> None:
    path = write_mrc(tmp_path / "v.map", data, **fields)
    np.testing.assert_array_equal(opened(path), data)
    assert [i.severity for i in inspect(path) if finding in i.what] == ["warning"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"nx": -6}, "declares -6 × 5 × 4 voxels"),
        ({"nz": 0}, "declares 6 × 5 × 0 voxels"),
        ({"nx": 65536, "ny": 65536}, "cut short"),
        ({"nx": 2**31 - 1}, "which cannot be"),
        ({"nz": 5}, "cut short"),
        ({"mode": 4}, r"declares mode 4 \(complex numbers\)"),
        ({"mode": 8}, "declares mode 8"),
        ({"nsymbt": 2**31 - 1}, "declares an extended header of 2147483647 bytes"),
        ({"nsymbt": -1}, "declares an extended header of -1 bytes"),
        ({"axes": (1, 1, 3)}, r"names the axes \(1, 1, 3\)"),
    ],
)
def test_what_cannot_be_is_refused(
    fields: dict[str, Any], expected: str, data: np.ndarray, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=expected):
        open_file(write_mrc(tmp_path / "v.map", data, **fields))


def test_missing_values_are_located(data: np.ndarray, tmp_path: Path) -> None:
    data[2, 3, 1] = np.inf
    with pytest.raises(UserError, match=r"section 2, row 3, column 1 is Inf"):
        open_file(write_mrc(tmp_path / "v.map", data))


def test_damaged_or_exploding_packed_files_are_refused(data: np.ndarray, tmp_path: Path) -> None:
    packed = gzip.compress(mrc_bytes(np.tile(data, (40, 40, 40))))
    (tmp_path / "cut.map.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(UserError, match=r"cannot be unpacked|too early"):
        open_file(tmp_path / "cut.map.gz")
    (tmp_path / "bomb.map.gz").write_bytes(gzip.compress(mrc_bytes(data, nx=512, ny=512, nz=512)))
    with pytest.raises(UserError, match=r"declares \d+ bytes packed into"):
        open_file(tmp_path / "bomb.map.gz")


def test_hostile_files_are_refused_or_opened_as_they_should(shared_data: Path) -> None:
    folder = shared_data / "hostile" / "mrc"
    reference = opened(shared_data / "real" / "maps" / "EMD-3197.map")
    loadable = {"VALID_big_endian", "trailing_1000_bytes", "bad_map_id", "machst_says_big_endian"}
    for path in sorted(folder.iterdir()):
        if path.stem in loadable:
            np.testing.assert_array_equal(opened(path), reference, err_msg=path.name)
        else:
            with pytest.raises(UserError):
                open_file(path)
    assert any("1000 unexplained bytes" in i.what for i in inspect(folder / "trailing_1000_bytes.map"))


def test_real_maps_agree_with_another_reader(shared_data: Path) -> None:
    maps = shared_data / "real" / "maps"
    plain = opened(maps / "EMD-3197.map")
    for name in ("EMD-3197.map.bz2", "emd_3197.map.gz"):
        np.testing.assert_array_equal(opened(maps / name), plain)
    with mrcfile.open(maps / "EMD-3197.map", permissive=True) as theirs:
        np.testing.assert_array_equal(plain, theirs.data)
    with mrcfile.open(maps / "EMD-3001.map", permissive=True) as theirs:
        np.testing.assert_array_equal(opened(maps / "EMD-3001.map"), theirs.data.transpose(2, 0, 1))
    scene = open_file(maps / "EMD-3197.map").scenes[0]
    assert scene.pixel_size_A == pytest.approx(11.4)


def test_a_large_map_is_shown_by_section(
    data: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mrc_module, "EAGER_BYTES", 100)
    tier = open_file(write_mrc(tmp_path / "large.rec", data))
    scene = tier.scenes[0]
    assert scene.x_true is None and isinstance(scene.y, LazyStack)
    np.testing.assert_array_equal(scene.y[2], data[2])
    np.testing.assert_array_equal(scene.y.read(), data)
    assert any("section by section" in note for note in scene.notes)
    tier.close()
