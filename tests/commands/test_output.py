from __future__ import annotations

import sys

import pytest

from cryogui.commands.output import count, say


def test_what_is_said_takes_the_place_of_a_line_of_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    count("1 of 2")
    say("One is there.")
    count("2 of 2", is_last=True)
    clear = "\r\033[K"
    assert capsys.readouterr().err == f"{clear}1 of 2{clear}One is there.\n{clear}2 of 2\n"


def test_where_nobody_watches_there_is_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    count("1 of 2")
    say("One is there.")
    assert capsys.readouterr().err == "One is there.\n"
