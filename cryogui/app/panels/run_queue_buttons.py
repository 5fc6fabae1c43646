"""What can be done with the run in question, as buttons below the list of runs."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtWidgets import QHBoxLayout, QWidget

from cryogui.app import theme
from cryogui.app.icons import IconButton

OPEN = ("running", "paused", "queued")
"""States of runs that have not ended."""


@dataclass(frozen=True)
class QueueEntry:
    """One run. words: how far it is, or what became of it. state: as `jobs.State`. detail: why."""

    key: int
    title: str
    words: str
    state: str
    detail: str = ""


class RunQueueButtons(QWidget):
    """Those that can do nothing for the run in question are grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.earlier = IconButton("unfold", "Let the chosen run, which waits, run earlier (Ctrl+↑)")
        self.later = IconButton("fold", "Let the chosen run, which waits, run later (Ctrl+↓)")
        self.pause = IconButton("pause", "Pause the chosen run, or let it go on")
        self.stop = IconButton(
            "close", "Cancel the chosen run, or take one that has ended off the list (Del)"
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(2))
        for button in (self.earlier, self.later, self.pause):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.stop)
        self.show_for(None)

    def show_for(self, entry: QueueEntry | None) -> None:
        """Offer what can be done with this run."""
        state = "" if entry is None else entry.state
        self.earlier.setEnabled(state == "queued")
        self.later.setEnabled(state == "queued")
        self.pause.setEnabled(state in ("running", "paused"))
        self.pause.set_icon_name("play" if state == "paused" else "pause")
        self.stop.setEnabled(entry is not None)
