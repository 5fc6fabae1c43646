"""Digests of images, and of the data sets of an HDF5 file; run as a program it prints the latter as JSON."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import h5py
import numpy as np

if TYPE_CHECKING:
    from cryogui.tiers.stacks import LazyStack

SLAB_BYTES = 8 << 20


def slabs(shape: tuple[int, ...], itemsize: int) -> Iterator[slice | tuple[()]]:
    """Slices of the first axis, each about `SLAB_BYTES` of an array; one empty index for a scalar."""
    if not shape:
        yield ()
        return
    row = max(int(np.prod(shape[1:], dtype=np.int64)) * itemsize, 1)
    step = max(SLAB_BYTES // row, 1)
    for start in range(0, shape[0], step):
        yield slice(start, min(start + step, shape[0]))


def content_hash(y: np.ndarray | LazyStack) -> str:
    """SHA-256 of images as float32 in C order: the same for the same data, wherever and however they lie."""
    digest = hashlib.sha256()
    for index in range(len(y)):
        digest.update(np.ascontiguousarray(y[index], np.float32).data)
    return digest.hexdigest()


def dataset_digest(dataset: h5py.Dataset) -> str:
    """SHA-256 of a data set's values in C order, read in slabs."""
    digest = hashlib.sha256()
    for part in slabs(dataset.shape, dataset.dtype.itemsize):
        digest.update(np.ascontiguousarray(dataset[part]).data)
    return digest.hexdigest()


def file_digests(path: str) -> dict[str, str]:
    """The digest of every data set in the file, by path inside it."""
    digests: dict[str, str] = {}

    def visit(name: str, node: h5py.Group | h5py.Dataset) -> None:
        if isinstance(node, h5py.Dataset):
            digests[name] = dataset_digest(node)

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return digests


if __name__ == "__main__":
    print(json.dumps(file_digests(sys.argv[1])))
