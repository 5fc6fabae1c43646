from __future__ import annotations

import pytest

from cryogui.errors import UserError, on_one_line, printable


@pytest.mark.parametrize("trick", ["\x1b[2J", "\n", "\u2028", "\ud800", "\u202e", "\u2066"])
def test_what_commands_breaks_or_turns_text_is_shown_and_not_obeyed(trick: str) -> None:
    assert printable(f"a{trick}b").isascii() and printable(f"a{trick}b").startswith("a\\")
    assert str(UserError(f"There is no {trick}.")) == printable(f"There is no {trick}.")
    assert on_one_line(f" a {trick} b ").split()[0] == "a" and trick not in on_one_line(f"a{trick}b")


def test_other_writing_stays_as_it_is() -> None:
    for text in ("τιλτ", "ß…→", "שלום", "图像"):
        assert printable(text) == on_one_line(text) == text
