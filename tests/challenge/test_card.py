"""What the challenge card tells of a variant and a tier."""

from __future__ import annotations

import pytest

from cryogui.challenge.card import Card
from cryogui.resources import VARIANTS, spec_dag


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_steps_are_those_published_in_their_order(variant: str) -> None:
    assert tuple(step.symbol for step in Card(variant).dag) == spec_dag(variant)


def test_a_row_has_the_ranges_of_all_three_tiers() -> None:
    wedge = Card("cryo_et").mismatch[-1]
    assert (wedge.name, wedge.nominal, wedge.perturbed) == ("missing_wedge", 30.0, 34.0)
    assert wedge.ranges == {"public": (26.0, 38.0), "dev": (25.2, 37.2), "hidden": (27.2, 39.2)}
    assert wedge.about.label == "missing wedge"


def test_without_a_file_the_scenes_have_their_names_only() -> None:
    card = Card.blank("cryo_em")
    assert [scene.name for scene in card.scenes] == ["sample_00", "sample_01", "sample_02"]
    assert {scene.shape for scene in card.scenes} == {None} and card.tier == ""
