"""The painted part of the image strip. One widget for any number of images, so a thousand cost no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import QToolTip, QWidget

from cryogui.app import theme
from cryogui.app.views import levels
from cryogui.app.views.kept_picture import KeptPicture
from cryogui.app.views.strip_drawing import (
    VERDICT_WORDS,
    bars_within,
    grey_image,
    paint_bar,
    paint_left_out,
    paint_thumbnail,
    paint_ticks,
    ticks_of,
)

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -1,
    Qt.Key.Key_PageUp: 1,
}


class StripBars(QWidget):
    """Bars in slots from left to right. `index` is an image; `rank` its slot, which follows the angle."""

    indexChanged = pyqtSignal(int)
    menuRequested = pyqtSignal(int, QPoint)  # image under the pointer, where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = 0
        self._rank = 0
        self._order: NDArray[np.intp] = np.arange(0)
        self._labels: tuple[str, ...] = ()
        self._angles: NDArray[np.floating] | None = None
        self._heights: NDArray[np.floating] | None = None
        self._verdicts: tuple[str, ...] | None = None
        self._thumbnails: list[QImage] = []
        self._excluded: frozenset[int] = frozenset()
        self._scenery = KeptPicture(lambda: theme.colour("card"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # ---- data

    def set_images(self, count: int, labels: Sequence[str], angles: Sequence[float] | None) -> None:
        """Start over: `count` images, in order of `angles` where there are any."""
        self.count, self._labels = count, tuple(labels)
        known = angles is not None and len(angles) == count
        self._order = np.argsort(np.asarray(angles), kind="stable") if known else np.arange(count)
        self._angles = np.asarray(angles, dtype=float)[self._order] if known else None
        self._rank = int(np.flatnonzero(self._order == 0)[0]) if count else 0
        self._heights, self._verdicts, self._thumbnails = None, None, []
        self._excluded = frozenset()
        self._describe()
        self._renew_scenery()

    def set_bars(self, values: NDArray[np.floating] | None, verdicts: Sequence[str] | None) -> None:
        """Heights and colours by image; None shows plain slots."""
        fits = values is not None and len(values) == self.count
        self._heights = values[self._order] if values is not None and fits else None
        named = verdicts is not None and len(verdicts) == self.count
        self._verdicts = tuple(verdicts[i] for i in self._order) if verdicts is not None and named else None
        self.update()

    def set_thumbnails(self, thumbnails: Sequence[ArrayLike] | None) -> None:
        """Small images by image, drawn with common contrast."""
        arrays = [] if thumbnails is None else [np.asarray(t, dtype=np.float32) for t in thumbnails]
        self._thumbnails = []
        if len(arrays) == self.count and arrays:
            low, high = levels.percentile_levels(np.concatenate([a.ravel() for a in arrays]))
            self._thumbnails = [grey_image(arrays[i], low, high) for i in self._order]
        self._renew_scenery()

    def set_excluded(self, images: frozenset[int]) -> None:
        """Draw these images as left out."""
        self._excluded = images
        self._describe()
        self._renew_scenery()

    def _renew_scenery(self) -> None:
        self._scenery.forget()
        self.update()

    @property
    def excluded(self) -> frozenset[int]:
        """The images drawn as left out."""
        return self._excluded

    def value(self, index: int) -> float:
        """The bar's value at image `index`; NaN where there is none."""
        if self._heights is None:
            return float("nan")
        return float(self._heights[np.flatnonzero(self._order == index)[0]])

    @property
    def has_thumbnails(self) -> bool:
        """Whether the row of thumbnails is shown."""
        return bool(self._thumbnails)

    @property
    def rank(self) -> int:
        """The slot of the current image."""
        return self._rank

    @property
    def index(self) -> int:
        """The current image."""
        return int(self._order[self._rank]) if self.count else 0

    def set_index(self, index: int) -> None:
        """Make `index` the current image, silently."""
        if 0 <= index < self.count and index != self.index:
            self._rank = int(np.flatnonzero(self._order == index)[0])
            self._describe()
            self.update()

    def go(self, rank: int, around: bool = False) -> None:
        """Move to a slot as the user does: clipped to the ends or around, and announced."""
        if not self.count:
            return
        rank = rank % self.count if around else min(max(rank, 0), self.count - 1)
        if rank != self._rank:
            self.set_index(int(self._order[rank]))
            self.indexChanged.emit(self.index)

    def _describe(self) -> None:
        self.setAccessibleDescription(self._text_of(self._rank))

    def _text_of(self, rank: int) -> str:
        if not self.count:
            return "no images"
        index = int(self._order[rank])
        label = self._labels[index] if index < len(self._labels) else ""
        text = f"image {index + 1} of {self.count}  {label}".rstrip()
        if self._heights is not None and np.isfinite(self._heights[rank]):
            text += f"\n‖r‖/‖y‖ {self._heights[rank]:.3f}"
        if index in self._excluded:
            text += "\nleft out: counts neither in the residual nor in reconstructions"
        elif self._verdicts is not None:
            text += VERDICT_WORDS.get(self._verdicts[rank], "")
        return text

    # ---- geometry

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(theme.px(400), theme.px(60))

    def _areas(self) -> tuple[QRectF, QRectF, QRectF]:
        """Thumbnails, bars and tick labels, from top to bottom."""
        area = QRectF(self.rect()).adjusted(theme.px(6), theme.px(2), -theme.px(6), 0)
        text = self.fontMetrics().height() * 0.95
        top = theme.px(40) if self.has_thumbnails else 0
        bars = QRectF(area.left(), area.top() + top, area.width(), area.height() - top - text - theme.px(3))
        return (
            QRectF(area.left(), area.top(), area.width(), top),
            bars,
            QRectF(area.left(), bars.bottom() + theme.px(3), area.width(), text),
        )

    def _rank_at(self, x: float) -> int:
        bars = self._areas()[1]
        return min(max(int((x - bars.left()) / max(bars.width(), 1) * self.count), 0), self.count - 1)

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Bars, ticks, thumbnails and the frame round the current image."""
        painter = QPainter(self)
        self._scenery.paint(painter, QRectF(self.rect()), None, self._paint_scenery)
        if not self.count:
            return
        bars = self._areas()[1]
        self._paint_bars(painter, bars)
        slot = bars.width() / self.count
        width = max(slot, theme.px(5))
        centre = bars.left() + (self._rank + 0.5) * slot
        painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(centre - width / 2, bars.top(), width, bars.height()).adjusted(0, 1, 0, -1))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent", 0.6), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_scenery(self, painter: QPainter, area: QRectF) -> None:
        """What stays as it is while a slider moves: labels and thumbnails."""
        if not self.count:
            return
        thumbnails, _, row = self._areas()
        labels = [
            (row.left() + slot * row.width() / self.count, words)
            for slot, words in ticks_of(self._angles, self.count)
        ]
        paint_ticks(painter, row, self.width(), labels)
        if self.has_thumbnails:
            self._paint_thumbnails(painter, thumbnails)

    def _paint_bars(self, painter: QPainter, bars: QRectF) -> None:
        plain = "spark" if self._heights is None else "good"
        for rank, bar, is_cut in bars_within(bars, self._heights, self.count):
            if self._excluded and int(self._order[rank]) in self._excluded:
                paint_left_out(painter, bar)
            else:
                tint = plain if self._verdicts is None else self._verdicts[rank]
                paint_bar(painter, bar, tint, is_cut)

    def _paint_thumbnails(self, painter: QPainter, area: QRectF) -> None:
        side = area.height() - theme.px(4)
        fitting = max(min(int(area.width() // (side + theme.px(2))), self.count), 1)
        for place in range(fitting):
            rank = int((place + 0.5) * self.count / fitting)
            left = area.left() + (place + 0.5) * area.width() / fitting - side / 2
            is_left_out = int(self._order[rank]) in self._excluded
            frame = QRectF(left, area.top(), side, side)
            paint_thumbnail(painter, frame, self._thumbnails[rank], is_left_out)

    def changeEvent(self, event: QEvent | None) -> None:
        """Labels take the font and colours of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._renew_scenery()

    # ---- from the user

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to the image under the pointer."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self.count:
            self.go(self._rank_at(event.position().x()))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """What can be done with the image under the pointer, or by key with the current one."""
        if event is None or not self.count:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        rank = self._rank if by_key else self._rank_at(event.pos().x())
        self.menuRequested.emit(int(self._order[rank]), event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Dragging goes on choosing."""
        if event is not None and event.buttons() & Qt.MouseButton.LeftButton and self.count:
            self.go(self._rank_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """A notch is one image."""
        if event is not None and event.angleDelta().y():
            self.go(self._rank + (1 if event.angleDelta().y() > 0 else -1))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows and PageUp/PageDown step, with Shift by ten; Home goes to the last, End to the first."""
        if event is None:
            return
        key = Qt.Key(event.key())
        if key in _STEPS:
            leap = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.go(self._rank + leap * _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(self.count - 1 if key == Qt.Key.Key_Home else 0)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent | None) -> bool:
        """A tooltip for the image under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.count:
            QToolTip.showText(event.globalPos(), self._text_of(self._rank_at(event.pos().x())), self)
            return True
        return super().event(event)
