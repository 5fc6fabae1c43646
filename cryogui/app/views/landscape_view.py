"""A map over two parameters: colours, lines of equal value, and places in it that can be gone to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QMenu, QSizePolicy, QWidget

from cryogui.app import theme
from cryogui.app.views import landscape_paint as paint
from cryogui.app.views.keys import claims
from cryogui.export.curves import Curve
from cryogui.spec import Parameter

if TYPE_CHECKING:
    from cryogui.analysis.landscape import Landscape

Place = tuple[float, float]
MANUAL = (
    "Click or drag to go there. Arrow keys move the place by 1/200 of a range, PgUp and PgDown along the "
    "vertical axis by 1/20. Right click exports the map as a table or a picture."
)
_FINE, _COARSE = 1 / 200, 1 / 20
_KEYS = {
    Qt.Key.Key_Left: (-_FINE, 0.0),
    Qt.Key.Key_Right: (_FINE, 0.0),
    Qt.Key.Key_Down: (0.0, -_FINE),
    Qt.Key.Key_Up: (0.0, _FINE),
    Qt.Key.Key_PageDown: (0.0, -_COARSE),
    Qt.Key.Key_PageUp: (0.0, _COARSE),
}
_MARGINS = (58, 8, 78, 36)  # round the map, at interface scale 1: left, top, right, bottom


@dataclass(frozen=True, eq=False)
class Relief:
    """What is drawn of a map. picture: its colours, y upwards. lines: for each isoline its straight pieces
    [piece, end, (x, y)] in the parameters' values. low, high: the ends of the colours. floor: of the valley
    [point, (x, y)]. landscape: the misfits themselves."""

    picture: QImage
    lines: tuple[np.ndarray, ...]
    low: float
    high: float
    floor: np.ndarray
    landscape: Landscape


@dataclass(frozen=True)
class Places:
    """Places in a map, as (x, y) in the parameters' values. path: where one has been, oldest first."""

    present: Place
    nominal: Place
    true: Place | None = None
    path: tuple[Place, ...] = ()


