"""The ledger keeps entries, and boards rank them beside what is published."""

from __future__ import annotations

import csv
import io

import pytest

from cryogui.challenge.boards import (
    BOARDS,
    NOT_REPRODUCIBLE,
    PLACES,
    board,
    entries_behind,
    every_board,
    to_csv,
    to_markdown,
)
from cryogui.challenge.judging import judge
from cryogui.challenge.ledger import Data, Entry, Ledger
from cryogui.challenge.scores import mean_figures
from cryogui.jobs import History
from cryogui.resources import TIERS, VARIANTS, blind_rows, standard_rows
from cryogui.tiers import TierFile
from tests.challenge.conftest import answering, entry


def test_entries_are_kept_as_they_are(history: History, public: TierFile) -> None:
    ledger = Ledger(history)
    made = Entry(Data.of(public), "constant", "none", judge(answering(public), public), "bubblewrap")
    ledger.add(made)
    assert Ledger(history).entries() == (made,) and Ledger(history).entries("cryo_em") == ()
    assert made.data.size == 24 and made.data.images == 5 and made.seconds == pytest.approx(6.0)
    ledger.remove([made])
    assert ledger.entries() == ()


def test_the_same_answer_again_takes_the_place_of_the_first(history: History) -> None:
    ledger = Ledger(history)
    for psnr_db, calibration in ((20.0, "none"), (25.0, "none"), (30.0, "auto")):
        ledger.add(entry(psnr_db=psnr_db, calibration=calibration, created=psnr_db))
    assert [each.scenes[0].psnr_db for each in ledger.entries()] == [30.0, 25.0]


def test_an_entry_that_cannot_be_read_hides_no_other(history: History) -> None:
    ledger = Ledger(history)
    ledger.add(entry())
    ledger.add(entry("dev"))
    with history.transaction() as database:
        database.execute("UPDATE entries SET entry = '{\"data\": 3}' WHERE content_hash LIKE 'dev%'")
    assert [each.data.tier for each in ledger.entries()] == ["public"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_published_rows_stand_as_printed(variant: str) -> None:
    for tier in PLACES:
        rows = board(variant, "blind", tier, ())
        assert {(row.method, row.score) for row in rows} == {
            (each["method"], each["score"]) for each in blind_rows(variant, tier)
        }
    overall = board(variant, "standard", "overall", ())
    assert [row.score for row in overall] == sorted(
        (r["score"] for r in standard_rows(variant)), reverse=True
    )
    assert all(row.source == "published" and row.seconds is None for row in overall)
    assert board(variant, "standard", "dev", ()) == ()


def test_measured_rows_stand_by_score_before_published_ones() -> None:
    made = [
        entry(psnr_db=20.0, algorithm="mine"),
        entry(psnr_db=28.0),
        entry(psnr_db=None, algorithm="blind"),
    ]
    rows = board("cryo_et", "blind", "public", made)
    assert [row.method for row in rows[:3]] == ["WBP", "mine", "blind"]
    assert {row.source for row in rows[:3]} == {"measured"} and {row.source for row in rows[3:]} == {
        "published"
    }
    published = [row.score for row in rows[3:]]
    assert published == sorted(published, reverse=True)
    row = rows[0]
    assert (row.origin, row.calibration, row.data) == ("WBP", "none", "96³, 45 images")
    assert row.psnr_db == 28.5 and row.seconds == 6.0
    assert row.score == pytest.approx(entry(psnr_db=28.0).figures()["blind_score"])
    assert rows[2].score is None and rows[2].consistency == pytest.approx(0.8)


def test_overall_needs_all_three_tiers_of_one_size() -> None:
    entries = [entry("public", 20.0), entry("dev", 22.0), entry("hidden", 24.0, size=48)]
    assert not [row for row in board("cryo_et", "blind", "overall", entries) if row.source == "measured"]
    entries.append(entry("hidden", 24.0))
    (row,) = [row for row in board("cryo_et", "standard", "overall", entries) if row.source == "measured"]
    three = [each.figures() for each in entries if each.data.size == 96]
    assert len(three) == len(TIERS) and row.score == pytest.approx(mean_figures(three)["standard_score"])
    assert row.psnr_db == pytest.approx(22.5) and row.seconds == 18.0


def test_the_newest_tier_counts() -> None:
    entries = [entry(psnr_db=25.0, created=2.0, content="b"), entry(psnr_db=20.0, created=1.0, content="a")]
    (row,) = [row for row in board("cryo_et", "blind", "public", entries) if row.source == "measured"]
    assert row.psnr_db == 25.5


def test_tables_hold_every_row_and_tell_the_two_kinds_apart() -> None:
    rows = every_board([entry(algorithm="a|b*c")], ["cryo_et"])
    table = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert len(table) == len(rows) and {line["source"] for line in table} == {"published", "measured"}
    text = to_markdown(rows)
    measured, published = (text.split(f"| {title} |") for title in ("measured here", NOT_REPRODUCIBLE))
    assert len(measured) == 3 and len(published) == 6, "a table of each kind for every board that has any"
    assert all(part.splitlines()[2].startswith("| a\\|b\\*c | – | ") for part in measured[1:])
    assert not any("a\\|b" in part.split("**")[0] for part in published[1:])
    assert {row.board for row in rows} == set(BOARDS)


def test_behind_a_row_are_its_own_entries_and_those_it_hides() -> None:
    older = entry("dev", 10.0, created=1.0, content="older")
    made = [older, *(entry(tier, created=2.0) for tier in TIERS), entry("dev", calibration="auto")]
    (alone,) = [row for row in board("cryo_et", "blind", "dev", made)
                if row.source == "measured" and row.calibration == "none"]  # fmt: skip
    assert entries_behind(alone, made) == (older, made[2])
    (overall,) = [row for row in board("cryo_et", "blind", "overall", made) if row.source == "measured"]
    assert entries_behind(overall, made) == tuple(made[:4])
    published = next(row for row in board("cryo_et", "blind", "dev", made) if row.source == "published")
    assert entries_behind(published, made) == ()
