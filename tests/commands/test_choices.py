from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from cryogui.commands.choices import choose_spec, find_scene
from cryogui.errors import UserError
from cryogui.spec import Parameter, Spec, SpecRanges

RANGES = SpecRanges(
    (Parameter("defocus_error", -50.0, 50.0, 0.0, "nm"), Parameter("beam_tilt", -1.0, 1.0, 0.25, "mrad"))
)


def scene(**facts: object) -> SimpleNamespace:
    return SimpleNamespace(**{"name": "sample_01", "ranges": RANGES, "true_spec": None} | facts)


TIER = SimpleNamespace(path=Path("tier.h5"), scenes=(scene(name="sample_00"), scene(name="sample_01")))


@pytest.mark.parametrize("wanted", ["1", "sample_01"])
def test_a_scene_is_found_by_number_and_by_name(wanted: str) -> None:
    assert find_scene(TIER, wanted) is TIER.scenes[1]


@pytest.mark.parametrize("wanted", ["2", "-1", "sample", ""])
def test_an_unknown_scene_is_refused_and_the_known_ones_named(wanted: str) -> None:
    with pytest.raises(UserError, match=r"sample_00, sample_01\.$"):
        find_scene(TIER, wanted)


def test_the_spec_begins_nominal_and_takes_assignments_in_order() -> None:
    assert choose_spec(scene(), "nominal", []) == RANGES.nominal
    spec = choose_spec(scene(), "nominal", ["beam_tilt=0.5", "beam_tilt=-0.5"])
    assert dict(spec) == {"defocus_error": 0.0, "beam_tilt": -0.5}


def test_the_true_spec_can_be_the_beginning() -> None:
    true = Spec.of({"defocus_error": 12.0, "beam_tilt": 0.1, "not_a_slider": 3.0})
    spec = choose_spec(scene(true_spec=true), "true", ["beam_tilt=0.2"])
    assert dict(spec) == {"defocus_error": 12.0, "beam_tilt": 0.2}


def test_a_missing_true_spec_is_said() -> None:
    with pytest.raises(UserError, match="does not hold its true spec"):
        choose_spec(scene(), "true", [])


def test_a_value_outside_its_range_is_taken_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert choose_spec(scene(), "nominal", ["defocus_error=80"])["defocus_error"] == 80.0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "defocus_error = 80 lies outside its range -50 … 50 nm" in captured.err


@pytest.mark.parametrize(
    ("assignment", "complaint"),
    [
        ("coma=1", "defocus_error, beam_tilt"),
        ("beam_tilt", "name=value"),
        ("beam_tilt=", "finite number"),
        ("beam_tilt=much", "finite number"),
        ("beam_tilt=inf", "finite number"),
    ],
)
def test_an_impossible_assignment_is_refused(assignment: str, complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        choose_spec(scene(), "nominal", [assignment])
