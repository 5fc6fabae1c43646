"""Scores against the time they took, as points; those of which no time is known stand apart, as ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QToolTip, QWidget

from cryogui.app import theme

_LEFT, _BOTTOM, _TOP, _APART = 40, 34, 8, 92
_RADIUS, _REACH = 4, 9
_STEP = 0.1  # of the score, between lines


@dataclass(frozen=True)
class Scored:
    """One row. seconds: None where it is not known. is_published: drawn as a tick, whatever it took."""

    name: str
    score: float
    seconds: float | None
    meaning: str
    is_published: bool = False
    is_chosen: bool = False


class ScorePlot(QWidget):
    """Time runs along x in decades."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scored: tuple[Scored, ...] = ()
        self.setAccessibleName("score against time")
        self.setMinimumHeight(theme.px(110))
        self.setMouseTracking(True)

    def set_scored(self, scored: Sequence[Scored]) -> None:
        """Draw these."""
        self._scored = tuple(scored)
        measured = [each for each in self.points if each.seconds]
        self.setAccessibleDescription(
            f"{len(measured)} measured rows; {len(self.ticks)} without a time, as ticks at the right"
        )
        self.update()

    @property
    def points(self) -> tuple[Scored, ...]:
        """Those with a time."""
        return tuple(each for each in self._scored if each.seconds and not each.is_published)

    @property
    def ticks(self) -> tuple[Scored, ...]:
        """Those without."""
        return tuple(each for each in self._scored if each not in self.points)

    def minimumSizeHint(self) -> QSize:
        """Axes and a few points."""
        return QSize(theme.px(220), theme.px(110))

    # ---- geometry

    def _area(self) -> QRectF:
        """Where points lie; at its right, behind a gap, are the ticks."""
        right = self.width() - theme.px(_APART)
        return QRectF(
            theme.px(_LEFT), theme.px(_TOP), max(right - theme.px(_LEFT), 1),
            max(self.height() - theme.px(_TOP + _BOTTOM), 1),
        )  # fmt: skip

    def _scores(self) -> tuple[float, float]:
        """The range of scores, at round numbers."""
        values = [each.score for each in self._scored] or [0.0, 1.0]
        low, high = math.floor(min(values) / _STEP) * _STEP, math.ceil(max(values) / _STEP) * _STEP
        return low, max(high, low + _STEP)

    def _decades(self) -> tuple[int, int]:
        """Whole decades of seconds around all points."""
        times = [math.log10(each.seconds) for each in self.points if each.seconds]
        if not times:
            return 0, 3
        return math.floor(min(times)), max(math.ceil(max(times)), math.floor(min(times)) + 1)

    def _place(self, each: Scored) -> QPointF:
        area, (first, last) = self._area(), self._decades()
        x = area.right() + theme.px(30)
        if each in self.points and each.seconds:
            x = area.left() + (math.log10(each.seconds) - first) / (last - first) * area.width()
        return QPointF(x, self._height_of(each.score))

    def _height_of(self, score: float) -> float:
        area, (low, high) = self._area(), self._scores()
        return area.bottom() - (score - low) / (high - low) * area.height()

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Axes, then ticks, then points with their names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        self._paint_axes(painter)
        for each in self.ticks:
            self._paint_tick(painter, each)
        radius = theme.px(_RADIUS)
        places = [self._place(each) for each in self.points]
        taken = [QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius) for at in places]
        for each in sorted(self.points, key=lambda each: (not each.is_chosen, -each.score)):
            self._paint_point(painter, each, taken)

    def _paint_axes(self, painter: QPainter) -> None:
        area, (low, high), (first, last) = self._area(), self._scores(), self._decades()
        right, small = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, theme.px(8)
        count = round((high - low) / _STEP)
        every = max(1, math.ceil(count * theme.px(16) / max(area.height(), 1)))
        for number in range(0, count + 1, every):
            score = low + number * _STEP
            y = self._height_of(score)
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(self.width() - small, y))
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRectF(0, y - small, area.left() - theme.px(5), 2 * small), right, f"{score:.1f}"
            )
        for power in range(first, last + 1):
            x = area.left() + (power - first) / (last - first) * area.width()
            painter.setPen(QPen(theme.colour("border"), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(theme.colour("muted"))
            box = QRectF(x - theme.px(30), area.bottom() + theme.px(2), theme.px(60), theme.px(14))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{10.0**power:g} s")
        below = QRectF(area.left(), area.bottom() + theme.px(16), area.width(), theme.px(15))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "time of all scenes")
        apart = QRectF(area.right() + theme.px(12), below.top() - theme.px(14), theme.px(80), theme.px(29))
        painter.drawText(apart, Qt.AlignmentFlag.AlignCenter, "no time\nknown" if self.ticks else "")

    def _paint_tick(self, painter: QPainter, each: Scored) -> None:
        at, half = self._place(each), theme.px(10)
        colour = "accent" if each.is_chosen else "muted" if each.is_published else "text"
        painter.setPen(QPen(theme.colour(colour), theme.px(2)))
        painter.drawLine(at - QPointF(half, 0), at + QPointF(half, 0))

    def _paint_point(self, painter: QPainter, each: Scored, taken: list[QRectF]) -> None:
        """Its name beside it, where nothing is in the way."""
        at, radius = self._place(each), theme.px(_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent" if each.is_chosen else "curve_2"))
        painter.drawEllipse(at, radius + each.is_chosen, radius + each.is_chosen)
        width, height = painter.fontMetrics().horizontalAdvance(each.name), painter.fontMetrics().height()
        boxes = [
            QRectF(at.x() + 2 * radius, at.y() - height / 2, width, height),
            QRectF(at.x() - 2 * radius - width, at.y() - height / 2, width, height),
            QRectF(at.x() - width / 2, at.y() - radius - height, width, height),
            QRectF(at.x() - width / 2, at.y() + radius, width, height),
        ]
        area = self._area().adjusted(0, -theme.px(6), theme.px(8), 0)
        free = [
            box for box in boxes if area.contains(box) and not any(box.intersects(other) for other in taken)
        ]
        taken.append(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
        if free:
            taken.append(free[0])
            painter.setPen(theme.colour("text"))
            painter.drawText(free[0], Qt.AlignmentFlag.AlignCenter, each.name)

    # ---- from the user

    def at(self, where: QPointF) -> Scored | None:
        """The row drawn at a place of the widget."""
        distances = [(self._distance(each, where), number) for number, each in enumerate(self._scored)]
        nearest = min(distances, default=None)
        return self._scored[nearest[1]] if nearest is not None and nearest[0] <= theme.px(_REACH) else None

    def _distance(self, each: Scored, where: QPointF) -> float:
        apart = where - self._place(each)
        return math.hypot(apart.x() * (0.5 if each in self.ticks else 1.0), apart.y())

    def event(self, event: QEvent | None) -> bool:
        """Tell what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.at(QPointF(event.pos()))
            words = self.toolTip() if found is None else f"{found.score:.3f}  {found.meaning}"
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
