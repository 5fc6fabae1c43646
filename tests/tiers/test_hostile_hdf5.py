"""Every way an HDF5 file can lie is refused, by the sentence that names the place."""

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers import inspect, open_file
from cryogui.tiers.check_hdf5 import MAX_DEPTH, MAX_OBJECTS, check_hdf5
from cryogui.tiers.check_hdf5_data import MAX_CHUNK_BYTES, VALUE_BUDGET
from cryogui.tiers.issues import ERROR, NOTE, WARNING

Spoil = Callable[[h5py.File], None]


def good_file(path: Path) -> h5py.File:
    """A small file in layout E, open for writing."""
    file = h5py.File(path, "w")
    group = file.create_group("sample_00")
    group["y"] = np.ones((5, 9), np.float32)
    group["H_ideal"] = np.deg2rad(np.array([-60.0, -30, 0, 30, 60], np.float32))
    return file


def errors(path: Path) -> list[str]:
    return [f"{i.where} {i.what}" for i in check_hdf5(str(path)) if i.severity == ERROR]


def replace_y(file: h5py.File, **kwargs: object) -> h5py.Dataset:
    del file["sample_00/y"]
    return file.create_dataset("sample_00/y", **kwargs)


def external_storage(file: h5py.File) -> None:
    replace_y(file, shape=(64,), dtype="u1", external=[("/etc/passwd", 0, 64)])


def external_link(file: h5py.File) -> None:
    file["sample_00/x_true"] = h5py.ExternalLink("/etc/secret.h5", "/")


def soft_link_through_external_link(file: h5py.File) -> None:
    file["aside"] = h5py.ExternalLink("elsewhere.h5", "/")
    file["sample_00/x_true"] = h5py.SoftLink("/aside/x")


