"""The MRC2014/CCP4 header, read so that no claim in it is trusted before it is compared with the file.

Real files often fail strict validation (NVERSION 0, no MAP id, no machine stamp): such things are warnings.
"""

from __future__ import annotations

import bz2
import gzip
import math
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from cryogui.tiers.issues import ERROR, NOTE, WARNING, Issue

HEADER_BYTES = 1024
MODES = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"}
UNREADABLE_MODES = {3: "complex integers", 4: "complex numbers", 101: "4-bit integers"}
LARGEST_SIDE = 1 << 20
REFETCH = "fetch the file again"
# A packed file may not blow up beyond this; real maps pack far less well.
FREE_PACKED_BYTES, MAX_PACKED_RATIO, MAX_PACKED_BYTES = 256 << 20, 200, 8 << 30


@dataclass(frozen=True)
class MrcHeader:
    """What is needed to read the data: array shape (sections, rows, columns) and where it lies.

    `axes` says which axis (1 x, 2 y, 3 z) the columns, rows and sections run along; `voxel_A` is (x, y, z),
    None where the cell is not given; `space_group` 0 marks an image stack.
    """

    shape: tuple[int, int, int]
    dtype: np.dtype
    offset: int
    axes: tuple[int, int, int] = (1, 2, 3)
    voxel_A: tuple[float, float, float] | None = None
    cell_angles_deg: tuple[float, float, float] = (90.0, 90.0, 90.0)
    space_group: int = 0
    labels: tuple[str, ...] = ()

    @property
    def data_bytes(self) -> int:
        """Size of the data block."""
        return math.prod(self.shape) * self.dtype.itemsize


def open_data(path: Path) -> BinaryIO:
    """The file's bytes, unpacked on the way when it is gzip or bzip2 (told by content)."""
    with open(path, "rb") as file:
        magic = file.read(3)
    if magic[:2] == b"\x1f\x8b":
        return cast(BinaryIO, gzip.open(path, "rb"))
    if magic == b"BZh":
        return cast(BinaryIO, bz2.open(path, "rb"))
    return open(path, "rb")


def is_packed(path: Path) -> bool:
    """Whether the file is gzip or bzip2."""
    with open(path, "rb") as file:
        magic = file.read(3)
    return magic[:2] == b"\x1f\x8b" or magic == b"BZh"


def read_header(path: Path) -> tuple[MrcHeader | None, list[Issue]]:
    """Header and findings of the file; the header is None when one of them is an error.

    Raises OSError or EOFError when packed data is damaged.
    """
    size = os.path.getsize(path)
    packed = is_packed(path)
    with open_data(path) as file:
        block = file.read(HEADER_BYTES)
    if len(block) < HEADER_BYTES:
        what = f"has {len(block)} bytes, less than a header of {HEADER_BYTES}"
        return None, [Issue(ERROR, "", what, REFETCH)]
    order, issues = _byte_order(block)
    fields = _Fields(block, order)
    issues += fields.issues()
    if not any(issue.severity == ERROR for issue in issues):
        issues += fields.size_issues(size, packed)
    refused = any(issue.severity == ERROR for issue in issues)
    return (None if refused else fields.header()), issues


def _byte_order(block: bytes) -> tuple[str, list[Issue]]:
    """'<' or '>': the order in which the header makes sense; the machine stamp decides only a tie."""
    stamp = block[212]
    claimed = {0x44: "<", 0x11: ">"}.get(stamp, "")

    def plausible(order: str) -> int:
        numbers = struct.unpack(f"{order}4i", block[:16])
        axes = struct.unpack(f"{order}3i", block[64:76])
        sides = sum(0 < number < LARGEST_SIDE for number in numbers[:3])
        return sides + (0 <= numbers[3] < 256) + sum(0 <= axis <= 3 for axis in axes)

    order = max("<>", key=lambda o: (plausible(o), o == claimed, o == "<"))
    if not claimed:
        return order, [Issue(WARNING, "header", "has no machine stamp; its byte order was told by content")]
    if order != claimed:
        return order, [Issue(WARNING, "header", "has a machine stamp that contradicts its byte order")]
    return order, []


