"""Writes MRC files byte by byte, so that the tests do not rest on the reader's own idea of the format."""

import struct
from pathlib import Path
from typing import Any

import numpy as np

MODES = {"int8": 0, "int16": 1, "float32": 2, "uint16": 6, "float16": 12}


def mrc_bytes(data: np.ndarray, order: str = "<", **fields: Any) -> bytes:
    """`data` [section, row, column] with a header; `fields` replaces header words by their number or name."""
    sections, rows, columns = data.shape
    header = bytearray(1024)
    sides = (columns, rows, sections)
    struct.pack_into(f"{order}4i", header, 0, *sides, MODES[data.dtype.name])
    struct.pack_into(f"{order}3i", header, 28, *sides)
    cell = [side * fields.pop("voxel", 2.0) for side in sides]
    struct.pack_into(f"{order}6f", header, 40, *cell, 90, 90, 90)
    struct.pack_into(f"{order}3i", header, 64, *fields.pop("axes", (1, 2, 3)))
    struct.pack_into(f"{order}i", header, 88, fields.pop("space_group", 1))
    header[104:108] = b"    "
    struct.pack_into(f"{order}i", header, 108, 20141)
    header[208:212] = fields.pop("map_id", b"MAP ")
    header[212:216] = fields.pop("stamp", b"DD\0\0" if order == "<" else b"\x11\x11\0\0")
    extended = fields.pop("extended", b"")
    struct.pack_into(f"{order}i", header, 92, fields.pop("nsymbt", len(extended)))
    for name, value in fields.items():
        struct.pack_into(f"{order}i", header, {"nx": 0, "ny": 4, "nz": 8, "mode": 12}[name], value)
    return bytes(header) + extended + data.astype(data.dtype.newbyteorder(order)).tobytes()


def write_mrc(path: Path, data: np.ndarray, order: str = "<", **fields: Any) -> Path:
    path.write_bytes(mrc_bytes(data, order, **fields))
    return path
