from __future__ import annotations

import json
from pathlib import Path

import pytest

from cryogui import cli
from cryogui.commands.scenarios import SCENARIOS, describe, recovery, row_of
from cryogui.jobs import Point

ARGUMENTS = ("--method", "wbp", "--strategy", "nudge")


def test_the_four_scenarios_of_a_scene(own_strategies: None, public_tier: Path, answer, capsys) -> None:
    assert cli.main(["scenarios", str(public_tier), "--scene", "0", *ARGUMENTS, "--json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert (result["method"], result["strategy"]) == ("wbp", "nudge")
    (scene,) = result["scenes"]
    assert list(scene) == ["name", "I", "II", "III", "IV", "recovery"] and scene["name"] == "sample_00"
    scores = [scene[scenario] for scenario in ("I", "II", "III", "IV")]
    ideal, uncalibrated, oracle, calibrated = (each["psnr_db"] for each in scores)
    assert uncalibrated < calibrated < oracle and ideal > oracle - 1.0
    assert all(0 < each[name] < 1 for each in scores for name in ("ssim", "consistency", "blind_score"))
    assert scene["recovery"] == pytest.approx((calibrated - uncalibrated) / (oracle - uncalibrated))
    assert f"sample_00: II uncalibrated {uncalibrated:.2f} dB" in captured.err
    spec = ("--set", "tilt_axis_offset=1", "--no-history")
    (alone,) = answer("reconstruct", public_tier, "--method", "wbp", *spec)["scenes"]
    assert scores[3]["psnr_db"] == pytest.approx(alone["psnr_db"])


def test_a_person_gets_a_table() -> None:
    points = {scenario: Point(1, 0.0, psnr_db=20.0 + k, blind=0.5) for k, scenario in enumerate(SCENARIOS)}
    rows = [row_of("sample_00", points), row_of("sample_01", {**points, "IV": points["II"]})]
    title, head, *lines, mean, note = describe(
        {"method": "wbp", "strategy": "nudge", "scenes": rows}
    ).splitlines()
    assert title.startswith("wbp, calibrated by nudge") and "recovery = (IV − II)/(III − II)" in note
    words = [word for number, title in SCENARIOS.items() for word in (number, title)]
    assert head.split() == ["scene", *words, "recovery"]
    assert [line.split()[-1] for line in lines] == ["2.00", "0.00"] and "21.00 (0.500)" in lines[0]
    assert all(line.index(line.split()[3]) == head.index("II uncal") for line in lines)
    assert mean == "mean recovery 1.00, least 0.00"


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
