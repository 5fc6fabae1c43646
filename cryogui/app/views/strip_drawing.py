"""How the parts of the image strip look: labels under the bars, bars that do not count, thumbnails."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPen

from cryogui.app import theme

_CUT_AT = 3.0  # medians
_ANGLE_STEPS = (1, 2, 5, 10, 15, 30, 45, 90)

COLOURS_HELP = (
    "Green: within the noise of that image. Orange: up to 1.6 times the noise, or all images are fitted\n"
    "below it. Red: larger. Grey: not judged, or nothing is expected there."
)
"""The key to the bars' colours."""

VERDICT_WORDS = {
    "good": "\nwithin the noise",
    "warn": "\ndoubtful beside the noise",
    "bad": "\nnot explained",
    "shadowed": "\nshadowed: the model expects nothing here",
}
"""What a bar's tooltip adds, by the bar's colour."""


def ticks_of(angles: NDArray[np.floating] | None, count: int) -> list[tuple[float, str]]:
    """(slot position, words) of the labels under `count` bars: angles in degrees, or else image numbers."""
    if angles is None or count < 2 or np.ptp(angles) == 0:
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if count / s <= 12)
        ranks = [0, *range(step - 1, count, step)] if step > 1 else range(count)
        return [(rank + 0.5, str(rank + 1)) for rank in dict.fromkeys(ranks)]
    span = float(np.ptp(angles))
    step = next((s for s in _ANGLE_STEPS if span / s <= 6), 90)
    first, last = np.ceil(angles[0] / step), np.floor(angles[-1] / step)
    labelled = np.arange(first, last + 1) * step
    slots = np.interp(labelled, angles, np.arange(count) + 0.5)
    words = (f"{angle:+.0f}°".replace("-", "−").replace("+0°", "0°") for angle in labelled)
    return list(zip(slots.tolist(), words, strict=True))


class Bar(NamedTuple):
    """A bar on the screen; it stands for one image, or for the worst of several that share its place.

    rank: slot of the image. is_cut: whether its value goes beyond the scale.
    """

    rank: int
    box: QRectF
    is_cut: bool


def bars_within(area: QRectF, values: NDArray[np.floating] | None, count: int) -> list[Bar]:
    """Bars for `count` values from left to right, NaN among them; low ones where there are no values."""
    heights = np.zeros(count) if values is None else np.nan_to_num(values)
    columns = min(count, max(int(area.width() // 2), 1))
    edges = np.linspace(0, count, columns + 1).astype(int)
    ranks = _tallest(heights, edges)
    shares = heights[ranks] / _scale_top(values)
    slot, least = area.width() / count, theme.px(3)
    tall = least + np.clip(shares, 0, 1) * (area.height() - least - theme.px(4))
    wide = np.diff(edges) * slot - (1.0 if slot >= 4 else 0.0)
    boxes = np.stack([area.left() + edges[:-1] * slot, area.bottom() - tall, wide, tall], axis=1)
    found = zip(ranks.tolist(), boxes.tolist(), (shares > 1).tolist(), strict=True)
    return [Bar(rank, QRectF(*box), is_cut) for rank, box, is_cut in found]


def _scale_top(values: NDArray[np.floating] | None) -> float:
    """The value that a bar of full height stands for.

    A few bad images must not flatten all others: beyond three times the median, bars are cut.
    """
    known = np.zeros(0) if values is None else values[np.isfinite(values)]
    if not known.size:
        return 1.0
    typical = float(np.median(known))
    return min(float(known.max()), _CUT_AT * typical if typical > 0 else np.inf) or 1.0


def _tallest(heights: NDArray[np.floating], edges: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the first of the largest heights stands in each stretch [edges[i], edges[i + 1])."""
    largest = np.repeat(np.maximum.reduceat(heights, edges[:-1]), np.diff(edges))
    candidates = np.flatnonzero(heights == largest)
    return candidates[np.searchsorted(candidates, edges[:-1])]


def paint_bar(painter: QPainter, bar: QRectF, tint: str, is_cut: bool) -> None:
    """A bar in a palette colour; broken near its top where it goes on beyond the scale."""
    painter.fillRect(bar, theme.colour(tint))
    if is_cut:
        cut = QRectF(bar.left(), bar.top() + theme.px(4), bar.width(), theme.px(2))
        painter.fillRect(cut, theme.colour("card"))


def paint_left_out(painter: QPainter, bar: QRectF) -> None:
    """A hollow bar: its value is known and does not count."""
    painter.fillRect(bar, theme.colour("faint", 0.25))
    if bar.width() >= theme.px(4):
        painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(0, 0, -1, -1))


def paint_ticks(painter: QPainter, row: QRectF, width: float, labels: list[tuple[float, str]]) -> None:
    """Words centred on their x in `row`, and within a widget of this width."""
    painter.setFont(theme.small_font())
    painter.setPen(theme.colour("muted"))
    half = theme.px(30)
    for x, words in labels:
        x = min(max(x, half * 0.6), width - half * 0.6)
        place = QRectF(x - half, row.top(), 2 * half, row.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def paint_thumbnail(painter: QPainter, frame: QRectF, image: QImage, is_left_out: bool) -> None:
    """A small image, dim and struck out where it does not count."""
    painter.setOpacity(0.3 if is_left_out else 1.0)
    painter.drawImage(frame, image)
    painter.setOpacity(1.0)
    if is_left_out:
        painter.setPen(QPen(theme.colour("muted"), 1))
        painter.drawLine(frame.topLeft(), frame.bottomRight())


def grey_image(array: NDArray[np.float32], low: float, high: float) -> QImage:
    """A thumbnail [y, x] with `low` as black and `high` as white."""
    scaled = np.clip((array - low) * (255.0 / (high - low)), 0, 255)
    grey = np.ascontiguousarray(np.nan_to_num(scaled).astype(np.uint8))
    rows, columns = grey.shape
    return QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
