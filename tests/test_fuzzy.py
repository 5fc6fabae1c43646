"""A few letters find what is meant, and rank it before what merely holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryogui.app.fuzzy import match

TITLES = (
    "Next slice or image", "Next image", "Previous image", "Residual in noise units", "Reset parameters",
    "Reset tilt-axis offset", "Sweep a parameter: tilt-axis offset", "Zoom in", "Invert grey levels",
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("next im", "Next image"),
        ("rp", "Reset parameters"),
        ("noise", "Residual in noise units"),
        ("sw tilt", "Sweep a parameter: tilt-axis offset"),
        ("offset reset", "Reset tilt-axis offset"),
        ("ZI", "Zoom in"),
        ("ngl", "Invert grey levels"),
    ],
)
def test_the_best_title_is_the_one_meant(query: str, best: str) -> None:
    fits = {title: match(query, title) for title in TITLES}
    scores = {title: fit.score for title, fit in fits.items() if fit is not None}
    assert max(scores, key=scores.__getitem__) == best


def test_letters_met_are_told() -> None:
    fit = match("zin", "Zoom in")
    assert fit is not None and fit.at == (0, 5, 6)


@pytest.mark.parametrize("query", ["xyz", "zoom q", "nioz"])
def test_letters_that_are_not_there_in_order_do_not_fit(query: str) -> None:
    assert match(query, "Zoom in") is None


@given(st.text(alphabet="abc -", max_size=12), st.text(alphabet="ABCabc -", max_size=30))
def test_what_is_met_spells_the_query(query: str, text: str) -> None:
    fit = match(query, text)
    if fit is not None:
        assert all(0 <= at < len(text) for at in fit.at)
        letters = {text[at].lower() for at in fit.at}
        assert letters == set(query.replace(" ", "").lower())
