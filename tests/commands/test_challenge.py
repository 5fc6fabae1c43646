"""Submit, score and leaderboard, as a user calls them."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui import cli
from cryogui.tiers import open_file
from cryogui.tiers.submissions import Answer, Submission, write_submission
from tests.conftest import SMALL_SIZE


@pytest.fixture(scope="module")
def one_scene(small_tiers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public tier with its first scene alone."""
    path = tmp_path_factory.mktemp("tier") / "one_scene.h5"
    path.write_bytes((small_tiers / "cryo_et_public.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        del file["sample_01"], file["sample_02"]
    return path


@pytest.fixture(autouse=True)
def own_history(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def submission(tier: Path, out: Path, algorithm: str = "wbp", value: float = 0.1) -> Path:
    """One volume of one value as the answer to every scene, under the nominal spec."""
    with closing(open_file(tier)) as file:
        answers = tuple(
            Answer(scene.name, np.full((SMALL_SIZE,) * 3, value, np.float32), scene.ranges.nominal, 2.0)
            for scene in file.scenes
        )
        write_submission(out, Submission(file.variant, file.tier, algorithm, "none", answers))
    return out


def test_a_tier_is_calibrated_reconstructed_and_submitted(
    own_strategies: None, one_scene: Path, tmp_path: Path, answer
) -> None:
    out = tmp_path / "sub.h5"
    made = answer("submit", one_scene, "--method", "wbp", "--strategy", "nudge", "--out", out)
    assert (made["strategy"], made["issues"]) == ("nudge", [])
    (scene,) = made["scenes"]
    assert scene["spec"]["tilt_axis_offset"] == 1.0 and scene["seconds"] > 0
    result = answer("score", out, one_scene, "--scenarios")
    assert result["calibration"] == "nudge" and result["algorithm"] == "wbp"
    (row,), (scored,) = result["scenarios"], result["scenes"]
    assert row["IV"]["psnr_db"] == scored["psnr_db"] and row["I"]["psnr_db"] > row["II"]["psnr_db"]
    assert scored["seconds"] == pytest.approx(scene["seconds"])


def test_overall_is_the_mean_of_three_tiers(small_tiers: Path, tmp_path: Path, answer, capsys) -> None:
    files: list[Path] = []
    for tier in ("public", "dev", "hidden"):
        path = small_tiers / f"cryo_et_{tier}.h5"
        files += [submission(path, tmp_path / f"{tier}.h5"), path]
    assert answer("score", *files[:4])["overall"] == []
    result = answer("score", *files)
    assert [tier["tier"] for tier in result["tiers"]] == ["public", "dev", "hidden"]
    for tier in result["tiers"]:
        scores = [scene["blind_score"] for scene in tier["scenes"]]
        assert tier["tier_score"] == pytest.approx(sum(scores) / 3)
    (overall,) = result["overall"]
    assert overall["blind_score"] == pytest.approx(sum(t["tier_score"] for t in result["tiers"]) / 3)

    query = ("leaderboard", "--variant", "cryo_et", "--board", "blind", "--tier", "overall")
    rows = answer(*query)["rows"]
    (row,) = [row for row in rows if row["source"] == "measured"]
    assert row["score"] == pytest.approx(overall["blind_score"]) and row["method"] == "WBP"
    assert len(rows) > 5 and answer(*query, "--measured")["rows"] == [row]
    assert cli.main([*query]) == 0
    printed = capsys.readouterr().out
    assert "DiffusionET †" in printed and "WBP †" in printed and "† published, not reproducible" in printed


def test_without_truth_there_is_no_entry(small_tiers: Path, tmp_path: Path, answer) -> None:
    out = submission(small_tiers / "cryo_et_dev.h5", tmp_path / "sub.h5")
    alone = tmp_path / "cryo_et_dev.h5"
    alone.write_bytes((small_tiers / alone.name).read_bytes())
    blind = answer("score", out, alone)
    assert blind["tier_score"] is None and blind["tier_scores"]["consistency"] is not None
    assert answer("leaderboard", "--measured")["rows"] == []
    given = answer("score", out, alone, "--sealed", small_tiers / "cryo_et_dev.sealed", "--no-history")
    assert answer("leaderboard", "--measured")["rows"] == []
    beside = answer("score", out, small_tiers / "cryo_et_dev.h5")
    assert given["tier_scores"] == beside["tier_scores"] and beside["tier_score"] is not None
    assert len(answer("leaderboard", "--measured")["rows"]) == 2


def test_scenarios_need_a_method_of_the_program(one_scene: Path, tmp_path: Path, refusal) -> None:
    out = submission(one_scene, tmp_path / "sub.h5", "deep thought")
    said = refusal("score", out, one_scene, "--scenarios", "--no-history")
    assert "deep thought" in said and said.count("\n") == 1


def test_bad_requests_are_refused(small_tiers: Path, tmp_path: Path, refusal) -> None:
    tier = small_tiers / "cryo_et_dev.h5"
    assert "in turn" in refusal("score", tier)
    assert "has no x_hat" in refusal("score", tier, tier)
    assert "--sealed goes with one" in refusal("score", *([tier] * 4), "--sealed", tier)
    assert "neither .csv nor .md" in refusal("leaderboard", "--out", tmp_path / "board.txt")
    plain = tmp_path / "README.md"
    plain.write_text("nothing to renew")
    assert "lacks the lines" in refusal("leaderboard", "--into", plain)
    assert plain.read_text() == "nothing to renew"
    assert (
        "no strategy"
        in refusal("submit", tier, "--method", "wbp", "--strategy", "luck", "--out", plain).lower()
    )


def test_tables_are_written(tmp_path: Path, answer) -> None:
    rows = answer("leaderboard", "--out", tmp_path / "board.csv")["rows"]
    with open(tmp_path / "board.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(rows) > 50
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- leaderboard -->\nold\n<!-- end of leaderboard -->\nafter\n")
    for _ in range(2):
        answer("leaderboard", "--variant", "cryo_em", "--tier", "overall", "--into", readme)
    text = readme.read_text()
    assert text.startswith("before\n<!-- leaderboard -->\n**Particles") and text.endswith("-->\nafter\n")
    assert "old" not in text and text.count("**Particles (cryo-EM), blind board") == 1


def test_a_board_is_sorted_by_any_column(small_tiers: Path, tmp_path: Path, answer) -> None:
    tier = small_tiers / "cryo_et_public.h5"
    answer("score", submission(tier, tmp_path / "sub.h5"), tier)
    query = ("leaderboard", "--variant", "cryo_et", "--board", "blind", "--tier", "public")
    by_seconds = answer(*query, "--sort", "seconds")["rows"]
    assert by_seconds[0]["source"] == "measured"
    by_name = [row["method"] for row in answer(*query, "--sort", "method")["rows"]]
    assert by_name[1:] == sorted(by_name[1:]) and by_name[0] == "WBP"
