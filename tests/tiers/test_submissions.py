"""Submissions read back, and what a stranger's may not be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import h5py
import numpy as np
import pytest

from cryogui.errors import UserError
from cryogui.tiers import TierFile, open_file
from cryogui.tiers.issues import WARNING
from cryogui.tiers.submissions import Answer, Submission, read_submission, write_submission
from tests.conftest import SMALL_SIZE

Spoil = Callable[[h5py.File], None]


@pytest.fixture
def tier(small_tiers: Path) -> Iterator[TierFile]:
    with closing(open_file(small_tiers / "cryo_em_dev.h5")) as tier:
        yield tier


@pytest.fixture
def sound(tier: TierFile, tmp_path: Path) -> Path:
    """A submission that nothing is wrong with."""
    rng = np.random.default_rng(2)
    answers = tuple(
        Answer(
            scene.name,
            rng.normal(size=(SMALL_SIZE,) * 3).astype(np.float32),
            scene.ranges.nominal.replace(defocus_error=10.0 * number),
            1.5,
        )
        for number, scene in enumerate(tier.scenes)
    )
    path = tmp_path / "sound.h5"
    write_submission(path, Submission("cryo_em", "dev", "mine", "gradient", answers))
    return path


def test_a_name_is_of_one_line_and_speaks_to_no_terminal(sound: Path, tier: TierFile) -> None:
    with h5py.File(sound, "r+") as file:
        file.attrs["algorithm"] = "mine\n| 1 | \x1b[1mforged"
    assert read_submission(sound, tier).algorithm == "mine | 1 | [1mforged"


def test_what_is_written_is_read(sound: Path, tier: TierFile) -> None:
    read = read_submission(sound, tier)
    about = (read.variant, read.tier, read.algorithm, read.calibration, read.issues)
    assert about == ("cryo_em", "dev", "mine", "gradient", ())
    assert [answer.name for answer in read.answers] == ["sample_00", "sample_01", "sample_02"]
    assert [answer.spec["defocus_error"] for answer in read.answers] == [0.0, 10.0, 20.0]
    assert [answer.seconds for answer in read.answers] == [1.5] * 3
    with h5py.File(sound) as file:
        np.testing.assert_array_equal(read.answers[2].x_hat, file["sample_02/x_hat"][()])


def respec(**values: object) -> Spoil:
    """One that changes the corrected spec of the second scene; None takes a value out."""

    def spoil(file: h5py.File) -> None:
        attributes = file["sample_01"].attrs
        spec = {**json.loads(attributes["corrected_spec"]), **values}
        attributes["corrected_spec"] = json.dumps({name: v for name, v in spec.items() if v is not None})

    return spoil


def without_spec(file: h5py.File) -> None:
    del file["sample_01"].attrs["corrected_spec"]


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (respec(defocus_error=500.0), "has defocus_error = 500 in its corrected_spec, outside the range"),
        (respec(phlogiston=1.0), "has phlogiston in its corrected_spec, which the scene does not know"),
        (respec(beam_tilt=None), "says nothing of beam_tilt in its corrected_spec, so the nominal"),
        (without_spec, "has no corrected_spec, so the nominal one is taken"),
    ],
)
def test_odd_specs_are_marked(sound: Path, tier: TierFile, spoil: Spoil, what: str) -> None:
    with h5py.File(sound, "r+") as file:
        spoil(file)
    read = read_submission(sound, tier)
    (issue,) = read.issues
    assert (issue.severity, issue.where) == (WARNING, "/sample_01") and issue.what.startswith(what)
    assert tuple(read.answers[1].spec) == tier.scenes[1].ranges.names
    if "nominal" in what:
        assert read.answers[1].spec["beam_tilt"] == 0.0


def renewed(values: np.ndarray) -> Spoil:
    """One that puts another volume into the second scene."""

    def spoil(file: h5py.File) -> None:
        del file["sample_01/x_hat"]
        file["sample_01/x_hat"] = values

    return spoil


def spoilt_value(file: h5py.File) -> None:
    file["sample_01/x_hat"][3, 4, 5] = np.nan


def external(file: h5py.File) -> None:
    del file["sample_01/x_hat"]
    file["sample_01/x_hat"] = h5py.ExternalLink("/etc/passwd", "/")


REFUSED: dict[str, tuple[Spoil, str]] = {
    "scene missing": (lambda file: file.__delitem__("sample_02"), "has no x_hat for sample_02"),
    "scene too many": (lambda file: file.copy("sample_00", "sample_03"), "has sample_03, which"),
    "shape": (renewed(np.zeros((24, 24, 25), np.float32)), "the scene needs (24, 24, 24)"),
    "rank": (renewed(np.zeros((24, 24), np.float32)), "must be numbers with 3 axes"),
    "text": (renewed(np.full((24, 24, 24), b"x")), "must be numbers"),
    "not finite": (spoilt_value, "[3, 4, 5] is NaN"),
    "another variant": (lambda file: file.attrs.__setitem__("variant", "cryo_et"), "the variant 'cryo_et'"),
    "another tier": (lambda file: file.attrs.__setitem__("tier", "public"), "the tier 'public'"),
    "another kind": (lambda file: file.attrs.__setitem__("submission_type", "cake"), "'cake'"),
    "spec not finite": (respec(beam_tilt=float("nan")), "gives beam_tilt no finite value"),
    "spec too large": (respec(beam_tilt=10**400), "gives beam_tilt no finite value"),
    "spec no number": (respec(beam_tilt="0.1"), "gives beam_tilt no finite value"),
    "spec a list": (
        lambda file: file["sample_01"].attrs.__setitem__("corrected_spec", "[1]"), "no list of names"
    ),
    "seconds less than none": (
        lambda file: file["sample_01"].attrs.__setitem__("seconds", -1.0), "that no run can take"
    ),
    "external link": (external, "is a link into another file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_sound_is_refused(sound: Path, tier: TierFile, kind: str) -> None:
    spoil, says = REFUSED[kind]
    with h5py.File(sound, "r+") as file:
        spoil(file)
    with pytest.raises(UserError) as refusal:
        read_submission(sound, tier)
    assert says in str(refusal.value) and str(refusal.value).count("\n") == 0


def test_what_is_no_submission_is_refused(tier: TierFile, small_tiers: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no x_hat for sample_00, sample_01, sample_02"):
        read_submission(small_tiers / "cryo_em_dev.h5", tier)
    with pytest.raises(UserError, match="There is no file"):
        read_submission(tmp_path / "nothing.h5", tier)
