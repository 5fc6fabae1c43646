from __future__ import annotations

import json
import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui import cli
from cryogui.jobs import Inputs, Queue
from cryogui.physics.live import LiveModel
from cryogui.reconstruct import find_method
from cryogui.tiers import open_file
from tests.commands.conftest import TRUE, blob


@pytest.fixture(autouse=True)
def own_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty history; returns the folder it will be in."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "cryogui" / "history"


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_the_methods_are_listed_with_their_options(answer, capsys) -> None:
    found = {each["key"]: each for each in answer("methods")["methods"]}
    assert found["wbp"]["row"] == "WBP" and found["wbp"]["variant"] == ["cryo_et"]
    assert "Crowther" in found["wbp"]["summary"]
    for key, each in found.items():
        assert {p["name"] for p in each["parameters"]} == {o.name for o in find_method(key).option_list}
    assert cli.main(["methods"]) == 0
    assert "wbp: WBP" in capsys.readouterr().out


def test_all_scenes_make_a_submission_and_are_kept(public_tier: Path, answer, tmp_path: Path) -> None:
    out = tmp_path / "submission.h5"
    changed = ("--set", "tilt_axis_offset=1")
    result = answer("reconstruct", public_tier, "--scene", "all", "--method", "wbp", *changed, "--out", out)
    known, blind = result["scenes"]
    assert result["method"] == "wbp" and (known["name"], blind["name"]) == ("sample_00", "sample_01")
    assert known["psnr_db"] > 10 and 0 < known["blind_score"] < 1 and known["iterations"] == 1
    assert blind["psnr_db"] is blind["standard_score"] is None
    assert blind["consistency"] == pytest.approx(known["consistency"])
    with h5py.File(out) as file:
        assert dict(file.attrs) == {
            "variant": "cryo_et", "tier": "public", "submission_type": "reconstruction", "algorithm": "wbp"
        }  # fmt: skip
        assert json.loads(file["sample_01"].attrs["corrected_spec"])["tilt_axis_offset"] == 1.0
        np.testing.assert_array_equal(file["sample_00/x_hat"][()], file["sample_01/x_hat"][()])
    runs = answer("history")["runs"]
    assert [(run["scene"], run["state"]) for run in runs] == [("sample_01", "done"), ("sample_00", "done")]
    with open_file(runs[0]["result"]) as kept:
        assert kept.scenes[0].name == "sample_01" and kept.scenes[0].x_true.shape == blob().shape


def test_the_method_is_given_the_spec_and_the_options(
    public_tier: Path, answer, own_history: Path, tmp_path: Path
) -> None:
    out, window = tmp_path / "out.h5", ("--param", "window=none")
    answer(
        "reconstruct", public_tier, "--method", "wbp", "--spec", "true", *window, "--no-history", "--out", out
    )
    method = find_method("wbp")
    with open_file(public_tier) as tier:
        scene = tier.scenes[0]
        live = LiveModel(scene.operator(), scene.y)
        problem = Inputs.of(live, scene, TRUE).problem
    (*_, last) = method.run(problem, method.options(window="none"), None)
    with h5py.File(out) as file:
        np.testing.assert_allclose(file["sample_00/x_hat"][()], last.x, atol=1e-5)
    assert not own_history.exists()


def test_a_wedge_is_scored_against_the_full_range(public_tier: Path, answer, tmp_path: Path, capsys) -> None:
    full, wedge = tmp_path / "full.h5", tmp_path / "wedge.h5"
    answer("reconstruct", public_tier, "--scene", 1, "--method", "wbp", "--out", full)
    arguments = ("--scene", 1, "--method", "wbp", "--against", full, "--exclude", "0-1,6", "--halves")
    (scene,) = answer("reconstruct", public_tier, *arguments, "--out", wedge)["scenes"]
    assert 10 < scene["psnr_db"] < 60 and scene["ssim"] < 0.99
    with h5py.File(wedge) as file:
        x, first, second = (file[f"sample_01/{name}"][()] for name in ("x_hat", "half_1", "half_2"))
    assert x.shape == first.shape and (first != second).any()


def test_what_cannot_be_done_is_said(public_tier: Path, answer, refusal, tmp_path: Path) -> None:
    start = ("reconstruct", public_tier, "--method")
    assert "choose one of wbp" in refusal(*start, "magic")
    assert "There is no option 'iterations'" in refusal(*start, "wbp", "--param", "iterations=3")
    assert "write it as name=value" in refusal(*start, "wbp", "--param", "cutoff")
    assert "no image '5-9'" in refusal(*start, "wbp", "--exclude", "5-9")
    assert "would be lost" in refusal(*start, "wbp", "--out", public_tier)
    nowhere = tmp_path / "none" / "out.h5"
    assert "the folder does not exist" in refusal(*start, "wbp", "--out", nowhere)
    out = tmp_path / "out.h5"
    assert "choose another method" in refusal(*start, "ctffind4", "--out", out)
    assert not list(tmp_path.glob("*out.h5*"))
    assert answer("history")["runs"] == [], "all this is found out before anything is started"


@pytest.mark.parametrize(
    ("history", "left"),
    [((), "(sample_00) is in the history"), (("--no-history",), "(sample_00) is not kept")],
)
def test_a_scene_that_fails_tells_what_became_of_those_before(
    public_tier: Path, answer, refusal, tmp_path: Path, history: tuple[str, ...], left: str
) -> None:
    out = ("--out", tmp_path / "out.h5")
    arguments = ("reconstruct", public_tier, "--scene", "all", "--method", "wbp", "--spec", "true", *out)
    said = refusal(*arguments, *history)
    assert "sample_01 does not hold its true spec" in said and left in said
    assert len(answer("history")["runs"]) == (0 if history else 1) and not out[1].exists()


def test_ctrl_c_leaves_nothing_behind(public_tier: Path, answer, tmp_path: Path, capsys, monkeypatch) -> None:
    before, poll = children(), Queue.poll

    def interrupted(queue: Queue) -> None:
        poll(queue)
        if children() != before:
            monkeypatch.setattr(Queue, "poll", poll)
            raise KeyboardInterrupt

    monkeypatch.setattr(Queue, "poll", interrupted)
    out = tmp_path / "out.h5"
    assert cli.main(["reconstruct", str(public_tier), "--method", "wbp", "--out", str(out)]) == 130
    assert capsys.readouterr().err.endswith("Cancelled.\n")
    assert children() == before and not list(tmp_path.glob("*out.h5*"))
    assert [run["state"] for run in answer("history")["runs"]] == ["cancelled"]
