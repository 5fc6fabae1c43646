"""What is told of a comparison in figures: how alike both sides are."""

from __future__ import annotations

import math
from collections.abc import Callable

from cryogui.analysis.likeness import Likeness, likeness
from cryogui.app.pages.compare_pictures import Pair
from cryogui.app.scheduler import Scheduler
from cryogui.app.views.figure_list import Figure

LANE = "compare figures"


class FigureTeller:
    """Has it computed how alike both sides are, once for each pair; of volumes as a whole."""

    def __init__(
        self,
        scheduler: Scheduler,
        show: Callable[[list[Figure]], None],
        fail: Callable[[BaseException], None],
    ) -> None:
        self._scheduler, self._show, self._fail = scheduler, show, fail
        self._told: Pair | None = None

    def forget(self) -> None:
        """There is no pair, or another scene's."""
        self._told = None
        self._scheduler.cancel(LANE)

    def tell(self, pair: Pair) -> None:
        """Compute the figures of `pair`, unless they are those of the last one."""
        if self._told is not None and self._told.is_made_of_the_same_as(pair):
            return
        self._told = pair
        self._scheduler.request(
            LANE, pair.sides, lambda token: likeness(pair.a, pair.b, pair.truth, token.check),
            lambda found, newest: self._show(figures_of(found, pair)), self._fail,
        )  # fmt: skip


def figures_of(found: Likeness, pair: Pair) -> list[Figure]:
    """What is told of a pair beside its panes."""
    what = "of the whole volumes" if pair.a.ndim == 3 else "of the image shown"
    figures = [
        Figure("‖A−B‖/‖A‖", _number(found.relative, 3), f"Relative difference {what}: 0 for equal ones"),
        Figure(
            "correlation", _number(found.correlation, 3),
            f"Pearson's correlation {what}: 1 where B is A at another scale, 0 where they are unrelated",
        ),
    ]  # fmt: skip
    if found.psnr_db is not None:
        meaning = f"10 log₁₀(peak²/mean squared difference) {what}, the peak being the truth's range"
        figures.insert(0, Figure("PSNR", f"{_number(found.psnr_db, 1)} dB", meaning))
    return figures


def _number(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "∞"
    return "–" if math.isnan(value) else f"{value:.{decimals}f}".replace("-", "−")
