"""Says 'computing' on the pane concerned once a computation has taken longer than the eye forgives."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer

from cryogui.app.screen import Screen

if TYPE_CHECKING:
    from cryogui.app.views.image_pane import ImagePane
    from cryogui.app.views.live_slice import LiveSliceView
    from cryogui.app.views.ortho import OrthoView

PATIENCE_MS = 100


class BadgePresenter:
    """One badge per lane, shown while the lane is busy for longer than `PATIENCE_MS`."""

    def __init__(self, screen: Screen) -> None:
        bar = screen.reconstruction
        self._show: dict[Hashable, Callable[[bool], None]] = {
            "object": lambda on: self._badge(on, screen.forward, screen.residual, screen.ortho),
            "picture": lambda on: self._badge(on, screen.forward, screen.residual),
            "slice": lambda on: self._badge(on, screen.live_slice),
            "quick": lambda on: bar.set_busy("reconstructing …" if on else ""),
            "scores": lambda on: bar.set_busy("scoring …" if on else ""),
        }
        screen.window.closing.connect(self._stop)
        self._timers: dict[Hashable, QTimer] = {lane: self._new_timer(lane) for lane in self._show}

    def add(self, lane: Hashable, show: Callable[[bool], None]) -> None:
        """Call `show(True)` when `lane` has been busy for too long, and `show(False)` when it has ended."""
        self._show[lane] = show
        self._timers[lane] = self._new_timer(lane)

    def show_busy(self, lane: Hashable, is_busy: bool) -> None:
        """A lane has got work, or has none any more."""
        timer = self._timers.get(lane)
        if timer is None:
            return
        if is_busy:
            timer.start()
        else:
            timer.stop()
            self._show[lane](False)

    def _stop(self) -> None:
        for timer in self._timers.values():
            timer.stop()

    def _new_timer(self, lane: Hashable) -> QTimer:
        timer = QTimer()
        timer.setSingleShot(True)
        timer.setInterval(PATIENCE_MS)
        timer.timeout.connect(lambda: self._show[lane](True))
        return timer

    @staticmethod
    def _badge(on: bool, *views: ImagePane | OrthoView | LiveSliceView) -> None:
        for view in views:
            view.set_badge("computing" if on else None)
