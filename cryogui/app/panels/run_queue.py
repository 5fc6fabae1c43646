"""The reconstructions of this window: those that run, wait, and have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QWidget

from cryogui.app import theme
from cryogui.app.views.row_delegate import RowDelegate

_MANUAL = (
    "Del cancels a run, or takes one that has ended off the list; Ctrl+↑ and Ctrl+↓ move one that waits."
)
_TONES = {"done": "good", "failed": "bad", "cancelled": "faint", "queued": "muted", "interrupted": "warn"}


@dataclass(frozen=True)
class QueueEntry:
    """One run. words: how far it is, or what became of it. state: as `jobs.State`. detail: why."""

    key: int
    title: str
    words: str
    state: str
    detail: str = ""


class RunQueueList(QListWidget):
    """Chooses a run and says what to do with it. Setters are silent."""

    runChosen = pyqtSignal(int)  # keys
    cancelRequested = pyqtSignal(int)
    pauseRequested = pyqtSignal(int)
    dropRequested = pyqtSignal(int)
    moveRequested = pyqtSignal(int, int)  # by so many places

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[QueueEntry, ...] = ()
        self.setAccessibleName("reconstructions of this window")
        self.setAccessibleDescription(_MANUAL)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.currentRowChanged.connect(self._on_row_changed)
        self.setItemDelegate(RowDelegate(self))
        theme.set_role(self, role="rows")

    def set_entries(self, entries: Sequence[QueueEntry], chosen: int | None) -> None:
        """Show these runs, with the one whose key is `chosen` marked."""
        if len(entries) != len(self._entries):
            with QSignalBlocker(self):
                self.clear()
                self.addItems([""] * len(entries))
        self._entries = tuple(entries)
        with QSignalBlocker(self):
            for row, entry in enumerate(entries):
                self._fill(self.item(row), entry)
            keys = [entry.key for entry in entries]
            self.setCurrentRow(keys.index(chosen) if chosen in keys else -1)

    def _fill(self, item: QListWidgetItem | None, entry: QueueEntry) -> None:
        assert item is not None
        item.setText(f"{entry.title}   {entry.words}")
        item.setForeground(theme.colour(_TONES.get(entry.state, "text")))
        item.setToolTip("\n".join(filter(None, (item.text(), entry.detail, _MANUAL))))

    @property
    def texts(self) -> list[str]:
        """The rows as they are read."""
        return [self.item(row).text() for row in range(self.count())]

    def _on_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._entries):
            self.runChosen.emit(self._entries[row].key)

    # ---- what is done with one

    def _on_menu_requested(self, where: QPoint) -> None:
        item = self.itemAt(where)
        if item is not None:
            self.menu_for(self.row(item)).popup(self.viewport().mapToGlobal(where))

    def menu_for(self, row: int) -> QMenu:
        """What can be done with one run."""
        entry, menu = self._entries[row], QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if entry.state in ("running", "paused"):
            words = "Continue" if entry.state == "paused" else "Pause"
            menu.addAction(words, lambda: self.pauseRequested.emit(entry.key))
        if entry.state == "queued":
            menu.addAction("Earlier", lambda: self.moveRequested.emit(entry.key, -1))
            menu.addAction("Later", lambda: self.moveRequested.emit(entry.key, 1))
        if entry.state in ("running", "paused", "queued"):
            menu.addAction("Cancel", lambda: self.cancelRequested.emit(entry.key))
        else:
            menu.addAction("Take off the list", lambda: self.dropRequested.emit(entry.key))
        return menu

    def event(self, event: QEvent | None) -> bool:
        """Keys of its own reach it also where the window has shortcuts for them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _step_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Del, and Ctrl with up and down."""
        row = self.currentRow()
        if event is None or not 0 <= row < len(self._entries):
            super().keyPressEvent(event)
            return
        entry = self._entries[row]
        if event.key() == Qt.Key.Key_Delete:
            is_open = entry.state in ("running", "paused", "queued")
            (self.cancelRequested if is_open else self.dropRequested).emit(entry.key)
        elif _step_of(event):
            self.moveRequested.emit(entry.key, _step_of(event))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        """Colours follow the theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            for row, entry in enumerate(self._entries):
                self._fill(self.item(row), entry)


def _step_of(event: QKeyEvent) -> int:
    """By how many places Ctrl and an arrow move a run; 0 for other keys."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    return {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
