"""The published facts that travel with the program."""

from __future__ import annotations

import pytest

from cryogui.resources import (
    TIERS,
    VARIANTS,
    blind_rows,
    challenge_ranges,
    credits_rule,
    mismatches,
    primitive_names,
    primitives,
    resource_path,
    scoring_rules,
    spec_dag,
    standard_rows,
)


def test_ranges_carry_bounds_nominal_and_unit() -> None:
    wedge = challenge_ranges("cryo_et", "hidden")["missing_wedge"]
    assert (wedge.minimum, wedge.maximum, wedge.nominal, wedge.unit) == (27.2, 39.2, 30.0, "deg")
    assert challenge_ranges("cryo_em", "dev")["ice_thickness_variation"].nominal == 50.0


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_tier_has_the_same_parameters(variant: str) -> None:
    names = {challenge_ranges(variant, tier).names for tier in TIERS}
    assert len(names) == 1 and len(names.pop()) == (4 if variant == "cryo_em" else 5)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="cryo_xx"):
        challenge_ranges("cryo_xx", "public")
    with pytest.raises(ValueError, match="secret"):
        challenge_ranges("cryo_et", "secret")


@pytest.mark.parametrize("variant", VARIANTS)
def test_dag_uses_known_primitives(variant: str) -> None:
    names = primitive_names()
    assert len(names) == 11
    assert set(spec_dag(variant)) <= set(names)


@pytest.mark.parametrize("variant", VARIANTS)
def test_published_scores_follow_the_formula(variant: str) -> None:
    for row in standard_rows(variant):
        score = 0.5 * min(max((row["psnr_db"] - 15) / 30, 0), 1) + 0.5 * row["ssim"]
        assert score == pytest.approx(row["score"], abs=1e-3)


@pytest.mark.parametrize("variant", VARIANTS)
def test_blind_rows_imply_a_possible_consistency(variant: str) -> None:
    overall = {row["method"]: row["score"] for row in blind_rows(variant, "overall")}
    for row in (row for tier in TIERS for row in blind_rows(variant, tier)):
        norm = min(max((row["psnr_db"] - 10) / 40, 0), 1)
        assert 0.75 < (row["score"] - 0.4 * norm - 0.4 * row["ssim"]) / 0.2 < 0.97
        assert row["method"] in overall


def test_every_primitive_has_a_formula_of_its_own() -> None:
    formulas = {each.symbol: each.formula for each in primitives()}
    assert len({*formulas.values()}) == 11
    assert all(f"({symbol} x)" in formula for symbol, formula in formulas.items())


@pytest.mark.parametrize("variant", VARIANTS)
def test_perturbed_values_lie_in_the_public_ranges(variant: str) -> None:
    ranges = challenge_ranges(variant, "public")
    assert [row.name for row in mismatches(variant)] == list(ranges.names)
    for row in mismatches(variant):
        assert ranges[row.name].minimum <= row.perturbed <= ranges[row.name].maximum
        assert row.nominal == ranges[row.name].nominal


def test_scoring_and_credits_are_as_published() -> None:
    assert scoring_rules().psnr_norm == "clip((PSNR-10)/40,0,1)"
    rule = credits_rule()
    assert (rule.platform_profit_pool, rule.winner_share, rule.minimum_withdrawal_usd) == (0.4, 0.3, 100)


def test_resources_are_found() -> None:
    assert resource_path("challenge.json").is_file()
