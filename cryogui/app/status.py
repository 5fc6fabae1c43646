"""The bottom line: what is under the pointer at the left, what runs and how fast things are at the right."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QLabel, QStatusBar, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton
from cryogui.app.views.progress import ProgressLine

REDRAW_MS = 250
"""Times are drawn this seldom: a repaint for each frame's own time would be a frame again."""


class StatusLine(QStatusBar):
    """Cursor values, what takes long, and times."""

    cancelRequested = pyqtSignal()

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
        self._activity, self.progress = QLabel(), ProgressLine()
        self.cancel_button = IconButton("close", "Cancel what is running (Esc)", size=10)
        self.cancel_button.clicked.connect(self.cancelRequested)
        self._activity.setAccessibleName("what is running")
        self.addWidget(self._cursor, 1)
        for widget in (self._activity, self.progress, self.cancel_button, self._times):
            self.addPermanentWidget(widget)
        self.set_activity("")
        self.setContentsMargins(theme.px(7), 0, theme.px(10), 0)
        self._draw_times()

    def set_cursor_text(self, text: str) -> None:
        """Values under the pointer; '' when it is over no pane."""
        self._cursor.setText(text)

    @property
    def cursor_text(self) -> str:
        """The values on show."""
        return self._cursor.text()

    def set_activity(self, title: str, fraction: float | None = None) -> None:
        """What takes long and how much of it is done (0 to 1, None unknown); '' when nothing does."""
        self._activity.setText(title)
        self.progress.set_fraction(fraction)
        for widget in (self._activity, self.progress, self.cancel_button):
            widget.setVisible(bool(title))

    @property
    def activity(self) -> str:
        """What is said to take long."""
        return self._activity.text()

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