class _Fields:
    """The header's numbers in one byte order."""

    def __init__(self, block: bytes, order: str) -> None:
        self.order = order
        self.columns, self.rows, self.sections, self.mode = struct.unpack(f"{order}4i", block[:16])
        self.samples = struct.unpack(f"{order}3i", block[28:40])
        self.cell = struct.unpack(f"{order}6f", block[40:64])
        self.axes = struct.unpack(f"{order}3i", block[64:76])
        self.space_group, self.extended = struct.unpack(f"{order}2i", block[88:96])
        self.map_id, self.version = block[208:212], struct.unpack(f"{order}i", block[108:112])[0]
        count = min(max(struct.unpack(f"{order}i", block[220:224])[0], 0), 10)
        texts = (block[224 + 80 * i : 304 + 80 * i].decode("latin-1") for i in range(count))
        self.labels = tuple(text.strip("\0 ") for text in texts if text.strip("\0 ").isprintable())

    def issues(self) -> Iterator[Issue]:
        shape = (self.columns, self.rows, self.sections)
        if not all(0 < n <= LARGEST_SIDE for n in shape):
            what = f"declares {' × '.join(map(str, shape))} voxels, which cannot be"
            yield Issue(ERROR, "header", what, REFETCH)
        if self.mode not in MODES:
            name = UNREADABLE_MODES.get(self.mode, "of an unknown kind")
            what = f"declares mode {self.mode} ({name}); modes {', '.join(map(str, MODES))} can be read"
            yield Issue(ERROR, "header", what, "convert the file to mode 2")
        if self.extended < 0:
            yield Issue(ERROR, "header", f"declares an extended header of {self.extended} bytes", REFETCH)
        if self.axes == (0, 0, 0):
            yield Issue(WARNING, "header", "names no axis order; x, y, z is assumed")
        elif sorted(self.axes) != [1, 2, 3]:
            what = f"names the axes {self.axes}, which are not 1, 2 and 3 in some order"
            yield Issue(ERROR, "header", what, REFETCH)
        if self.map_id != b"MAP ":
            yield Issue(WARNING, "header", "lacks the MAP identifier")
        if self.version == 0:
            yield Issue(NOTE, "header", "states no format version (older than MRC2014)")

    def size_issues(self, size: int, packed: bool) -> Iterator[Issue]:
        """Compare what the header declares with what is there."""
        header = self.header()
        needed = header.offset + header.data_bytes
        if packed:
            limit = min(max(FREE_PACKED_BYTES, MAX_PACKED_RATIO * size), MAX_PACKED_BYTES)
            if needed > limit:
                what = f"declares {needed} bytes packed into {size}"
                yield Issue(ERROR, "header", what, "unpack it first if it is genuine")
        elif header.offset > size:
            what = f"declares an extended header of {self.extended} bytes in a file of {size}"
            yield Issue(ERROR, "header", what, REFETCH)
        elif needed > size:
            yield Issue(ERROR, "data", f"end after {size} of {needed} bytes: the file is cut short", REFETCH)
        elif needed < size:
            yield Issue(WARNING, "data", f"are followed by {size - needed} unexplained bytes (ignored)")

    def header(self) -> MrcHeader:
        axes = self.axes if sorted(self.axes) == [1, 2, 3] else (1, 2, 3)
        edges = [self.cell[i] / self.samples[i] if self.samples[i] > 0 else 0.0 for i in range(3)]
        known = all(math.isfinite(edge) and 0 < edge < 1e6 for edge in edges)
        return MrcHeader(
            shape=(self.sections, self.rows, self.columns),
            dtype=np.dtype(self.order + MODES[self.mode]),
            offset=HEADER_BYTES + self.extended,
            axes=cast(tuple[int, int, int], axes),
            voxel_A=cast(tuple[float, float, float], tuple(edges)) if known else None,
            cell_angles_deg=cast(tuple[float, float, float], self.cell[3:]),
            space_group=self.space_group,
            labels=self.labels,
        )
