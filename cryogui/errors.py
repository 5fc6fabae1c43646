"""Errors meant for the person at the screen."""

from __future__ import annotations

import unicodedata

_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}  # control and half characters, separators of lines and paragraphs
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # what makes text run backwards


class UserError(Exception):
    """Something the user can mend.

    `str(error)` is one sentence that says what is wrong and how to mend it, whatever the file names in it are
    made of; `detail` is for the log.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(printable(sentence))
        self.detail = detail


def on_one_line(text: str) -> str:
    """The text as a name: one space for each run of spaces and of what would break or command a terminal."""
    return " ".join("".join(" " if _is_unprintable(letter) else letter for letter in text).split())


def printable(text: str) -> str:
    """The text on one line, with what would break it or speak to the terminal as escapes ('\\x1b')."""
    return "".join(
        letter.encode("unicode_escape").decode() if _is_unprintable(letter) else letter for letter in text
    )


def _is_unprintable(letter: str) -> bool:
    return unicodedata.category(letter) in _UNPRINTABLE or unicodedata.bidirectional(letter) in _TURNING
