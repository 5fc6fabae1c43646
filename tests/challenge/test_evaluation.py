from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui import cli
from cryogui.challenge import evaluation
from cryogui.challenge.evaluation import Evaluated, choose_isolation, score_of, tier_score
from cryogui.challenge.own_tiers import find_tier, own_folder
from cryogui.challenge.question import scene_data, write_question
from cryogui.challenge.sandbox.algorithm import Algorithm
from cryogui.errors import UserError
from cryogui.tiers import TierFile, open_file
from cryogui.tiers.sealed import unsealed
from tests.conftest import SMALL_SIZE

SHAPE = (SMALL_SIZE,) * 3


@pytest.fixture
def hidden(small_tiers: Path) -> Iterator[TierFile]:
    with closing(open_file(small_tiers / "cryo_et_hidden.h5")) as tier:
        yield unsealed(tier)


# what is given


def test_a_question_holds_nothing_but_what_it_takes(hidden: TierFile, tmp_path: Path) -> None:
    path = tmp_path / "given.h5"
    write_question(path, scene_data(hidden)[1], hidden)
    with h5py.File(path) as file:
        assert list(file) == ["sample_00"]
        assert set(file["sample_00"]) == {"y", "H_ideal"}
        assert set(file["sample_00"].attrs) == {"spec_ranges", "metadata"}
        assert json.loads(file["sample_00"].attrs["metadata"]) == {"shape": list(SHAPE)}
        assert file.attrs["tier"] == "evaluation"
        assert np.array_equal(file["sample_00/y"], hidden.scenes[1].y)
    with closing(open_file(path)) as given:
        asked, scene = given.scenes[0], hidden.scenes[1]
        operator, ideal = asked.operator(), scene.operator()
        assert operator is not None and ideal is not None and operator.x_shape == ideal.x_shape
        assert (asked.ranges, asked.noise_sigma) == (scene.ranges, scene.noise_sigma)
        assert np.array_equal(asked.tilt_angles_deg, scene.tilt_angles_deg)


# what comes back


def answer(path: Path, tier: TierFile, x_hat: object = None, spec: object = None) -> h5py.File:
    """Writes an answer of zeros under the nominal spec, but for what is given."""
    with h5py.File(path, "w") as file:
        group = file.create_group("sample_00")
        group["x_hat"] = np.zeros(SHAPE, np.float32) if x_hat is None else x_hat
        found = dict(tier.scenes[0].ranges.nominal) if spec is None else spec
        group.attrs["corrected_spec"] = found if isinstance(found, str) else json.dumps(found)


def test_a_sound_answer_is_scored_and_rounded(hidden: TierFile, tmp_path: Path) -> None:
    scene = hidden.scenes[0]
    answer(tmp_path / "result", hidden, scene.x_true * 0.9, dict(scene.true_spec))
    score = score_of(tmp_path / "result", hidden, scene)
    assert score.name == scene.name and not score.spec
    assert score.psnr_db == round(score.psnr_db, 1) and score.ssim == round(score.ssim, 3)
    assert score.psnr_db > 15 and score.consistency > 0.3


def _linked(path: Path, tier: TierFile) -> None:
    other = path.with_name("other.h5")
    answer(other, tier)
    answer(path, tier)
    with h5py.File(path, "r+") as file:
        del file["sample_00/x_hat"]
        file["sample_00/x_hat"] = h5py.ExternalLink("other.h5", "sample_00/x_hat")


def _stored_outside(path: Path, tier: TierFile) -> None:
    answer(path, tier)
    with h5py.File(path, "r+") as file:
        del file["sample_00/x_hat"]
        size = 4 * SMALL_SIZE**3
        file["sample_00"].create_dataset("x_hat", SHAPE, np.float32, external=[("/etc/passwd", 0, size)])


def _virtual(path: Path, tier: TierFile) -> None:
    _linked(path, tier)
    layout = h5py.VirtualLayout(SHAPE, np.float32)
    layout[:] = h5py.VirtualSource(path.with_name("other.h5"), "sample_00/x_hat", SHAPE)
    with h5py.File(path, "r+") as file:
        del file["sample_00/x_hat"]
        file["sample_00"].create_virtual_dataset("x_hat", layout)


