"""Finding things by a few of their letters. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

_IN_A_ROW, _AT_A_WORD, _AT_THE_START = 5, 8, 6
_GAP = -1


@dataclass(frozen=True)
class Match:
    """How well a query fits a text (higher is better), and which letters it met."""

    score: int
    at: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """Fit each word of `query` into `text`, its letters in order but with gaps; None when one does not fit.

    Letters in a row and at the beginnings of words count most; case counts nothing.
    """
    score, met = 0, set[int]()
    lowered = text.lower()
    for word in query.lower().split():
        found = _fit(word, lowered)
        if found is None:
            return None
        score += found.score
        met.update(found.at)
    return Match(score - len(text) // 8, tuple(sorted(met)))


def _fit(word: str, text: str) -> Match | None:
    """The best of the fits that begin at each place where the word's first letter stands."""
    starts = [index for index, letter in enumerate(text) if letter == word[0]]
    fits = [fit for fit in (_fit_from(word, text, start) for start in starts) if fit is not None]
    return max(fits, key=lambda fit: fit.score, default=None)


def _fit_from(word: str, text: str, start: int) -> Match | None:
    at = [start]
    for letter in word[1:]:
        following = at[-1] + 1
        found = text.find(letter, following)
        if found < 0:
            return None
        # The beginning of a later word is a better place for the letter than the middle of this one.
        ahead = text.find(f" {letter}", following)
        at.append(found if found == following or ahead < 0 else ahead + 1)
    return Match(sum(_worth(text, before, index) for before, index in zip([-2, *at], at, strict=False)),
                 tuple(at))  # fmt: skip


def _worth(text: str, before: int, index: int) -> int:
    """What a letter at `index` adds when the one before it stands at `before` (negative: none)."""
    worth = _AT_THE_START if index == 0 else 0
    if index == 0 or not text[index - 1].isalnum():
        worth += _AT_A_WORD
    if index == before + 1:
        worth += _IN_A_ROW
    elif before >= 0:
        worth += max(_GAP * (index - before - 1), -6)
    return worth
