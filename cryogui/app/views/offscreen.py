"""A vispy canvas drawn out of sight, shown as a picture by an ordinary widget.

An OpenGL widget inside the window would make Qt compose the whole window with OpenGL at every repaint of
any pane: 8 ms of each frame where the processor has to do it. Here 3-D costs only when 3-D changes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, cast

from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget
from vispy import gloo, scene
from vispy.util import keys

from cryogui.app import theme
from cryogui.app.views.keys import is_plain

_BUTTONS = {Qt.MouseButton.LeftButton: 1, Qt.MouseButton.RightButton: 2, Qt.MouseButton.MiddleButton: 3}
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: keys.SHIFT,
    Qt.KeyboardModifier.ControlModifier: keys.CONTROL,
    Qt.KeyboardModifier.AltModifier: keys.ALT,
}
_ARROWS = {
    Qt.Key.Key_Left: keys.LEFT,
    Qt.Key.Key_Right: keys.RIGHT,
    Qt.Key.Key_Up: keys.UP,
    Qt.Key.Key_Down: keys.DOWN,
}


def new_canvas(on_update: Callable[[], None]) -> scene.SceneCanvas:
    """A canvas without a window; `on_update` is called whenever it wants to be drawn anew."""
    if QGuiApplication.platformName().startswith("wayland"):
        # Wayland's own EGL platform has no surfaces out of sight.
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    return _Canvas(on_update)


class _Canvas(scene.SceneCanvas):
    """Passes on its wish to be drawn: this backend has no event loop of its own."""

    def __init__(self, on_update: Callable[[], None]) -> None:
        self._on_update: Callable[[], None] | None = None
        super().__init__(app="egl", keys=None, show=False, size=(64, 64))
        self._on_update = on_update

    def update(self, node: Any = None) -> None:
        super().update(node)
        if self._on_update is not None:
            self._on_update()


class OffscreenView(QWidget):
    """Shows the canvas's picture and hands it mouse and arrow keys. `before_draw` precedes each drawing."""

    handled = pyqtSignal()  # the canvas has dealt with something from the user
    doubleClicked = pyqtSignal()
    keyChosen = pyqtSignal(str)  # one of `own_keys`, which the window has no use for while this has the focus
    menuRequested = pyqtSignal(QPoint)  # where on the screen

    own_keys: frozenset[str] = frozenset()
    """Letters, in capitals."""

    def __init__(self, parent: QWidget | None, before_draw: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._before_draw = before_draw
        self._picture: QImage | None = None
        self._is_stale = True
        self._frame: gloo.FrameBuffer | None = None
        self._press: Any = None  # the vispy event that began the drag under way
        self._has_dragged = False  # since a button was pressed
        self.canvas: scene.SceneCanvas | None = new_canvas(self._on_canvas_update)
        _release_context()  # which making it has made current

    def close_canvas(self) -> None:
        """Give back the graphics context; the last picture stays."""
        if self.canvas is not None:
            self.canvas.close()
            _destroy_context(self.canvas)
            self.canvas = None

    def _on_canvas_update(self) -> None:
        self._is_stale = True
        self.update()

    # ---- drawing

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw the scene only if it has changed since the last time."""
        if self._is_stale and self.canvas is not None and not self.size().isEmpty():
            self._before_draw()
            self._is_stale = False
            self._draw(self.canvas)
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture)
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw(self, canvas: scene.SceneCanvas) -> None:
        canvas.set_current()
        # Not `canvas.render`: its frame buffer is upside down, and with it which side of a face is lit.
        with self._buffer(canvas):
            gloo.set_depth_mask(True)  # without it, depths of the picture before would not be cleared
            canvas.events.draw(region=None)
            pixels = gloo.read_pixels(alpha=False)  # which the frame buffer uses for its own ends
        _release_context()
        height, width = pixels.shape[:2]
        picture = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        self._picture = picture.convertToFormat(QImage.Format.Format_RGB32)  # a copy: the array goes

    def _buffer(self, canvas: scene.SceneCanvas) -> gloo.FrameBuffer:
        """One with depths: vispy asks EGL for none, and then nothing hides what lies behind it."""
        width, height = canvas.physical_size
        if self._frame is None:
            self._frame = gloo.FrameBuffer(
                color=gloo.RenderBuffer((height, width)), depth=gloo.RenderBuffer((height, width))
            )
        elif self._frame.color_buffer.shape[:2] != (height, width):
            self._frame.resize((height, width))
        return self._frame

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The canvas counts in the pixels of the screen."""
        super().resizeEvent(event)
        if self.canvas is None or self.size().isEmpty():
            return
        size = tuple(max(1, round(n * self.devicePixelRatioF())) for n in (self.width(), self.height()))
        self.canvas.size = size
        self.canvas.events.resize(size=size, physical_size=size)
        self._on_canvas_update()

    # ---- from the user

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """The first button of a drag says what the drag does."""
        if event is not None and self.canvas is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._has_dragged = False
            pressed = self.canvas.events.mouse_press(**self._mouse(event))
            self._press = self._press or pressed

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.canvas is not None:
            self.canvas.events.mouse_move(**self._mouse(event))
            if self._press is not None:
                self._has_dragged = True
                self.handled.emit()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.canvas is not None:
            self.canvas.events.mouse_release(**self._mouse(event))
            if event.buttons() == Qt.MouseButton.NoButton:
                self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """A double click means the view as a whole."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.doubleClicked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        """The end of a right drag, which zooms, asks for no menu."""
        if event is not None and not self._has_dragged:
            self.menuRequested.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self.canvas is None:
            return
        turn = event.angleDelta()
        self.canvas.events.mouse_wheel(
            pos=self._place(event.position()),
            delta=(turn.x() / 120, turn.y() / 120),
            modifiers=_modifiers(event.modifiers()),
        )
        self.handled.emit()

    def event(self, event: QEvent | None) -> bool:
        """Own keys come here also where the window has shortcuts for them."""
        is_asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_asked and self._own_key(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def _own_key(self, event: QKeyEvent) -> str:
        """The key's name where it is one of ours, else nothing."""
        name = QKeySequence(event.key()).toString()
        return name if name in self.own_keys and is_plain(event) else ""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        arrow, own = _ARROWS.get(Qt.Key(event.key())), self._own_key(event)
        if own:
            self.keyChosen.emit(own)
        elif arrow is not None and self.canvas is not None:
            self.canvas.events.key_press(key=arrow, text="", modifiers=_modifiers(event.modifiers()))
            self.handled.emit()
        else:
            event.ignore()  # every other key belongs to the window

    def changeEvent(self, event: QEvent | None) -> None:
        """Draw again in the colours of a new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._on_canvas_update()

    def _mouse(self, event: QMouseEvent) -> dict[str, Any]:
        """What vispy wants to know. Its own bookkeeping leaves out the held buttons, and some moves."""
        return {
            "pos": self._place(event.position()),
            "button": _BUTTONS.get(event.button()),
            "buttons": [number for button, number in _BUTTONS.items() if event.buttons() & button],
            "modifiers": _modifiers(event.modifiers()),
            "press_event": self._press,
        }

    def _place(self, position: QPointF) -> tuple[float, float]:
        scale = self.devicePixelRatioF()
        return position.x() * scale, position.y() * scale


def _release_context() -> None:
    """Leave no EGL context current on the window's thread: Qt could not make its own current beside it."""
    from vispy.app.backends import _egl

    none = _egl.egl.EGL_NO_SURFACE
    _egl.egl.eglMakeCurrent(_egl._EGL_DISPLAY, none, none, _egl.egl.EGL_NO_CONTEXT)


def _destroy_context(canvas: scene.SceneCanvas) -> None:
    """Let go of what a closed canvas's backend would hold to the end of the program: context and scene."""
    from vispy.app.backends import _egl

    _release_context()  # the current context would outlive its end
    _egl._VP_EGL_ALL_WINDOWS.remove(canvas.native)
    _egl.egl._lib.eglDestroyContext(_egl._EGL_DISPLAY, canvas.native._native_context)


def _modifiers(held: Qt.KeyboardModifier) -> tuple[keys.Key, ...]:
    return tuple(key for modifier, key in _MODIFIERS.items() if held & modifier)
