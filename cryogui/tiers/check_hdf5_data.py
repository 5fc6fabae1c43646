"""Checks of single HDF5 data sets: where their bytes lie, what they claim, whether the values are finite."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5s, h5t, h5z

from cryogui.tiers.digest import slabs
from cryogui.tiers.issues import ERROR, NOTE, WARNING, Issue

MAX_RANK = 4
MAX_DATASET_BYTES = 64 << 30
MAX_CHUNK_BYTES = 16 << 20  # unpacking one takes seven times as much memory
MAX_CHUNKS = 1_000_000
# Below these sizes any packing is harmless; above, measured or simulated data never packs 200 to 1.
FREE_DATASET_BYTES, FREE_TOTAL_BYTES, MAX_RATIO = 32 << 20, 1 << 30, 200
VALUE_BUDGET = 64 << 20

FILTERS = {h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32, h5z.FILTER_LZF}
FILTER_NAMES = {h5z.FILTER_SZIP: "szip", h5z.FILTER_NBIT: "nbit", h5z.FILTER_SCALEOFFSET: "scale-offset"}
KINDS = {
    h5t.STRING: "text", h5t.COMPOUND: "records", h5t.REFERENCE: "references", h5t.VLEN: "lists",
    h5t.ENUM: "an enumeration", h5t.OPAQUE: "opaque bytes", h5t.ARRAY: "arrays", h5t.BITFIELD: "bit fields",
    h5t.TIME: "times",
}  # fmt: skip
INSIDE = "store the data inside the file"
REMAKE = "fetch or make the file again"


class Found:
    """A sound data set: its path in the file, shape, size in memory and the open object."""

    def __init__(self, path: str, node: Any) -> None:
        self.path = path
        self.values = h5py.Dataset(node)
        self.bytes = math.prod(self.values.shape) * self.values.dtype.itemsize


def storage_issues(node: Any, path: str, file_bytes: int) -> Iterator[Issue]:
    """The first thing wrong with a data set's storage, if any: outside data, kind, shape, filters, sizes."""
    plan, kind, space = node.get_create_plist(), node.get_type(), node.get_space()
    if plan.get_external_count():
        yield Issue(ERROR, path, "keeps its data in another file", INSIDE)
        return
    if plan.get_layout() == h5d.VIRTUAL:
        yield Issue(ERROR, path, "is a virtual data set put together from other files", INSIDE)
        return
    if kind.get_class() == h5t.STRING:
        yield Issue(WARNING, path, "holds text, which is not read")
        return
    if kind.get_class() not in (h5t.INTEGER, h5t.FLOAT) or kind.get_size() > 8:
        name = KINDS.get(kind.get_class(), "numbers of an unknown kind")
        yield Issue(ERROR, path, f"holds {name}", "store plain numbers of at most 8 bytes instead")
        return
    shape = () if space.get_simple_extent_type() == h5s.NULL else tuple(space.get_simple_extent_dims())
    if space.get_simple_extent_type() == h5s.NULL or len(shape) > MAX_RANK or 0 in shape:
        yield Issue(ERROR, path, "is empty or has too many axes", f"give it 1 to {MAX_RANK} axes, none empty")
        return
    yield from _filter_issues(plan, path)
    item = np.dtype(kind.dtype).itemsize
    yield from _size_issues(path, math.prod(shape) * item, node.get_storage_size(), file_bytes)
    if plan.get_layout() == h5d.CHUNKED:
        yield from _chunk_issues(node, path, shape, plan.get_chunk(), item)
    elif node.get_storage_size() < math.prod(shape) * item:
        yield _short(path, math.prod(shape) * item, node.get_storage_size())


def _filter_issues(plan: Any, path: str) -> Iterator[Issue]:
    codes = [plan.get_filter(index)[0] for index in range(plan.get_nfilters())]
    if len(set(codes)) < len(codes):
        yield Issue(ERROR, path, "is packed twice with the same filter", "store it with gzip or unpacked")
    for code in codes:
        if code not in FILTERS:
            name = FILTER_NAMES.get(code, f"number {code}")
            what = f"is packed with a filter that is not allowed here ({name})"
            yield Issue(ERROR, path, what, "store it with gzip or unpacked")


