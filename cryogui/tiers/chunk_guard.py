"""Keeps a gzipped chunk from unpacking to more than it declares.

The library unpacks a chunk to its end, whatever the chunk's shape says: a few kilobytes may become gigabytes.
Inspection meets that within its own limits, but reads only a sample of a large file; so before this process
reads a chunk, it is unpacked here with a bound.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterator

import h5py
from h5py import h5z


class InflatingChunk(ValueError):
    """A chunk that holds more than its shape."""


def guard_chunks(dataset: h5py.Dataset, index: int | None = None) -> None:
    """Raise InflatingChunk if a chunk needed for `dataset[index]` (None: any) holds more than declared."""
    if dataset.chunks is None or dataset.compression != "gzip":
        return
    bound = math.prod(dataset.chunks) * dataset.dtype.itemsize
    bit = 1 << _gzip_place(dataset)
    for corner in _corners(dataset, index):
        if dataset.id.get_chunk_info_by_coord(corner).size > 2 * bound + 1024:
            raise InflatingChunk(f"chunk {corner} is stored larger than it is")
        skipped, packed = dataset.id.read_direct_chunk(corner)
        if not skipped & bit and len(zlib.decompressobj().decompress(packed, bound + 1)) > bound:
            raise InflatingChunk(f"chunk {corner} unpacks to more than {bound} bytes")


def _gzip_place(dataset: h5py.Dataset) -> int:
    plan = dataset.id.get_create_plist()
    codes = [plan.get_filter(place)[0] for place in range(plan.get_nfilters())]
    return codes.index(h5z.FILTER_DEFLATE)


def _corners(dataset: h5py.Dataset, index: int | None) -> Iterator[tuple[int, ...]]:
    """First element of every chunk needed."""
    steps = [range(0, side, step) for side, step in zip(dataset.shape, dataset.chunks, strict=True)]
    if index is not None:
        first = index // dataset.chunks[0] * dataset.chunks[0]
        steps[0] = range(first, first + 1)
    return itertools.product(*steps)
