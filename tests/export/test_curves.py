"""Curves as CSV."""

import csv
from pathlib import Path

import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.export import Curve, write_curves


def _read(path: Path) -> list[list[str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_curves_over_one_axis_share_its_column(tmp_path: Path) -> None:
    k = np.linspace(0, 0.1, 7)
    power, model = np.exp(-k), np.cos(k)
    write_curves(
        tmp_path / "s.csv", [Curve("power", k, power, "k", "1/Å", "dB"), Curve("CTF², model", k, model)]
    )
    rows = _read(tmp_path / "s.csv")
    assert rows[0] == ["k [1/Å]", "power [dB]", "CTF², model"]
    np.testing.assert_array_equal(np.array(rows[1:], float), np.stack([k, power, model], axis=1))


def test_curves_over_different_axes_have_their_own(tmp_path: Path) -> None:
    write_curves(
        tmp_path / "s.csv",
        [
            Curve("a", np.arange(3.0), np.array([1.0, np.nan, 3.0])),
            Curve("b", np.arange(2.0), np.array([5.0, 6.0]), "t", "s"),
        ],
    )
    assert _read(tmp_path / "s.csv") == [
        ["x", "a", "t [s]", "b"],
        ["0.0", "1.0", "0.0", "5.0"],
        ["1.0", "", "1.0", "6.0"],
        ["2.0", "3.0", "", ""],
    ]


def test_nothing_to_write_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no curve yet"):
        write_curves(tmp_path / "s.csv", [])
    with pytest.raises(UserError, match=r"use \.csv"):
        write_curves(tmp_path / "s.txt", [Curve("a", np.arange(2.0), np.arange(2.0))])
    assert not list(tmp_path.iterdir())
