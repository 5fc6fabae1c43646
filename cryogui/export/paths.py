"""What the name of a file to be written says, and whether it may be written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeAlias

from cryogui.errors import UserError

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, total) as an export goes on; whatever it raises ends the export without a trace."""


def no_progress(done: int, total: int) -> None:
    """Nobody watches."""


def ending_of(path: Path, known: Collection[str]) -> str:
    """The ending of `path` in lower case with its dot. Raises UserError when it is none of `known`."""
    ending = path.suffix.lower()
    if ending not in known:
        *others, last = sorted(known)
        choice = f"{', '.join(others)} or {last}" if others else last
        said = f"'{path.suffix}' is no ending" if path.suffix else "It has no ending"
        raise UserError(f"{path.name} cannot be written as it is called: {said} known here; use {choice}.")
    return ending


def require_free(path: Path, in_use: Iterable[str | Path]) -> None:
    """Raises UserError when writing `path` would replace one of the files that are open."""
    for other in map(Path, in_use):
        if path.exists() and other.exists() and path.samefile(other):
            raise UserError(f"{path.name} is open here and would be lost; choose another name.", str(path))
