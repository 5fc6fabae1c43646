"""The leaderboard in the window: sorted as numbers, measured apart from published, exported and cleared."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest

from cryogui.app.measure import settle, until
from cryogui.app.pages.challenge_rows import COLUMNS, column_of, ordered
from cryogui.app.views.score_plot import Scored, ScorePlot
from cryogui.challenge.boards import NOT_REPRODUCIBLE, board
from cryogui.challenge.ledger import Ledger
from cryogui.jobs import History
from cryogui.resources import blind_rows
from tests.challenge.conftest import entry
from tests.gui.test_challenge import page_of

MADE = tuple(entry("public", 20.0 + at, algorithm=name) for at, name in enumerate(("wbp", "sirt", "a net")))


def rows(tier: str = "public") -> tuple[Any, ...]:
    return board("cryo_et", "blind", tier, MADE)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("name", [column.name for column in COLUMNS])
def test_every_column_sorts_by_value_with_what_is_missing_last(name: str, descending: bool) -> None:
    at = column_of(name)
    in_order = ordered(rows(), at, descending)
    assert [row.source for row in in_order] == ["measured"] * 3 + ["published"] * (len(rows()) - 3)
    for part in (in_order[:3], in_order[3:]):
        keys = [COLUMNS[at].key(row) for row in part]
        known = [key for key in keys if key is not None]
        assert known == sorted(known, reverse=descending)
        assert keys[len(known) :] == [None] * (len(keys) - len(known))


@pytest.fixture
def leading(program: Any, tier_path: Path, tmp_path: Path) -> Iterator[Any]:
    """The small tier open on its leaderboard, with three measured rows."""
    program.runs.folder = tmp_path / "history"
    history = History(program.runs.folder)
    for each in MADE:
        Ledger(history).add(each)
    history.close()
    program.open([tier_path])
    settle(program)
    program.view.show_tab("challenge")
    settle(program)
    page_of(program).view.viewChosen.emit("leaderboard")
    settle(program)
    program.board = page_of(program).view.leaderboard
    yield program


def words(program: Any, name: str) -> list[str]:
    return [COLUMNS[column_of(name)].words(row) for row in program.board.table.shown]


def test_measured_rows_stand_apart_from_published_ones(leading: Any) -> None:
    table, model = leading.board.table, leading.board.table.model()
    until(lambda: len(table.shown) == len(blind_rows("cryo_et", "public")) + 3, 30)
    for part in (table.shown[:3], table.shown[3:]):
        scores = [row.score for row in part]
        assert scores == sorted(scores, reverse=True)
    for at, row in enumerate(table.shown):
        is_published = row.source == "published"
        assert model.index(at, 0).data(Qt.ItemDataRole.FontRole).italic() is is_published
        assert model.index(at, 0).data().endswith("†") is is_published
        told = model.index(at, 0).data(Qt.ItemDataRole.ToolTipRole)
        assert ("published, not reproducible from public data" in told) is is_published
    assert {each.name for each in leading.board.plot.points} == {"WBP", "SIRT", "a net"}
    assert all(each.is_published for each in leading.board.plot.ticks)
    leading.board.published.click()
    settle(leading)
    assert {row.source for row in table.shown} == {"measured"} and leading.board.note.isHidden()


def test_a_click_on_a_title_sorts_and_a_second_turns_it_round(leading: Any) -> None:
    header = leading.board.table.horizontalHeader()
    until(lambda: len(leading.board.table.shown) > 9, 30)
    for descending in (False, True):
        x = header.sectionViewportPosition(0) + 10
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(x, 8).toPoint())
        settle(leading)
        shown = [row.method for row in leading.board.table.shown]
        for part in (shown[:3], shown[3:]):
            assert part == sorted(part, key=str.casefold, reverse=descending)


def test_a_measured_row_is_deleted_once_that_is_confirmed(leading: Any) -> None:
    table, offers = leading.board.table, leading.screen.offers
    until(lambda: len(table.shown) > 9, 30)
    published = next(at for at, row in enumerate(table.shown) if row.source == "published")
    table.selectRow(published)
    assert not leading.board.remove.isEnabled()
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert not offers.isVisible(), "published rows stay"
    table.selectRow(next(at for at, row in enumerate(table.shown) if row.method == "SIRT"))
    leading.board.remove.click()
    assert "'SIRT'" in offers.sentence.text()
    offers.buttons[0].click()
    until(lambda: len(leading.standings.entries) == 2, 30)
    settle(leading)
    assert "SIRT" not in words(leading, "method")
    assert {each.algorithm for each in Ledger(leading.runs.history).entries()} == {"wbp", "a net"}


def test_what_is_listed_is_exported_in_its_order(leading: Any, tmp_path: Path) -> None:
    until(lambda: len(leading.board.table.shown) > 9, 30)
    leading.board.table.sortChosen.emit("psnr_db", False)
    settle(leading)
    page_of(leading).export(tmp_path / "board.csv")
    page_of(leading).export(tmp_path / "board.md")
    settle(leading)
    with open(tmp_path / "board.csv", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["method"] for row in table] == [row.method for row in leading.board.table.shown]
    text = (tmp_path / "board.md").read_text()
    measured, published = text.split(NOT_REPRODUCIBLE)
    assert measured.count("| – |") == 3 and published.count("| gradient |") == len(table) - 3


def test_an_export_that_fails_is_told(leading: Any, tmp_path: Path) -> None:
    page_of(leading).export(tmp_path / "nowhere" / "board.csv")
    settle(leading)
    assert leading.screen.messages.isVisible()


def test_an_entry_added_here_or_elsewhere_appears(leading: Any) -> None:
    leading.standings.add(entry("public", 33.0, algorithm="made here"))
    until(lambda: "made here" in words(leading, "method"), 30)
    other = History(leading.runs.folder)
    Ledger(other).add(entry("public", 34.0, algorithm="made elsewhere"))
    other.close()
    leading.view.show_tab("volume")
    settle(leading)
    leading.view.show_tab("challenge")
    until(lambda: "made elsewhere" in words(leading, "method"), 30)


def test_the_plot_reads_off_what_is_under_the_pointer(qtbot: Any) -> None:
    plot = ScorePlot()
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    fast, slow = Scored("fast", 0.5, 2.0, "a"), Scored("slow", 0.7, 500.0, "b")
    tick = Scored("published", 0.6, None, "c", is_published=True)
    plot.set_scored([fast, slow, tick])
    plot.show()
    places = [(x, y) for x in range(0, 400, 6) for y in range(0, 200, 6)]
    found = {each: x for x, y in reversed(places) if (each := plot.at(QPointF(x, y)))}
    assert plot.points == (fast, slow) and plot.ticks == (tick,)
    assert found[fast] < found[slow] < found[tick]
