"""Chunks that hold more than they declare are met before the library unpacks them."""

import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers.chunk_guard import InflatingChunk, guard_chunks
from cryogui.tiers.read_hdf5 import volume
from cryogui.tiers.stacks import hdf5_stack

SHAPE = (4, 30, 50)


@pytest.mark.parametrize(
    "storage",
    [
        {"compression": "gzip", "shuffle": True, "chunks": (1, 30, 50)},
        {"compression": "gzip", "fletcher32": True, "chunks": (3, 7, 50)},
        {"compression": "lzf"},
        {"chunks": (2, 30, 50)},
        {},
    ],
)
def test_honest_data_passes(storage: dict[str, object], tmp_path: Path) -> None:
    data = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        node = file.create_dataset("y", data=data, **storage)
        np.testing.assert_array_equal(hdf5_stack(node).read(), data)
        np.testing.assert_array_equal(volume(node), data)


def test_one_bad_chunk_spoils_only_what_needs_it(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        node = file.create_dataset("y", data=np.ones(SHAPE, "f4"), chunks=(1, 30, 50), compression="gzip")
        node.id.write_direct_chunk((2, 0, 0), zlib.compress(bytes(30 * 50 * 4 + 1)))
        stack = hdf5_stack(node)
        assert stack[1].max() == 1.0
        with pytest.raises(UserError, match="Image 2 cannot be read"):
            stack[2]
        with pytest.raises(UserError, match=r"/y cannot be read .*unpacks to more than 6000 bytes"):
            volume(node)


def test_a_chunk_stored_larger_than_it_is(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        node = file.create_dataset("y", shape=(4,), dtype="f4", chunks=(4,), compression="gzip")
        node.id.write_direct_chunk((0,), bytes(5000))
        with pytest.raises(InflatingChunk, match="stored larger"):
            guard_chunks(node)