def _spec(**values: float) -> Callable[[Path, TierFile], None]:
    return lambda path, tier: answer(path, tier, spec={**tier.scenes[0].ranges.nominal, **values})


def _x(x_hat: object) -> Callable[[Path, TierFile], None]:
    return lambda path, tier: answer(path, tier, x_hat)


HOSTILE: dict[str, Callable[[Path, TierFile], object]] = {
    "NaN": _x(np.full(SHAPE, np.nan, np.float32)),
    "one infinity": _x(np.where(np.arange(SMALL_SIZE) == 3, np.inf, np.zeros(SHAPE)).astype(np.float32)),
    "too small": _x(np.zeros((8, 8, 8), np.float32)),
    "flat": _x(np.zeros(SHAPE[:2], np.float32)),
    "text": _x(np.full(SHAPE, b"x")),
    "complex": _x(np.zeros(SHAPE, np.complex64)),
    "records": _x(np.zeros(SHAPE, [("a", np.float32)])),
    "in another file": _linked,
    "in /etc/passwd": _stored_outside,
    "virtual": _virtual,
    "spec out of range": _spec(tilt_axis_offset=1e6),
    "spec without end": lambda path, tier: answer(path, tier, spec='{"tilt_axis_offset": NaN}'),
    "spec of text": lambda path, tier: answer(path, tier, spec={"tilt_axis_offset": "x"}),
    "spec that is no JSON": lambda path, tier: answer(path, tier, spec="{"),
    "no HDF5": lambda path, tier: path.write_bytes(b"x" * 1000),
    "empty": lambda path, tier: path.write_bytes(b""),
    "cut short": lambda path, tier: (answer(path, tier), path.write_bytes(path.read_bytes()[:3000])),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_answer_is_refused(kind: str, hidden: TierFile, tmp_path: Path) -> None:
    path = tmp_path / "result.h5"
    HOSTILE[kind](path, hidden)
    with pytest.raises(UserError):
        score_of(path, hidden, hidden.scenes[0])


def test_absurd_values_have_scores_or_are_refused(hidden: TierFile, tmp_path: Path) -> None:
    answer(tmp_path / "result", hidden, np.full(SHAPE, 3e38, np.float32))
    try:
        score = score_of(tmp_path / "result", hidden, hidden.scenes[0])
    except UserError:
        return
    assert score.blind_score is not None and score.blind_score < 0.3


def test_a_tier_score_takes_every_scene(hidden: TierFile, tmp_path: Path) -> None:
    answer(tmp_path / "result", hidden)
    score = score_of(tmp_path / "result", hidden, hidden.scenes[0])
    scored, failed = Evaluated("sample_00", score), Evaluated("sample_01", None, "time limit")
    assert tier_score((scored, scored)) == pytest.approx(score.blind_score, abs=1e-3)
    assert tier_score((scored, failed)) is None
    assert failed.as_dict() == {"name": "sample_01", "failed": "time limit"}


# where it may run


def test_the_hidden_tier_refuses_where_nothing_isolates(
    small_tiers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(evaluation, "why_not_isolated", lambda *_: "bubblewrap is out of order")
    script = tmp_path / "never.py"
    script.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    wanted = ["evaluate", str(script), "--variant", "cryo_et", "--data", str(small_tiers), "--json"]
    assert cli.main(wanted) == 2
    assert "bubblewrap is out of order" in json.loads(capsys.readouterr().out)["error"]
    assert not (tmp_path / "ran").exists()
    assert not (own_folder() / "hidden-runs.json").exists()
    assert cli.main([*wanted, "--tier", "dev"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert result["isolation"] == "none" and result["runs_left"] is None
    assert "Not isolated" in captured.err and (tmp_path / "ran").exists()
    assert {scene["failed"] for scene in result["scenes"]} == {"no output"}


def test_data_that_a_program_would_see_are_not_hidden(tmp_path: Path) -> None:
    data = tmp_path / "method" / "data" / "cryo_et_hidden.h5"
    data.parent.mkdir(parents=True)
    with pytest.raises(UserError, match="which programs are shown"):
        choose_isolation(Algorithm("method", tmp_path / "method"), "hidden", data)
    linked = tmp_path / "linked" / data.name
    linked.parent.mkdir()
    linked.symlink_to(tmp_path / "elsewhere.h5")
    linked.with_suffix(".sealed").symlink_to(data.with_suffix(".sealed"))
    with pytest.raises(UserError, match="which programs are shown"):
        choose_isolation(Algorithm("method", tmp_path / "method"), "hidden", linked)


@pytest.mark.parametrize(
    "limit", ["--time-limit=nan", "--time-limit=inf", "--time-limit=0", "--memory-limit=-1"]
)
def test_limits_that_limit_nothing_are_refused(limit: str, tmp_path: Path, capsys) -> None:
    script = tmp_path / "never.py"
    script.write_text("")
    assert cli.main(["evaluate", str(script), "--variant", "cryo_et", limit]) == 2
    assert "Limits must be" in capsys.readouterr().err


def test_an_image_needs_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "find_engine", lambda image: None)
    with pytest.raises(UserError, match="podman"):
        choose_isolation(Algorithm("method:1"), "dev", tmp_path)
    monkeypatch.setattr(evaluation, "find_engine", lambda image: "docker")
    assert choose_isolation(Algorithm("method:1"), "hidden", tmp_path) == ("docker", "")


# which data


def test_data_without_their_truth_are_refused(small_tiers: Path, tmp_path: Path) -> None:
    shutil.copy(small_tiers / "cryo_et_hidden.h5", tmp_path)
    with pytest.raises(UserError, match=r"cryo_et_hidden\.sealed"):
        find_tier("cryo_et", "hidden", tmp_path)


# all of it

ANSWER = """
import json, sys
import h5py
import numpy as np
print("SECRET of the scene")
with h5py.File(sys.argv[1]) as given, h5py.File(sys.argv[2], "w") as out:
    scene = given["sample_00"]
    answer = out.create_group("sample_00")
    shape = json.loads(scene.attrs["metadata"])["shape"]
    answer["x_hat"] = np.full(shape, scene["y"][:].mean(), np.float32)
    ranges = json.loads(scene.attrs["spec_ranges"])
    answer.attrs["corrected_spec"] = json.dumps({row["name"]: row["nominal"] for row in ranges})
"""


def test_a_stranger_gets_scores_of_the_hidden_tier_and_nothing_else(
    small_tiers: Path, tmp_path: Path, capfd, bubblewrap: str
) -> None:
    script = tmp_path / "mean.py"
    script.write_text(ANSWER)
    wanted = ["evaluate", str(script), "--variant", "cryo_em", "--data", str(small_tiers), "--json"]
    assert cli.main(wanted) == 0
    captured = capfd.readouterr()
    result = json.loads(captured.out)
    assert (result["variant"], result["tier"], result["isolation"]) == ("cryo_em", "hidden", "bubblewrap")
    assert set(result["scenes"][0]) == {"name", "psnr_db", "ssim", "consistency", "blind_score"}
    assert result["tier_score"] == pytest.approx(
        np.mean([s["blind_score"] for s in result["scenes"]]), abs=1e-3
    )
    assert result["runs_left"] == 9
    script.write_text(f"{ANSWER}\nsys.exit('SECRET at the end')")
    assert cli.main(wanted) == 0
    failed = capfd.readouterr()
    assert json.loads(failed.out)["runs_left"] == 8 and json.loads(failed.out)["tier_score"] is None
    assert {scene["failed"] for scene in json.loads(failed.out)["scenes"]} == {"exit status"}
    assert "SECRET" not in captured.out + captured.err + failed.out + failed.err
    assert cli.main([*wanted, "--tier", "public"]) == 0
    assert "SECRET at the end" in capfd.readouterr().err
