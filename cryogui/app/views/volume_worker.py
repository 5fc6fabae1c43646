"""Makes the 3-D view's layers ready beside the window: one order at a time, and the newest follows."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from cryogui.app.views.volume_layers import DrawnLayer, Order, Preparer

if TYPE_CHECKING:
    from cryogui.app.views.scene3d import Scene3D

log = logging.getLogger(__name__)

_START_MS = 20  # the window paints first
_PATIENCE_MS = 100


def scene_class() -> type[Scene3D]:
    """It brings vispy, which takes a while: imported on first use, off the window's thread."""
    from cryogui.app.views.scene3d import Scene3D

    return Scene3D


class LayerWorker(QObject):
    """Orders go in, layers come out; an order that a newer one has overtaken is never begun."""

    ready = pyqtSignal(Order, object)  # and a tuple of DrawnLayer, or None if that failed
    late = pyqtSignal()  # what was ordered takes longer than the eye forgives
    _finished = pyqtSignal(Order, object)  # from the thread

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._preparer = Preparer()
        self._executor: ThreadPoolExecutor | None = None
        self._waiting: Order | None = None
        self._running: Order | None = None
        self._is_over = False
        self._start, self._patience = QTimer(self), QTimer(self)
        for timer, interval, then in (
            (self._start, _START_MS, self._start_newest),
            (self._patience, _PATIENCE_MS, self.late.emit),
        ):
            timer.setSingleShot(True)
            timer.setInterval(interval)
            timer.timeout.connect(then)
        self._finished.connect(self._on_finished)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is ordered or under way."""
        return self._running is None and self._waiting is None

    def order(self, order: Order) -> None:
        """Make this ready soon, in place of any other that waits."""
        self._waiting = order
        if not self._start.isActive():
            self._start.start()

    def cancel(self) -> None:
        """Forget what waits; what runs will still be told."""
        self._waiting = None

    def shutdown(self) -> None:
        """Wait for what runs, and end. Nothing is told afterwards."""
        self._start.stop()
        self._patience.stop()
        self._waiting = None
        self._is_over = True
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _start_newest(self) -> None:
        if self._running is not None or self._waiting is None:
            return
        self._running, self._waiting = self._waiting, None
        self._executor = self._executor or ThreadPoolExecutor(1, thread_name_prefix="volume-3d")
        self._executor.submit(self._work, self._running)
        self._patience.start()

    def _work(self, order: Order) -> None:
        with suppress(Exception):  # what is missing is told where the canvas is made
            scene_class()
        layers: tuple[DrawnLayer, ...] | None = None
        try:
            layers = self._preparer.prepare(order)
        except Exception:
            log.exception("the 3-D view could not prepare its volume")
        self._finished.emit(order, layers)

    def _on_finished(self, order: Order, layers: tuple[DrawnLayer, ...] | None) -> None:
        if self._is_over:
            return
        self._running = None
        self._patience.stop()
        self._start_newest()
        self.ready.emit(order, layers)
