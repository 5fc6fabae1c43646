"""How the parts of the image strip look: labels under the bars, bars that do not count, thumbnails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QImage, QPainter, QPen

from cryogui.app import theme

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


def paint_left_out(painter: QPainter, bar: QRectF) -> None:
    """A hollow bar: its value is known and does not count."""
    painter.fillRect(bar, theme.colour("faint", 0.25))
    if bar.width() >= theme.px(4):
        painter.setPen(QPen(theme.colour("faint"), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(0, 0, -1, -1))


def grey_image(array: NDArray[np.float32], low: float, high: float) -> QImage:
    """A thumbnail [y, x] with `low` as black and `high` as white."""
    scaled = np.clip((array - low) * (255.0 / (high - low)), 0, 255)
    grey = np.ascontiguousarray(np.nan_to_num(scaled).astype(np.uint8))
    rows, columns = grey.shape
    return QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
