"""The pyqtgraph part of an image pane: one image in a zoomable view, decorations drawn over it.

Imported when the first image is shown, so that starting the program does not wait for pyqtgraph.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PyQt6.QtWidgets import QToolTip

from cryogui.app import theme
from cryogui.app.views import decorations, furniture
from cryogui.app.views.beyond import BeyondItem
from cryogui.app.views.colormaps import Beyond, Table
from cryogui.app.views.decorations import Decorations
from cryogui.app.views.furniture import Furniture
from cryogui.app.views.kept_picture import KeptPicture
from cryogui.app.views.screen_image import ScreenImage

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class _View(pg.ViewBox):
    """Wheel zooms, left drag pans, a click or Shift+drag places the cursor, Ctrl+wheel steps."""

    placed = pyqtSignal(QPointF)
    stepped = pyqtSignal(int)
    menuRequested = pyqtSignal(QPointF)
    dividerMoved = pyqtSignal(float)

    def __init__(self, state: Decorations) -> None:
        self._state = state
        self._holds_divider = False
        self.rect_before = QRectF()  # what was in view before the user moved it
        super().__init__(lockAspect=True, invertY=True, enableMenu=False, defaultPadding=0)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.placed.emit(self.mapToView(event.pos()))
        elif event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menuRequested.emit(event.screenPos())

    def is_on_divider(self, x: float) -> bool:
        """Whether `x`, in pixels of the view, is close enough to the divider to grasp it."""
        divider = self._state.divider
        return divider is not None and abs(self.mapFromView(QPointF(divider, 0)).x() - x) <= theme.px(8)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.isStart():
            on_divider = self.is_on_divider(event.buttonDownPos().x())
            self._holds_divider = on_divider and event.button() == Qt.MouseButton.LeftButton
        if self._holds_divider:
            event.accept()
            self.dividerMoved.emit(self.mapToView(event.pos()).x())
        elif (
            event.button() == Qt.MouseButton.LeftButton
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            event.accept()
            self.placed.emit(self.mapToView(event.pos()))
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.rect_before = QRectF(self.viewRect())
            super().mouseDragEvent(event, axis)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.accept()
            self.stepped.emit(1 if event.delta() > 0 else -1)
        else:
            self.rect_before = QRectF(self.viewRect())
            super().wheelEvent(event, axis)

    def magnify(self, factor: float) -> None:
        """Zoom about the middle, as the user does with keys."""
        self.rect_before = QRectF(self.viewRect())
        self.scaleBy((1 / factor, 1 / factor))


class ImageCanvas(pg.GraphicsView):
    """One float32 image with fixed levels and a colour table; positions in pixels, centres at integers.

    Qt repaints nothing of it by itself: the scene would ask a turn of the event loop late, and panes that
    change together would be painted one by one. So whatever changes what is seen ends with `refresh`.
    """

    placed = pyqtSignal(float, float)
    nudged = pyqtSignal(int, int)
    stepped = pyqtSignal(int)
    hovered = pyqtSignal(float, float)
    left = pyqtSignal()
    menuRequested = pyqtSignal(QPointF)
    viewMoved = pyqtSignal()
    dividerMoved = pyqtSignal(float)

    def __init__(self, state: Decorations) -> None:
        super().__init__(background=None)
        self.setViewportUpdateMode(self.ViewportUpdateMode.NoViewportUpdate)
        self._state = state
        self._whole: QRectF | None = None
        self._furniture = KeptPicture()
        self.view = _View(state)
        self.item = ScreenImage()
        self.item.setPos(-0.5, -0.5)
        self.view.addItem(self.item)
        self._beyond: Beyond | None = None
        self._beyond_item = BeyondItem()
        self.view.addItem(self._beyond_item, ignoreBounds=True)
        self.setCentralItem(self.view)
        self.setFrameShape(self.Shape.NoFrame)
        self.setBackground(decorations.ground(self._state))
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing need be drawn beneath
        self.setMinimumSize(60, 60)
        self.view.placed.connect(lambda point: self.placed.emit(point.x(), point.y()))
        self.view.stepped.connect(self.stepped)
        self.view.dividerMoved.connect(self.dividerMoved)
        self.view.menuRequested.connect(self.menuRequested)
        self.view.sigRangeChangedManually.connect(lambda *_: self.viewMoved.emit())
        # The range is told at once, the transform only when something paints.
        self.view.sigRangeChanged.connect(lambda *_: self.refresh())
        self.view.sigTransformChanged.connect(lambda *_: self._smooth_if_shrunk())

    def refresh(self) -> None:
        """Paint soon, once however often it is asked for."""
        self.viewport().update()

    def set_image(self, image: NDArray[np.float32], levels: tuple[float, float]) -> None:
        """Draw another image; nothing else changes."""
        self.item.setImage(image, autoLevels=False, levels=levels)
        self._beyond_item.follow(self.item, self._beyond)
        self.refresh()

    def set_levels(self, levels: tuple[float, float]) -> None:
        """Draw with another black and white."""
        if self.item.image is not None:
            self.item.setLevels(levels)
            self._beyond_item.follow(self.item, self._beyond)
            self.refresh()

    def set_table(self, table: Table, beyond: Beyond | None = None) -> None:
        """Draw with another colour table, and what is beyond with that one's."""
        self.item.setLookupTable(table)
        self._beyond = beyond
        self._beyond_item.follow(self.item, beyond)
        self.setBackground(decorations.ground(self._state))  # a residual has another
        self.refresh()

    @property
    def shape(self) -> tuple[int, int] | None:
        """Rows and columns of the image; None before the first."""
        return None if self.item.image is None else self.item.image.shape

    def image_rect(self) -> QRectF:
        """What the image covers, in image pixels."""
        rows, columns = self.shape or (1, 1)
        return QRectF(-0.5, -0.5, columns, rows)

    def view_all(self) -> None:
        """Show the whole image, or what stands for it, centred."""
        self.view.setRange(self._whole or self.image_rect(), padding=0.0)

    def set_whole(self, rect: QRectF | None) -> None:
        """What `view_all` shows, in image pixels; None for all of the image."""
        self._whole = rect

    def set_pixel_aspect(self, width_over_height: float) -> None:
        """Draw pixels this much wider than high."""
        self.view.setAspectLocked(True, width_over_height)
        self.refresh()

    def set_flip_y(self, flipped: bool) -> None:
        """Row 0 at the bottom (as IMOD shows it) instead of at the top."""
        self.view.invertY(not flipped)
        self.refresh()

    def _smooth_if_shrunk(self) -> None:
        """Magnified pixels stay crisp; a large image shrunk to the pane must not alias."""
        shrunk = self.view.viewPixelSize()[0] > 1.0
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)

    def _to_screen(self, x: float, y: float) -> QPointF:
        return QPointF(self.view.mapViewToScene(QPointF(x, y)))

    def _furnish(self, painter: QPainter, area: QRectF, pieces: Furniture) -> None:
        self._furniture.paint(painter, area, pieces, lambda on, room: furniture.paint(on, room, pieces))

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        """Paint the decorations over the image."""
        if painter is None or self.item.image is None:
            return
        painter.save()
        area = QRectF(self.viewport().rect())
        decorations.paint(painter, area, self.image_rect(), self._state, self._to_screen, self._furnish)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.restore()

    def viewportEvent(self, event: QEvent | None) -> bool:
        """The tooltip appears at the image's foot: nothing may lie over what is looked at."""
        if event is not None and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Report where the pointer is, in image pixels."""
        super().mouseMoveEvent(event)
        at = self.mapToScene(event.position().toPoint())
        grasps = self.view.is_on_divider(self.view.mapFromScene(at).x())
        shape = Qt.CursorShape.SplitHCursor if grasps else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        point = self.view.mapSceneToView(at)
        self.hovered.emit(point.x(), point.y())

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is over no image any more."""
        super().leaveEvent(event)
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """Draw the frame that says where keys go."""
        super().focusInEvent(event)
        self.refresh()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Remove that frame."""
        super().focusOutEvent(event)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor by one pixel, with Shift by ten, with Ctrl the divider if there is one.

        Other keys belong to the window.
        """
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if arrow is None:
            event.ignore()
            return
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if self._state.divider is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.dividerMoved.emit(self._state.divider + step * arrow[0])
            return
        up = -1 if self._state.flip_y else 1
        self.nudged.emit(arrow[0] * step, arrow[1] * step * up)

    def changeEvent(self, event: QEvent | None) -> None:
        """Take the ground colour of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self.setBackground(decorations.ground(self._state))
            self._furniture.forget()
            self.refresh()
