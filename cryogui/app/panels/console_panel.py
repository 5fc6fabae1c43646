"""The console: what was said, a prompt, and a button that stops what runs."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from cryogui.app import theme
from cryogui.app.panels.prompt import Prompt
from cryogui.app.panels.transcript import Transcript, fixed_font


class ConsolePanel(QWidget):
    """The widgets of the Python prompt; see `Prompt` for the arguments."""

    def __init__(
        self,
        is_complete: Callable[[str], bool],
        older: Callable[[str], str | None],
        newer: Callable[[str], str | None],
    ) -> None:
        super().__init__()
        self.transcript = Transcript()
        self.prompt = Prompt(is_complete, older, newer)
        self.prompt.clearRequested.connect(self.transcript.forget)
        self._mark = QLabel(">>>")
        theme.set_role(self._mark, role="symbol")
        self.stop_button = QPushButton("Stop")
        self.stop_button.setToolTip("Interrupt the command that runs (Ctrl+C or Esc at the prompt)")
        self.stop_button.clicked.connect(self.prompt.interrupted)
        self.setFocusProxy(self.prompt)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(5))
        grid.addWidget(self.transcript, 0, 0, 1, 3)
        grid.addWidget(self._mark, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.prompt, 1, 1)
        grid.addWidget(self.stop_button, 1, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self.set_busy(None)
        self._fit()

    def set_busy(self, seconds: float | None) -> None:
        """How long a command has been running; None when the prompt is free."""
        self.prompt.is_busy = seconds is not None
        self.stop_button.setEnabled(seconds is not None)
        self._mark.setText(">>>" if seconds is None else f"{seconds:.0f} s")

    def changeEvent(self, event: QEvent | None) -> None:
        """The font follows the interface scale."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        font = fixed_font(self)
        for widget in (self.transcript, self.prompt, self._mark):
            widget.setFont(font)
        self._mark.setMinimumWidth(self._mark.fontMetrics().horizontalAdvance("999 s"))
        self._mark.setContentsMargins(0, theme.px(5), 0, 0)