def virtual_data_set(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((5, 9), "f4")
    layout[:] = h5py.VirtualSource("elsewhere.h5", "y", (5, 9))
    del file["sample_00/y"]
    file["sample_00"].create_virtual_dataset("y", layout)


def soft_link_cycle(file: h5py.File) -> None:
    file["sample_00/a"] = h5py.SoftLink("/sample_00/b")
    file["sample_00/b"] = h5py.SoftLink("/sample_00/a")


def soft_link_upwards(file: h5py.File) -> None:
    file["sample_01"] = h5py.SoftLink("..")  # to HDF5 the name of a link that is not there


def hard_link_cycle(file: h5py.File) -> None:
    file["sample_00/again"] = file["/"]


def object_references(file: h5py.File) -> None:
    file.create_dataset("sample_00/refs", (1,), h5py.ref_dtype)[0] = file["sample_00"].ref


def region_references(file: h5py.File) -> None:
    file.create_dataset("sample_00/refs", (1,), h5py.regionref_dtype)


def reference_attribute(file: h5py.File) -> None:
    file["sample_00"].attrs["friend"] = file["sample_00/y"].ref


def scale_offset_filter(file: h5py.File) -> None:
    replace_y(file, data=np.ones((5, 9), "i4"), scaleoffset=0)


def unknown_filter(file: h5py.File) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((5, 9))
    plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    space = h5py.h5s.create_simple((5, 9))
    h5py.h5d.create(file["sample_00"].id, b"packed", h5py.h5t.IEEE_F32LE, space, plan)


def packed_twice(file: h5py.File) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((5, 9))
    plan.set_deflate(9)
    plan.set_deflate(9)
    space = h5py.h5s.create_simple((5, 9))
    node = h5py.h5d.create(file["sample_00"].id, b"packed", h5py.h5t.IEEE_F32LE, space, plan)
    h5py.Dataset(node)[()] = 1.0


def eight_terabytes(file: h5py.File) -> None:
    replace_y(file, shape=(2, 1 << 20, 1 << 20), dtype="f4", chunks=(1, 64, 64), compression="gzip")


def one_gigabyte_of_nothing(file: h5py.File) -> None:
    replace_y(file, shape=(256, 1024, 1024), dtype="f4", chunks=(1, 1024, 1024))


def inflating(file: h5py.File) -> None:
    y = replace_y(file, shape=(128, 1024, 1024), dtype="f4", chunks=(16, 1024, 1024), compression="gzip")
    block = zlib.compress(bytes(64 << 20))
    for start in range(0, 128, 16):
        y.id.write_direct_chunk((start, 0, 0), block)


def chunk_that_inflates(file: h5py.File) -> None:
    """16 bytes by its shape, 300 MiB by its contents."""
    y = replace_y(file, shape=(4,), dtype="f4", chunks=(4,), compression="gzip")
    y.id.write_direct_chunk((0,), zlib.compress(bytes(300 << 20)))


def huge_chunks(file: h5py.File) -> None:
    y = replace_y(file, shape=(32, 1024, 1024), dtype="f4", chunks=(32, 1024, 1024), compression="gzip")
    y.id.write_direct_chunk((0, 0, 0), b"x" * (1 << 20))


def cut_short(file: h5py.File) -> None:
    replace_y(file, shape=(5, 9), dtype="f4", chunks=(1, 9))[:2] = 1.0


def text(file: h5py.File) -> None:
    replace_y(file, data=np.array([b"a", b"b"]))


def records(file: h5py.File) -> None:
    replace_y(file, data=np.zeros(3, [("a", "f4"), ("b", "i4")]))


def ragged(file: h5py.File) -> None:
    replace_y(file, shape=(3,), dtype=h5py.vlen_dtype(np.float32))


def empty(file: h5py.File) -> None:
    replace_y(file, shape=(0, 9), dtype="f4")


def null_space(file: h5py.File) -> None:
    replace_y(file, data=h5py.Empty("f4"))


def attribute_of_three_bytes(file: h5py.File) -> None:
    kind = h5py.h5t.STD_I32LE.copy()
    kind.set_size(3)
    h5py.h5a.create(file["sample_00"].id, b"odd", kind, h5py.h5s.create(h5py.h5s.SCALAR))


def large_attribute(file: h5py.File) -> None:
    file["sample_00"].attrs["notes"] = "x" * ((1 << 20) + 1)


def many_attributes(file: h5py.File) -> None:
    for index in range(1001):
        file["sample_00"].attrs[f"a{index}"] = 1


def deep_groups(file: h5py.File) -> None:
    file.create_group("/".join("d" * (MAX_DEPTH + 2)))


def named_type(file: h5py.File) -> None:
    file["kind"] = np.dtype("f4")


def name_that_is_no_text(file: h5py.File) -> None:
    h5py.h5g.create(file["sample_00"].id, b"sample\xff")


def not_a_number(file: h5py.File) -> None:
    file["sample_00/y"][3, 7] = np.nan


def infinite(file: h5py.File) -> None:
    file["sample_00/y"][4, 0] = np.inf


REFUSED: list[tuple[Spoil, str]] = [
    (external_storage, "/sample_00/y keeps its data in another file"),
    (external_link, "/sample_00/x_true is a link into another file"),
    (soft_link_through_external_link, "/aside is a link into another file"),
    (virtual_data_set, "/sample_00/y is a virtual data set"),
    (soft_link_cycle, "/sample_00/a is a link that leads nowhere"),
    (soft_link_upwards, "/sample_01 is a link that leads nowhere"),
    (hard_link_cycle, "/sample_00/again is a group that contains itself"),
    (object_references, "/sample_00/refs holds references"),
    (region_references, "/sample_00/refs holds references"),
    (reference_attribute, "/sample_00@friend is an attribute that holds references"),
    (scale_offset_filter, "/sample_00/y is packed with a filter that is not allowed here (scale-offset)"),
    (unknown_filter, "/sample_00/packed is packed with a filter that is not allowed here (number 32015)"),
    (packed_twice, "/sample_00/packed is packed twice with the same filter"),
    (eight_terabytes, "/sample_00/y declares 8 TiB"),
    (one_gigabyte_of_nothing, "/sample_00/y declares 1 GiB but holds 0 bytes"),
    (inflating, "/sample_00/y declares 512 MiB but holds"),
    (huge_chunks, "/sample_00/y is stored in chunks of 128 MiB"),
    (cut_short, "/sample_00/y holds 2 of its 5 chunks"),
    (records, "/sample_00/y holds records"),
    (ragged, "/sample_00/y holds lists"),
    (empty, "/sample_00/y is empty"),
    (null_space, "/sample_00/y is empty"),
    (attribute_of_three_bytes, "/sample_00 cannot be read"),
    (large_attribute, "/sample_00@notes is an attribute larger than 1 MiB"),
    (many_attributes, "/sample_00 has 1001 attributes"),
    (deep_groups, f"lies deeper than {MAX_DEPTH} groups"),
    (named_type, "/kind is neither a group nor a data set"),
    (name_that_is_no_text, "/sample_00/sample\ufffd has a name that is not text"),
    (not_a_number, "/sample_00/y[3, 7] is NaN"),
    (infinite, "/sample_00/y[4, 0] is Inf"),
]


@pytest.mark.parametrize(("spoil", "expected"), REFUSED, ids=[spoil.__name__ for spoil, _ in REFUSED])
def test_names_the_place_and_the_lie(spoil: Spoil, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        spoil(file)
    assert any(expected in error for error in errors(path)), errors(path)


def test_a_good_file_has_no_finding(tmp_path: Path) -> None:
    good_file(tmp_path / "tier.h5").close()
    assert check_hdf5(str(tmp_path / "tier.h5")) == []


def test_a_soft_link_to_a_checked_data_set_is_allowed(tmp_path: Path) -> None:
    with good_file(tmp_path / "tier.h5") as file:
        file["sample_00/angles"] = h5py.SoftLink("H_ideal")
    assert errors(tmp_path / "tier.h5") == []


def test_text_beside_the_data_is_a_warning_and_text_as_data_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        file["sample_00/title"] = "a title"
    assert [i.severity for i in check_hdf5(str(path))] == [WARNING]
    with h5py.File(path, "a") as file:
        text(file)
    with pytest.raises(UserError, match=r"/sample_00/y has shape"):
        open_file(path)


def test_a_small_chunk_that_inflates_costs_only_the_child(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        chunk_that_inflates(file)
    with pytest.raises(UserError, match=r"cannot be unpacked|could not be inspected"):
        open_file(path)


def test_too_many_objects_end_the_walk(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        for index in range(MAX_OBJECTS + 1):
            file[f"link{index}"] = h5py.SoftLink("/sample_00/y")
    assert any(f"more than {MAX_OBJECTS} objects" in error for error in errors(path))


def test_a_large_data_set_is_sampled_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        rng = np.random.default_rng(0)
        count = VALUE_BUDGET // (4 << 20) + 1
        y = replace_y(file, shape=(count, 1024, 1024), dtype="f4", chunks=(1, 1024, 1024))
        for index in range(count):
            y[index] = rng.random((1024, 1024), np.float32)
    issues = check_hdf5(str(path))
    assert [(i.severity, i.where) for i in issues] == [(NOTE, "/sample_00/y")]
    with h5py.File(path, "a") as file:
        file["sample_00/y"][count - 1, 5, 6] = np.nan
    assert f"/sample_00/y[{count - 1}, 5, 6] is NaN" in errors(path)


def test_the_largest_chunk_allowed_fits_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    rows = MAX_CHUNK_BYTES // (4 << 10)
    noise = np.random.default_rng(0).random((5, rows, 1024), np.float32)
    with good_file(path) as file:
        chunk = (1, rows, 1024)
        replace_y(file, data=noise, chunks=chunk, compression="gzip", compression_opts=1, shuffle=True)
    with open_file(path) as tier:
        assert tier.scenes[0].y is not None and tier.scenes[0].y.shape == noise.shape


def test_a_file_without_scenes_is_no_tier(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["data"] = np.ones(3)
    with pytest.raises(UserError, match="not a tier file"):
        open_file(tmp_path / "other.h5")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tier.h5"
    good_file(path).close()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match="cannot be read"):
        open_file(path)


def test_flipped_bytes_never_reach_this_process(tmp_path: Path) -> None:
    """Mutants are opened or refused in a sentence; nothing else may come out."""
    path = tmp_path / "tier.h5"
    with good_file(path) as file:
        file["sample_00"].attrs["true_spec"] = json.dumps({"noise_level": 0.0})
        file.attrs["note"] = "of variable length"
    original, rng = path.read_bytes(), np.random.default_rng(7)
    for _ in range(15):
        mutant = bytearray(original)
        for place in rng.integers(0, len(original), 12):
            mutant[place] = int(rng.integers(256))
        path.write_bytes(mutant)
        try:
            open_file(path).close()
        except UserError as error:
            assert str(error).endswith(".")


def test_the_corpus_of_malformed_files_is_refused(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile" / "hdf5").glob("*.h5"))
    assert len(files) > 20
    for file in files:
        assert any(issue.severity == ERROR for issue in inspect(file)), file.name
        with pytest.raises(UserError):
            open_file(file)


def test_published_and_real_files_pass(shared_data: Path) -> None:
    for file in sorted((shared_data / "pwm_layouts").glob("*.h5")):
        assert errors(file) == [], file.name
