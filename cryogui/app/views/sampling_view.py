"""What pictures of a sampling share: a mark for every image, to be pointed at, gone to and left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from cryogui.app import theme
from cryogui.app.views.keys import claims

REACH_PX = 9  # how far from a mark the pointer still means it
MANUAL = (
    "Click a mark to go to its image; Ctrl+click, or the right button, leaves the image out or takes it "
    "back. Left and Right step through the images, Space leaves the current one out or takes it back."
)
_OWN_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space)
STATE_WORDS = {
    "measured": "measured",
    "shadowed": "shadowed: the model expects nothing here",
    "excluded": "left out: counts neither in the residual nor in reconstructions",
}


class SamplingView(QWidget):
    """A round picture with a mark for every image. Setters are silent; what the user does are signals."""

    margins = (16, 16, 16, 16)  # round the disc: left, top, right, bottom

    imageChosen = pyqtSignal(int)
    excludeToggled = pyqtSignal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = 0
        self.flip_y = False
        self.labels: tuple[str, ...] = ()
        self.states: tuple[str, ...] = ()
        self._pointed: int | None = None
        self.setAccessibleName(name)
        self.setToolTip(MANUAL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(theme.px(120), theme.px(100))

    # ---- what subclasses know

    def mark_at(self, place: QPointF) -> int | None:
        """The image whose mark is under `place`, a point of this widget."""
        raise NotImplementedError

    def paint(self, painter: QPainter, disc: QRectF) -> None:
        """Everything, with the unit circle inscribed in `disc`."""
        raise NotImplementedError

    @property
    def order(self) -> NDArray[np.intp]:
        """The images in the order in which Left and Right step through them."""
        return np.arange(len(self.states))

    # ---- setters, silent

    def set_images(self, labels: Sequence[str], states: Sequence[str]) -> None:
        """What the images are called, and 'measured', 'shadowed' or 'excluded' of each."""
        self.labels, self.states = tuple(labels), tuple(states)
        self._describe()
        self.update()

    def set_index(self, index: int) -> None:
        """Emphasise the current image."""
        self.index = index
        self._describe()
        self.update()

    def set_flip_y(self, flipped: bool) -> None:
        """Draw the vertical axis upwards, as the panes do when they match IMOD."""
        self.flip_y = flipped
        self.update()

    def text_of(self, index: int) -> str:
        """'image 17 of 45  −18.0°' and what becomes of it."""
        label = self.labels[index] if index < len(self.labels) else ""
        return (
            f"image {index + 1} of {len(self.states)}  {label}".rstrip()
            + f"\n{STATE_WORDS[self.states[index]]}"
        )

    @property
    def pointed(self) -> int | None:
        """The image under the pointer."""
        return self._pointed

    def _describe(self) -> None:
        known = self.index < len(self.states)
        self.setAccessibleDescription(f"{self.text_of(self.index)}. {MANUAL}" if known else MANUAL)

    # ---- geometry

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(theme.px(260), theme.px(260))

    def disc(self) -> QRectF:
        """The square about the unit circle, with room for the words round it."""
        left, top, right, bottom = map(theme.px, self.margins)
        room = QRectF(self.rect()).adjusted(left, top, -right, -bottom)
        side = max(min(room.width(), room.height()), 1.0)
        disc = QRectF(0, 0, side, side)
        disc.moveCenter(room.center())
        return disc

    def place(self, x: float, y: float) -> QPointF:
        """Where the point (x, y) of the unit disc is drawn; y points down unless flipped."""
        disc = self.disc()
        half = disc.width() / 2
        return QPointF(disc.center().x() + x * half, disc.center().y() + (-y if self.flip_y else y) * half)

    # ---- painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The picture, and a frame when it has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.small_font())
        self.paint(painter, self.disc())
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent", 0.6), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    @staticmethod
    def write(painter: QPainter, at: QPointF, words: str, colour: QColor) -> None:
        """Words centred on a point."""
        painter.setPen(colour)
        half = QPointF(theme.px(60), theme.px(10))
        painter.drawText(QRectF(at - half, at + half), Qt.AlignmentFlag.AlignCenter, words)

    @staticmethod
    def cross(painter: QPainter, at: QPointF) -> None:
        """The mark of an image that is left out."""
        painter.setPen(QPen(theme.colour("muted"), 1))
        arm = theme.px(3)
        painter.drawLine(at - QPointF(arm, arm), at + QPointF(arm, arm))
        painter.drawLine(at - QPointF(arm, -arm), at + QPointF(arm, -arm))

    # ---- from the user

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to the image under the pointer, or with Ctrl leave it out."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.mark_at(event.position())
        if index is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.excludeToggled.emit(index)
        else:
            self.imageChosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Emphasise what a click would mean."""
        if event is not None:
            self._point_at(self.mark_at(event.position()))

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is pointed at any more."""
        self._point_at(None)

    def _point_at(self, index: int | None) -> None:
        if index != self._pointed:
            self._pointed = index
            if index is None:
                self.unsetCursor()
            else:
                self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Left and Right step, Space leaves the current image out or takes it back."""
        if event is None or not self.states:
            return
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in steps:
            rank = int(np.flatnonzero(self.order == self.index)[0]) + steps[key]
            if 0 <= rank < len(self.states):
                self.imageChosen.emit(int(self.order[rank]))
        elif key == Qt.Key.Key_Space:
            self.excludeToggled.emit(self.index)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """What can be done with the image under the pointer, or by key with the current one."""
        if event is None or not self.states:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.index if by_key else self.mark_at(QPointF(event.pos()))
        if index is not None:
            self._menu(index).popup(event.globalPos())

    def _menu(self, index: int) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        verb = "Include" if self.states[index] == "excluded" else "Exclude"
        menu.addAction(f"Go to image {index + 1}", lambda: self.imageChosen.emit(index))
        menu.addAction(f"{verb} image {index + 1}", lambda: self.excludeToggled.emit(index))
        return menu

    def event(self, event: QEvent | None) -> bool:
        """A tooltip for the mark under the pointer, elsewhere how to use the picture; and its own keys."""
        if claims(event, _OWN_KEYS):
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.mark_at(QPointF(event.pos()))
            if index is not None:
                self._tell(event.globalPos(), self.text_of(index))
                return True
        return super().event(event)

    def _tell(self, where: QPoint, words: str) -> None:
        QToolTip.showText(where, words, self)
