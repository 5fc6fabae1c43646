from __future__ import annotations

from pathlib import Path

import pytest

from cryogui import cli
from cryogui.commands.scenarios import recovery
from cryogui.jobs import Point

ARGUMENTS = ("--method", "wbp", "--strategy", "nudge")


def test_the_four_scenarios_of_a_scene(own_strategies: None, public_tier: Path, answer, capsys) -> None:
    result = answer("scenarios", public_tier, "--scene", 0, *ARGUMENTS)
    assert (result["method"], result["strategy"]) == ("wbp", "nudge")
    (scene,) = result["scenes"]
    assert list(scene) == ["name", "I", "II", "III", "IV", "recovery"] and scene["name"] == "sample_00"
    scores = [scene[scenario] for scenario in ("I", "II", "III", "IV")]
    ideal, uncalibrated, oracle, calibrated = (each["psnr_db"] for each in scores)
    assert uncalibrated < calibrated < oracle and ideal > oracle - 1.0
    assert all(0 < each[name] < 1 for each in scores for name in ("ssim", "consistency", "blind_score"))
    assert scene["recovery"] == pytest.approx((calibrated - uncalibrated) / (oracle - uncalibrated))
    spec = ("--set", "tilt_axis_offset=1", "--no-history")
    (alone,) = answer("reconstruct", public_tier, "--method", "wbp", *spec)["scenes"]
    assert scores[3]["psnr_db"] == pytest.approx(alone["psnr_db"])


def test_a_person_gets_a_table(own_strategies: None, public_tier: Path, capsys) -> None:
    assert cli.main(["scenarios", str(public_tier), "--scene", "0", *ARGUMENTS]) == 0
    captured = capsys.readouterr()
    title, head, row, mean, note = captured.out.splitlines()
    assert title.startswith("wbp, calibrated by nudge") and "recovery = (IV − II)/(III − II)" in note
    assert head.split() == [
        "scene",
        "I",
        "ideal",
        "II",
        "uncalibrated",
        "III",
        "oracle",
        "IV",
        "calibrated",
        "recovery",
    ]
    assert row.startswith("sample_00  ") and head.index("II uncal") == row.index(row.split()[3])
    assert mean.startswith(f"mean recovery {row.split()[-1]}")
    assert "sample_00: II uncalibrated " in captured.err


def test_without_truth_there_are_none(own_strategies: None, public_tier: Path, refusal) -> None:
    for scene in ("1", "all"):
        said = refusal("scenarios", public_tier, "--scene", scene, *ARGUMENTS)
        assert (
            said.startswith("sample_01 of public.h5 does not hold its true x and spec")
            and said.count("\n") == 1
        )


def test_a_gain_too_small_to_tell_has_no_recovery() -> None:
    def points(*psnr_db: float | None) -> dict[str, Point]:
        return {
            name: Point(1, 1.0, psnr_db=each) for name, each in zip(("II", "III", "IV"), psnr_db, strict=True)
        }

    assert recovery(points(20.0, 22.0, 21.5)) == pytest.approx(0.75)
    assert recovery(points(20.0, 22.0, 19.0)) == pytest.approx(-0.5)
    for told_nothing in (points(20.0, 20.05, 21.0), points(20.0, 19.0, 20.0), points(20.0, None, 20.0)):
        assert recovery(told_nothing) is None
