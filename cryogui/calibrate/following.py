"""Work that says how far it is, carried out as part of other work that says so in its own words."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

R = TypeVar("R")
Y = TypeVar("Y")
Z = TypeVar("Z")


def followed(search: Generator[Y, None, R], told: Callable[[Y], Z]) -> Generator[Z, None, R]:
    """The same search, what it yields told in other words; returns what it returns."""
    while True:
        try:
            step = next(search)
        except StopIteration as end:
            result: R = end.value
            return result
        yield told(step)
