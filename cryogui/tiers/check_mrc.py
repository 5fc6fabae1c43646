"""Is this MRC file sound? Runs in the inspection child: header against file size, then the values."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cryogui.tiers.issues import ERROR, NOTE, Issue
from cryogui.tiers.mrc_header import REFETCH, MrcHeader, is_packed, open_data, read_header

VALUE_BUDGET = 64 << 20
PACKED_BUDGET = 12 << 20  # unpacking is slow
PIECE = 4 << 20


def check_mrc(path: str) -> list[Issue]:
    """All findings about the MRC file at `path`; any error among them means it must not be opened."""
    try:
        header, issues = read_header(Path(path))
        if header is not None:
            issues += _value_issues(Path(path), header)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return [Issue(ERROR, "", f"cannot be unpacked ({error})", REFETCH)]
    return issues


def _value_issues(path: Path, header: MrcHeader) -> Iterator[Issue]:
    packed = is_packed(path)
    budget = min(header.data_bytes, PACKED_BUDGET if packed else VALUE_BUDGET)
    starts = list(range(0, budget, PIECE))
    if budget < header.data_bytes:
        share = 100 * budget // header.data_bytes
        yield Issue(NOTE, "data", f"are large: {share} % of the values were checked for being finite")
        if not packed:  # spread the pieces over the whole file
            last = (header.data_bytes - PIECE) // PIECE
            starts = [int(piece) * PIECE for piece in np.linspace(0, last, len(starts))]
    with open_data(path) as file:
        for start in starts:
            file.seek(header.offset + start)
            size = min(PIECE, header.data_bytes - start)
            block = file.read(size)
            if len(block) < size:
                yield Issue(ERROR, "data", "end too early, so the file is cut short", REFETCH)
                return
            values = np.frombuffer(block, header.dtype)
            finite = np.isfinite(values)
            if not finite.all():
                yield _bad_value(header, values, start // header.dtype.itemsize, int(np.argmin(finite)))
                return


def _bad_value(header: MrcHeader, values: np.ndarray, first: int, index: int) -> Issue:
    place = np.unravel_index(first + index, header.shape)
    kind = "NaN" if math.isnan(float(values[index])) else "Inf"
    names = zip(("section", "row", "column"), place, strict=True)
    return Issue(
        ERROR, ", ".join(f"{name} {int(i)}" for name, i in names), f"is {kind}",
        "replace missing values by numbers",
    )  # fmt: skip
