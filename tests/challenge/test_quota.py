from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cryogui.challenge import quota
from cryogui.challenge.quota import Quota
from cryogui.errors import UserError


def test_runs_of_each_variant_are_counted(tmp_path: Path) -> None:
    assert [Quota(tmp_path, 2).take("cryo_et") for _ in range(2)] == [1, 0]
    with pytest.raises(UserError, match="used up"):
        Quota(tmp_path, 2).take("cryo_et")
    assert Quota(tmp_path, 2).take("cryo_em") == 1


def test_there_are_more_on_another_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow:
        @staticmethod
        def now(zone: object) -> datetime:
            return datetime(2100, 1, 1, tzinfo=UTC)

    assert Quota(tmp_path, 1).take("cryo_et") == 0
    monkeypatch.setattr(quota, "datetime", Tomorrow)
    assert Quota(tmp_path, 1).take("cryo_et") == 0


def test_a_count_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", "\xff"):
        (tmp_path / "hidden-runs.json").write_text(text, encoding="latin-1")
        with pytest.raises(UserError, match="remove the file"):
            Quota(tmp_path).take("cryo_et")
