"""Errors meant for the person at the screen."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend.

    `str(error)` is one sentence that says what is wrong and how to mend it; `detail` is for the log.
    """

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail
