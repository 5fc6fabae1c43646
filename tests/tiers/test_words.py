"""The window's words for what files call their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cryogui.spec import SpecRanges
from cryogui.tiers import Microscope, SceneData, TiltGeometry
from cryogui.tiers.build import build_scene
from cryogui.tiers.words import facts, label, labels


@pytest.mark.parametrize(
    ("name", "value", "row"),
    [
        ("defocus_um", 2.5, ("defocus", "2.5 µm")),
        ("dose_per_tilt_e_per_A2", np.float64(6.0), ("dose per tilt", "6 e⁻/Å²")),
        ("defocus", 2.0, ("defocus", "2 µm")),
        ("largest_tilt_deg", -60, ("largest tilt", "−60°")),
        ("tilt_axis_offset", 0.3, ("tilt-axis offset", "0.3")),
        ("source", "needle.mrc", ("source", "needle.mrc")),
    ],
)
def test_a_row_has_words_and_a_unit(name: str, value: object, row: tuple[str, str]) -> None:
    assert facts({name: value}) == (row,)


def test_rows_that_tell_nothing_are_left_out() -> None:
    assert facts({"seed": 7, "generator": 1, "n_det": 91, "spec_ranges": "[1]", "shape": [1, 2]}) == ()


def test_parameters_are_called_as_beside_their_sliders() -> None:
    assert labels(["missing_wedge", "odd_thing"]) == "missing wedge, odd thing"
    assert label("ctf_per_tilt_variation") == "per-tilt CTF"


def test_the_detector_s_counts_are_not_called_a_dose_and_the_phase_plate_is_in_units_of_pi() -> None:
    angles = np.linspace(-60, 60, 5)
    microscope = Microscope(10.0, 300.0, phase_shift_rad=np.pi / 2, dose_e_per_px=27300.0)
    metadata: dict[str, Any] = {"scene": "cells", "seed": 3, "generator": 1}
    data = SceneData(
        np.zeros((5, 8, 8), np.float32), SpecRanges(), microscope, TiltGeometry(angles), metadata
    )  # fmt: skip
    rows = dict(build_scene(data, "sample_00", ()).facts)
    assert rows["counts per pixel"] == "27300 e⁻"
    assert rows["phase plate"] == "0.50 π"
    assert not {"dose", "seed", "generator"} & set(rows)