def _size_issues(path: str, declared: int, stored: int, file_bytes: int) -> Iterator[Issue]:
    if declared > MAX_DATASET_BYTES:
        what = f"declares {_size(declared)}, more than the {_size(MAX_DATASET_BYTES)} that can be opened"
        yield Issue(ERROR, path, what, "split or bin the data")
    elif stored > file_bytes:
        yield Issue(ERROR, path, f"claims {_size(stored)} in a file of {_size(file_bytes)}", REMAKE)
    elif declared > FREE_DATASET_BYTES and declared > MAX_RATIO * stored:
        yield _short(path, declared, stored)


def _short(path: str, declared: int, stored: int) -> Issue:
    return Issue(ERROR, path, f"declares {_size(declared)} but holds {_size(stored)}", REMAKE)


def _chunk_issues(
    node: Any, path: str, shape: tuple[int, ...], chunk: tuple[int, ...], item: int
) -> Iterator[Issue]:
    expected = math.prod(-(-n // c) for n, c in zip(shape, chunk, strict=True))
    if math.prod(chunk) * item > MAX_CHUNK_BYTES:
        what = f"is stored in chunks of {_size(math.prod(chunk) * item)}"
        yield Issue(ERROR, path, what, f"store chunks of at most {_size(MAX_CHUNK_BYTES)}")
    elif expected > MAX_CHUNKS:
        yield Issue(ERROR, path, f"is cut into {expected} chunks", "store one chunk per image")
    elif (written := node.get_num_chunks()) < expected:
        what = f"holds {written} of its {expected} chunks, so its writing was cut short"
        yield Issue(ERROR, path, what, REMAKE)


def total_issues(datasets: Iterable[Found], file_bytes: int) -> Iterator[Issue]:
    """All data sets together must be plausible for the file's size too."""
    total = sum(found.bytes for found in datasets)
    if total > FREE_TOTAL_BYTES and total > MAX_RATIO * file_bytes:
        yield _short("", total, file_bytes)


def value_issues(datasets: Iterable[Found]) -> Iterator[Issue]:
    """Read values, small data sets first, and say where one is not finite or cannot be unpacked.

    What goes beyond the budget is sampled, and a note says so.
    """
    left = VALUE_BUDGET
    for found in sorted(datasets, key=lambda found: found.bytes):
        values = found.values
        parts = list(slabs(values.shape, values.dtype.itemsize))
        if found.bytes > left:
            count = values.shape[0]
            parts = [slice(index, index + 1) for index in sorted({0, count // 2, count - 1})]
            what = f"is large: {len(parts)} of {count} images were checked for missing values"
            yield Issue(NOTE, found.path, what)
        else:
            left -= found.bytes
        yield from _first_bad_value(found, parts)


def _first_bad_value(found: Found, parts: list[Any]) -> Iterator[Issue]:
    for part in parts:
        try:
            block = found.values[part]
        except Exception as error:
            yield Issue(ERROR, found.path, f"cannot be unpacked ({library_reason(error)})", REMAKE)
            return
        finite = np.isfinite(block)
        if not finite.all():
            index = list(np.argwhere(~np.atleast_1d(finite))[0])
            index[0] += part.start if isinstance(part, slice) else 0
            kind = "NaN" if np.isnan(np.atleast_1d(block)[~np.atleast_1d(finite)][0]) else "Inf"
            where = f"{found.path}[{', '.join(str(i) for i in index)}]"
            yield Issue(ERROR, where, f"is {kind}", "replace missing values by numbers")
            return


def library_reason(error: Exception) -> str:
    """The innermost reason in one of the library's messages, on one line."""
    text = str(error.args[0]) if error.args else type(error).__name__
    inner = re.search(r"\((.*)\)", text)
    return (inner.group(1) if inner else text).splitlines()[0][:160]


def _size(count: float) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024
    return f"{count:.4g} TiB"
