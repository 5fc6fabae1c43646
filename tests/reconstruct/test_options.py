"""Options of methods: what is declared comes out as forms and words, and nothing else goes in."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cryogui.errors import UserError
from cryogui.reconstruct.options import option, options_of, parsed, restored


@dataclass(frozen=True)
class _Options:
    iterations: int = option(50, "iterations", "How often.", low=1, high=1000)
    relaxation: float = option(0.5, "relaxation", "Step length.", low=0.0, high=2.0)
    positivity: bool = option(True, "x ≥ 0", "Keeps x from becoming negative.")
    window: str = option("hann", "window", "Shape of the low pass.", choices=("hann", "cosine"))


def test_options_are_listed_in_order_with_their_kind() -> None:
    found = options_of(_Options)
    assert [o.name for o in found] == ["iterations", "relaxation", "positivity", "window"]
    assert [o.kind for o in found] == [int, float, bool, str]
    assert found[0].default == 50
    assert found[3].choices == ("hann", "cosine")


def test_words_become_options() -> None:
    texts = {"iterations": "7", "relaxation": "1e-1", "positivity": "no", "window": "cosine"}
    assert parsed(_Options, texts) == _Options(7, 0.1, False, "cosine")
    assert parsed(_Options, {}) == _Options()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("iterations", "0", "a whole number from 1 to 1000"),
        ("iterations", "2.5", "a whole number from 1 to 1000"),
        ("relaxation", "nan", "a number from 0 to 2"),
        ("relaxation", "three", "a number from 0 to 2"),
        ("positivity", "perhaps", "true or false"),
        ("window", "box", "one of hann, cosine"),
        ("speed", "1", "there are: iterations"),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(name: str, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        parsed(_Options, {name: text})


def test_kept_values_are_checked_again() -> None:
    assert restored(_Options, {"iterations": 3}) == _Options(3)
    with pytest.raises(UserError, match="relaxation"):
        restored(_Options, {"relaxation": 5.0})
