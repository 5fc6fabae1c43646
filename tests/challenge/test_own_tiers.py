from __future__ import annotations

from pathlib import Path

import pytest

from cryogui.challenge import own_tiers as module
from cryogui.challenge.own_tiers import own_tiers, tier_path
from cryogui.errors import UserError


@pytest.fixture
def made(monkeypatch, tmp_path):
    """What was made, in order; the files hold nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = []

    def make_tiers(folder: Path, variants, tiers, progress=None):
        for variant, tier in ((variant, tier) for variant in variants for tier in tiers):
            found.append((variant, tier))
            path = tier_path(folder, variant, tier)
            path.touch()
            if tier != "public":
                path.with_suffix(".sealed").touch()

    monkeypatch.setattr(module, "make_tiers", make_tiers)
    return found


def test_they_are_made_once_and_only_those_asked_for(made, tmp_path):
    folder = own_tiers(("cryo_et",), ("public", "dev"))
    assert folder == tmp_path / "cryogui" / "evaluation"
    assert made == [("cryo_et", "public"), ("cryo_et", "dev")]
    own_tiers(("cryo_et",))
    assert made[2:] == [("cryo_et", "hidden")]
    own_tiers()
    assert made[3:] == [("cryo_em", tier) for tier in ("public", "dev", "hidden")]


def test_a_blind_tier_without_its_truth_is_made_again(made):
    folder = own_tiers(("cryo_et",))
    tier_path(folder, "cryo_et", "hidden").with_suffix(".sealed").unlink()
    made.clear()
    own_tiers()
    assert ("cryo_et", "hidden") in made and ("cryo_et", "dev") not in made


def test_a_folder_that_cannot_be_made_is_said(monkeypatch, tmp_path):
    (tmp_path / "cryogui").write_text("in the way")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="cannot be kept in"):
        own_tiers()
