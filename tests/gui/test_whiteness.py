"""The whiteness of the residual on the score board."""

from __future__ import annotations

from typing import Any

from cryogui.app.measure import settle
from cryogui.app.panels.scoreboard import ScoreBoard
from tests.gui.conftest import TRUE_SPEC


def tone(board: ScoreBoard) -> Any:
    return board.whiteness.number.property("tone")


def test_a_ratio_is_judged_and_a_dash_says_why(qtbot: Any) -> None:
    board = ScoreBoard()
    qtbot.addWidget(board)
    board.set_whiteness(1.034, "× 1.1 at 1/38 Å")
    assert (board.whiteness.number.text(), tone(board)) == ("1.03", "good")
    assert board.least_white.text() == "× 1.1 at 1/38 Å"
    board.set_whiteness(221.3, "× 548 at 1/240 Å")
    assert (board.whiteness.number.text(), tone(board)) == ("221", "bad")
    board.set_whiteness(0.4, "× 0.1 at 1/38 Å")
    assert tone(board) == "warn", "noise that was fitted is no success"
    board.set_whiteness(None, "", reason="the file does not tell the noise.")
    assert board.whiteness.number.text() == "—"
    assert "does not tell the noise" in board.whiteness.toolTip()


def test_it_follows_the_spec_when_that_rests(opened: Any) -> None:
    board, store = opened.screen.scores, opened.store
    far = opened.scores.summary()["whiteness"]
    store.update(store.session.with_scene(spec=TRUE_SPEC), None)
    assert tone(board) == "stale", "it is of the spec before"
    settle(opened)
    near = opened.scores.summary()["whiteness"]
    assert near < far and board.whiteness.number.text() == f"{near:.2f}"
    assert board.least_white.text().startswith("× ") and " at 1/" in board.least_white.text()
    every = frozenset(range(opened.engine.model.image_count))
    store.update(store.session.with_scene(excluded=every), None)
    settle(opened)
    assert not opened.screen.messages.isVisible(), "without images there is no whiteness, and no failure"
