"""The values of both sides of a comparison under the pointer."""

from __future__ import annotations

import math

import numpy as np

from cryogui.app.pages.compare_pictures import Pair
from cryogui.app.pages.compare_place import Place
from cryogui.app.status import StatusLine


class Readout:
    """Writes them into the status line; the pointer may rest while they change."""

    def __init__(self, status: StatusLine) -> None:
        self._status = status
        self._pointer: tuple[int, int] | None = None

    def point(self, x: float, y: float) -> None:
        """The pointer is there; NaN when it is over no pane."""
        self._pointer = None if math.isnan(x) else (round(x), round(y))
        self._status.set_cursor_text("")

    def tell(self, pair: Pair | None, place: Place | None) -> None:
        """The values of what is on show."""
        if self._pointer is None or pair is None or place is None:
            return
        values = _words(place.cut(pair.a), place.cut(pair.b), *self._pointer)
        if values:
            self._status.set_cursor_text(f"{place.where(*self._pointer)}  ·  {values}")


def _words(a: np.ndarray, b: np.ndarray, column: int, row: int) -> str:
    """A, B and their difference at one pixel of two images [y, x]; '' outside."""
    if not (0 <= row < a.shape[0] and 0 <= column < a.shape[1]):
        return ""
    first, second = float(a[row, column]), float(b[row, column])
    return f"A {first:.3g}  B {second:.3g}  A − B {first - second:+.3g}".replace("-", "−")
