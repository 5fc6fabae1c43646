from __future__ import annotations

import json
import math
from pathlib import Path

import h5py
import pytest

from cryogui import cli
from cryogui.calibrate import Estimate, Finding, Verdict
from cryogui.calibrate.words import with_error
from cryogui.commands.findings import found, table
from cryogui.spec import Spec
from tests.commands.conftest import TRUE
from tests.jobs.odd_strategies import ACCURACY, OFFSET

NUDGE = ("--strategy", "nudge", "--param", "steps=2")


@pytest.fixture(autouse=True)
def own_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_the_strategies_are_listed_with_their_options(own_strategies: None, answer, capsys) -> None:
    listed = {each["key"]: each for each in answer("strategies")["strategies"]}
    assert listed["nudge"]["determines"] == [OFFSET] and listed["nudge"]["title"] == "Nudge"
    assert listed["nudge"]["summary"] == "Moves the offset in equal steps from the start to its goal."
    assert [each["name"] for each in listed["nudge"]["parameters"]] == ["steps", "rest_s", "goal"]
    assert cli.main(["strategies"]) == 0
    assert "    finds: tilt_axis_offset\n    --param steps=5 " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["calibrate", "--help"])
    assert "  nudge " in capsys.readouterr().out


def test_what_is_found_is_told_kept_and_can_be_reconstructed_with(
    own_strategies: None, public_tier: Path, answer, tmp_path: Path, capsys
) -> None:
    file, out = tmp_path / "spec.json", tmp_path / "out.h5"
    result = answer("calibrate", public_tier, "--scene", "all", *NUDGE, "--out", file)
    assert json.loads(file.read_text()) == result and result["strategy"] == "nudge"
    first, second = result["scenes"]
    assert (first["name"], second["name"]) == ("sample_00", "sample_01")
    assert first["spec"] == {OFFSET: 1.0, ACCURACY: 0.0}
    assert first["sigma"] == {OFFSET: 0.25, ACCURACY: None}
    assert first["verdict"] == {OFFSET: "resolved", ACCURACY: "flat"}
    assert first["trades_with"] == {OFFSET: "", ACCURACY: "It can be exchanged for a stretch of x."}
    assert (first["heldout_before"], first["heldout_after"]) == (0.5, 0.25) and first["seconds"] >= 0.0
    arguments = (
        "reconstruct",
        public_tier,
        "--scene",
        "all",
        "--method",
        "wbp",
        "--spec",
        file,
        "--out",
        out,
    )
    answer(*arguments)
    with h5py.File(out) as written:
        assert json.loads(written["sample_01"].attrs["corrected_spec"])[OFFSET] == 1.0
    runs = answer("history", "--method", "nudge")["runs"]
    assert [(run["kind"], run["scene"]) for run in runs] == [
        ("calibration", "sample_01"), ("calibration", "sample_00")
    ]  # fmt: skip
    shown = answer("history", "show", 1)
    assert shown["start"] == {OFFSET: 0.0, ACCURACY: 0.0} and shown["verdict"] == first["verdict"]
    assert shown["seconds"] == first["seconds"] and shown["heldout_after"] == 0.25
    assert cli.main(["history"]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert "done" in last and "Nudge" in last and "sample_00  held-out error 0.5000 → 0.2500" in last
    assert cli.main(["history", "show", "1"]) == 0
    assert "tilt_axis_offset     1.00 ± 0.25 px  resolved" in capsys.readouterr().out


def test_start_locks_and_images_are_as_asked(own_strategies: None, public_tier: Path, answer) -> None:
    options = ("--lock", ACCURACY, "--set", f"{ACCURACY}=0.2", "--exclude", "0-1", "--param", "goal=-0.5")
    (scene,) = answer("calibrate", public_tier, *NUDGE, *options)["scenes"]
    assert scene["spec"] == {OFFSET: -0.5, ACCURACY: 0.2}
    assert scene["sigma"][ACCURACY] is scene["verdict"][ACCURACY] is scene["trades_with"][ACCURACY] is None
    assert answer("history", "show", 1)["excluded"] == [0, 1]
    assert answer("history", "show", 1)["locked"] == [ACCURACY]


def test_a_person_gets_a_table(own_strategies: None, public_tier: Path, capsys) -> None:
    assert cli.main(["calibrate", str(public_tier), *NUDGE, "--no-history"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("sample_00: nudge in ") and head.endswith(" s, held-out error 0.5000 → 0.2500")
    assert rows == [
        "  tilt_axis_offset     1.00 ± 0.25 px  resolved",
        "  tilt_angle_accuracy  0 ± ∞ °/tilt    flat      It can be exchanged for a stretch of x.",
        "  there",  # what the strategy said last
    ]


def test_what_cannot_be_done_is_said(
    own_strategies: None, public_tier: Path, answer, refusal, tmp_path: Path
) -> None:
    start = ("calibrate", public_tier)
    assert "choose one of " in refusal(*start, "--strategy", "magic")
    assert "There is no option 'speed'" in refusal(*start, *NUDGE, "--param", "speed=3")
    assert "no parameter 'coma' to lock; sample_00 has tilt_axis" in refusal(*start, *NUDGE, "--lock", "coma")
    assert "none of that is free" in refusal(*start, *NUDGE, "--lock", OFFSET)
    assert "would be lost" in refusal(*start, *NUDGE, "--out", public_tier)
    assert "not finite" in refusal(*start, "--strategy", "stumble", "--param", "how=nan", "--no-history")
    assert answer("history")["runs"] == []
    assert not list(tmp_path.glob("*.json"))


def test_a_calibration_is_renamed_and_deleted_but_not_resumed(
    own_strategies: None, public_tier: Path, answer, refusal
) -> None:
    answer("calibrate", public_tier, *NUDGE)
    assert "is a calibration" in refusal("history", "resume", "1")
    answer("history", "rename", 1, "Better")
    assert answer("history")["runs"][0]["title"] == "Better"
    answer("history", "delete", 1)
    assert answer("history")["runs"] == []


BAD_FILES = {
    "not JSON": ("{", "holds no specs"),
    "deep": ("[" * 100_000, "holds no specs"),
    "a list": ("[]", "holds no specs"),
    "no numbers": (
        '{"scenes": [{"name": "sample_00", "spec": {"tilt_axis_offset": "1"}}]}',
        "holds no specs",
    ),
    "other scenes": ('{"scenes": [{"name": "sample_07", "spec": {}}]}', "it has: sample_07"),
    "other parameters": (
        '{"scenes": [{"name": "sample_00", "spec": {"coma": 1}}]}',
        "no parameter 'coma' here",
    ),
    "endless": ('{"scenes": [{"name": "sample_00", "spec": {"tilt_axis_offset": 1e999}}]}', ""),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_is_no_spec_is_refused(public_tier: Path, refusal, tmp_path: Path, kind: str) -> None:
    text, sentence = BAD_FILES[kind]
    file = tmp_path / "spec.json"
    file.write_text(text)
    assert sentence in refusal("forward", public_tier, "--spec", file)


def test_a_spec_is_nominal_true_or_a_file_that_is_left_as_it_is(
    public_tier: Path, answer, refusal, tmp_path: Path
) -> None:
    assert "neither nominal nor true nor a file" in refusal("forward", public_tier, "--spec", "bogus")
    assert "neither" in refusal("forward", public_tier, "--spec", tmp_path)
    file = tmp_path / "spec.json"
    file.write_text('{"scenes": [{"name": "sample_00", "spec": {"tilt_axis_offset": 1.0}, "more": null}]}')
    spec = answer("forward", public_tier, "--spec", file, "--set", f"{ACCURACY}=0.25")["spec"]
    assert spec == dict(TRUE)
    for command in (("forward",), ("reconstruct", "--method", "wbp"), ("calibrate", *NUDGE)):
        assert "would be lost" in refusal(
            command[0], public_tier, *command[1:], "--spec", file, "--out", file
        )


@pytest.mark.parametrize(
    ("sigma", "text"),
    [
        (0.25, "12.35 ± 0.25"),
        (3.0, "12.3 ± 3.0"),
        (31.0, "12 ± 31"),
        (0.0, "12.345 ± 0.000"),
        (math.inf, "12.35 ± ∞"),
        (math.nan, "12.35"),
        (None, "12.35"),
    ],
)
def test_a_value_is_as_exact_as_its_error(sigma: float | None, text: str) -> None:
    assert with_error(12.3451, sigma) == text


def test_what_was_not_determined_is_said() -> None:
    estimate = Estimate(Spec.of({"a": 1.0, "b": 2.0}), 1.0, {"a": Finding(1.0, 0.1, Verdict.RAILED)})
    scene = found(estimate, Spec())
    assert scene["verdict"] == {"a": "railed", "b": None} and math.isnan(scene["heldout_after"])
    assert table(scene) == ["a  1.00 ± 0.10  railed", "b  2            not determined"]
    assert found(None, Spec.of({"a": 1.0}))["sigma"] == {"a": None}
