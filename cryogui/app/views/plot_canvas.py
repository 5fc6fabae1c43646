"""The pyqtgraph part of a plot. Imported when the first curve is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from cryogui.app import theme
from cryogui.app.views import plot_paint
from cryogui.app.views.plot import PlotCurve, PlotState
from cryogui.app.views.plot_axes import PlotAxis

MANUAL = (
    "Wheel zooms along x, left drag pans, double click shows all. "
    "Left and right arrow keys move the handle, with Shift ten times as far; up and down zoom."
)
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ZOOMS = {Qt.Key.Key_Up: 0.8, Qt.Key.Key_Down: 1.25}
_KEY_STEP = 1 / 400  # of the range on show
_SHIFT_STEPS = 10
_REACH = 7  # pixels at interface scale 1 within which the pointer takes hold of the handle
_MARGIN = 0.06  # of the height, above and below the curves
_LEAST_DECADES = 0.3  # above and below a curve that is level, where y is drawn in decades
_LEAST_SPAN = 1e-3  # of x, as a share of all of it: further in there is nothing to see


class _View(pg.ViewBox):
    """Wheel zooms and left drag pans along x; a drag that begins on the handle moves that instead."""

    def __init__(self, canvas: PlotCanvas) -> None:
        super().__init__(enableMenu=False, defaultPadding=0)
        self._canvas = canvas
        self.setMouseEnabled(x=True, y=False)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.isStart():
            self._canvas.grasp(event.buttonDownScenePos())
        if self._canvas.is_held:
            event.accept()
            self._canvas.drag(self.mapSceneToView(event.scenePos()).x(), event.isFinish())
        else:
            super().mouseDragEvent(event, axis)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self._canvas.menuRequested.emit(event.screenPos())
        elif event.double():
            event.accept()
            self._canvas.viewAllAsked.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._canvas.clicked.emit(self.mapSceneToView(event.scenePos()).x())


class PlotCanvas(pg.GraphicsView):
    """Draws a `PlotState`; what the user does comes out as signals."""

    handleMoved = pyqtSignal(float)
    handleReleased = pyqtSignal()
    viewMoved = pyqtSignal(object)
    viewAllAsked = pyqtSignal()
    hovered = pyqtSignal(float)
    clicked = pyqtSignal(float)
    menuRequested = pyqtSignal(QPointF)

    def __init__(self, state: PlotState) -> None:
        super().__init__(background=None)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(80, 60)
        self._state, self.is_held = state, False
        self._lines: list[pg.PlotCurveItem] = []
        self.view = _View(self)
        sides = ("left", "bottom", "top")
        self.axes = {side: PlotAxis(side) for side in sides}
        self.plot = pg.PlotItem(viewBox=self.view, axisItems=self.axes, enableMenu=False)
        self.plot.hideButtons()
        self.plot.showAxes((True, True, False, True), showValues=(True, True, False, True))
        self.setCentralItem(self.plot)
        self.view.sigRangeChangedManually.connect(lambda *_: self._on_moved())
        self.dress()
        self.show_axes()
        self.describe_handle()

    # ---- drawing

    def dress(self) -> None:
        """Colours and sizes of the present theme and scale."""
        self.setBackground(theme.colour("card"))
        self.plot.layout.setContentsMargins(0, 0, theme.px(38), 0)
        for axis in self.axes.values():
            axis.dress()
        for line, curve in zip(self._lines, self._state.curves, strict=False):
            line.setPen(plot_paint.pen_of(curve))
        self.refresh()

    def refresh(self) -> None:
        """Paint soon, once however often it is asked for."""
        self.viewport().update()

    def show_axes(self) -> None:
        """The state's axes have changed."""
        self.axes["left"].set_kind("log" if self._state.y_axis.is_log else "plain")
        self.axes["top"].set_kind("reciprocal")
        self.axes["top"].setStyle(showValues=bool(self._state.x_axis.reciprocal))
        self.refresh()

    def show_curves(self) -> None:
        """The state's curves have changed; the lines there are used again."""
        curves = self._state.curves
        while len(self._lines) > len(curves):
            self.view.removeItem(self._lines.pop())
        while len(self._lines) < len(curves):
            self._lines.append(pg.PlotCurveItem(connect="finite", antialias=True))
            self.view.addItem(self._lines[-1], ignoreBounds=True)
        for line, curve in zip(self._lines, curves, strict=True):
            line.setData(np.asarray(curve.x, float), self._drawn(curve))
            line.setPen(plot_paint.pen_of(curve))
        self.show_range()

    def show_range(self) -> None:
        """The state's range of x has changed, or what lies in it."""
        whole = self._whole_range()
        least = _LEAST_SPAN * (whole[1] - whole[0])
        self.view.setLimits(xMin=whole[0], xMax=whole[1], minXRange=least)
        left, right = self._state.shown or whole
        if not min(right, whole[1]) - max(left, whole[0]) >= least:  # chosen where other curves were shown
            left, right = whole
        self.view.setXRange(left, right, padding=0)
        self._fit_y()

    def _fit_y(self) -> None:
        """Show all that the ranging curves have within the range of x."""
        left, right = self.view.viewRange()[0]
        values = [
            self._drawn(curve)[(curve.x >= left) & (curve.x <= right)]
            for curve in self._state.curves
            if curve.is_ranging
        ]
        finite = np.concatenate([part[np.isfinite(part)] for part in values]) if values else np.zeros(0)
        if finite.size:
            low, high = float(finite.min()), float(finite.max())
            least = _LEAST_DECADES if self._state.y_axis.is_log else 0.5 * abs(high) or 0.5
            margin = _MARGIN * (high - low) or least
            self.view.setYRange(low - margin, high + margin, padding=0)
        self.refresh()

    def _drawn(self, curve: PlotCurve) -> np.ndarray:
        y = np.asarray(curve.y, float)
        if not self._state.y_axis.is_log:
            return y
        return np.log10(y, out=np.full(y.shape, np.nan), where=y > 0)

    def _whole_range(self) -> tuple[float, float]:
        known = [curve.x for curve in self._state.curves if len(curve.x)]
        if not known:
            return 0.0, 1.0
        low, high = min(float(x[0]) for x in known), max(float(x[-1]) for x in known)
        if self._state.x_axis.reciprocal:
            low = 0.0
        return low, high if high > low else low + 1.0

    def area(self) -> QRectF:
        """Where the curves lie, in pixels of the widget."""
        return QRectF(self.view.sceneBoundingRect())

    def to_screen(self, x: float, y: float) -> QPointF:
        """Where a point of the data lies, in pixels of the widget."""
        drawn = (np.log10(y) if y > 0 else 0.0) if self._state.y_axis.is_log else y
        return QPointF(self.view.mapViewToScene(QPointF(x, drawn)))

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        """Paint marks, handle and legend over the curves."""
        if painter is None:
            return
        painter.save()
        plot_paint.paint(painter, self.area(), self._state, self.to_screen)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(0, 0, -1, -1))
        painter.restore()

    # ---- the handle

    def describe_handle(self) -> None:
        """Tell what the handle does, or why it does not."""
        handle = self._state.handle
        meaning = "" if handle is None else handle.obstacle or handle.tooltip
        self.setToolTip(meaning or MANUAL)
        words = [] if handle is None else [handle.text, meaning]
        self.setAccessibleDescription(". ".join([*filter(None, words), MANUAL]))

    def is_on_handle(self, x: float) -> bool:
        """Whether x, in pixels of the widget, is within reach of a handle that can be moved."""
        handle = self._state.handle
        if handle is None or handle.obstacle:
            return False
        return abs(x - self.to_screen(handle.x, 1.0).x()) <= theme.px(_REACH)

    def grasp(self, at: QPointF) -> None:
        """A drag begins."""
        self.is_held = self.is_on_handle(at.x())

    def drag(self, x: float, is_last: bool) -> None:
        """The handle is wanted at x."""
        self.handleMoved.emit(x)
        if is_last:
            self.is_held = False
            self.handleReleased.emit()

    # ---- from the user

    def _on_moved(self) -> None:
        left, right = self.view.viewRange()[0]
        self._state.shown = (left, right)
        self._fit_y()
        self.viewMoved.emit((left, right))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report which x the pointer is over."""
        super().mouseMoveEvent(event)
        at = event.position()
        inside = self.area().contains(at)
        x = self.view.mapSceneToView(at).x()
        self._tell(x if inside else None)
        on_handle = self.is_held or (inside and self.is_on_handle(at.x()))
        self.setCursor(Qt.CursorShape.SplitHCursor if on_handle else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is over no curve any more."""
        super().leaveEvent(event)
        self._tell(None)

    def _tell(self, x: float | None) -> None:
        if x != self._state.told_at:
            self._state.told_at = x
            self.hovered.emit(np.nan if x is None else x)
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the handle, up and down zoom; other keys belong to the window."""
        key, handle = Qt.Key(event.key()), self._state.handle
        left, right = self.view.viewRange()[0]
        if key in _ARROWS and handle is not None and not handle.obstacle:
            steps = _SHIFT_STEPS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.handleMoved.emit(handle.x + _ARROWS[key] * steps * _KEY_STEP * (right - left))
            self.handleReleased.emit()
        elif key in _ZOOMS:
            self.view.scaleBy(x=_ZOOMS[key])
            self._on_moved()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Draw the frame that says where keys go."""
        super().focusInEvent(event)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Remove that frame."""
        super().focusOutEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent | None) -> None:
        """Take the colours of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.dress()
