"""The names of a plot's curves, in the corner where they hide least of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QFontMetrics

from cryogui.app import theme
from cryogui.app.views.plot import PlotCurve

ToScreen = Callable[[float, float], QPointF]  # from x and y (as in the data) to pixels

_MOST = 8
_SHARE = 0.6  # of the height
_NARROW = 220  # width of a plot, at interface scale 1, in which names may hide nothing
_SAMPLES = 24  # places across a legend where a curve may lie under it


@dataclass(frozen=True)
class Legend:
    """The names that have room, on `ground`; the others are left to the pointer."""

    curves: Sequence[PlotCurve]
    ground: QRectF

    @classmethod
    def of(
        cls, curves: Sequence[PlotCurve], area: QRectF, metrics: QFontMetrics, hidden: Callable[[QRectF], int]
    ) -> Legend:
        """hidden: how much of the curves a rectangle would hide.

        At the upper right unless another corner is better; in a narrow plot only where nothing is hidden.
        """
        room = int((_SHARE * area.height()) // metrics.height())
        shown = curves[: max(0, min(room, _MOST))]
        if not shown:
            return cls((), QRectF())
        names = max(metrics.horizontalAdvance(curve.name) for curve in shown)
        width = names + theme.px(18) + theme.px(6) + theme.px(10)  # a line, a gap, and what is around
        corners = _corners(area, width, len(shown) * metrics.height() + theme.px(4))
        best = min(corners, key=hidden)  # of equals the first
        if area.width() < theme.px(_NARROW) and (width > area.width() or hidden(best)):
            return cls((), QRectF())
        return cls(shown, best)

    def beside(self, area: QRectF, x: float) -> QRectF:
        """The part of `area` in which a line at x meets no name."""
        if not self.ground.left() <= x <= self.ground.right():
            return area
        if self.ground.center().y() < area.center().y():
            return area.adjusted(0, self.ground.bottom() - area.top(), 0, 0)
        return area.adjusted(0, 0, 0, self.ground.top() - area.bottom())


def _corners(area: QRectF, width: float, height: float) -> list[QRectF]:
    """Grounds of this size at the upper right, upper left, lower right and lower left."""
    gap = theme.px(3)
    right, bottom = area.right() - gap - width, area.bottom() - gap - height
    left, top = area.left() + gap, area.top() + gap
    return [QRectF(x, y, width, height) for y in (top, bottom) for x in (right, left)]


def hidden_by(ground: QRectF, curves: Sequence[PlotCurve], is_log: bool, to_screen: ToScreen) -> int:
    """At how many places across `ground` curves lie under it."""
    origin, unit = to_screen(0.0, 1.0), to_screen(1.0, 10.0 if is_log else 2.0)
    across, down = unit.x() - origin.x(), unit.y() - origin.y()
    if not across:
        return 0
    columns = np.linspace(ground.left(), ground.right(), _SAMPLES)
    count = 0
    for curve in curves:
        x, y = np.asarray(curve.x, float), np.asarray(curve.y, float)
        seen = np.isfinite(y) & (y > 0) if is_log else np.isfinite(y)
        if not seen.any():
            continue
        values = np.log10(y[seen]) if is_log else y[seen] - 1.0
        places = origin.x() + across * x[seen]
        rows = np.interp(columns, places, origin.y() + down * values, left=np.nan, right=np.nan)
        count += int(np.sum((rows >= ground.top()) & (rows <= ground.bottom())))
    return count
