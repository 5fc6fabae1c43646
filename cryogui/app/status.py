"""The bottom line: what is under the pointer at the left, how fast things are at the right."""

from __future__ import annotations

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from cryogui.app import theme

REDRAW_MS = 250
"""Times are drawn this seldom: a repaint for each frame's own time would be a frame again."""


class StatusLine(QStatusBar):
    """Cursor values and times."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._cursor, self._times = QLabel(), QLabel()
        self._frame_seconds: float | None = None
        self._residual_seconds: float | None = None
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_MS)
        self._redraw.timeout.connect(self._draw_times)
        self._cursor.setAccessibleName("values under the pointer")
        self.addWidget(self._cursor, 1)
        self.addPermanentWidget(self._times)
        self.setContentsMargins(theme.px(7), 0, theme.px(10), 0)
        self._draw_times()

    def set_cursor_text(self, text: str) -> None:
        """Values under the pointer; '' when it is over no pane."""
        self._cursor.setText(text)

    @property
    def cursor_text(self) -> str:
        """The values on show."""
        return self._cursor.text()

    def set_times(self, frame_seconds: float | None, residual_seconds: float | None) -> None:
        """Time from a change to the repainted panes, and that of the whole residual; None hides one."""
        self._frame_seconds, self._residual_seconds = frame_seconds, residual_seconds
        if not self._redraw.isActive():
            self._redraw.start()

    def set_frame_time(self, seconds: float) -> None:
        """Time from the last change to the repainted panes."""
        self.set_times(seconds, self._residual_seconds)

    def set_residual_time(self, seconds: float) -> None:
        """Time of the last residual of the whole series."""
        self.set_times(self._frame_seconds, seconds)

    def _draw_times(self) -> None:
        parts = []
        if self._frame_seconds is not None:
            parts.append(f"frame {self._frame_seconds * 1e3:.0f} ms")
        if self._residual_seconds is not None:
            parts.append(f"residual {self._residual_seconds * 1e3:.1f} ms")
        self._times.setText("  ·  ".join([*parts, "wheel zooms, drag pans, ? keys"]))
