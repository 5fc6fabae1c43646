from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cryogui import cli


def test_info_names_what_scripts_rely_on(public_tier: Path, answer) -> None:
    result = answer("info", public_tier)
    assert (result["layout"], result["variant"], result["tier"]) == ("native", "cryo_et", "public")
    known, blind = result["scenes"]
    assert known["name"] == "sample_00"
    assert known["y_shape"] == [7, 16, 16]
    assert known["x_shape"] == [16, 16, 16]
    assert known["has_truth"] and not blind["has_truth"]
    assert known["pixel_size_A"] == 10.0
    assert known["spec_ranges"][0] == {
        "name": "tilt_axis_offset", "min": -2.0, "max": 2.0, "unit": "px", "nominal": 0.0
    }  # fmt: skip
    for issue in result["issues"]:
        assert set(issue) == {"severity", "where", "what", "mend"}


def test_info_reads_as_lines(public_tier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["info", str(public_tier)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "layout native, variant cryo_et, tier public"
    assert "sample_00: y 7 × 16 × 16, x 16 × 16 × 16, 10 Å/pixel, with truth" in lines
    assert "  tilt_angle_accuracy: -0.5 … 0.5 deg/tilt (nominal 0)" in lines


def test_info_refuses_what_is_no_data(tmp_path: Path, refusal) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary, today the stage drifted.")
    assert "notes.txt" in refusal("info", text)
    assert "absent.h5" in refusal("info", tmp_path / "absent.h5")


def test_info_calls_a_map_a_volume(shared_data: Path, answer) -> None:
    result = answer("info", shared_data / "real" / "maps" / "EMD-3197.map")
    assert (result["layout"], result["variant"]) == ("mrc", "volume")
    (scene,) = result["scenes"]
    assert scene["y_shape"] is None
    assert scene["x_shape"] == [20, 20, 20]
    assert not scene["has_truth"]


@pytest.mark.parametrize("letter", "ABCDE")
def test_info_recognises_the_published_layouts(shared_data: Path, answer, letter: str) -> None:
    for file in sorted((shared_data / "pwm_layouts").glob(f"{letter}_*.h5")):
        assert answer("info", file)["layout"] == letter


def test_a_reader_that_leaves_early_is_no_defect(public_tier: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "cryogui", "info", public_tier], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert program.stdout and program.stderr
    program.stdout.close()
    assert program.stderr.read() == b""
    program.stderr.close()
    assert program.wait(60) == 141