class LandscapeView(QWidget):
    """Setters are silent; where the user goes comes out as signals."""

    moved = pyqtSignal(float, float)  # live
    released = pyqtSignal()
    hovered = pyqtSignal(float, float)  # NaN for nowhere
    exportRequested = pyqtSignal(str)  # its name

    name = "landscape"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes: tuple[Parameter, Parameter] | None = None
        self.relief: Relief | None = None
        self.places: Places | None = None
        self._is_stale = self._is_held = self._has_floor = False
        self._message = ""
        self.setAccessibleName("landscape")
        self.setToolTip(MANUAL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(theme.px(220), theme.px(120))

    # ---- setters, silent

    def set_axes(self, x: Parameter, y: Parameter) -> None:
        """The parameters along the two axes; another pair has no map yet."""
        if self.axes != (x, y):
            self.axes, self.relief, self.places = (x, y), None, None
            self.update()

    def set_relief(self, relief: Relief | None) -> None:
        """The map; None while there is none."""
        self.relief = relief
        self.update()

    def set_places(self, places: Places) -> None:
        """Where one is, was, and might be."""
        if places != self.places:
            self.places = places
            self._describe(places)
            self.update()

    def set_stale(self, is_stale: bool) -> None:
        """Dim a map that a newer one will replace."""
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self.update()

    def set_floor_shown(self, shown: bool) -> None:
        """Draw the floor of the valley, or do not."""
        if shown != self._has_floor:
            self._has_floor = shown
            self.update()

    def set_message(self, text: str) -> None:
        """Words in place of a map."""
        self._message = text
        self.update()

    def _describe(self, places: Places) -> None:
        if self.axes is not None:
            words = ", ".join(map(paint.words, self.axes, places.present))
            self.setAccessibleDescription(f"{words}. {MANUAL}")

    def curves(self) -> list[Curve]:
        """What is shown as a table: both parameters and the misfit, a row for each point that is known."""
        if self.relief is None or self.axes is None:
            return []
        known = self.relief.landscape.known
        at_x, at_y = (each.ravel() for each in np.meshgrid(known.xs, known.ys))
        x, y = ((each.description.label, each.display_unit) for each in self.axes)
        return [
            Curve(y[0], at_x, at_y, *x, y_unit=y[1]),
            Curve("residual ‖r‖/‖y‖", at_x, known.values.ravel(), *x),
        ]

    # ---- geometry

    def sizeHint(self) -> QSize:
        """Somewhat wider than high."""
        return QSize(theme.px(420), theme.px(300))

    def area(self) -> QRectF:
        """Where the map is."""
        left, top, right, bottom = map(theme.px, _MARGINS)
        return QRectF(self.rect()).adjusted(left, top, -right, -bottom)

    def point(self, place: Place) -> QPointF:
        """Where a place is drawn; places beyond the ranges lie on the border."""
        assert self.axes is not None
        area = self.area()
        x, y = (_share(each, value) for each, value in zip(self.axes, place, strict=True))
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def place_at(self, point: QPointF) -> Place:
        """The place drawn there; the nearest within the ranges."""
        assert self.axes is not None
        area = self.area()
        shares = (
            (point.x() - area.left()) / max(area.width(), 1.0),
            (area.bottom() - point.y()) / max(area.height(), 1.0),
        )
        x, y = (
            each.clip(each.minimum + share * each.width)
            for each, share in zip(self.axes, shares, strict=True)
        )
        return x, y

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Map, lines, axes with their ticks, path, marks, and the place one is at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        area = self.area()
        if self.axes is None or self._message:
            painter.setPen(theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), int(flags), self._message)
            return
        painter.fillRect(area, theme.colour("field"))
        if self.relief is not None:
            self._paint_relief(painter, area, self.relief)
        if self.places is not None:
            paint.axes(painter, area, self.axes, self.places.true)
            painter.save()
            painter.setClipRect(area.adjusted(-theme.px(7), -theme.px(7), theme.px(7), theme.px(7)))
            self._paint_places(painter, area, self.places)
            painter.restore()
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)

    def _paint_relief(self, painter: QPainter, area: QRectF, relief: Relief) -> None:
        painter.setOpacity(0.45 if self._is_stale else 1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, relief.picture)
        painter.setPen(QPen(theme.on_canvas("on_canvas", 0.4), 1))
        for segments in relief.lines:
            lines = [QLineF(self.point((x1, y1)), self.point((x2, y2))) for (x1, y1), (x2, y2) in segments]
            if lines:
                painter.drawLines(*lines)
        if self._has_floor:
            paint.floor(painter, [self.point((x, y)) for x, y in relief.floor])
        painter.setOpacity(1.0)
        paint.scale(painter, area, relief.low, relief.high)

    def _paint_places(self, painter: QPainter, area: QRectF, places: Places) -> None:
        if len(places.path) > 1:
            paint.path(painter, [self.point(place) for place in places.path])
        paint.nominal(painter, self.point(places.nominal))
        if places.true is not None:
            paint.truth(painter, self.point(places.true))
        paint.crosshair(painter, area, self.point(places.present))

    # ---- from the user

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to the pointer."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self.places is None:
            return
        if self.area().contains(event.position()):
            self._is_held = True
            self.moved.emit(*self.place_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Follow it while the button is down; else tell what is under it."""
        if event is None or self.places is None:
            return
        inside = self.area().contains(event.position())
        if self._is_held:
            self.moved.emit(*self.place_at(event.position()))
        self.hovered.emit(*(self.place_at(event.position()) if inside else (np.nan, np.nan)))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """Export of the map, once there is one."""
        if event is not None and self.relief is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction("Export …", lambda: self.exportRequested.emit(self.name))
            menu.popup(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """One is there."""
        if self._is_held:
            self._is_held = False
            self.released.emit()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the pointer."""
        self.hovered.emit(np.nan, np.nan)

    def event(self, event: QEvent | None) -> bool:
        """Its own keys reach it also where the window has shortcuts for them."""
        return claims(event, _KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Arrows and page keys move the place."""
        if event is None or self.axes is None or self.places is None or Qt.Key(event.key()) not in _KEYS:
            super().keyPressEvent(event)
            return
        steps = _KEYS[Qt.Key(event.key())]
        x, y = (
            each.clip(value + step * each.width)
            for each, value, step in zip(self.axes, self.places.present, steps, strict=True)
        )
        self.moved.emit(x, y)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        """A held key is one move, which ends when it is let go."""
        if event is not None and event.key() in _KEYS and not event.isAutoRepeat():
            self.released.emit()
        else:
            super().keyReleaseEvent(event)


def _share(parameter: Parameter, value: float) -> float:
    """Where a value lies in its range, 0 to 1."""
    return (parameter.clip(value) - parameter.minimum) / parameter.width
