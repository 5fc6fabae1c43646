from __future__ import annotations

from pathlib import Path


def test_a_folder_is_no_picture(public_tier: Path, refusal, tmp_path: Path) -> None:
    assert "is a folder" in refusal("snapshot", public_tier, "--out", tmp_path)
    assert not list(tmp_path.iterdir())
