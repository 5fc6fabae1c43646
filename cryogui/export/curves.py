"""Curves of a plot as CSV: one column for every axis, names and units in the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np

from cryogui.errors import UserError
from cryogui.export.paths import ending_of
from cryogui.files import write_bytes


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a plot: x and y [point], what each is called and its unit ('' where it has none)."""

    name: str
    x: np.ndarray
    y: np.ndarray
    x_name: str = "x"
    x_unit: str = ""
    y_unit: str = ""


def write_curves(path: Path, curves: Sequence[Curve]) -> None:
    """Write curves as CSV (UTF-8, full precision); those over the same x share its column.

    A value that is not finite, and what a shorter curve lacks, is an empty field. Raises UserError when there
    is no curve, the ending is not .csv, or the file cannot be written.
    """
    ending_of(path, (".csv",))
    if not curves:
        raise UserError("This plot shows no curve yet; there is nothing to write.")
    columns = list(_columns(curves))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([title for title, _ in columns])
    for row in zip_longest(*(values for _, values in columns)):
        writer.writerow([_field(value) for value in row])
    write_bytes(path, text.getvalue().encode())


def _columns(curves: Sequence[Curve]) -> Iterator[tuple[str, np.ndarray]]:
    shared: np.ndarray | None = None
    for curve in curves:
        if shared is None or not np.array_equal(shared, curve.x):
            shared = curve.x
            yield _title(curve.x_name, curve.x_unit), curve.x
        yield _title(curve.name, curve.y_unit), curve.y


def _title(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _field(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else repr(float(value))
